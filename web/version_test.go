package web

import (
	"strings"
	"testing"

	"hookline/internal/hookline"
)

// saved saves an action as an editor does, and gives it as it is stored.
func (s *site) saved(a hookline.Action, note string) hookline.Action {
	s.t.Helper()
	a.Save = hookline.Save{By: "ben@example.com", Note: note}
	saved, err := s.store.UpdateAction(s.t.Context(), a)
	s.must(err)
	return saved
}

// twoVersions makes an action with two versions, and gives the path of its composer.
func (s *site) twoVersions() (hookline.Source, hookline.Action, string) {
	s.t.Helper()
	website := s.source("Website")
	a := s.action(s.destination(hookline.Destination{Enabled: true}, website), func(a *hookline.Action) {
		a.Template.URL = "https://user:hunter2@example.com/hook?api_key=geheim-1"
		a.Template.Headers = append(a.Template.Headers, hookline.Header{Name: "Authorization", Value: "Bearer abcdefghijklmnop"})
		a.Template.Body = "{\n  \"plan\": \"{{ event.properties.plan }}\"\n}"
	})
	a.Name, a.Trigger, a.Template.Method = "Tell <i>all</i>", `type = "track" and event = "Signed Up"`, "PUT"
	a.Template.Headers[1].Value = "Bearer qrstuvwxyz012345"
	a.Template.Body = "{\n  \"plan\": \"{{ event.properties.plan }}\",\n  \"who\": \"{{ event.userId }}\"\n}"
	a = s.saved(a, "who <b>it</b> is")
	return website, a, actionPath(a)
}

func TestASaveIsAVersion(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{Enabled: true}, s.source("Website"))
	b := s.as(editor)
	b.get("/destinations/"+d.ID+"/actions/new").want(t, 200, "!What changed?", "!Versions (")
	b.post("/destinations/"+d.ID+"/actions/new", composed("save", "keep"))
	path := actionPath(s.onlyAction(d))
	b.get(path).want(t, 200, "Saved.", "!This is version", "Versions (1)", "What changed? (optional)", `name="version" value="1"`)
	b.get(path+"/versions").want(t, 200, "Version 1", "editor@example.com", "no note", "Now in use", "!>Compare<")

	b.post(path, composed("version", "1", "note", " who asked for it ", "name", "Renamed")).wantRedirect(t, path)
	b.get(path).want(t, 200, "This is version 2.", "Versions (2)", `name="version" value="2"`, "!who asked for it")
	b.post(path, composed("version", "2", "note", "nothing at all", "name", "Renamed")).wantRedirect(t, path)
	b.post(path+"/enabled", form("enabled", "true"))
	b.post(path, composed("version", "2", "save", "disable", "name", "Renamed")).wantRedirect(t, path)
	b.get(path+"/versions").want(t, 200, "Version 2", "who asked for it", "Version 1", ">Compare<", "!Version 3", "!nothing at all")

	b.post(path, composed("version", "2", "note", strings.Repeat("x", 201), "name", "Kept")).
		want(t, 422, "This note is too long", `href="#field-note"`, strings.Repeat("x", 201), `value="Kept"`, `name="version" value="2"`)
	b.post(path+"/duplicate", nil)
	actions, err := s.store.ListActions(t.Context(), d.ID)
	s.must(err)
	b.get(actionPath(actions[1])+"/versions").want(t, 200, "Copy of “Renamed”", "Version 1", "!Version 2")
}

func TestWhoSavesOverAnothersSaveIsAsked(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{Enabled: true}, s.source("Website"))
	b := s.as(editor)
	b.post("/destinations/"+d.ID+"/actions/new", composed("save", "keep"))
	theirs := s.onlyAction(d)
	theirs.Name, theirs.Template.Method = "Theirs", "PATCH"
	s.saved(theirs, "by <phone>")
	path := actionPath(theirs)

	mine := composed("version", "1", "name", "Mine", "note", "mine", "batch_window", "odd")
	got := b.post(path, mine)
	got.want(t, 409, "The action was not saved, because ben@example.com has saved it in the meantime.", "by &lt;phone&gt;", "!by <phone>",
		"What is different", "Theirs", "PATCH", "What you typed", `value="Mine"`, `value="mine"`, `value="odd"`, `name="version" value="2"`,
		"Save all the same", `data-unsaved="true"`, path+"/versions/compare?from=1&amp;to=2", "!>Headers:")
	if a := s.onlyAction(d); a.Name != "Theirs" || a.Version != 2 {
		t.Errorf("kept is %+v", a)
	}
	mine.Set("version", "2")
	b.post(path, mine).wantRedirect(t, path)
	if a := s.onlyAction(d); a.Name != "Mine" || a.Version != 3 {
		t.Errorf("saved all the same is %+v", a)
	}
	b.get(path).want(t, 200, "!What is different", "!Save all the same", "This is version 3.")

	b.htmx().with("HX-Target", "headers").post(path+"/headers", composed("edit", "add-header", "version", "2")).want(t, 200, "!What is different")
	b.post(path+"/headers", composed("edit", "add-header", "version", "2", "note", "typed")).want(t, 200, `name="version" value="2"`, `value="typed"`)
}

func TestVersionsAreReadAndCompared(t *testing.T) {
	s := newSite(t, nil)
	website, a, path := s.twoVersions()
	b := s.as(editor)
	b.get(path+"/versions").want(t, 200, "who &lt;b&gt;it&lt;/b&gt; is", "ben@example.com", "Hookline", path+"/versions/1/use", "!"+path+"/versions/2/use")
	b.get(path+"/versions/1").want(t, 200, "version 2 is in use now", "When the event type is track.", "hunter2", "Bearer abcdefghijklmnop", path+"/versions/1/use", "Off")
	b.get(path+"/versions/2").want(t, 200, "Now in use", "the event is Signed Up", "who &lt;b&gt;it&lt;/b&gt; is", "!/versions/2/use")

	compare := path + "/versions/compare"
	b.get(compare).want(t, 200, "Tell the CRM", "Tell &lt;i&gt;all&lt;/i&gt;", "POST", "PUT", "When the event type is track and the event is Signed Up",
		`<del class="n text-decoration-none">- Authorization: Bearer abcdefghijklmnop</del>`, `<ins class="s text-decoration-none">+ Authorization: Bearer qrstuvwxyz012345</ins>`,
		"+   &#34;who&#34;: &#34;{{ event.userId }}&#34;", "so this is an example", "would send for this event", "+   &#34;who&#34;: &#34;123&#34;", "!geheim-1</del>")

	s.event(hookline.Event{SourceID: website.ID, Type: hookline.Track, Name: "Signed Up", UserID: "u1", Payload: []byte(`{"type":"track","event":"Signed Up","userId":"u1","properties":{"plan":"Pro"}}`)})
	left := s.event(hookline.Event{SourceID: website.ID, Type: hookline.Track, Name: "Left", UserID: "u2", Payload: []byte(`{"type":"track","event":"Left","userId":"u2","properties":{"plan":"none"}}`)})
	b.get(compare).want(t, 200, "&#34;plan&#34;: &#34;Pro&#34;", "newest event that the trigger matches")
	got := b.htmx().get(compare + "?from=2&to=1&example=" + left.ID)
	got.want(t, 200, "!<html", "&#34;plan&#34;: &#34;none&#34;", "its trigger does not match", `<option value="`+left.ID+`" selected`, `name="from" value="1"`)

	same := s.saved(func() hookline.Action {
		a := a
		a.Template.Body = `{% cancel "late" %}`
		a.Response = hookline.Response{Attributes: []hookline.ResponseAttribute{{Name: "lead_id", Value: "{{ response.id }}"}}, Expect: hookline.Expectation{Statuses: []int{201}}}
		return a
	}(), "")
	b.get(path+"/versions/3").want(t, 200, "lead_id", "{{ response.id }}", "A good answer is 201.")
	b.get(compare+"?from=1&to=2").want(t, 200, "!What is made of the answer")
	b.get(compare+"?from=2&to=3").want(t, 200, "What is made of the answer", "+ A good answer is 201.", "+ lead_id is set to {{ response.id }}", "The template decided not to send this: late", "Request of version 2", "!>Name<")
	b.get(compare+"?from=3&to=3").want(t, 200, "Both are the same version")
	if same.Version != 3 {
		t.Errorf("version %d", same.Version)
	}
	for _, gone := range []string{"/versions/4", "/versions/x", "/versions/0", "/versions/compare?from=9", "/versions/compare?to=y", "/versions/9/use"} {
		b.get(path+gone).want(t, 404, "no such version")
	}
	other := s.action(s.destination(hookline.Destination{Name: "Other"}), nil)
	b.get(destinationPath(other.DestinationID)+"/actions/"+a.ID+"/versions").want(t, 404, "no such action")
	b.get(path+"/versions?before=1").want(t, 200, "Nothing here")
}

func TestAVersionIsUsedAgain(t *testing.T) {
	s := newSite(t, nil)
	_, a, path := s.twoVersions()
	b := s.as(editor)
	b.get(path+"/versions/1/use").want(t, 200, "Use version 1 again?", "Nothing is lost", `action="`+path+`/versions/1/use"`)
	b.get(path+"/versions/2/use").want(t, 409, "in use already")
	b.post(path+"/versions/2/use", nil).want(t, 409, "in use already")
	b.post(path+"/versions/1/use", nil).wantRedirect(t, path+"/versions")
	b.get(path+"/versions").want(t, 200, "Version 1 is in use again, as version 3.", "Back to version 1", "editor@example.com", "Version 3")
	now, err := s.store.Action(t.Context(), a.ID)
	s.must(err)
	if now.Name != "Tell the CRM" || now.Template.Method != "POST" || now.Trigger != `type = "track"` || now.Enabled != a.Enabled || now.Version != 3 {
		t.Errorf("in use is %+v", now)
	}
	b.post(path+"/versions/1/use", nil).wantRedirect(t, path+"/versions")
	b.get(path+"/versions").want(t, 200, "Version 3, which is in use, is the same as version 1. Nothing was changed.", "!Version 4")
}

func TestWhoOnlyLooksSeesVersionsWithoutSecrets(t *testing.T) {
	s := newSite(t, nil)
	_, _, path := s.twoVersions()
	for _, role := range []hookline.Role{support, viewer} {
		b := s.as(role)
		b.get(path).want(t, 200, "Versions (2)", "!geheim")
		for _, page := range []string{"/versions", "/versions/1", "/versions/compare"} {
			b.get(path+page).want(t, 200, "!hunter2", "!geheim", "!abcdefgh", "!qrstuvwx", "!/use\"")
		}
		b.get(path+"/versions/compare").want(t, 200, "- Authorization: ", "+ Authorization: ", "What they would send")
		b.get(path+"/versions/1/use").want(t, 403)
		b.post(path+"/versions/1/use", nil).want(t, 403)
	}
}

func TestADeliveryNamesItsVersion(t *testing.T) {
	s := withResend(t)
	l := s.newLot()
	b := s.as(support)
	b.get(l.path()).want(t, 200, "not known")
	l.owe(hookline.Delivery{State: hookline.StateQueued, EventID: l.event.ID, PersonID: l.person.ID, ActionVersion: 1})
	link := `href="` + versionPath(l.action, 1) + `"`
	b.get(l.path()).want(t, 200, link, "Version 1", "still in use")
	l.action.Name = "Tell the plan now"
	s.saved(l.action, "")
	b.get(l.path()).want(t, 200, link, "version 2 is in use now")
	l.fail(400, "The receiver answered 400 Bad Request.")
	b.post(l.path()+"/resend", nil).wantRedirect(t, l.path())
	b.get(l.path()).want(t, 200, `href="`+versionPath(l.action, 2)+`"`, "still in use")
	s.must(s.store.DeleteAction(t.Context(), l.action.ID))
	b.get(l.path()).want(t, 200, "Version 2", "!/versions/")
}
