package web

import (
	"context"
	"net/http"
	"slices"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
	"hookline/views"
	"hookline/views/ui"
)

type destinationStore interface {
	ListDestinations(ctx context.Context) ([]hookline.Destination, error)
	Destination(ctx context.Context, id string) (hookline.Destination, error)
	CreateDestination(ctx context.Context, d hookline.Destination) (hookline.Destination, error)
	UpdateDestination(ctx context.Context, d hookline.Destination) (hookline.Destination, error)
	DeleteDestination(ctx context.Context, id string) error
	pauseStore
	ListSources(ctx context.Context) ([]hookline.Source, error)
	ListActions(ctx context.Context, destinationID string) ([]hookline.Action, error)
	ListDeliveries(ctx context.Context, f hookline.DeliveryFilter, c hookline.Cursor) (hookline.Listing[hookline.DeliveryRow], error)
}

// countedDeliveries is how many of a destination's latest deliveries the counts beside its actions are made of: enough
// to see how an action fares, and never more to read.
const countedDeliveries = 200

func destinationCrumbs(more ...ui.Crumb) []ui.Crumb {
	return append([]ui.Crumb{{Label: "Destinations", Href: "/destinations"}}, more...)
}

func destinationPath(id string) string { return "/destinations/" + id }

func (s *server) listDestinations(w http.ResponseWriter, r *http.Request) error {
	destinations, err := s.Store.ListDestinations(r.Context())
	if err != nil {
		return err
	}
	standings, err := s.standings(r.Context(), destinations)
	if err != nil {
		return err
	}
	m := views.DestinationListModel{MayEdit: mayEdit(r)}
	for i, d := range destinations {
		row, err := s.destinationRow(r.Context(), d)
		if err != nil {
			return err
		}
		row.Standing = standings[i]
		m.Rows = append(m.Rows, row)
	}
	m.Page = ui.Page{
		Title: "Destinations", Active: ui.NavDestinations,
		Subtitle: "Where webhooks go: each destination listens to sources and has actions that say what is sent, and when.",
	}
	if m.MayEdit && len(m.Rows) > 0 {
		m.Page.Actions = []ui.Button{{Label: "New destination", Href: "/destinations/new", Icon: "plus", Look: ui.LookMain}}
	}
	m.Page = s.page(w, r, m.Page)
	return s.show(w, r, view{page: views.DestinationList(m), fragment: views.DestinationRows(m)})
}

func (s *server) destinationRow(ctx context.Context, d hookline.Destination) (views.DestinationRow, error) {
	row := views.DestinationRow{ID: d.ID, Name: d.Name}
	sources, err := s.connectedSources(ctx, d)
	if err != nil {
		return row, err
	}
	for _, source := range sources {
		row.Sources = append(row.Sources, source.Name)
	}
	actions, err := s.Store.ListActions(ctx, d.ID)
	row.Actions = len(actions)
	for _, action := range actions {
		if action.Enabled {
			row.EnabledActions++
		}
	}
	return row, err
}

// connectedSources are the sources that a destination listens to.
func (s *server) connectedSources(ctx context.Context, d hookline.Destination) ([]hookline.Source, error) {
	sources, err := s.Store.ListSources(ctx)
	return slices.DeleteFunc(sources, func(source hookline.Source) bool { return !slices.Contains(d.SourceIDs, source.ID) }), err
}

func (s *server) showDestination(w http.ResponseWriter, r *http.Request) error {
	d, err := s.Store.Destination(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	m := views.DestinationModel{Destination: withoutSecrets(d), MayEdit: mayEdit(r), Shared: d.SharedSecret != "", Standard: len(d.StandardSecrets), Way: s.wayOf(r, d)}
	regions, err := s.regions(r.Context())
	if err != nil {
		return err
	}
	m.Way.Regions = shownRegions(regions)
	if m.Sources, err = s.connectedSources(r.Context(), d); err != nil {
		return err
	}
	if m.Standing, err = s.standingOf(r, d); err != nil {
		return err
	}
	if m.Actions, err = s.actionRows(r.Context(), d.ID); err != nil {
		return err
	}
	if m.Charts, err = s.charts(r, destinationPath(d.ID), d.ID); err != nil {
		return err
	}
	m.Page = ui.Page{
		Title: d.Name, Active: actionNav(d), Crumbs: s.crumbsTo(r.Context(), d),
		Actions: []ui.Button{{Label: "What was sent", Href: "/sent?destination=" + d.ID, Icon: "list"}},
	}
	if m.MayEdit {
		m.Page.Actions = append(m.Page.Actions, ui.Button{Label: "Settings", Href: destinationPath(d.ID) + "/edit", Icon: "settings"})
	}
	m.Page = s.page(w, r, m.Page)
	return s.show(w, r, view{page: views.Destination(m), fragment: views.DestinationNow(m)})
}

// withoutSecrets is a destination as anybody may see it. Pages get no other, but for the one that reveals.
func withoutSecrets(d hookline.Destination) hookline.Destination {
	d.SharedSecret, d.StandardSecrets, d.StandardEnds = "", nil, nil
	d.TLS.ClientKey, d.Proxy = "", outbound.ShowURL(d.Proxy)
	return d
}

func (s *server) actionRows(ctx context.Context, destinationID string) ([]views.ActionRow, error) {
	actions, err := s.Store.ListActions(ctx, destinationID)
	if err != nil {
		return nil, err
	}
	latest, err := s.Store.ListDeliveries(ctx, hookline.DeliveryFilter{DestinationID: destinationID}, hookline.Cursor{Limit: countedDeliveries})
	if err != nil {
		return nil, err
	}
	segments, err := s.segmentNames(ctx)
	if err != nil {
		return nil, err
	}
	rows := make([]views.ActionRow, len(actions))
	for i, a := range actions {
		rows[i] = views.ActionRow{
			ID: a.ID, DestinationID: destinationID, Name: a.Name, Enabled: a.Enabled,
			Sentence: segments.Sentence(a.Trigger), Method: a.Template.Method, URL: outbound.ShowURL(a.Template.URL),
		}
		for _, d := range latest.Rows {
			if d.ActionID == a.ID {
				rows[i].Count(d.State)
			}
		}
	}
	return rows, nil
}

func (s *server) switchDestination(w http.ResponseWriter, r *http.Request) error {
	d, err := s.Store.Destination(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	d.Enabled = r.PostFormValue("enabled") == "true"
	if _, err := s.Store.UpdateDestination(r.Context(), d); err != nil {
		return err
	}
	text := "The destination is off. What is owed already waits until you enable it again."
	if d.Enabled {
		text = "The destination is enabled."
	}
	return s.done(w, r, destinationPath(d.ID), text)
}
