package views

import (
	"hookline/internal/hookline"
	"hookline/views/ui"
)

// SentForm is what the filters hold, as it was typed, and what there is to choose from.
type SentForm struct {
	State, Origin, Campaign, Destination, Action, Person, Status, Since, Until, Range string

	Resend, Outcome, Event, Failure   string
	Query, EventName, Cause, Attempts string

	Chosen                []string    // ids of what was chosen one by one
	Campaigns             []ui.Option // none when there is no campaign
	Destinations, Actions []ui.Option // of a campaign that is chosen: its steps
}

// PlaceWord is what a destination is called in the list: the steps of a campaign own theirs.
func (f SentForm) PlaceWord() string {
	if f.Campaign != "" {
		return "Step"
	}
	return "Destination"
}

// PlaceTitle names an action by its destination too. A step has one request, which is called like the step.
func PlaceTitle(d hookline.Destination, a hookline.Action) string {
	if d.Owner != "" {
		return d.Name
	}
	return d.Name + ": " + a.Name
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

// OriginWord is what made a webhook, as people read it.
func OriginWord(o hookline.Origin) string {
	switch o {
	case hookline.OriginEvent:
		return "events"
	case hookline.OriginTest:
		return "tests"
	case hookline.OriginCampaign:
		return "campaigns"
	case hookline.OriginShortcut:
		return "shortcuts"
	}
	return string(o)
}

func originOptions() []ui.Option {
	options := []ui.Option{{Label: "Anything"}}
	for _, o := range []hookline.Origin{hookline.OriginEvent, hookline.OriginCampaign, hookline.OriginShortcut, hookline.OriginTest} {
		options = append(options, ui.Option{Value: string(o), Label: capital(OriginWord(o))})
	}
	return options
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
var inSheet = []string{"state", "campaign", "action", "person", "status", "origin", "event", "cause", "attempts", "since", "until"}

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
		return Grouped(w.Count)
	case w.Count == 0:
		return ""
	}
	return Grouped(w.Count) + "+"
}
