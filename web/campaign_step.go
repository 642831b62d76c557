package web

import (
	"cmp"
	"net/http"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

// errChangedSteps answers who came from a picture of the workflow that is no longer true.
var errChangedSteps = hookline.Conflict("The workflow was changed in the meantime. Go back, reload the page and try again.")

// newStep asks for the kind of a new step, and then for what it does.
func (s *server) newStep(w http.ResponseWriter, r *http.Request) error {
	c, err := s.theCampaign(r)
	if err != nil {
		return err
	}
	end := hookline.Spot{Index: len(c.Steps)}
	at, kind := cmp.Or(r.URL.Query().Get("at"), end.String()), hookline.StepKind(r.URL.Query().Get("kind"))
	if _, known := hookline.ParseSpot(at); !known {
		return errChangedSteps
	}
	if !isStepKind(kind) {
		m := views.StepChoiceModel{Campaign: c, At: at}
		m.Page = s.page(w, r, ui.Page{Title: "Add a step", Active: ui.NavCampaigns, Crumbs: withinCampaign(c), Narrow: true})
		return s.show(w, r, view{page: views.StepChoice(m)})
	}
	return s.showStep(w, r, http.StatusOK, openStep(c, hookline.Step{Kind: kind}, at))
}

func isStepKind(kind hookline.StepKind) bool {
	for _, known := range hookline.StepKinds() {
		if known == kind {
			return true
		}
	}
	return false
}

// editStep is a step's page.
func (s *server) editStep(w http.ResponseWriter, r *http.Request) error {
	c, step, err := s.theStep(r)
	if err != nil {
		return err
	}
	return s.showStep(w, r, http.StatusOK, openStep(c, step, ""))
}

// theStep reads the step that the address names.
func (s *server) theStep(r *http.Request) (hookline.Campaign, hookline.Step, error) {
	c, err := s.theCampaign(r)
	if err != nil {
		return c, hookline.Step{}, err
	}
	step := c.Step(r.PathValue("step"))
	if step == nil {
		return c, hookline.Step{}, hookline.NotFound("step")
	}
	return c, *step, nil
}

func (s *server) showStep(w http.ResponseWriter, r *http.Request, status int, f stepForm) error {
	m, err := s.stepModel(r, f)
	if err != nil {
		return err
	}
	title := views.StepKindLabel(f.step.Kind)
	if f.step.ID != "" {
		title = f.step.Label()
	}
	p := ui.Page{Title: title, Active: ui.NavCampaigns, Crumbs: withinCampaign(f.campaign)}
	if f.step.ID != "" {
		p.Actions = []ui.Button{{Label: "Remove", Icon: "trash", Href: views.StepPath(f.campaign.ID, f.step.ID, "remove")}}
	}
	m.Page = s.page(w, r, p)
	v := view{page: views.StepForm(m), fragment: views.Trigger(m.Condition)}
	if f.step.Kind == hookline.StepUpdate {
		v.fragment = views.SetRows(m)
	}
	return s.showStatus(w, r, status, v)
}

// stepModel shows a step's form, with the request of a webhook.
func (s *server) stepModel(r *http.Request, f stepForm) (views.StepModel, error) {
	m := views.StepModel{Campaign: f.campaign, Step: f.step, At: f.at, Typed: f.typed, Trouble: f.trouble}
	named := f.step
	named.Name = f.typed.Name
	m.Word = named.Word()
	switch f.step.Kind {
	case hookline.StepWait, hookline.StepBranch:
		var err error
		m.Condition, err = s.askedModel(r, f.condition, f.path())
		return m, err
	case hookline.StepWebhook:
		return m, s.tellRequestOf(r, f, &m)
	}
	return m, nil
}

// tellRequestOf says what a webhook sends, and why it cannot be sent automatically yet.
func (s *server) tellRequestOf(r *http.Request, f stepForm, m *views.StepModel) (err error) {
	if !f.wantsRequest() {
		if m.Refused, err = s.refusedAuto(r.Context(), f.step); err != nil {
			return err
		}
	}
	if f.step.Webhook.ActionID == "" {
		return nil
	}
	a, err := s.Store.Action(r.Context(), f.step.Webhook.ActionID)
	switch hookline.KindOf(err) {
	case hookline.KindNotFound:
		return nil
	case "":
		request := stepRequest(a)
		m.Request = &request
	}
	return err
}

// saveNewStep puts a new step into the workflow, or only edits the form.
func (s *server) saveNewStep(w http.ResponseWriter, r *http.Request) error {
	c, err := s.theCampaign(r)
	if err != nil {
		return err
	}
	kind := hookline.StepKind(r.PostFormValue("kind"))
	at, known := hookline.ParseSpot(r.PostFormValue("at"))
	if !known || !isStepKind(kind) {
		return errChangedSteps
	}
	f := readStep(r, c, hookline.Step{Kind: kind}, at.String())
	if f.edited(r) {
		return s.showStep(w, r, http.StatusOK, f)
	}
	return s.keepStep(w, r, f, func(c *hookline.Campaign, step hookline.Step) bool { return c.Insert(at, step) })
}

// saveStep changes a step, or only edits the form.
func (s *server) saveStep(w http.ResponseWriter, r *http.Request) error {
	c, step, err := s.theStep(r)
	if err != nil {
		return err
	}
	f := readStep(r, c, step, "")
	if f.edited(r) {
		return s.showStep(w, r, http.StatusOK, f)
	}
	return s.keepStep(w, r, f, func(c *hookline.Campaign, step hookline.Step) bool {
		place := c.Step(step.ID)
		if place != nil {
			*place = step
		}
		return place != nil
	})
}

// keepStep saves the step of a form in its place. A webhook that was told where to send gets its request, and the
// composer opens.
func (s *server) keepStep(w http.ResponseWriter, r *http.Request, f stepForm, place func(*hookline.Campaign, hookline.Step) bool) error {
	step, err := s.finishStep(r.Context(), &f)
	if step.ID == "" {
		step.ID = new(hookline.IDs).New("stp")
	}
	requests := map[string]hookline.Action{}
	if err == nil && f.wantsRequest() {
		requests[step.ID], err = s.firstRequest(r, f)
	}
	saved := f.campaign
	if err == nil && !place(&saved, step) {
		err = errChangedSteps
	}
	if err == nil {
		saved.Version = readVersion(r)
		saved, err = s.Store.SaveCampaign(r.Context(), saved, requests)
	}
	var wrong bool
	if f.trouble, wrong = onForm(renamed(err, "steps."+step.ID+".", f.fields())); wrong {
		return s.showStep(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	if len(requests) > 0 {
		sends := saved.Step(step.ID).Webhook
		return s.done(w, r, actionPath(hookline.Action{ID: sends.ActionID, DestinationID: sends.DestinationID}), "The step is saved. Now compose its request.")
	}
	return s.done(w, r, views.StepAnchor(saved.ID, step.ID), "“"+step.Label()+"” is saved.")
}

// moveStep moves a step in one of the ways that its menu offers.
func (s *server) moveStep(w http.ResponseWriter, r *http.Request) error {
	c, step, err := s.theStep(r)
	if err != nil {
		return err
	}
	to, known := hookline.ParseSpot(r.PostFormValue("to"))
	if !known || !c.Move(step.ID, to) {
		return errChangedSteps
	}
	if _, err := s.Store.UpdateCampaign(r.Context(), c); err != nil {
		return err
	}
	return s.done(w, r, views.StepAnchor(c.ID, step.ID), "“"+step.Label()+"” is moved.")
}
