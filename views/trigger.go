package views

import (
	"strconv"
	"strings"
	"time"

	"hookline/internal/condition"
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

// TriggerModel is a trigger while somebody builds it.
type TriggerModel struct {
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

// fieldsFor are the fields to offer in a row. Segments are offered only where one is asked for already: nothing makes
// them yet.
func fieldsFor(row *condition.Row) []condition.FieldChoice {
	var offered []condition.FieldChoice
	for _, choice := range condition.FieldsIn(condition.AboutEvents) {
		if choice.Kind != condition.FieldSegment || row.Field == condition.FieldSegment {
			offered = append(offered, choice)
		}
	}
	return offered
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
