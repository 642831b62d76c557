package web

import (
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"

	"hookline/internal/hookline"
	"hookline/views"
)

// rowed is a form whose body is edited as a form: names, kinds and values in turn.
func rowed(edit string, members ...string) url.Values {
	f := composed("edit", edit, "body_mode", "rows")
	f.Del("body")
	for i := 0; i+2 < len(members); i += 3 {
		f.Add("body_key", members[i])
		f.Add("body_kind", members[i+1])
		f.Add("body_value", members[i+2])
	}
	return f
}

func TestABodyIsEditedAsAForm(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{Enabled: true}, s.source("Website"))
	path := "/destinations/" + d.ID + "/actions/new"
	b := s.as(editor)
	part := b.htmx().with("HX-Target", "body-part")
	typed := composed("edit", "rows", "body", `{"plan": "{{ event.properties.plan }}", "total": {{ event.properties.total }}, "note": "say \"hi\""}`)
	part.post(path+"/body", typed).want(t, 200, `name="body_mode" value="rows"`, `id="member-2"`, `value="plan"`, ">\n{{ event.properties.total }}</textarea>",
		">\nsay &#34;hi&#34;</textarea>", `<option value="json" selected`, "Edit as text", "!<html", "!code-editor")
	b.post(path+"/body", typed).want(t, 200, "<html", `name="body_mode" value="rows"`, `value="Tell the CRM"`)

	rows := []string{"plan", "text", "{{ event.properties.plan }}", "n", "json", "{{ event.properties.total | json }}", `say "a"`, "text", "one\r\ntwo"}
	const written = "{\n  \"plan\": \"{{ event.properties.plan }}\",\n  \"n\": {{ event.properties.total | json }},\n  \"say \\\"a\\\"\": \"one\\ntwo\"\n}"
	part.post(path+"/body", rowed("text", rows...)).want(t, 200, "<code-editor", html.EscapeString(written), "!body_mode")
	part.post(path+"/body", rowed("add-member", rows...)).want(t, 200, `id="member-3"`, `autofocus`)
	part.post(path+"/body", rowed("remove-member:0", rows...)).want(t, 200, `!value="plan"`, `value="n"`, `!id="member-2"`)
	part.post(path+"/body", rowed("remove-member:9", rows...)).want(t, 200, `id="member-2"`)
	part.post(path+"/body", rowed("remove-member:0", rows[:3]...)).want(t, 200, "Nothing yet")
	b.preview(d, rowed("", rows...)).want(t, 200, ">Startup</mark>", ">49.5</mark>", "!tone-bad")
	b.post(path, rowed("", rows...))
	if a := s.onlyAction(d); a.Template.Body != written {
		t.Errorf("saved %s", a.Template.Body)
	}
}

func TestABodyThatIsNoFormSaysWhy(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{}, s.source("Website"))
	path := "/destinations/" + d.ID + "/actions/new/body"
	part := s.as(editor).htmx().with("HX-Target", "body-part")
	part.post(path, composed("edit", "rows", "body", `{"a": [1]}`)).want(t, 200, "Line 1, column 7: This body cannot be shown as a form", "<code-editor", html.EscapeString(`{"a": [1]}`), "!body_mode")
	part.post(path, composed("edit", "rows", "body", " ")).want(t, 200, `name="body_mode"`, "Nothing yet")
	var many []string
	for i := range views.MaxMembers + 1 {
		many = append(many, fmt.Sprintf(`"k%d": %d`, i, i))
	}
	part.post(path, composed("edit", "rows", "body", "{"+strings.Join(many, ",")+"}")).want(t, 200, "too many for a form", "!body_mode")
}
