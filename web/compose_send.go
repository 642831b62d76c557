package web

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"hookline/internal/compose"
	"hookline/internal/delivery"
	"hookline/internal/hookline"
	"hookline/views"
)

// Tester sends a request once, and gives its delivery's id when the attempt is recorded; delivery.Engine is one.
type Tester interface {
	Test(ctx context.Context, t delivery.Test) (id string, err error)
}

func isAdmin(r *http.Request) bool { return visitor(r).user.Role.Allows(hookline.Admin) }

// testAction sends what the preview shows, as the form stands, and shows the answer beside it. Nothing is saved.
func (s *server) testAction(w http.ResponseWriter, r *http.Request) error {
	f, err := s.readComposer(r)
	if err != nil {
		return err
	}
	f.tested, err = s.sendActionTest(r, f)
	status := http.StatusOK
	if refused, wrong := onForm(err); wrong {
		f.refused, status = refused, http.StatusUnprocessableEntity
	} else if err != nil {
		return err
	}
	return s.showRecomposed(w, r, status, f)
}

// sendActionTest makes the request with the chosen event and person, and sends it.
func (s *server) sendActionTest(r *http.Request, f composerForm) (id string, err error) {
	if err := s.checkTest(r.Context(), &f); err != nil {
		return "", err
	}
	roots, err := s.chosenRoots(r, f)
	if err != nil {
		return "", err
	}
	made, err := s.Composer.Preview(r.Context(), f.template, roots)
	if err != nil {
		return "", untestable(err)
	}
	d := hookline.Delivery{DestinationID: f.destination.ID, ActionID: f.action.ID, AskedBy: visitor(r).user.Email}
	if roots.Event != nil && roots.Event.ID != exampleEvent().ID {
		d.EventID = roots.Event.ID
	}
	if roots.Person != nil && roots.Person.ID != examplePerson().ID {
		d.PersonID = roots.Person.ID
	}
	return s.Tester.Test(r.Context(), delivery.Test{
		Owed: hookline.Owed{Delivery: d, Request: made.Request}, Response: f.testedResponse(r), Roots: roots,
	})
}

// testedResponse is what would be made of the answer if the visitor saved the action.
func (f composerForm) testedResponse(r *http.Request) hookline.Response {
	a := f.action
	a.Template, a.Response = f.template, f.response.Wanted()
	a = a.SavedBy(isAdmin(r), f.action)
	if f.batch.On {
		a.Response.Attributes = nil
	}
	return a.Response
}

// checkTest says what keeps a request from being made of the form's template, whatever the data.
func (s *server) checkTest(ctx context.Context, f *composerForm) error {
	wrong := map[string]string{}
	addWrong(wrong, f.template.Validate())
	addWrong(wrong, f.atFields(s.Composer.Check(f.template)))
	addWrong(wrong, s.checkAddress(ctx, f.template.URL))
	addWrong(wrong, s.checkSecrets(ctx, f.template))
	f.atAuth(wrong)
	if len(wrong) > 0 {
		return hookline.Invalid("Mend this first:", wrong)
	}
	return nil
}

// untestable is why no request could be made, as the page says it.
func untestable(err error) error {
	if e, ok := errors.AsType[*compose.Error](err); ok {
		return hookline.Invalid(compose.Reason(e), nil)
	}
	if cancelled, ok := errors.AsType[*compose.Cancelled](err); ok {
		return hookline.Conflict(cancelled.Error())
	}
	return err
}

// chosenRoots are the event and the person that the preview is made with.
func (s *server) chosenRoots(r *http.Request, f composerForm) (compose.Roots, error) {
	lately, err := s.recent(r.Context(), f.destination)
	if err != nil {
		return compose.Roots{}, err
	}
	return s.chooseRoots(f, lately, &views.PreviewModel{Choice: f.example})
}

// testModel is the test beside the preview. A test of another destination is none of this form's.
func (s *server) testModel(r *http.Request, f composerForm, lately *recent) (views.TestModel, error) {
	m := views.TestModel{Path: views.ComposerPath(f.destination.ID, f.action.ID, "test"), Trouble: f.refused}
	hold, err := s.holdOf(r.Context(), f.destination.ID)
	if err != nil {
		return m, err
	}
	if hold.Cause.Holds() {
		m.Notes = append(m.Notes, hold.Reason+" A test goes to the receiver all the same.")
	}
	if f.batch.On {
		m.Notes = append(m.Notes, "Batches are on: a test sends this one body by itself, not in a list.")
	}
	row, attempts, err := s.lastTest(r, f)
	if err != nil || row.ID == "" {
		return m, err
	}
	m.Row = row
	if len(attempts) == 0 {
		return m, nil
	}
	m.Attempt = attempts[0]
	m.Would, err = s.wouldSet(r, f, lately, m.Attempt)
	return m, err
}

// lastTest is the test that the form remembers, with its attempts as the visitor may see them.
func (s *server) lastTest(r *http.Request, f composerForm) (row hookline.DeliveryRow, attempts []hookline.Attempt, err error) {
	if f.tested == "" {
		return row, nil, nil
	}
	row, err = unlessMissing(s.Store.DeliveryRow(r.Context(), f.tested))
	if err != nil || row.ID == "" || row.Origin != hookline.OriginTest || row.DestinationID != f.destination.ID {
		return hookline.DeliveryRow{}, nil, err
	}
	attempts, err = s.attemptsFor(r, row.ID)
	return row, attempts, err
}

// attemptsFor are a delivery's attempts as the visitor may see them.
func (s *server) attemptsFor(r *http.Request, deliveryID string) ([]hookline.Attempt, error) {
	attempts, err := s.Store.ListAttempts(r.Context(), deliveryID)
	if !isAdmin(r) {
		attempts = hookline.WithoutInside(attempts)
	}
	return attempts, err
}

// wouldSet is what a real send would make of this answer, as the form stands.
func (s *server) wouldSet(r *http.Request, f composerForm, lately *recent, a hookline.Attempt) (w views.WouldSet, err error) {
	response := f.testedResponse(r)
	switch {
	case response.Unused():
		return w, nil
	case a.Outcome != hookline.StateDelivered:
		w.Note = "would set nothing: this answer is no success."
		return w, nil
	case a.AnswerHidden:
		w.Note = "would not set what came from an inside address, unless an administrator saves this action."
		return w, nil
	}
	roots, err := s.chooseRoots(f, lately, &views.PreviewModel{Choice: f.example})
	if err != nil {
		return w, err
	}
	answer := compose.ReadAnswer(a.Status, a.Answer)
	roots.Answer = &answer
	used := s.Composer.Use(r.Context(), response, roots)
	w.Reason = strings.TrimSpace(used.Reason())
	now := personAttributes(roots.Person)
	for _, set := range used.Sets {
		w.Rows = append(w.Rows, views.WouldRow{Name: set.Name, Set: set.Value, Now: now[set.Name]})
	}
	if roots.Person == nil && len(w.Rows) > 0 {
		w.Rows, w.Note = nil, "would set nothing: the chosen event is about nobody who is known."
	}
	return w, nil
}
