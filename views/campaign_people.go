package views

import (
	"strings"

	"hookline/internal/hookline"
	"hookline/views/ui"
)

// CampaignPeopleModel is who is in a campaign, and who was.
type CampaignPeopleModel struct {
	Page     ui.Page
	Campaign hookline.Campaign
	Filter   JourneyChoice
	Counts   map[hookline.JourneyState]int
	Rows     []JourneyRow
	Pages    ui.Pages
}

// JourneyChoice narrows the list, as the form has it.
type JourneyChoice struct{ State, Step string }

// JourneyRow is a journey in a list.
type JourneyRow struct {
	Journey  hookline.Journey
	Person   string // how the person is called; "" for one who is gone
	Campaign string // its name
	Step     string // the label of the step at which it is; "" when over, or when that step is gone
}

// journeyStates are the states in the words people read.
var journeyStates = map[hookline.JourneyState]struct {
	tone       ui.Tone
	icon, word string
}{
	hookline.JourneyGoing:    {ui.Active, "arrow-right", "Going on"},
	hookline.JourneyWaiting:  {ui.Info, "hourglass", "Waiting"},
	hookline.JourneySending:  {ui.Active, "send", "Sending"},
	hookline.JourneyHeld:     {ui.Warn, "file-pencil", "Held by a draft"},
	hookline.JourneyFinished: {ui.Good, "check", "Finished"},
	hookline.JourneyLeft:     {ui.Neutral, "logout", "Left early"},
	hookline.JourneyStopped:  {ui.Neutral, "player-stop", "Stopped"},
}

// JourneyPath is the address of a journey's page.
func JourneyPath(j hookline.Journey) string {
	return CampaignPath(j.CampaignID, "people", j.ID)
}

// stateOptions are the states with how many are in each.
func (m CampaignPeopleModel) stateOptions() []ui.Option {
	options := []ui.Option{{Label: "All"}, {Value: "open", Label: "In it now"}}
	for _, state := range hookline.JourneyStates() {
		options = append(options, ui.Option{Value: string(state), Label: journeyStates[state].word + " (" + Grouped(m.Counts[state]) + ")"})
	}
	return options
}

func (m CampaignPeopleModel) stepOptions() []ui.Option {
	options := []ui.Option{{Label: "Any step"}}
	for step := range m.Campaign.Walk() {
		options = append(options, ui.Option{Value: step.ID, Label: step.Label()})
	}
	return options
}

func (m CampaignPeopleModel) empty() ui.Empty {
	if m.Filter != (JourneyChoice{}) {
		return ui.Empty{Icon: "search", Title: "Nobody fits", Text: "Choose another step or another state.", Action: ui.Button{Label: "Show everybody", Href: CampaignPath(m.Campaign.ID, "people")}}
	}
	return ui.Empty{Icon: "users", Title: "Nobody yet", Text: "Whoever enters the campaign appears here, with the step at which they are."}
}

// where says where a journey is, or how it ended.
func (row JourneyRow) where() string {
	switch {
	case row.Journey.State.Over() && row.Journey.Reason != "":
		return row.Journey.Reason
	case row.Journey.State.Over():
		return "at the end"
	case row.Step == "":
		return "a step that is gone"
	}
	return row.Step
}

func (row JourneyRow) personLabel() string {
	if row.Person == "" {
		return "Somebody who is gone"
	}
	return row.Person
}

// JourneyModel is one journey's page.
type JourneyModel struct {
	Page       ui.Page
	Row        JourneyRow
	Trigger    string     // what it began with, as JSON
	Answers    string     // of its webhooks, as JSON
	Paused     bool       // its campaign is
	Visits     []VisitRow // the steps that it came to
	Deliveries []hookline.DeliveryRow
}

// hasJSON says whether there is more than an empty object.
func hasJSON(text string) bool { return strings.Trim(text, "{} \n") != "" }
