package web

import (
	"net/url"
	"strings"
	"testing"

	"hookline/internal/hookline"
)

const twoMappings = `{"data": {"subscriptions": [
	{"name": "New <customers>", "enabled": true, "trigger": "type = \"track\" and event = \"Signed Up\"",
	 "settings": {"url": "https://example.com/a", "method": "PUT", "data": {"id": {"@path": "$.userId"}, "x": {"@shout": 1}}}},
	{"name": "Leads", "trigger": "type = \"identify\"", "settings": {"url": "https://example.com/b", "enable_batching": true}},
	{"name": "Inside", "trigger": "type = \"identify\"", "settings": {"url": "http://169.254.169.254/"}},
	{"name": "Braze", "trigger": "type = \"identify\"", "settings": {"external_id": 1}}
]}}`

// exported is the form that makes actions of an export, as the page that read it has it.
func exported(text, destination string, chosen ...string) url.Values {
	f := form("export", text, "destination", destination, "do", "make", "stamp", stampOf(text))
	f["action"] = chosen
	return f
}

func TestAnExportIsReadBeforeAnythingIsMade(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(editor)
	d := s.destination(hookline.Destination{Name: "CRM"})
	b.get("/recipes").want(t, 200, `href="/recipes/import"`, "Bring an export of Segment or Customer.io")
	s.as(viewer).get("/recipes").want(t, 200, `!href="/recipes/import"`)
	b.get("/recipes/import?destination="+d.ID).want(t, 200, "Paste an export", `name="destination" value="`+d.ID+`"`, "!Make the actions")

	b.post("/recipes/import", form("export", twoMappings, "destination", d.ID, "do", "read")).want(
		t, 200, "4 actions of Segment", "New &lt;customers&gt;", "When the event type is track and the event is Signed Up.", "PUT https://example.com/a",
		"{{ event.userId | json }}", "<code>data.x.@shout</code>", "The directive @shout is not known", "Up to 1000 events a request",
		"This cannot be made", "169.254.169.254", "has no url", `<option value="`+d.ID+`" selected`, `name="stamp"`,
	)
	b.post("/recipes/import", form("export", twoMappings, "do", "read")).want(t, 200, `value="example.com"`, `<option value="new" selected`)
	if actions, err := s.store.ListActions(t.Context(), d.ID); err != nil || len(actions) > 0 {
		t.Errorf("something was made: %+v, %v", actions, err)
	}
}

func TestAnExportBecomesActions(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(editor)
	d := s.destination(hookline.Destination{Name: "CRM"})
	b.post("/recipes/import", exported(twoMappings, d.ID, "0", "1", "2")).wantRedirect(t, destinationPath(d.ID)+"#actions")
	b.get(destinationPath(d.ID)).want(t, 200, "2 actions are made, and off.", "Leads", "!Inside")
	actions, err := s.store.ListActions(t.Context(), d.ID)
	if err != nil || len(actions) != 2 {
		t.Fatalf("%+v, %v", actions, err)
	}
	for _, a := range actions {
		versions, err := s.store.ListActionVersions(t.Context(), a.ID, hookline.Cursor{})
		if err != nil || len(versions.Rows) != 1 || versions.Rows[0].Note != map[bool]string{true: "Brought from Segment", false: "Brought from Segment. Look at: data.x.@shout"}[a.Name == "Leads"] {
			t.Errorf("%+v, %v", versions, err)
		}
		if a.Enabled || a.Name == "Leads" != a.Batching.Enabled || a.Name == "Leads" && a.Template.Body != "{{ event | json }}" {
			t.Errorf("made %+v", a)
		}
	}

	f := exported(strings.ReplaceAll(twoMappings, "\n", "\r\n"), "new", "0")
	f.Set("stamp", stampOf(twoMappings))
	f.Set("destination_name", "Fresh")
	got := b.post("/recipes/import", f)
	destinations, err := s.store.ListDestinations(t.Context())
	if err != nil || len(destinations) != 2 {
		t.Fatalf("%+v, %v\n%s", destinations, err, got.seen())
	}
	for _, made := range destinations {
		if made.Name == "Fresh" {
			a := s.onlyAction(made)
			got.wantRedirect(t, actionPath(a))
			b.get(actionPath(a)).want(t, 200, "The action is made, and off.", "The directive @shout is not known", "https://example.com/a")
		}
	}
}

func TestARefusedExportKeepsWhatWasTyped(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(editor)
	d := s.destination(hookline.Destination{Name: "CRM"})
	full := s.destination(hookline.Destination{Name: "Full"})
	for range hookline.MaxActions - 1 {
		s.action(full, nil)
	}
	changed := exported(twoMappings, d.ID, "0")
	changed.Set("stamp", "another")
	for name, c := range map[string]struct {
		form   url.Values
		status int
		says   []string
	}{
		"no JSON":            {exported("{\n  \"a\" 1}", d.ID), 422, []string{`id="field-export-error"`, "Line 2, column 7", "The export was not read.", "&#34;a&#34; 1}", `value="` + d.ID + `"`}},
		"nothing in it":      {exported("{}", "new"), 422, []string{`id="field-export-error"`, "no mapping and no webhook"}},
		"none chosen":        {exported(twoMappings, d.ID), 422, []string{"Choose the actions to make", `href="#field-action"`, "Nothing was made yet.", "New &lt;customers&gt;"}},
		"only what cannot":   {exported(twoMappings, d.ID, "2", "3", "x", "-1", "99"), 422, []string{"Choose the actions to make"}},
		"no name":            {exported(twoMappings, "new", "1"), 422, []string{`id="field-destination_name-error"`, "Nothing was made yet."}},
		"no destination":     {exported(twoMappings, "dst_none", "1"), 422, []string{`id="field-destination-error"`}},
		"no room":            {exported(twoMappings, full.ID, "0", "1"), 422, []string{`id="field-destination-error"`, "has 49 actions already, and can have 50"}},
		"another export":     {changed, 200, []string{"4 actions of Segment", "Make the actions"}},
		"too much of it all": {exported(strings.Repeat(" ", 600<<10), d.ID), 422, []string{"too long: at most 256 KB"}},
	} {
		t.Run(name, func(t *testing.T) { b.post("/recipes/import", c.form).want(t, c.status, c.says...) })
	}
	if actions, err := s.store.ListActions(t.Context(), d.ID); err != nil || len(actions) > 0 {
		t.Errorf("something was made: %+v, %v", actions, err)
	}
	for _, role := range []hookline.Role{support, viewer} {
		s.as(role).get("/recipes/import").want(t, 403)
		s.as(role).post("/recipes/import", exported(twoMappings, d.ID, "0")).want(t, 403)
	}
}
