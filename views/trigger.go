package views

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"hookline/internal/condition"
	"hookline/internal/hookline"
	"hookline/views/ui"
)

// TriggerPrefix begins the names of the form fields of a trigger's rows.
const TriggerPrefix = "c"

// TriggerTextID is the id of the field for the text form.
const TriggerTextID = "field-trigger"

// TriggerID is the id of a control of the builder: a part of what stands at path.
func TriggerID(path, part string) string {
	if path == "" {
		return TriggerPrefix + "-" + part
	}
	return TriggerPrefix + "-" + strings.ReplaceAll(path, ".", "-") + "-" + part
}

// Asking is what a condition is built for, in the words of the builder.
type Asking struct {
	Scope   condition.Scope // which fields its rows may look at
	Legend  string          // of all its rows: "When to send"
	Lead    string          // begins “… all of these are met:”: "Send when"
	Nothing string          // what holds while there is no row
	Noun    string          // the condition in a sentence: "trigger"
	AsText  string          // the label of its text form
	Example string          // of a text, and what an empty one means

	EveryEvent bool // while there is no row every event fits
}

// The conditions that are built.
var (
	AskEvents = Asking{
		Scope: condition.AboutEvents, Legend: "When to send", Lead: "Send when", Nothing: "No condition yet, so every event is sent.", EveryEvent: true,
		Noun: "trigger", AsText: "Trigger as text",
		Example: `For example: type = "track" and event = "Signed Up" and properties.total >= 50. Empty means every event.`,
	}
	AskMembers = Asking{
		Scope: condition.AboutPeople, Legend: "Who belongs to the segment", Lead: "Everybody for whom", Nothing: "No condition yet. Add one to say who belongs to the segment.",
		Noun: "segment", AsText: "Condition as text",
		Example: `For example: person.plan = "pro" and did("Order Completed", within 30 days) >= 3.`,
	}
)

// TriggerModel is a trigger, or another condition, while somebody builds it.
type TriggerModel struct {
	Asking     Asking
	Path       string // edits are posted here
	AsText     bool
	Text       string
	Draft      *condition.Draft
	Errors     condition.RowErrors // said beside the rows
	Problem    string              // what is wrong with all of it: a limit, or the place in the text
	Unfinished int                 // rows that are not complete yet
	Focus      string              // the id of the control that an edit leads to
	Sentence   string              // "" while the trigger is not complete
	NoSource   bool                // no source is connected, so nothing came in
	Asked      []AskedEvent        // the latest events, with how the trigger decided
	Keys       map[condition.FieldKind][]string
	Values     map[string][]string // by the path of the row
	Segments   SegmentNames        // to choose from
	Tally      *hookline.Tally     // who meets it now; nil for a trigger, and while it is not complete
}

// AskedEvent is an event of late and how the trigger decided about it.
type AskedEvent struct {
	ID      string
	Title   string
	About   string
	At      time.Time
	Met     bool
	Reasons []string
}

func (m TriggerModel) met() int {
	n := 0
	for _, event := range m.Asked {
		if event.Met {
			n++
		}
	}
	return n
}

func (m TriggerModel) matchWords() string {
	switch met, asked := m.met(), len(m.Asked); {
	case asked == 1 && met == 1:
		return "Matches the only event that has come in so far"
	case asked == 1:
		return "Does not match the only event that has come in so far"
	default:
		return "Matches " + strconv.Itoa(met) + " of the last " + strconv.Itoa(asked) + " events"
	}
}

// number names a row as people count: the second of the first group is 1.2.
func number(path string) string {
	parts := strings.Split(path, ".")
	for i, part := range parts {
		n, _ := strconv.Atoi(part) // paths are made of numbers
		parts[i] = strconv.Itoa(n + 1)
	}
	return strings.Join(parts, ".")
}

// joint is the word between two children of a group.
func joint(match condition.Match) string {
	if match == condition.MatchAny {
		return "or"
	}
	return "and"
}

// fieldsFor are the fields to offer in a row. Segments are offered where there are some, and what a row asks already
// wherever it came from.
func (m TriggerModel) fieldsFor(row *condition.Row) []condition.FieldChoice {
	var offered []condition.FieldChoice
	allowed := condition.FieldsIn(m.Asking.Scope)
	for _, choice := range condition.Fields() {
		fits := slices.ContainsFunc(allowed, func(c condition.FieldChoice) bool { return c.Kind == choice.Kind }) &&
			(choice.Kind != condition.FieldSegment || len(m.Segments) > 0)
		if fits || choice.Kind == row.Field {
			offered = append(offered, choice)
		}
	}
	return offered
}

// segmentsFor are the segments to choose from in a row; one that is gone is told as such, and stays until another is
// chosen.
func (m TriggerModel) segmentsFor(chosen string) []ui.Option {
	options := []ui.Option{{Label: "Choose a segment"}}
	for _, segment := range m.Segments {
		options = append(options, ui.Option{Value: segment.ID, Label: segment.Name})
	}
	if !slices.ContainsFunc(options, func(o ui.Option) bool { return o.Value == chosen }) {
		options = append(options, ui.Option{Value: chosen, Label: "A segment that is gone"})
	}
	return options
}

func choiceOf(row *condition.Row) condition.FieldChoice {
	for _, choice := range condition.Fields() {
		if choice.Kind == row.Field {
			return choice
		}
	}
	return condition.FieldChoice{}
}

// valuesOf are the values to suggest in a row: those that were seen, after those that are known.
func (m TriggerModel) valuesOf(path string, row *condition.Row) []string {
	values := append([]string(nil), choiceOf(row).Values...)
	for _, value := range m.Values[path] {
		known := false
		for _, other := range values {
			known = known || other == value
		}
		if !known {
			values = append(values, value)
		}
	}
	return values
}

// shownValue splits what was typed into a row into what its control shows and what waits out of sight: values survive
// while an operator that takes fewer of them is tried.
func shownValue(row *condition.Row) (shown string, waiting []string) {
	switch row.Input() {
	case condition.InputNone:
		return "", row.Values
	case condition.InputList:
		return strings.Join(row.Values, "\n"), nil
	}
	if len(row.Values) == 0 {
		return "", nil
	}
	return row.Values[0], row.Values[1:]
}

// dayOnly says whether a browser's field for dates can show this one.
func dayOnly(value string) bool {
	_, err := time.Parse(time.DateOnly, value)
	return value == "" || err == nil
}
