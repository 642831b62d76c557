package web

import (
	"context"
	"net/http"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

type eventStore interface {
	Event(ctx context.Context, id string) (hookline.Event, error)
	Rejection(ctx context.Context, id string) (hookline.Rejection, error)
	ListRejections(ctx context.Context, sourceID string, c hookline.Cursor) (hookline.Listing[hookline.Rejection], error)
	PersonByIdentity(ctx context.Context, identity string) (hookline.Person, error)
	ListBatchWaits(ctx context.Context, eventID string) ([]hookline.BatchWait, error)
}

// showEvent tells the way of one event as far as it is known: from which source, about whom, and what it set off.
func (s *server) showEvent(w http.ResponseWriter, r *http.Request) error {
	event, err := s.Store.Event(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	m := views.EventModel{Event: event, Raw: wantsRaw(r), MayEdit: mayEdit(r), Self: r.URL.RequestURI()}
	if m.Source, err = unlessMissing(s.Store.Source(r.Context(), event.SourceID)); err != nil {
		return err
	}
	if m.Person, err = unlessMissing(s.Store.PersonByIdentity(r.Context(), event.Identity())); err != nil {
		return err
	}
	destinations, err := s.Store.ListDestinations(r.Context())
	if err != nil {
		return err
	}
	if err := s.readEffects(r.Context(), &m, destinations); err != nil {
		return err
	}
	m.Page = ui.Page{Title: views.EventTitle(event), Active: ui.NavSources, Crumbs: debuggerCrumbs(m.Source)}
	if m.MayEdit && m.Source.ID != "" {
		m.Page.Actions = []ui.Button{
			{Label: "Edit and send", Href: sourcePath(m.Source.ID) + "/tester?example=" + event.ID, Icon: "flask"},
			{Label: "Send again", Href: eventPath(event.ID) + "/again", Icon: "refresh"},
		}
	}
	m.Page = s.page(w, r, m.Page)
	return s.show(w, r, view{page: views.Event(m), fragment: views.EventEffects(m)})
}

// showRejection shows what was sent exactly as it came: it need not be JSON, and whoever sent it must recognise it.
func (s *server) showRejection(w http.ResponseWriter, r *http.Request) error {
	rejection, err := s.Store.Rejection(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	m := views.RejectionModel{Rejection: rejection, Raw: wantsRaw(r)}
	if m.Source, err = unlessMissing(s.Store.Source(r.Context(), rejection.SourceID)); err != nil {
		return err
	}
	p := ui.Page{Title: "Rejected event", Active: ui.NavSources, Crumbs: debuggerCrumbs(m.Source)}
	if mayEdit(r) && m.Source.ID != "" {
		p.Actions = []ui.Button{{Label: "Mend and send", Href: sourcePath(m.Source.ID) + "/tester?example=" + rejection.ID, Icon: "flask"}}
	}
	m.Page = s.page(w, r, p)
	return s.show(w, r, view{page: views.Rejection(m)})
}

// unlessMissing takes "there is no such thing" for the zero value: a page about one thing still shows when something
// that it mentions was deleted.
func unlessMissing[T any](thing T, err error) (T, error) {
	if hookline.KindOf(err) == hookline.KindNotFound {
		var none T
		return none, nil
	}
	return thing, err
}
