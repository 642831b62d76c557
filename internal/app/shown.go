package app

import (
	"context"

	"hookline/internal/delivery"
	"hookline/internal/hookline"
	"hookline/internal/secret"
	"hookline/internal/sqlite"
)

// shownStore is the store as people and programs see it: with what only the
// engine knows of a delivery, that an attempt of it is on its way.
type shownStore struct {
	*sqlite.Store
	engine     *delivery.Engine
	references *secret.References
}

// ListRequests writes references to secrets as people do.
func (s shownStore) ListRequests(ctx context.Context, deliveryID string) ([]hookline.RequestMade, error) {
	requests, err := s.Store.ListRequests(ctx, deliveryID)
	for i := range requests {
		requests[i].Request = s.references.ShownRequest(requests[i].Request)
	}
	return requests, err
}

func (s shownStore) ListDeliveries(ctx context.Context, f hookline.DeliveryFilter, c hookline.Cursor) (hookline.Listing[hookline.DeliveryRow], error) {
	if f.State == hookline.StateSending {
		f.State, f.IDs = "", s.engine.Sending()
		if len(f.IDs) == 0 {
			return hookline.Listing[hookline.DeliveryRow]{}, nil
		}
	}
	list, err := s.Store.ListDeliveries(ctx, f, c)
	for i := range list.Rows {
		s.show(&list.Rows[i])
	}
	return list, err
}

func (s shownStore) DeliveryRow(ctx context.Context, id string) (hookline.DeliveryRow, error) {
	row, err := s.Store.DeliveryRow(ctx, id)
	s.show(&row)
	return row, err
}

// show looks at what is held, too: a destination that is broken is sent a try
// now and then. A test is kept as failed until its answer is there.
func (s shownStore) show(row *hookline.DeliveryRow) {
	row.URL = s.references.Shown(row.URL)
	if (row.State.Owed() || row.State == hookline.StateHeld || row.Origin == hookline.OriginTest) && s.engine.IsSending(row.Delivery) {
		row.State, row.Hold = hookline.StateSending, hookline.Hold{}
	}
}
