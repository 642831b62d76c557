package views

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"hookline/internal/compose"
	"hookline/internal/hookline"
	"hookline/views/ui"
)

// ResponseTyped is how the form says what is made of the answer, as it was typed.
type ResponseTyped struct {
	Attributes           []hookline.ResponseAttribute
	Statuses, Path, Kind string
	EmptyIsOK            bool
}

// Wanted is what was typed, right or wrong. What is no status becomes 0, which Validate names at its field.
func (t ResponseTyped) Wanted() hookline.Response {
	e := hookline.Expectation{Path: t.Path, Kind: t.Kind, EmptyIsOK: t.EmptyIsOK}
	for _, text := range strings.FieldsFunc(t.Statuses, func(r rune) bool { return r == ',' || r == ' ' || r == ';' }) {
		status, err := strconv.Atoi(text)
		if err != nil {
			status = 0
		}
		e.Statuses = append(e.Statuses, status)
	}
	return hookline.Response{Attributes: t.Attributes, Expect: e}
}

// Picker offers the values of an answer.
type Picker struct {
	From   string // which answer: "the test’s answer"
	Leaves []Leaf
	More   bool // there are more than are offered
}

// Leaf is a value in an answer. Way is how Liquid goes to it from response, such as ".lead.id".
type Leaf struct {
	Way, Name string // Name is the attribute that it would be
	Label     string
	Value     json.RawMessage
}

func (l Leaf) words() string {
	return l.Label + ": " + valueWords(l.Value) + " → set attribute " + l.Name
}

// AttributeID is the id of a control of the attribute at place i.
func AttributeID(i int, part string) string { return "attribute-" + strconv.Itoa(i) + "-" + part }

// attributeNames are suggested while an attribute's name is typed.
var attributeNames = []string{"lead_id", "crm_id", "lifetime_value", "plan", "status"}

func kindOptions() []ui.Option {
	options := []ui.Option{{Label: "anything"}}
	for _, kind := range hookline.AnswerKinds() {
		options = append(options, ui.Option{Value: kind, Label: compose.KindWords(kind)})
	}
	return options
}

// fieldTexts is what is wrong with fields, in a steady order.
func fieldTexts(wrong map[string]string) []string {
	var texts []string
	for _, name := range slices.Sorted(maps.Keys(wrong)) {
		texts = append(texts, wrong[name])
	}
	return texts
}

// expectationWords say what a good answer looks like; "" when every success is one.
func expectationWords(e hookline.Expectation) string {
	var parts []string
	if len(e.Statuses) > 0 {
		parts = append(parts, "is "+e.StatusList())
	}
	if e.Path != "" {
		what := ""
		if e.Kind != "" {
			what = ", which is " + compose.KindWords(e.Kind)
		}
		parts = append(parts, "has response."+strings.TrimPrefix(e.Path, "response.")+what)
	}
	if len(parts) == 0 {
		return ""
	}
	return "A good answer " + strings.Join(parts, " and ") + "."
}
