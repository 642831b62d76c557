package web

import (
	"net/http"
	"strings"
	"testing"

	"hookline/internal/hookline"
)

// shortcut makes one that is on and sends who the person is.
func (s *site) shortcut(change func(*hookline.Shortcut, *hookline.Action)) hookline.Shortcut {
	s.t.Helper()
	one := hookline.Shortcut{Name: "Open a ticket", Description: "In the help desk.", Least: hookline.Support, Enabled: true}
	action := hookline.Action{Name: hookline.ShortcutAction, Template: hookline.NewShortcutTemplate(), Batching: hookline.NewBatching()}
	action.Template.URL = "https://desk.example.com/tickets"
	if change != nil {
		change(&one, &action)
	}
	made, err := s.store.CreateShortcut(s.t.Context(), one, action)
	s.must(err)
	return made
}

func (s *site) onlyShortcut() hookline.Shortcut {
	s.t.Helper()
	all, err := s.store.ListShortcuts(s.t.Context())
	if err != nil || len(all) != 1 {
		s.t.Fatalf("%+v, %v", all, err)
	}
	return all[0]
}

func TestAShortcutIsMadeComposedAndSwitchedOn(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(editor)
	b.get("/shortcuts").want(t, 200, "No shortcut yet", "Make the first shortcut")
	b.get("/shortcuts/new").want(t, 200, "Who may press it", "Where it goes")
	b.post("/shortcuts/new", form("name", " ", "least", "viewer", "method", "POST", "url", "http://{{ customer.id")).
		want(t, 422, "Give the shortcut a name", "Choose who may press it", "http://{{ customer.id")
	b.post("/shortcuts/new", form("name", "Open a ticket", "description", "In the help desk.", "least", "editor", "method", "PUT", "url", "https://8.8.8.8/tickets/{{ customer.id }}")).
		want(t, http.StatusSeeOther)
	one := s.onlyShortcut()
	composer := "/destinations/" + one.DestinationID + "/actions/" + one.ActionID
	page := b.get(composer)
	page.want(t, 200, "The shortcut is made", "Response", "An example person", `href="`+"/shortcuts/"+one.ID+`"`, "!Trigger", "!Batches", "!Save and switch off", "!/delete")
	page.want(t, 200, `ana@example.com`)
	b.post(composer, form("method", "PUT", "url", "https://8.8.8.8/tickets", "header_name", "Content-Type", "header_value", "application/json",
		"body", `{"who": "{{ customer.email }}"}`, "attribute_name", "ticket", "attribute_value", "{{ response.id }}", "version", "1", "save", "keep")).wantRedirect(t, "/shortcuts/"+one.ID)
	action, err := s.store.Action(t.Context(), one.ActionID)
	if err != nil || action.Template.Body != `{"who": "{{ customer.email }}"}` || !action.Enabled || action.Trigger != "" || action.Batching.Enabled {
		t.Errorf("%+v, %v", action, err)
	}
	b.get("/shortcuts/"+one.ID).want(t, 200, "This shortcut is off", "The request is saved.", "https://8.8.8.8/tickets", "Nobody has pressed it yet", "Editors and administrators")
	b.post("/shortcuts/"+one.ID+"/enabled", form("enabled", "true")).wantRedirect(t, "/shortcuts/"+one.ID)
	b.get("/shortcuts/"+one.ID).want(t, 200, "This shortcut is on")
	s.as(viewer).get("/shortcuts/"+one.ID).want(t, 200, "!Edit request", "!Delete shortcut", "!Duplicate")
}

func TestThePreviewOfAShortcutIsMadeWithPeople(t *testing.T) {
	s := newSite(t, nil)
	ana := s.person(hookline.Person{UserID: "u1", Attributes: []byte(`{"email":"ana@example.org"}`)})
	bob := s.person(hookline.Person{UserID: "u2", Attributes: []byte(`{"email":"bob@example.org"}`)})
	one := s.shortcut(nil)
	composer := "/destinations/" + one.DestinationID + "/actions/" + one.ActionID
	b := s.as(editor)
	b.get(composer).want(t, 200, "bob@example.org", "This is the newest person.", ana.ID, "!Awkward")
	b.get(composer+"?example="+ana.ID).want(t, 200, "ana@example.org", `<option value="`+ana.ID+`" selected`)
	b.get(composer+"?example=per_gone").want(t, 200, "This is the newest person.", bob.ID)
}

func TestTheSettingsOfAShortcut(t *testing.T) {
	s := newSite(t, nil)
	one, other := s.shortcut(nil), s.shortcut(func(s *hookline.Shortcut, _ *hookline.Action) { s.Name = "Call back" })
	b := s.as(editor)
	edit := "/shortcuts/" + one.ID + "/edit"
	b.get(edit).want(t, 200, "Open a ticket", "In the help desk.", `name="version" value="1"`, "!Where it goes")
	b.post(edit, form("name", other.Name, "least", "support", "version", "1")).want(t, 422, "There is a shortcut of this name")
	b.post(edit, form("name", "Ticket", "least", "admin", "version", "1")).wantRedirect(t, "/shortcuts/"+one.ID)
	b.post(edit, form("name", "Older", "least", "admin", "version", "1")).want(t, 422, "Somebody else changed this shortcut", `value="Older"`)
	b.get("/shortcuts").want(t, 200, "Ticket", "Administrators", "!Open a ticket")
}

func TestAShortcutIsDuplicatedAndDeleted(t *testing.T) {
	s := newSite(t, nil)
	one := s.shortcut(nil)
	b := s.as(editor)
	b.post("/shortcuts/"+one.ID+"/duplicate", nil).want(t, http.StatusSeeOther)
	b.get("/shortcuts").want(t, 200, "Open a ticket (copy)")
	b.get("/shortcuts/"+one.ID+"/delete").want(t, 200, "Delete this shortcut?", "what it sent stays in Sent")
	b.post("/shortcuts/"+one.ID+"/delete", nil).wantRedirect(t, "/shortcuts")
	if left := s.onlyShortcut(); left.Enabled || left.ActionID == one.ActionID || !strings.HasSuffix(left.Name, "(copy)") {
		t.Errorf("left is %+v", left)
	}
}

func TestWhatAShortcutOwnsGoesWithIt(t *testing.T) {
	s := newSite(t, nil)
	one := s.shortcut(nil)
	b := s.as(editor)
	d := "/destinations/" + one.DestinationID
	b.get("/destinations").want(t, 200, "!Open a ticket")
	b.post(d+"/delete", nil).want(t, 409, "belongs to a campaign or a shortcut")
	b.post(d+"/actions/"+one.ActionID+"/delete", nil).want(t, 409, "belongs to a campaign or a shortcut")
	b.get(d).want(t, 200, `href="/shortcuts/`+one.ID+`"`, "!New action", "!No source is connected", "!Delete destination")
}
