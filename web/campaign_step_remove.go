package web

import (
	"net/http"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

// askRemoveStep says what goes with a step, and where those go on who are at it.
func (s *server) askRemoveStep(w http.ResponseWriter, r *http.Request) error {
	c, step, err := s.theStep(r)
	if err != nil {
		return err
	}
	_, at, err := s.peopleIn(r.Context(), c.ID)
	if err != nil {
		return err
	}
	after := c
	after.Remove(step.ID)
	text := removalWords(step)
	for _, removed := range c.RemovedSteps(after) {
		text += whoGoesOn(at[removed.Step.ID], removed.Step, step.ID, after.Step(removed.NextID))
	}
	return s.ask(w, r, views.QuestionModel{
		Page: ui.Page{Title: "Remove this step?", Active: ui.NavCampaigns, Crumbs: withinCampaign(c, ui.Crumb{Label: step.Label(), Href: views.StepPath(c.ID, step.ID)})},
		Text: text, Action: views.StepPath(c.ID, step.ID, "remove"), Yes: "Remove step", Back: views.StepAnchor(c.ID, step.ID),
	})
}

func removalWords(step hookline.Step) string {
	label := "“" + step.Label() + "”"
	switch {
	case step.Kind == hookline.StepWebhook && step.Webhook.ActionID != "":
		return label + " goes with its request, and cannot be brought back. What it sent stays in Sent; what it still owes is not sent."
	case len(step.Yes)+len(step.No) > 0:
		return label + " goes with all steps in its branches, and cannot be brought back. To keep some of them, move them out first."
	}
	return label + " goes, and cannot be brought back."
}

// whoGoesOn says with what the people at a removed step go on; "" for nobody.
func whoGoesOn(n int, at hookline.Step, asked string, next *hookline.Step) string {
	if n == 0 {
		return ""
	}
	where := " here"
	if at.ID != asked {
		where = " at “" + at.Label() + "” in it"
	}
	words := " " + counted(n, "person is", "people are") + where + ": they "
	if next == nil {
		return words + "have finished then."
	}
	return words + "go on with “" + next.Label() + "”."
}

// removeStep leads back to where the step stood.
func (s *server) removeStep(w http.ResponseWriter, r *http.Request) error {
	c, step, err := s.theStep(r)
	if err != nil {
		return err
	}
	before := "trigger"
	for other := range c.Walk() {
		if other.ID == step.ID {
			break
		}
		before = other.ID
	}
	c.Remove(step.ID)
	if _, err := s.Store.UpdateCampaign(r.Context(), c); err != nil {
		return err
	}
	return s.done(w, r, views.StepAnchor(c.ID, before), "“"+step.Label()+"” is removed.")
}
