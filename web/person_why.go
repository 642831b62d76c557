package web

import (
	"net/http"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

// eventsAsked is of how many of a person's events it is told what became of them.
const eventsAsked = 10

// showWhyNothing tells of a person's latest events what one destination made of each.
func (s *server) showWhyNothing(w http.ResponseWriter, r *http.Request) error {
	person, err := s.Store.Person(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	m := views.PersonWhyModel{Person: person}
	if m.Destinations, err = s.Store.ListDestinations(r.Context()); err != nil {
		return err
	}
	for i, d := range m.Destinations {
		m.Destinations[i] = withoutSecrets(d)
		if d.ID == r.URL.Query().Get("destination") || len(m.Destinations) == 1 {
			m.Chosen = m.Destinations[i]
		}
	}
	if err := s.askLately(r, &m); err != nil {
		return err
	}
	m.Page = s.page(w, r, ui.Page{
		Title: "Why was nothing sent?", Active: ui.NavPeople, Crumbs: personCrumbs(ui.Crumb{Label: person.Label(), Href: personPath(person.ID)}),
		Subtitle: "What a destination made of the latest events about this person, action by action.",
	})
	return s.show(w, r, view{page: views.PersonWhy(m), fragment: views.PersonWhyTold(m)})
}

// askLately reads the latest events, and what the chosen destination made of each.
func (s *server) askLately(r *http.Request, m *views.PersonWhyModel) error {
	events, err := s.Store.ListEvents(r.Context(), hookline.EventFilter{Identities: identities(m.Person)}, hookline.Cursor{Limit: eventsAsked})
	if err != nil {
		return err
	}
	for _, event := range events.Rows {
		one := views.EventModel{Event: event, Person: m.Person}
		if m.Chosen.ID != "" {
			if err := s.readEffects(r.Context(), &one, []hookline.Destination{m.Chosen}); err != nil {
				return err
			}
		}
		m.Events = append(m.Events, one)
	}
	return nil
}
