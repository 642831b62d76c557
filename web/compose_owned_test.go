package web

import (
	"testing"
)

// TestAnOpenComposerDoesNotUndoARenaming: who saves the request of a step that was renamed meanwhile changes the request
// alone, whatever the form was opened with.
func TestAnOpenComposerDoesNotUndoARenaming(t *testing.T) {
	s := withResend(t)
	k := s.tour(t)
	path := "/destinations/" + k.step.Webhook.DestinationID + "/actions/" + k.step.Webhook.ActionID
	b := s.as(editor)
	b.get(path).want(t, 200, `name="url"`, `!name="name"`)
	c := k.campaign
	c.Steps[0].Name = "Greet the lead"
	_, err := s.store.UpdateCampaign(t.Context(), c)
	s.must(err)
	for _, name := range []string{"", "Create a lead"} {
		b.post(path, form("name", name, "method", "POST", "url", "https://8.8.8.8/greetings", "body", "{}")).want(t, 303)
		a, err := s.store.Action(t.Context(), k.step.Webhook.ActionID)
		s.must(err)
		if a.Name != "Greet the lead" || a.Template.URL != "https://8.8.8.8/greetings" {
			t.Errorf("posted with the name %q it is called %q, and sends to %s", name, a.Name, a.Template.URL)
		}
	}
	d, err := s.store.Destination(t.Context(), k.step.Webhook.DestinationID)
	s.must(err)
	if d.Name != "Greet the lead" {
		t.Errorf("the destination is called %q", d.Name)
	}
}
