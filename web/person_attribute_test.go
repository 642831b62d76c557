package web

import (
	"encoding/json"
	"net/url"
	"testing"
	"time"

	"hookline/internal/hookline"
	"hookline/views"
)

func TestAttributesAreEditedOneByOne(t *testing.T) {
	s := newSite(t, nil)
	p := s.person(hookline.Person{UserID: "u1", Attributes: []byte(`{"plan":"Free","a/b?c=\"d\"":1}`)})
	path, b := "/people/"+p.ID, s.as(support)
	for _, test := range []struct{ name, kind, typed, want string }{
		{"motto", "text", `say "hi" <b>`, `"say \"hi\" <b>"`},
		{"score", "number", "12345678901234567890.50", `12345678901234567890.50`},
		{"vip", "boolean", "yes", `true`},
		{"born", "time", "2026-06-10 14:30", `"2026-06-10 14:30"`},
		{"tags", "list", `["a", 1.50]`, `["a",1.50]`},
		{"home", "object", `{"city": "Graz"}`, `{"city":"Graz"}`},
		{"gone", "empty", "", `null`},
	} {
		b.post(path+"/attribute", form("new", "yes", "name", test.name, "type", test.kind, "value", test.typed)).wantRedirect(t, path)
		if got := string(s.attribute(p.ID, test.name)); got != test.want {
			t.Errorf("%s became %s, want %s", test.name, got, test.want)
		}
		b.get(path+"/attribute?name="+test.name).want(t, 200, "Change "+test.name, `<option value="`+test.kind+`" selected`)
	}
	b.get(path).want(t, 200, "support@example.com", "12345678901234567890.50", "List of 2", "Object of 1", "Yes or no", "say &#34;hi&#34; &lt;b&gt;")

	odd := "name=" + url.QueryEscape(`a/b?c="d"`)
	b.get(path).want(t, 200, path+"/attribute/remove?"+odd)
	b.get(path+"/attribute/remove?"+odd).want(t, 200, "Webhooks that use it find it empty")
	b.post(path+"/attribute/remove?"+odd, nil).wantRedirect(t, path)
	if left := s.attribute(p.ID, `a/b?c="d"`); left != nil {
		t.Errorf("left is %s", left)
	}
	b.get(path+"/attribute?name=none").want(t, 404)
}

func (s *site) attribute(personID, name string) json.RawMessage {
	s.t.Helper()
	p, err := s.store.Person(s.t.Context(), personID)
	if err != nil {
		s.t.Fatal(err)
	}
	value, err := valueOf(p, name)
	if err != nil {
		s.t.Fatal(err)
	}
	return value
}

func TestAWrongAttributeIsToldAtItsField(t *testing.T) {
	s := newSite(t, nil)
	p := s.person(hookline.Person{UserID: "u1", Attributes: []byte(`{"plan":"Free"}`)})
	path, b := "/people/"+p.ID+"/attribute", s.as(support)
	for _, test := range []struct{ name, kind, typed, field, told string }{
		{"", "text", "kept", "name", "Give the attribute a name"},
		{"score", "number", "1,5", "value", "1.5"},
		{"born", "time", "tomorrow", "value", "such as 2026-06-10"},
		{"tags", "list", "[1,]", "value", "Look at line 1."},
		{"x", "colour", "red", "value", "Choose a type"},
	} {
		b.post(path, form("new", "yes", "name", test.name, "type", test.kind, "value", test.typed)).
			want(t, 422, test.told, `id="field-`+test.field+`-error"`, test.typed, `name="new" value="yes"`)
	}
	b.htmx().get(path+"/field?type=boolean&value=yes").want(t, 200, `type="radio"`, `value="yes" checked`, "!<html")
	b.htmx().get(path+"/field?type=text&value=%3Cb%3E").want(t, 200, "&lt;b&gt;", "<textarea")
}

// TestAConflictLosesNothing: what came in while somebody typed is shown beside
// what they typed, and is written over only when they say so.
func TestAConflictLosesNothing(t *testing.T) {
	s := newSite(t, nil)
	p := s.person(hookline.Person{UserID: "u1", Attributes: []byte(`{"plan":"Free","n":1}`)})
	path, b := "/people/"+p.ID+"/attribute", s.as(support)
	change := func(name, value string) {
		t.Helper()
		c := hookline.AttributeChange{PersonID: p.ID, Name: name, Whatever: true}
		if value != "" {
			c.Value = json.RawMessage(value)
		}
		if _, err := s.store.ChangeAttribute(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	mine := func(was string) []string {
		return []string{"name", "plan", "type", "text", "value", "Mine", "was", was}
	}

	change("n", "2") // another attribute is nobody's business
	b.post(path, form(mine(`"Free"`)...)).wantRedirect(t, "/people/"+p.ID)
	change("plan", `"Theirs"`)
	b.post(path, form(mine(`"Mine"`)...)).want(t, 422, "was changed while you had this form open", "Theirs", "Mine", "Save over it", `name="was" value="&#34;Theirs&#34;"`)
	if got := string(s.attribute(p.ID, "plan")); got != `"Theirs"` {
		t.Fatalf("written over: %s", got)
	}
	b.post(path, form(mine(`"Theirs"`)...)).wantRedirect(t, "/people/"+p.ID)
	change("plan", "")
	b.post(path, form(mine(`"Mine"`)...)).want(t, 422, "does not have it any more", "Mine", `name="was" value=""`)
	change("plan", `"Theirs"`)
	b.post(path, form("new", "yes", "name", "plan", "type", "text", "value", "Mine")).want(t, 422, "Theirs", "Mine", "Save over it")
}

func TestWhatSetAnAttributeIsTold(t *testing.T) {
	s := newSite(t, nil)
	source := s.source("Website")
	event := s.event(hookline.Event{SourceID: source.ID, Type: hookline.Identify, UserID: "u1"})
	setters := hookline.Setters("").
		With(hookline.Setter{ID: event.ID, From: source.ID, At: event.ReceivedAt}, []string{"plan"}, 9).
		With(hookline.Setter{ID: "evt_00000000009", From: "src_gone", At: event.ReceivedAt}, []string{"old"}, 9).
		With(hookline.Setter{ID: "tok_1", From: "deploy", At: event.ReceivedAt}, []string{"api"}, 9).
		With(hookline.Setter{From: "root", At: event.ReceivedAt}, []string{"cli"}, 9)
	p := s.person(hookline.Person{UserID: "u1", Attributes: []byte(`{"plan":1,"old":2,"api":3,"cli":4,"before":5}`), Setters: setters})
	s.as(viewer).get("/people/"+p.ID).want(t, 200,
		`<a href="/events/`+event.ID+`">Event</a>`, `<a href="/sources/`+source.ID+`">Website</a>`, "!/events/evt_00000000009", "API token “deploy”", "Command line (root)", "not known")
}

func TestWhatSetAnAttributeIsLedToWhileItIsThere(t *testing.T) {
	s := newSite(t, nil)
	update := hookline.Step{Kind: hookline.StepUpdate, Sets: []hookline.ResponseAttribute{{Name: "welcomed", Value: "true"}}}
	imported, journey := s.imported(people), s.journey(s.campaign("Welcome", update), "u1")
	setters := hookline.Setters("").
		With(hookline.Setter{ID: imported.ID, At: time.Now()}, []string{"plan"}, 9).
		With(hookline.Setter{ID: journey.ID, At: time.Now()}, []string{"welcomed"}, 9).
		With(hookline.Setter{ID: "imp_gone", At: time.Now()}, []string{"old"}, 9).
		With(hookline.Setter{ID: "jrn_00000000009", At: time.Now()}, []string{"older"}, 9)
	p := s.person(hookline.Person{UserID: "u2", Attributes: []byte(`{"plan":1,"welcomed":2,"old":3,"older":4}`), Setters: setters})
	s.as(viewer).get("/people/"+p.ID).want(t, 200,
		`<a href="/imports/`+imported.ID+`">Import of people.csv</a>`, `<a href="`+views.JourneyPath(journey)+`">Campaign “Welcome”</a>`,
		"!imp_gone", "!jrn_00000000009")
}

func TestSuppression(t *testing.T) {
	s := newSite(t, nil)
	p := s.person(hookline.Person{UserID: "u1", Attributes: []byte(`{"plan":"Free"}`)})
	path, b := "/people/"+p.ID, s.as(support)
	b.get(path).want(t, 200, path+"/suppress", "!suppressed")
	b.get(path+"/suppress").want(t, 200, "cannot be brought back", "change nothing and send nothing")
	b.post(path+"/suppress", nil).wantRedirect(t, path)
	b.get(path).want(t, 200, "This person is suppressed", "End suppression", "!Free", `!"`+path+`/suppress"`)
	s.as(viewer).get(path).want(t, 200, "This person is suppressed", "!End suppression")
	b.post(path+"/unsuppress", nil).wantRedirect(t, path)
	b.get(path).want(t, 200, "!This person is suppressed")
}
