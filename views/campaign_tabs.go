package views

import (
	"hookline/internal/hookline"
	"hookline/views/ui"
)

// CampaignTab is one of the pages about a campaign.
type CampaignTab string

// The pages, in their order.
const (
	TabWorkflow CampaignTab = "workflow"
	TabSettings CampaignTab = "settings"
	TabPeople   CampaignTab = "people"
)

// campaignTabs lead to the pages about a campaign.
func campaignTabs(campaignID string, active CampaignTab) []ui.Tab {
	return []ui.Tab{
		{Label: "Workflow", Icon: "binary-tree", Href: CampaignPath(campaignID), Active: active == TabWorkflow},
		{Label: "Settings", Icon: "settings", Href: CampaignPath(campaignID, "settings"), Active: active == TabSettings},
		{Label: "People", Icon: "users", Href: CampaignPath(campaignID, "people"), Active: active == TabPeople},
	}
}

// campaignStates are the states in the words people read.
var campaignStates = map[hookline.CampaignState]struct {
	tone       ui.Tone
	icon, word string
}{
	hookline.CampaignDraft:   {ui.Neutral, "file-pencil", "Draft"},
	hookline.CampaignRunning: {ui.Good, "player-play", "Running"},
	hookline.CampaignPaused:  {ui.Warn, "player-pause", "Paused"},
	hookline.CampaignStopped: {ui.Neutral, "player-stop", "Stopped"},
}

// CampaignStanding says what a campaign does in its state.
func CampaignStanding(state hookline.CampaignState) string {
	switch state {
	case hookline.CampaignRunning:
		return "It is running: people enter and go on."
	case hookline.CampaignPaused:
		return "It is paused: nobody enters, and nobody in it goes on until it is resumed."
	case hookline.CampaignStopped:
		return "It is stopped: everybody in it was let go, and nobody enters."
	}
	return "It is a draft: nobody enters before it is started."
}
