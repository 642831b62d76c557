package web

import (
	"context"
	"net/http"

	"hookline/internal/hookline"
	"hookline/internal/shortcut"
	"hookline/views"
	"hookline/views/ui"
)

// Presser presses shortcuts; shortcut.Presser is one.
type Presser interface {
	// Preview makes the request of each person, as a press would. It changes nothing.
	Preview(ctx context.Context, s hookline.Shortcut, personIDs []string) ([]shortcut.Finished, error)
	// Press owes the request of each person; the same press again is the same.
	Press(ctx context.Context, press hookline.Press) (hookline.Press, error)
}

// mayPress says why a visitor cannot press a shortcut.
func mayPress(r *http.Request, s hookline.Shortcut) error {
	if role := visitor(r).user.Role; !role.Allows(s.Least) {
		return hookline.Forbidden("Your role, " + string(role) + ", does not include pressing “" + s.Name + "”. Ask somebody whose role does, or an editor to change who may press it.")
	}
	return s.Pressable()
}

// newPress shows what a press would send, for whom, before anything is sent.
func (s *server) newPress(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	if q.Get("shortcut") == "" || len(q["person"]) == 0 {
		return s.show(w, r, view{page: views.NobodyChosen(s.page(w, r, ui.Page{Title: "Press a shortcut", Active: ui.NavPeople, Crumbs: personCrumbs()}))})
	}
	return s.showNewPress(w, r, http.StatusOK, q.Get("shortcut"), q["person"], "")
}

func (s *server) showNewPress(w http.ResponseWriter, r *http.Request, status int, shortcutID string, personIDs []string, trouble string) error {
	one, err := s.Store.Shortcut(r.Context(), shortcutID)
	if err != nil {
		return err
	}
	press := hookline.Press{ID: s.presses.New("prs"), ShortcutID: one.ID, For: shortcut.People(personIDs)}
	for _, err := range []error{mayPress(r, one), press.Validate()} {
		if err != nil {
			return err
		}
	}
	m := views.NewPressModel{ID: press.ID, Shortcut: one, Trouble: trouble}
	if m.People, err = s.finished(r.Context(), one, press.For); err != nil {
		return err
	}
	hold, err := s.holdOf(r.Context(), one.DestinationID)
	if err != nil {
		return err
	}
	if hold.Cause.Holds() {
		m.Warnings = append(m.Warnings, views.HoldWarning(hold))
	}
	m.Page = s.page(w, r, ui.Page{Title: one.Name, Subtitle: one.Description, Active: ui.NavPeople, Crumbs: pressCrumbs(m.People)})
	return s.showStatus(w, r, status, view{page: views.NewPress(m)})
}

// finished are the requests of those people as a page may show them.
func (s *server) finished(ctx context.Context, one hookline.Shortcut, people []hookline.Pressed) ([]views.FinishedRequest, error) {
	ids := make([]string, len(people))
	for i, p := range people {
		ids[i] = p.PersonID
	}
	made, err := s.Presser.Preview(ctx, one, ids)
	shown := make([]views.FinishedRequest, len(made))
	for i, f := range made {
		shown[i] = views.FinishedRequest{Person: f.Person, Request: s.Secrets.ShownRequest(f.Made.Request), Refused: f.Refused}
		for _, warning := range f.Made.Warnings {
			shown[i].Warnings = append(shown[i].Warnings, warningText(warning))
		}
	}
	return shown, err
}

// pressCrumbs lead back to the one person whom it is for, or to all of them.
func pressCrumbs(people []views.FinishedRequest) []ui.Crumb {
	if len(people) == 1 {
		return personCrumbs(ui.Crumb{Label: people[0].Person.Label(), Href: personPath(people[0].Person.ID)})
	}
	return personCrumbs()
}

// press owes what the page showed. Whoever presses twice, or comes again with the back button, has pressed once.
func (s *server) press(w http.ResponseWriter, r *http.Request) error {
	press := hookline.Press{
		ID: r.PostFormValue("press"), ShortcutID: r.PostFormValue("shortcut"), By: visitor(r).user.Email, For: shortcut.People(r.PostForm["person"]),
	}
	one, err := s.Store.Shortcut(r.Context(), press.ShortcutID)
	if err == nil {
		err = mayPress(r, one)
	}
	if err != nil {
		return err
	}
	made, err := s.Presser.Press(r.Context(), press)
	if refused, wrong := onForm(err); wrong && press.Validate() == nil {
		return s.showNewPress(w, r, http.StatusConflict, one.ID, r.PostForm["person"], refused.Message)
	}
	if err != nil {
		return err
	}
	s.log.InfoContext(r.Context(), "shortcut pressed", "shortcut", one.ID, "press", made.ID, "people", len(made.For), "by", press.By)
	return goTo(w, r, views.PressPath(made.ID))
}

// showPress is the answer of a receiver as it comes, or how far many presses have come.
func (s *server) showPress(w http.ResponseWriter, r *http.Request) error {
	p, err := s.Store.Press(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	m := views.PressModel{Press: p}
	if m.Shortcut, err = unlessMissing(s.Store.Shortcut(r.Context(), p.ShortcutID)); err != nil {
		return err
	}
	m.Again = m.Shortcut.Enabled && visitor(r).user.Role.Allows(m.Shortcut.Least)
	if m.Rows, err = s.pressedRows(r.Context(), p); err != nil {
		return err
	}
	if err := s.readPressAnswer(r, &m); err != nil {
		return err
	}
	m.Page = s.page(w, r, ui.Page{Title: m.Title(), Active: ui.NavPeople, Crumbs: m.Crumbs()})
	return s.show(w, r, view{page: views.Press(m), fragment: views.PressNow(m)})
}

// pressedRows tell how it stands for each person. What was deleted since is told as such.
func (s *server) pressedRows(ctx context.Context, p hookline.Press) ([]views.PressedRow, error) {
	rows := make([]views.PressedRow, len(p.For))
	for i, one := range p.For {
		rows[i].Pressed = one
		person, err := unlessMissing(s.Store.Person(ctx, one.PersonID))
		if err != nil {
			return nil, err
		}
		if person.ID != "" {
			rows[i].Label = person.Label()
		}
		if one.DeliveryID == "" {
			continue
		}
		if rows[i].Row, err = unlessMissing(s.Store.DeliveryRow(ctx, one.DeliveryID)); err != nil {
			return nil, err
		}
		if rows[i].Row.PersonLabel != "" { // they may have been merged into somebody
			rows[i].Label, rows[i].PersonID = rows[i].Row.PersonLabel, rows[i].Row.PersonID
		}
	}
	return rows, nil
}

// readPressAnswer reads the last answer, when the press was for one person alone.
func (s *server) readPressAnswer(r *http.Request, m *views.PressModel) error {
	row, alone := m.Alone()
	if !alone || row.Row.ID == "" {
		return nil
	}
	attempts, err := s.attemptsFor(r, row.Row.ID)
	if err != nil {
		return err
	}
	if len(attempts) > 0 {
		m.Attempt = attempts[len(attempts)-1]
	}
	hold, err := s.holdOf(r.Context(), row.Row.DestinationID)
	if hold.Cause.Holds() && !row.Row.State.Final() {
		m.Held = hold.Reason
	}
	return err
}
