package main

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"hookline/internal/compose"
	"hookline/internal/condition"
	"hookline/internal/hookline"
	"hookline/internal/liquid"
	"hookline/internal/recipe"
)

// tried is a template with what it is filled in with.
type tried struct {
	template      hookline.Template
	event, person string
}

const (
	triedEvent  = `{"type":"track","event":"Signed Up","userId":"u1","properties":{"plan":"say \"hi\" & more","total":49.5}}`
	triedPerson = `{"email":"ana@example.com","note":"a\nb"}`
)

func triedTemplate(url, header, contentType, body string) tried {
	return tried{hookline.Template{
		Method: "POST", URL: url, Body: body,
		Headers: []hookline.Header{{Name: "Content-Type", Value: contentType}, {Name: "X-It", Value: header}},
	}, triedEvent, triedPerson}
}

// tries are what people trip over, and every recipe.
func tries(t *testing.T) map[string]tried {
	t.Helper()
	const address, json, form = "https://example.com/", "application/json", "x-www-form-urlencoded"
	all := map[string]tried{
		"a body too long":         triedTemplate(address, "", "text/plain", strings.Repeat("x", 64<<10+1)),
		"64 KB":                   triedTemplate(address, "", "text/plain", strings.Repeat("x", 64<<10)),
		"a line break in":         triedTemplate(address, "Dear {{ customer.note }}", json, "{}"),
		"an unknown filter":       triedTemplate(address+"{{ customer.id | upcse }}", "{{ a | frobnicate }}", json, "{\n\"a\": {{ event | nonsense }}}"),
		"a tag that is open":      triedTemplate(address+"{{ a", "{% if a %}", json, "{\n  {% for a in b %}\n}"),
		"curly quotation marks":   triedTemplate(address, "{{ customer.name | default: “you” }}", json, "{% if a == ‘b’ %}{% endif %}"),
		"nothing in the braces":   triedTemplate(address+"{{}}", "{{ }}", json, "{\n \"a\": \"{{}}\"}"),
		"missing":                 triedTemplate(address+"{{ customer.naem }}", "{{ event.properties.no }}", json, `{"a": "{{ customer.naem }}"}`),
		"a form":                  triedTemplate(address+"?q={{ event.properties.plan }}", "x", form, "plan={{ event.properties.plan }}&e={{ customer.email }}"),
		"XML":                     triedTemplate(address, "x", "text/xml", "<p>{{ event.properties.plan | escape }}</p>"),
		"plain text":              triedTemplate(address, "x", "text/plain", "{{ event.properties.plan }}"),
		"json behind a quotation": triedTemplate(address, "x", json, `{"a": "{{ customer.email | json }}"}`),
		"twice escaped":           triedTemplate(address, "x", json, `{"a": "{{ customer.email | replace: '"', '\"' }}"}`),
		"too many rounds":         triedTemplate(address, "x", json, `{% for i in (1..99999) %}{% endfor %}`),
	}
	gallery, err := recipe.New()
	must(t, err)
	recipes := gallery.Search("")
	if len(recipes) < 14 {
		t.Fatalf("only %d recipes", len(recipes))
	}
	for _, r := range recipes {
		all["recipe "+r.ID] = tried{r.Template(nil), r.Event, r.Person}
	}
	return all
}

// TestRenderLinesSaysWhatThePreviewSays fills in each part of many templates both ways.
func TestRenderLinesSaysWhatThePreviewSays(t *testing.T) {
	for name, try := range tries(t) {
		t.Run(name, func(t *testing.T) {
			for _, part := range partsOf(try.template) {
				compareRendered(t, part, renderedLine(t, part, try), previewed(t, part, try))
			}
		})
	}
}

// part is one part of a template, to be rendered by itself.
type part struct {
	name   compose.Part
	mode   liquid.Mode
	source string
}

func partsOf(t hookline.Template) []part {
	parts := []part{{compose.URL, liquid.URL, strings.TrimSpace(t.URL)}}
	for i, h := range t.Headers {
		parts = append(parts, part{compose.Header(i), liquid.Header, h.Value})
	}
	return append(parts, part{compose.Body, compose.BodyMode(t), t.Body})
}

func renderedLine(t *testing.T, p part, try tried) lineOut {
	t.Helper()
	roots := rootsOf(t, try)
	person, err := condition.Customer(roots.Person)
	must(t, err)
	customer, err := person.MarshalJSON()
	must(t, err)
	vars := `{"event":` + try.event + `,"customer":` + string(customer) + `,"event_name":"Signed Up","event_id":"evt_1","event_timestamp":1700000000}`
	line, err := json.Marshal(map[string]any{"id": 1, "template": p.source, "mode": p.mode.String(), "data": json.RawMessage(vars)})
	must(t, err)
	did := call{in: string(line)}.run(t, "render", "--lines").want(t, exitOK)
	var out lineOut
	must(t, json.Unmarshal([]byte(did.out), &out))
	return out
}

func rootsOf(t *testing.T, try tried) compose.Roots {
	t.Helper()
	var event struct{ UserID string }
	must(t, json.Unmarshal([]byte(try.event), &event))
	return compose.Roots{
		Event:  &hookline.Event{ID: "evt_1", Type: hookline.Track, Name: "Signed Up", Timestamp: time.Unix(1_700_000_000, 0), Payload: []byte(try.event)},
		Person: &hookline.Person{ID: "per_1", UserID: event.UserID, Attributes: []byte(try.person)},
	}
}

// previewed makes a request of which everything but one part is as plain as can be, as the composer's preview does.
func previewed(t *testing.T, p part, try tried) lineOut {
	t.Helper()
	alone := hookline.Template{Method: "POST", URL: "https://example.com/", Headers: []hookline.Header{}, Body: ""}
	switch p.name {
	case compose.URL:
		alone.URL = p.source
	case compose.Body:
		alone.Headers, alone.Body = try.template.Headers[:1], p.source
		for _, h := range try.template.Headers {
			if strings.EqualFold(h.Name, "Content-Type") {
				alone.Headers = []hookline.Header{h}
			}
		}
	default:
		alone.Headers = []hookline.Header{{Name: "X-It", Value: p.source}}
	}
	made, err := compose.New().Preview(t.Context(), alone, rootsOf(t, try))
	out := lineOut{Output: madeOf(p, alone, made)}
	if e, ok := errors.AsType[*compose.Error](err); ok {
		out.Error, out.Line, out.Column = &e.Message, &e.Line, &e.Column
	} else if err != nil && !errors.As(err, new(*compose.Cancelled)) {
		t.Fatal(err)
	}
	for _, w := range made.Warnings {
		out.Warnings = append(out.Warnings, lineWarning{w.Line, w.Column, w.Message})
	}
	return out
}

func madeOf(p part, t hookline.Template, made compose.Made) string {
	switch {
	case p.name == compose.URL:
		return made.Request.URL
	case p.name == compose.Body:
		return string(made.Request.Body)
	case len(made.Request.Headers) == len(t.Headers) && len(t.Headers) > 0:
		return made.Request.Headers[0].Value
	}
	return ""
}

// plainWords are the preview's words as render prints them: without the capital letter and the full stop.
func plainWords(message string) string {
	return strings.ToLower(strings.TrimSuffix(message, "."))
}

func compareRendered(t *testing.T, p part, line, preview lineOut) {
	t.Helper()
	if line.Error == nil != (preview.Error == nil) {
		t.Fatalf("%s: render says %v, the preview %v", p.name, toldOf(line.Error), toldOf(preview.Error))
	}
	if line.Error != nil {
		if plainWords(*line.Error) != plainWords(*preview.Error) || place(line) != place(preview) {
			t.Errorf("%s: render says %q at %v, the preview %q at %v", p.name, *line.Error, place(line), *preview.Error, place(preview))
		}
		return
	}
	if out := wanted(p, line.Output); out != preview.Output {
		t.Errorf("%s: render makes\n%s\nthe preview\n%s", p.name, out, preview.Output)
	}
	if got, want := warned(line), warned(preview); got != want {
		t.Errorf("%s: render warns of\n%s\nthe preview of\n%s", p.name, got, want)
	}
}

// wanted is what is sent of a rendered part: user and password leave an address, a header's value has no blanks around it.
func wanted(p part, output string) string {
	switch p.name {
	case compose.Body:
		return output
	case compose.URL:
		scheme, rest, _ := strings.Cut(output, "://")
		if at := strings.IndexByte(rest, '@'); at >= 0 && at < strings.IndexAny(rest+"/", "/?#") {
			rest = rest[at+1:]
		}
		return scheme + "://" + rest
	}
	return strings.TrimSpace(output)
}

func toldOf(message *string) string {
	if message == nil {
		return "nothing"
	}
	return *message
}

func place(out lineOut) [2]int {
	if out.Line == nil || out.Column == nil {
		return [2]int{}
	}
	return [2]int{*out.Line, *out.Column}
}

func warned(out lineOut) string {
	var b strings.Builder
	for _, w := range out.Warnings {
		if strings.HasPrefix(w.Message, "the template decided not to send") {
			continue
		}
		b.WriteString(plainWords(w.Message))
		b.WriteString("\n")
	}
	return b.String()
}
