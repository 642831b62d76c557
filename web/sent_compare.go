package web

import (
	"context"
	"net/http"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

// earlierOffered is how many earlier deliveries can be compared with at once.
const earlierOffered = 20

// compareDelivery shows what differs between a delivery and an earlier one of the same action: the last that was
// delivered, unless another is chosen.
func (s *server) compareDelivery(w http.ResponseWriter, r *http.Request) error {
	d, err := s.readDelivery(r)
	if err != nil {
		return err
	}
	m := views.DeliveryCompareModel{Now: d}
	if m.Earlier, m.Stopped, err = s.earlierOf(r.Context(), d.Row); err != nil {
		return err
	}
	chosen, err := s.comparedWith(r, d.Row, m.Earlier)
	if err != nil {
		return err
	}
	if chosen != "" {
		if m.Before.Row, err = s.Store.DeliveryRow(r.Context(), chosen); err != nil {
			return err
		}
		if m.Before.Requests, err = s.Store.ListRequests(r.Context(), chosen); err != nil {
			return err
		}
	}
	m.Page = s.page(w, r, ui.Page{
		Title: "Compare with an earlier one", Active: ui.NavSent,
		Crumbs: sentCrumbs(ui.Crumb{Label: views.DeliveryTitle(d.Row), Href: sentPath(d.Row.ID)}),
	})
	return s.show(w, r, view{page: views.DeliveryCompare(m), fragment: views.DeliveryCompared(m)})
}

// earlierOf lists what the same action sent before, the newest first, and the last that was delivered however long ago
// that was, as far back as can be looked in a moment.
func (s *server) earlierOf(ctx context.Context, row hookline.DeliveryRow) (earlier []hookline.DeliveryRow, stopped bool, err error) {
	if row.ActionID == "" {
		return nil, false, nil
	}
	f := hookline.DeliveryFilter{ActionID: row.ActionID, Origin: hookline.OriginEvent}
	list, err := s.Store.ListDeliveries(ctx, f, hookline.Cursor{Before: row.ID, Limit: earlierOffered})
	if err != nil || lastGood(list.Rows) != "" || !list.Older && list.Stopped == "" {
		return list.Rows, false, err
	}
	f.State = hookline.StateDelivered
	good, err := s.Store.ListDeliveries(ctx, f, hookline.Cursor{Before: row.ID, Limit: 1})
	return append(list.Rows, good.Rows...), good.Stopped != "" && len(good.Rows) == 0, err
}

func lastGood(rows []hookline.DeliveryRow) string {
	for _, row := range rows {
		if row.State == hookline.StateDelivered {
			return row.ID
		}
	}
	return ""
}

// comparedWith is the delivery that is asked for, which has to be of the same action.
func (s *server) comparedWith(r *http.Request, row hookline.DeliveryRow, earlier []hookline.DeliveryRow) (string, error) {
	asked := r.URL.Query().Get("against")
	if asked == "" {
		if good := lastGood(earlier); good != "" || len(earlier) == 0 {
			return good, nil
		}
		return earlier[0].ID, nil
	}
	other, err := s.Store.DeliveryRow(r.Context(), asked)
	if err == nil && (other.ActionID != row.ActionID || row.ActionID == "") {
		err = hookline.NotFound("delivery of the same action")
	}
	return asked, err
}
