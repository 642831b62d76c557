package web

import (
	"net/http"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
	"hookline/internal/ingest"
	"hookline/views"
	"hookline/views/ui"
)

func eventPath(id string) string { return "/events/" + id }

// sentBy is an event and the source that sent it, which must still be there to send it again.
func (s *server) sentBy(r *http.Request) (hookline.Event, hookline.Source, error) {
	event, err := s.Store.Event(r.Context(), r.PathValue("id"))
	if err != nil {
		return event, hookline.Source{}, err
	}
	source, err := s.Store.Source(r.Context(), event.SourceID)
	if hookline.KindOf(err) == hookline.KindNotFound {
		err = hookline.Conflict("The source of this event is deleted, so it cannot be sent again.")
	}
	if err == nil && !source.Enabled {
		err = hookline.Conflict("The source of this event is off, so it refuses every call. Switch it on first.")
	}
	return event, source, err
}

// askSendAgain asks, because whatever listens to the source hears the event once more.
func (s *server) askSendAgain(w http.ResponseWriter, r *http.Request) error {
	event, source, err := s.sentBy(r)
	if err != nil {
		return err
	}
	return s.ask(w, r, views.QuestionModel{
		Page: ui.Page{Title: "Send this event again?", Active: ui.NavSources, Crumbs: append(debuggerCrumbs(source), ui.Crumb{Label: views.EventTitle(event), Href: eventPath(event.ID)})},
		Text: "“" + views.EventTitle(event) + "” comes in once more, as it was sent but with a new messageId, so that it is no duplicate. " +
			"It counts as a new event: the person may change, and every action that waits for such an event sends its webhook.",
		Action: eventPath(event.ID) + "/again", Yes: "Send again", Back: eventPath(event.ID), Calm: true,
	})
}

func (s *server) sendAgain(w http.ResponseWriter, r *http.Request) error {
	event, source, err := s.sentBy(r)
	if err != nil {
		return err
	}
	receipt, err := s.Ingester.Accept(r.Context(), ingest.Call{
		Source: source, Type: event.Type, Body: withoutMembers(event.Payload, ours), ReceivedAt: time.Now(),
	})
	if err != nil {
		return err
	}
	s.recorded(r, audit.Thing{Kind: audit.Event, ID: event.ID, Name: views.EventTitle(event)}.Say(audit.Resent, "as a new event"))
	return s.showTaken(w, r, receipt)
}
