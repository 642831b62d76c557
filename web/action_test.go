package web

import (
	"strings"
	"testing"

	"hookline/internal/hookline"
)

func TestActionsInTheirDestination(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{Enabled: true}, s.source("Website"))
	a := s.action(d, func(a *hookline.Action) {
		a.Name = "Greet <i>people</i>"
		a.Trigger = `event = "Signed Up"`
		a.Template.URL = "https://user:hunter2@example.com/hook"
	})
	path := "/destinations/" + d.ID
	for _, role := range []hookline.Role{editor, viewer} {
		s.as(role).get(path).want(t, 200, "Greet &lt;i&gt;people&lt;/i&gt;", "!<i>people", "When the event is Signed Up",
			"POST https://example.com/hook", "!hunter2", "nothing yet")
	}
	b := s.as(editor)
	b.get(path).want(t, 200, "Every action is off")
	b.post(path+"/actions/"+a.ID+"/enabled", form("enabled", "true")).wantRedirect(t, path+"#actions")
	b.get(path).want(t, 200, "is on.", "!Nothing is sent yet")

	b.post(path+"/actions/"+a.ID+"/duplicate", nil)
	actions, err := s.store.ListActions(t.Context(), d.ID)
	if err != nil || len(actions) != 2 {
		t.Fatalf("%+v, %v", actions, err)
	}
	if copied := actions[1]; copied.Enabled || copied.Name != "Greet <i>people</i> (copy)" || copied.Trigger != a.Trigger || copied.Template.URL != a.Template.URL {
		t.Errorf("copy %+v", copied)
	}

	other := s.destination(hookline.Destination{Name: "Other"})
	b.post("/destinations/"+other.ID+"/actions/"+a.ID+"/delete", nil).want(t, 404, "no such action")
	b.get(path+"/actions/"+a.ID+"/delete").want(t, 200, "Delete this action?", "still sent")
	b.post(path+"/actions/"+a.ID+"/delete", nil).wantRedirect(t, path)
	if left, err := s.store.ListActions(t.Context(), d.ID); err != nil || len(left) != 1 {
		t.Errorf("left %+v, %v", left, err)
	}
}

func TestAnActionThatIsOnSaysWhenItsDestinationIsOff(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{})
	a := s.action(d, nil)
	b := s.as(editor)
	b.post("/destinations/"+d.ID+"/actions/"+a.ID+"/enabled", form("enabled", "true"))
	b.get("/destinations/"+d.ID).want(t, 200, "its destination is off")
}

func TestFiftyActionsAreEnough(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{})
	var last hookline.Action
	for range hookline.MaxActions {
		last = s.action(d, nil)
	}
	s.as(editor).post("/destinations/"+d.ID+"/actions/"+last.ID+"/duplicate", nil).want(t, 409, "50")
}

func TestCopyNamesFit(t *testing.T) {
	for _, name := range []string{"CRM", strings.Repeat("x", 200), strings.Repeat("ä", 100)} {
		if got := copyName(name); len(got) > hookline.MaxName || !strings.HasSuffix(got, " (copy)") || strings.ContainsRune(got, '�') {
			t.Errorf("%q becomes %q", name, got)
		}
	}
}
