package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

type personStore interface {
	ListPeople(ctx context.Context, search string, c hookline.Cursor) (hookline.Listing[hookline.Person], error)
	Person(ctx context.Context, id string) (hookline.Person, error)
	UpdatePerson(ctx context.Context, p hookline.Person) (hookline.Person, error)
}

const (
	shownOfPerson = 20       // events and deliveries on a person's page
	maxAttributes = 64 << 10 // bytes of JSON that may be typed
)

func personCrumbs(more ...ui.Crumb) []ui.Crumb {
	return append([]ui.Crumb{{Label: "People", Href: "/people"}}, more...)
}

func personPath(id string) string { return "/people/" + id }

// listPeople answers a search as it is typed with the rows alone, and without scripts with the page.
func (s *server) listPeople(w http.ResponseWriter, r *http.Request) error {
	whom := peopleFilterOf(r)
	people, err := s.peopleFound(r.Context(), whom, cursor(r))
	if err != nil {
		return err
	}
	filter, err := s.segmentFilter(r)
	if err != nil {
		return err
	}
	shortcuts, err := s.pressableShortcuts(r)
	if err != nil {
		return err
	}
	m := views.PersonListModel{
		Shortcuts: shortcuts,
		Page: s.page(w, r, ui.Page{
			Title: "People", Active: ui.NavPeople,
			Subtitle: "Everybody whom an event was about, with what your apps told about them.", Actions: peopleActions(r),
		}),
		Search:  whom.search,
		Segment: filter,
		People:  people.Rows,
		Pages:   pages(r, people, func(p hookline.Person) string { return p.ID }),
	}
	if mayEdit(r) {
		m.Export = whom.at("/people/export")
	}
	if m.Looked, err = s.peopleLooked(r, people.Stopped, &m.Pages); err != nil {
		return err
	}
	return s.show(w, r, view{page: views.PersonList(m), fragment: views.PersonRows(m)})
}

// peopleActions are the ways out of the list of people: to what was imported and deleted, and for those who may, in.
func peopleActions(r *http.Request) []ui.Button {
	actions := []ui.Button{{Label: "Attributes", Icon: "tags", Href: "/people/attributes"}, {Label: "Deletions", Href: "/deletions", Icon: "trash"}}
	label := "Imports"
	if mayEdit(r) {
		label = "Import"
	}
	return append(actions, ui.Button{Label: label, Href: "/imports", Icon: "upload"})
}

// showPerson shows the newest of what a person did and was sent; the whole of it is under Sent and Sources.
func (s *server) showPerson(w http.ResponseWriter, r *http.Request) error {
	person, err := s.Store.Person(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	m := views.PersonModel{Person: person}
	events, err := s.Store.ListEvents(r.Context(), hookline.EventFilter{Identities: identities(person)}, hookline.Cursor{Limit: shownOfPerson})
	if err != nil {
		return err
	}
	deliveries, err := s.Store.ListDeliveries(r.Context(), hookline.DeliveryFilter{PersonID: person.ID}, hookline.Cursor{Limit: shownOfPerson})
	if err != nil {
		return err
	}
	if m.Journeys, err = s.journeysOfPerson(r.Context(), person.ID); err != nil {
		return err
	}
	m.Events, m.Deliveries, m.MoreDeliveries = events.Rows, deliveries.Rows, deliveries.Older
	if m.Attributes, err = s.attributeRows(r, person); err != nil {
		return err
	}
	if m.Segments, err = s.personSegments(r.Context(), person); err != nil {
		return err
	}
	if m.Shortcuts, err = s.pressableShortcuts(r); err != nil {
		return err
	}
	m.MayTend = mayTend(r)
	m.Page = s.page(w, r, ui.Page{Title: person.Label(), Active: ui.NavPeople, Crumbs: personCrumbs(), Actions: personActions(r, person)})
	return s.show(w, r, view{page: views.Person(m), fragment: views.PersonNow(m)})
}

// personActions are what the visitor may do with a person as a whole.
func personActions(r *http.Request, p hookline.Person) (actions []ui.Button) {
	if mayEdit(r) {
		actions = append(actions, ui.Button{Label: "Delete", Href: personPath(p.ID) + "/delete", Icon: "trash"})
	}
	if mayTend(r) && !p.Suppressed {
		actions = append(actions, ui.Button{Label: "Suppress", Href: personPath(p.ID) + "/suppress", Icon: "ban"})
	}
	if mayTend(r) {
		actions = append(actions, ui.Button{Label: "Edit as JSON", Href: personPath(p.ID) + "/edit", Icon: "braces"})
	}
	return actions
}

// identities are the names under which a person's events stand in the log.
func identities(p hookline.Person) []string {
	var names []string
	if p.UserID != "" {
		names = append(names, hookline.UserIdentity(p.UserID))
	}
	for _, id := range p.AnonymousIDs {
		names = append(names, hookline.AnonymousIdentity(id))
	}
	return names
}

// editPerson shows attributes one to a line. What is kept is valid JSON; should it ever not be, it is shown as it is, so
// that it can be mended.
func (s *server) editPerson(w http.ResponseWriter, r *http.Request) error {
	person, err := s.Store.Person(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, person.Attributes, "", "  "); err != nil {
		pretty.Reset()
		pretty.Write(person.Attributes)
	}
	return s.showPersonForm(w, r, http.StatusOK, views.PersonFormModel{Person: person, Attributes: pretty.String(), Version: person.Version})
}

func (s *server) showPersonForm(w http.ResponseWriter, r *http.Request, status int, m views.PersonFormModel) error {
	m.Page = s.page(w, r, ui.Page{
		Title: "Edit attributes", Active: ui.NavPeople,
		Crumbs: personCrumbs(ui.Crumb{Label: m.Person.Label(), Href: personPath(m.Person.ID)}),
	})
	return s.showStatus(w, r, status, view{page: views.PersonForm(m)})
}

// savePerson refuses to write over a change that came in while somebody typed; what they typed stays in the form.
func (s *server) savePerson(w http.ResponseWriter, r *http.Request) error {
	person, err := s.Store.Person(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	m := views.PersonFormModel{Person: person, Attributes: r.PostFormValue("attributes")}
	m.Version, err = strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if err == nil {
		err = s.updatePerson(r, m)
	} else {
		err = hookline.Conflict("The form could not be read. Reload the page and try again.")
	}
	var wrong bool
	if m.Trouble, wrong = onForm(err); wrong {
		return s.showPersonForm(w, r, http.StatusUnprocessableEntity, m)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, personPath(person.ID), "The attributes are saved.")
}

func (s *server) updatePerson(r *http.Request, m views.PersonFormModel) error {
	attributes, err := parseAttributes(m.Attributes)
	if err != nil {
		return err
	}
	person := m.Person
	person.Attributes, person.Version = attributes, m.Version
	_, err = s.Store.UpdatePerson(r.Context(), person)
	return err
}

// parseAttributes reads one JSON object; numbers and the order of keys stay as they were typed.
func parseAttributes(text string) (json.RawMessage, error) {
	if len(text) > maxAttributes {
		return nil, wrongAttributes("This is too long: at most 64 KB.")
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &fields); err != nil || fields == nil {
		return nil, wrongAttributes("This is not a JSON object." + whereWrong(text, err) + " It must look like {\"plan\": \"Startup\"}.")
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, []byte(text)); err != nil {
		return nil, wrongAttributes("This is not a JSON object.")
	}
	return compact.Bytes(), nil
}

func wrongAttributes(text string) error {
	return hookline.Invalid("The attributes were not saved.", map[string]string{"attributes": text})
}

// whereWrong names the line on which JSON ends to make sense.
func whereWrong(text string, err error) string {
	syntax, ok := errors.AsType[*json.SyntaxError](err)
	if !ok {
		return ""
	}
	before := text[:min(int(syntax.Offset), len(text))]
	return " Look at line " + strconv.Itoa(strings.Count(before, "\n")+1) + "."
}
