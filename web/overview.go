package web

import (
	"context"
	"net/http"
	"slices"
	"time"

	"hookline/internal/health"
	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

type overviewStore interface {
	CountPeople(ctx context.Context) (int, error)
	Backlog(ctx context.Context) (hookline.Backlog, error)
	FailingDestinations(ctx context.Context, since time.Time, limit int) ([]hookline.Failing, error)
	DemoMade(ctx context.Context) (hookline.DemoMade, error)
	ListDeliveries(ctx context.Context, f hookline.DeliveryFilter, c hookline.Cursor) (hookline.Listing[hookline.DeliveryRow], error)
	ListSources(ctx context.Context) ([]hookline.Source, error)
	ListEvents(ctx context.Context, f hookline.EventFilter, c hookline.Cursor) (hookline.Listing[hookline.Event], error)
	ListDestinations(ctx context.Context) ([]hookline.Destination, error)
	ListActions(ctx context.Context, destinationID string) ([]hookline.Action, error)
}

const (
	failingSpan  = time.Hour
	shownFailing = 5
)

// showOverview puts first what needs somebody: the steps that are left, then what fails now.
func (s *server) showOverview(w http.ResponseWriter, r *http.Request) error {
	m := views.OverviewModel{MayEdit: mayEdit(r)}
	demo, err := s.Store.DemoMade(r.Context())
	if err != nil {
		return err
	}
	m.Demo = demo.There()
	if m.Steps, err = s.firstSteps(r.Context()); err != nil {
		return err
	}
	if err := s.count(r, &m, time.Now().UTC()); err != nil {
		return err
	}
	m.Page = s.page(w, r, ui.Page{Title: "Overview", Active: ui.NavOverview})
	return s.show(w, r, view{page: views.Overview(m), fragment: views.OverviewNow(m)})
}

// count fills in every number and list. Figures and charts come from the same samples, so they agree with each other,
// and cost the same however much was sent.
func (s *server) count(r *http.Request, m *views.OverviewModel, now time.Time) (err error) {
	ctx := r.Context()
	if m.Charts, err = s.charts(r, "/", ""); err != nil {
		return err
	}
	today, err := s.Health.Series(ctx, "", health.RangeNamed("24h"), now)
	if err != nil {
		return err
	}
	m.Today = today.Sum
	if m.Backlog, err = s.Store.Backlog(ctx); err != nil {
		return err
	}
	if m.People, err = s.Store.CountPeople(ctx); err != nil {
		return err
	}
	if m.Alerts, err = s.Store.OpenAlerts(ctx); err != nil {
		return err
	}
	if m.Holding, err = s.holding(ctx); err != nil {
		return err
	}
	if m.Failing, err = s.failing(ctx, now.Add(-failingSpan)); err != nil {
		return err
	}
	failed, err := s.Store.ListDeliveries(ctx, hookline.DeliveryFilter{State: hookline.StateFailed, Origin: hookline.OriginEvent}, hookline.Cursor{Limit: 5})
	m.Failed = failed.Rows
	return err
}

// failing are the destinations that fail, those with the most failures first.
func (s *server) failing(ctx context.Context, since time.Time) ([]views.FailingRow, error) {
	destinations, err := s.Store.FailingDestinations(ctx, since, shownFailing)
	if err != nil || len(destinations) == 0 {
		return nil, err
	}
	sums, err := s.Health.Recent(ctx, since)
	rows := make([]views.FailingRow, len(destinations))
	for i, one := range destinations {
		rows[i] = views.FailingRow{Failing: one, Tries: sums[one.DestinationID]}
	}
	return rows, err
}

// holding are the destinations that are not sent to as usual.
func (s *server) holding(ctx context.Context) ([]views.DestinationStanding, error) {
	destinations, err := s.Store.ListDestinations(ctx)
	if err != nil {
		return nil, err
	}
	all, err := s.standings(ctx, destinations)
	return slices.DeleteFunc(all, func(one views.DestinationStanding) bool { return !one.Noteworthy() }), err
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
