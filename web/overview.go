package web

import (
	"context"
	"net/http"
	"time"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

type overviewStore interface {
	CountDeliveries(ctx context.Context, since time.Time) (map[hookline.State]int, error)
	ListDeliveries(ctx context.Context, f hookline.DeliveryFilter, c hookline.Cursor) (hookline.Listing[hookline.DeliveryRow], error)
	ListSources(ctx context.Context) ([]hookline.Source, error)
	ListEvents(ctx context.Context, f hookline.EventFilter, c hookline.Cursor) (hookline.Listing[hookline.Event], error)
	ListDestinations(ctx context.Context) ([]hookline.Destination, error)
	ListActions(ctx context.Context, destinationID string) ([]hookline.Action, error)
}

// overviewSpan is what "today" means on the overview: the same for everybody, whatever their time zone.
const overviewSpan = 24 * time.Hour

// showOverview puts first what needs somebody: the steps that are left, then what failed.
func (s *server) showOverview(w http.ResponseWriter, r *http.Request) error {
	counts, err := s.Store.CountDeliveries(r.Context(), time.Now().Add(-overviewSpan))
	if err != nil {
		return err
	}
	failed, err := s.Store.ListDeliveries(r.Context(), hookline.DeliveryFilter{State: hookline.StateFailed}, hookline.Cursor{Limit: 5})
	if err != nil {
		return err
	}
	steps, err := s.firstSteps(r.Context())
	if err != nil {
		return err
	}
	m := views.OverviewModel{
		Page:   s.page(w, r, ui.Page{Title: "Overview", Active: ui.NavOverview}),
		Counts: counts,
		Failed: failed.Rows,
		Steps:  steps,
	}
	return s.show(w, r, view{page: views.Overview(m), fragment: views.OverviewNow(m)})
}

// firstSteps says which of the steps to a first webhook are done. Each is looked up, none is remembered, so that the
// list is true whoever did the step and however.
func (s *server) firstSteps(ctx context.Context) (views.FirstSteps, error) {
	var steps views.FirstSteps
	sources, err := s.Store.ListSources(ctx)
	if err != nil {
		return steps, err
	}
	steps.Source = len(sources) > 0
	if steps.Source {
		steps.SourceID = sources[0].ID
	}
	events, err := s.Store.ListEvents(ctx, hookline.EventFilter{}, hookline.Cursor{Limit: 1})
	if err != nil {
		return steps, err
	}
	steps.Event = len(events.Rows) > 0
	delivered, err := s.Store.ListDeliveries(ctx, hookline.DeliveryFilter{State: hookline.StateDelivered}, hookline.Cursor{Limit: 1})
	if err != nil {
		return steps, err
	}
	steps.Delivered = len(delivered.Rows) > 0
	return steps, s.destinationSteps(ctx, &steps)
}

// destinationSteps stops at the first enabled action: to know that there is one is enough.
func (s *server) destinationSteps(ctx context.Context, steps *views.FirstSteps) error {
	destinations, err := s.Store.ListDestinations(ctx)
	if err != nil {
		return err
	}
	for i, d := range destinations {
		if i == 0 {
			steps.Destination, steps.DestinationID = true, d.ID
		}
		actions, err := s.Store.ListActions(ctx, d.ID)
		if err != nil {
			return err
		}
		for _, action := range actions {
			if action.Enabled && d.Enabled {
				steps.Action = true
				return nil
			}
		}
	}
	return nil
}
