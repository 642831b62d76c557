package web

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"hookline/internal/attribute"
	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

type attributeStore interface {
	ChangeAttribute(ctx context.Context, c hookline.AttributeChange) (hookline.Person, error)
	SuppressPerson(ctx context.Context, id string, suppressed bool) (hookline.Person, error)
}

// mayTend says whether the visitor may change people.
func mayTend(r *http.Request) bool { return visitor(r).user.Role.Allows(hookline.Support) }

// editAttribute shows the form of one attribute, of a new one when none is named.
func (s *server) editAttribute(w http.ResponseWriter, r *http.Request) error {
	person, err := s.Store.Person(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	m := views.AttributeFormModel{Person: person, Name: r.URL.Query().Get("name"), Type: attribute.Text}
	m.New = !r.URL.Query().Has("name")
	if !m.New {
		if m.Was, err = valueOf(person, m.Name); err != nil {
			return err
		}
		if m.Was == nil {
			return hookline.NotFound("attribute")
		}
		m.Type, m.Value = attribute.Of(m.Was), attribute.Typed(m.Was)
	}
	return s.showAttributeForm(w, r, http.StatusOK, m)
}

// valueOf is a person's attribute; nil when they have none of that name.
func valueOf(p hookline.Person, name string) (json.RawMessage, error) {
	attributes, err := hookline.ParseAttributes(p.Attributes)
	return attributes.Get(name), err
}

// showAttributeField answers with the field for another type, with what was typed so far.
func (s *server) showAttributeField(w http.ResponseWriter, r *http.Request) error {
	person, err := s.Store.Person(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	m := views.AttributeFormModel{Person: person, Type: attribute.Type(r.URL.Query().Get("type")), Value: r.URL.Query().Get("value")}
	return s.show(w, r, view{page: views.AttributeField(m)})
}

func (s *server) showAttributeForm(w http.ResponseWriter, r *http.Request, status int, m views.AttributeFormModel) (err error) {
	title := "Change " + m.Name
	if m.New {
		title = "Add an attribute"
		if m.Names, err = s.attributeNames(r.Context()); err != nil {
			return err
		}
	}
	m.Page = s.page(w, r, ui.Page{
		Title: title, Active: ui.NavPeople, Narrow: true,
		Crumbs: personCrumbs(ui.Crumb{Label: m.Person.Label(), Href: personPath(m.Person.ID)}),
	})
	return s.showStatus(w, r, status, view{page: views.AttributeForm(m)})
}

// saveAttribute refuses to write over what the attribute became while somebody typed. The form comes back with what it is
// now beside what they typed, and saving it again means to write over that.
func (s *server) saveAttribute(w http.ResponseWriter, r *http.Request) error {
	person, err := s.Store.Person(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	m := readAttributeForm(r, person)
	change := hookline.AttributeChange{PersonID: person.ID, Name: m.Name, Was: m.Was}
	var wrong string
	if change.Value, wrong = attribute.Read(m.Type, m.Value); wrong != "" {
		err = hookline.Invalid("The attribute could not be saved.", map[string]string{"value": wrong})
	} else {
		_, err = s.Store.ChangeAttribute(r.Context(), change)
	}
	if hookline.KindOf(err) == hookline.KindConflict {
		if err = s.readConflict(r, &m); err != nil {
			return err
		}
		return s.showAttributeForm(w, r, http.StatusUnprocessableEntity, m)
	}
	var onIt bool
	if m.Trouble, onIt = onForm(err); onIt {
		return s.showAttributeForm(w, r, http.StatusUnprocessableEntity, m)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, personPath(person.ID), "“"+m.Name+"” is saved.")
}

func readAttributeForm(r *http.Request, person hookline.Person) views.AttributeFormModel {
	m := views.AttributeFormModel{
		Person: person, New: r.PostFormValue("new") != "", Name: r.PostFormValue("name"),
		Type: attribute.Type(r.PostFormValue("type")), Value: r.PostFormValue("value"),
	}
	if m.New {
		m.Name = trimmed(r, "name")
	}
	if was := r.PostFormValue("was"); was != "" {
		m.Was = json.RawMessage(was)
	}
	return m
}

// readConflict puts what the attribute is by now into the form.
func (s *server) readConflict(r *http.Request, m *views.AttributeFormModel) (err error) {
	if m.Person, err = s.Store.Person(r.Context(), m.Person.ID); err != nil {
		return err
	}
	if m.Was, err = valueOf(m.Person, m.Name); err != nil {
		return err
	}
	rows, err := s.attributeRows(r, m.Person)
	if err != nil {
		return err
	}
	m.Conflict = &views.AttributeRow{Name: m.Name}
	for i, row := range rows {
		if row.Name == m.Name {
			m.Conflict = &rows[i]
		}
	}
	m.New = false
	return nil
}

// attributeRows are a person's attributes, each with what set it last. What is gone by now is told without a link.
func (s *server) attributeRows(r *http.Request, p hookline.Person) ([]views.AttributeRow, error) {
	attributes, err := hookline.ParseAttributes(p.Attributes)
	if err != nil {
		return nil, err
	}
	setters := p.Setters.All()
	known := map[string]views.SetBy{}
	rows := make([]views.AttributeRow, 0, attributes.Len())
	for _, name := range attributes.Keys() {
		by := setters[name]
		told, asked := known[by.ID]
		if !asked {
			if told, err = s.setBy(r.Context(), by); err != nil {
				return nil, err
			}
			known[by.ID] = told
		}
		told.Setter = by
		value := attributes.Get(name)
		rows = append(rows, views.AttributeRow{Name: name, Value: value, Type: attribute.Of(value), By: told})
	}
	return rows, nil
}

func (s *server) askRemoveAttribute(w http.ResponseWriter, r *http.Request) error {
	person, err := s.Store.Person(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	name := r.URL.Query().Get("name")
	return s.ask(w, r, views.QuestionModel{
		Page:   ui.Page{Title: "Remove " + name + "?", Active: ui.NavPeople, Crumbs: personCrumbs(ui.Crumb{Label: person.Label(), Href: personPath(person.ID)})},
		Text:   "The attribute “" + name + "” of " + person.Label() + " is removed with its value. Webhooks that use it find it empty, until an event or an answer sets it again.",
		Action: personPath(person.ID) + "/attribute/remove?name=" + url.QueryEscape(name),
		Yes:    "Remove attribute",
		Back:   personPath(person.ID),
	})
}

func (s *server) removeAttribute(w http.ResponseWriter, r *http.Request) error {
	id, name := r.PathValue("id"), r.URL.Query().Get("name")
	if _, err := s.Store.ChangeAttribute(r.Context(), hookline.AttributeChange{PersonID: id, Name: name, Whatever: true}); err != nil {
		return err
	}
	return s.done(w, r, personPath(id), "“"+name+"” is removed.")
}
