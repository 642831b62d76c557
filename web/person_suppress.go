package web

import (
	"net/http"

	"hookline/views"
	"hookline/views/ui"
)

// askSuppress says what suppressing means before it is done: attributes are lost by it.
func (s *server) askSuppress(w http.ResponseWriter, r *http.Request) error {
	person, err := s.Store.Person(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.ask(w, r, views.QuestionModel{
		Page: ui.Page{Title: "Suppress this person?", Active: ui.NavPeople, Crumbs: personCrumbs(ui.Crumb{Label: person.Label(), Href: personPath(person.ID)})},
		Text: "All attributes of " + person.Label() + " are removed and cannot be brought back. From then on events about this person change nothing and send nothing, until you end it. " +
			"The ids stay, so that events are known to be theirs.",
		Action: personPath(person.ID) + "/suppress",
		Yes:    "Suppress person",
		Back:   personPath(person.ID),
	})
}

func (s *server) suppress(w http.ResponseWriter, r *http.Request) error {
	person, err := s.Store.SuppressPerson(r.Context(), r.PathValue("id"), true)
	if err != nil {
		return err
	}
	return s.done(w, r, personPath(person.ID), "The person is suppressed. Events about them change nothing and send nothing.")
}

func (s *server) unsuppress(w http.ResponseWriter, r *http.Request) error {
	person, err := s.Store.SuppressPerson(r.Context(), r.PathValue("id"), false)
	if err != nil {
		return err
	}
	return s.done(w, r, personPath(person.ID), "The person is no longer suppressed. The next event about them counts again.")
}
