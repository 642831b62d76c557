package views

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"

	"github.com/a-h/templ"

	"hookline/internal/hookline"
	"hookline/views/ui"
)

// TestModel is a test of the action that is being composed, and what came of it.
type TestModel struct {
	Path    string               // where the form is posted to send one
	Notes   []string             // what somebody should know before they send one
	Row     hookline.DeliveryRow // without id: none was sent yet
	Attempt hookline.Attempt     // its only one; without number: it is not recorded
	Would   WouldSet
	Trouble hookline.Error // why none was sent; the zero value: one was, or nobody asked
}

// WouldSet is what an answer would set of the person.
type WouldSet struct {
	Rows   []WouldRow
	Reason string // what is doubted; "" when nothing is
	Note   string // why nothing is set, when that is not for lack of anything
}

// WouldRow is one attribute that would be set.
type WouldRow struct {
	Name string
	Set  json.RawMessage
	Now  json.RawMessage // nil: the person has none
}

func (w WouldSet) empty() bool { return len(w.Rows) == 0 && w.Reason == "" && w.Note == "" }

func (r WouldRow) now() string {
	if r.Now == nil {
		return "none"
	}
	return valueWords(r.Now)
}

// valueWords is a JSON value in a sentence: 42, “pro”, a long one cut short.
func valueWords(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return "“" + cut(readable([]byte(text))) + "”"
	}
	return cut(string(value))
}

// cut shortens what would fill a page.
func cut(text string) string {
	const most = 120
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// jsonKind says what a JSON value is.
func jsonKind(value json.RawMessage) string {
	switch value := bytes.TrimSpace(value); {
	case len(value) == 0:
		return "nothing"
	case value[0] == '"':
		return "text"
	case value[0] == '{':
		return "object"
	case value[0] == '[':
		return "list"
	case value[0] == 't', value[0] == 'f':
		return "true or false"
	case value[0] == 'n':
		return "null"
	}
	return "number"
}

// attrs make the button post the form as it stands, and the answer come back in its place. What is pressed while a test
// is on its way is dropped.
func (m TestModel) attrs() templ.Attributes {
	return templ.Attributes{
		"id": "test-send", "formaction": m.Path, "hx-post": m.Path, "hx-target": "#test", "hx-swap": "morph:outerHTML",
		"hx-sync": "#test:drop", "hx-indicator": "#test", "aria-describedby": "test-note",
	}
}

// title is the answer in a line.
func (m TestModel) title() string {
	if m.Attempt.Status == 0 {
		return "No answer"
	}
	return "The receiver answered " + statusInWords(m.Attempt.Status)
}

// timingFacts are the parts of the time that an attempt took. FirstByte counts from the start, so what came before is
// taken off.
func timingFacts(a hookline.Attempt) []ui.Fact {
	t := a.Timings
	return []ui.Fact{
		{Name: "Finding the address (DNS)", Value: part(t.DNS)},
		{Name: "Connecting", Value: part(t.Connect)},
		{Name: "TLS", Value: part(t.TLS)},
		{Name: "Until the first byte", Value: part(t.FirstByte - t.DNS - t.Connect - t.TLS)},
		{Name: "In all", Value: duration(a.Duration)},
	}
}

// part is one part of that time; one that did not happen took none.
func part(d time.Duration) string {
	if d <= 0 {
		return "none"
	}
	return duration(d)
}

// shownState is the state of a delivery as its badge has it.
func shownState(d hookline.Delivery) string {
	if d.Doubted() {
		return string(hookline.StateDoubted)
	}
	return string(d.State)
}

// setWords tells what an answer set, in a sentence.
func setWords(sets []hookline.SetAttribute) string {
	texts := make([]string, len(sets))
	for i, s := range sets {
		texts[i] = s.Name + " to " + valueWords(s.Value)
	}
	return "The answer set " + strings.Join(texts, ", ") + "."
}
