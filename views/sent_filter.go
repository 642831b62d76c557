package views

import (
	"hookline/internal/hookline"
	"hookline/views/ui"
)

// SentForm is what the filters hold, as it was typed, and what there is to choose from.
type SentForm struct {
	State, Origin, Destination, Action, Person, Status, Since, Until, Range string
	Resend, Outcome, Event, Failure                                         string
	Query, EventName, Cause, Attempts                                       string

	Chosen                []string // ids of what was chosen one by one
	Destinations, Actions []ui.Option
}

// SentChip is one filter that is on, with the address of the list without it.
type SentChip struct {
	Words string
	Off   string
}

// Stretches of time that end now, as an address names them.
const (
	RangeHour  = "hour"
	RangeToday = "today"
	RangeWeek  = "week"
)

// RangeWord is a stretch of time as people read it.
func RangeWord(text string) string {
	switch text {
	case RangeHour:
		return "In the last hour"
	case RangeToday:
		return "Today (UTC)"
	case RangeWeek:
		return "In the last 7 days"
	}
	return text
}

func rangeOptions() []ui.Option {
	options := []ui.Option{{Label: "At any time"}}
	for _, text := range []string{RangeHour, RangeToday, RangeWeek} {
		options = append(options, ui.Option{Value: text, Label: RangeWord(text)})
	}
	return options
}

func originOptions() []ui.Option {
	return []ui.Option{{Label: "Anything"}, {Value: string(hookline.OriginEvent), Label: "Events"}, {Value: string(hookline.OriginTest), Label: "Tests"}, {Value: string(hookline.OriginShortcut), Label: "Shortcuts"}}
}

func stateOptions() []ui.Option {
	options := []ui.Option{{Label: "Any"}}
	for _, state := range hookline.States() {
		options = append(options, ui.Option{Value: string(state), Label: StateWord(state)})
		if state == hookline.StateDelivered {
			options = append(options, ui.Option{Value: string(hookline.StateDoubted), Label: StateWord(hookline.StateDoubted)})
		}
	}
	return options
}

// inSheet are the fields that are seen when "More filters" is open.
var inSheet = []string{"state", "action", "person", "status", "origin", "event", "cause", "attempts", "since", "until"}

// sheetOpen says whether something is wrong with what is seen only there.
func (m SentListModel) sheetOpen() bool {
	for _, name := range inSheet {
		if m.Trouble.Fields[name] != "" {
			return true
		}
	}
	return false
}

// ChosenWords says how many webhooks were chosen one by one.
func ChosenWords(n int) string { return count(n, "chosen webhook") }

// CountWords writes a count; nothing of what was not found yet.
func CountWords(w hookline.Waiting) string {
	switch {
	case !w.More:
		return grouped(w.Count)
	case w.Count == 0:
		return ""
	}
	return grouped(w.Count) + "+"
}
