package api

// cancelDelivery gives up what a delivery still owes.
func (m *manage) cancelDelivery(c *call) (wholeDelivery, error) {
	d, err := m.Store.DeliveryRow(c.Context(), c.params["id"])
	if err != nil {
		return wholeDelivery{}, err
	}
	if err := m.Canceller.Cancel(c.Context(), d.Delivery, c.askedBy()); err != nil {
		return wholeDelivery{}, err
	}
	return m.showDelivery(c)
}
