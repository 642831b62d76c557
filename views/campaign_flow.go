package views

import (
	"strings"

	"hookline/internal/hookline"
)

// FlowModel is a campaign's workflow as it is drawn.
type FlowModel struct {
	Campaign hookline.Campaign
	Trigger  string     // in words
	Inside   int        // people in the campaign now
	Cards    []StepCard // in their order
	Lacks    []FlowLack // what is missing before a start; none of a campaign that runs
	MayEdit  bool
}

// FlowLack is something that a campaign needs before it can be started, and where that is mended.
type FlowLack struct{ Words, Href string }

// StepCard is a step as it is drawn.
type StepCard struct {
	Step     hookline.Step
	Sentence string
	Lack     string // what it needs before the campaign can be started; ""
	People   int    // who are at it now
	WentOn   string // how many went on without its answer, in words; "" when nobody did
	Spot     hookline.Spot
	Moves    []hookline.StepMove
	Yes, No  []StepCard
}

// CardsOf draws a campaign's steps, with how many people are at each.
func CardsOf(c hookline.Campaign, words CampaignWords, people map[string]int) []StepCard {
	lacks := map[string]string{}
	for _, lack := range c.Missing() {
		lacks[lack.StepID] = lack.Words
	}
	var cards func(steps []hookline.Step, at hookline.Spot) []StepCard
	cards = func(steps []hookline.Step, at hookline.Spot) []StepCard {
		drawn := make([]StepCard, len(steps))
		for i, step := range steps {
			at.Index = i
			drawn[i] = StepCard{
				Step: step, Sentence: words.Step(step), Lack: lacks[step.ID], People: people[step.ID], Spot: at, Moves: c.Moves(step.ID),
				Yes: cards(step.Yes, hookline.Spot{BranchID: step.ID, Yes: true}), No: cards(step.No, hookline.Spot{BranchID: step.ID}),
			}
		}
		return drawn
	}
	return cards(c.Steps, hookline.Spot{})
}

// TellWentOn says on the cards how many people went on without an answer, in words by step.
func TellWentOn(cards []StepCard, words map[string]string) {
	for i := range cards {
		cards[i].WentOn = words[cards[i].Step.ID]
		TellWentOn(cards[i].Yes, words)
		TellWentOn(cards[i].No, words)
	}
}

// CampaignPath is the address of a page of a campaign; of its workflow without parts.
func CampaignPath(id string, parts ...string) string {
	path := "/campaigns/" + id
	for _, part := range parts {
		path += "/" + part
	}
	return path
}

// StepPath is the address of a step's page.
func StepPath(campaignID, stepID string, parts ...string) string {
	return CampaignPath(campaignID, append([]string{"steps", stepID}, parts...)...)
}

// StepAnchor is where a step stands in its workflow's page.
func StepAnchor(campaignID, stepID string) string {
	return CampaignPath(campaignID) + "#" + stepCardID(stepID)
}

func stepCardID(stepID string) string { return "step-" + stepID }

// StepIcon is the sign of a kind of step.
func StepIcon(kind hookline.StepKind) string {
	switch kind {
	case hookline.StepWebhook:
		return "webhook"
	case hookline.StepWait:
		return "hourglass"
	case hookline.StepUpdate:
		return "pencil"
	case hookline.StepBranch:
		return "git-branch"
	}
	return "player-stop"
}

// TriggerIcon is the sign of a kind of trigger.
func TriggerIcon(kind hookline.TriggerKind) string {
	switch kind {
	case hookline.TriggerEvent:
		return "bolt"
	case hookline.TriggerEntered:
		return "user-plus"
	case hookline.TriggerLeft:
		return "logout"
	case hookline.TriggerDate:
		return "calendar"
	case hookline.TriggerCall:
		return "api"
	}
	return "broadcast"
}

// moveWords say a way to move a step on its button.
func moveWords(m hookline.StepMove) string {
	branch := "“" + m.Branch.Label() + "”"
	side := "No"
	if m.To.Yes {
		side = "Yes"
	}
	switch m.Way {
	case hookline.WayUp:
		return "Move up"
	case hookline.WayDown:
		return "Move down"
	case hookline.WayInto:
		return "Move into " + side + " of " + branch
	case hookline.WayAcross:
		return "Move to " + side
	case hookline.WayBefore:
		return "Move out, before " + branch
	}
	return "Move out, behind " + branch
}

func moveIcon(m hookline.StepMove) string {
	switch m.Way {
	case hookline.WayUp, hookline.WayBefore:
		return "arrow-up"
	case hookline.WayDown, hookline.WayBehind:
		return "arrow-down"
	case hookline.WayInto:
		return "git-branch"
	}
	return "switch-horizontal"
}

// ended is a sentence with its full stop; a question has its own mark.
func ended(sentence string) string {
	if strings.HasSuffix(sentence, "?") {
		return sentence
	}
	return sentence + "."
}

// ends says whether nobody goes on behind these steps.
func ends(cards []StepCard) bool {
	if len(cards) == 0 {
		return false
	}
	last := cards[len(cards)-1]
	return last.Step.Kind == hookline.StepExit || last.Step.Kind == hookline.StepBranch && ends(last.Yes) && ends(last.No)
}

// hereWords say how many people are at a step.
func hereWords(n int) string {
	if n == 1 {
		return "1 person here"
	}
	return Grouped(n) + " people here"
}

// addBefore names the link that adds a step where a card stands.
func addBefore(card StepCard) string { return "Add a step before “" + card.Step.Label() + "”" }

// addAtEnd names the link that adds a step at the end of the steps, or of a side of a branch.
func addAtEnd(branch *StepCard, side string) string {
	if branch == nil {
		return "Add a step at the end"
	}
	return "Add a step at the end of " + side + " of “" + branch.Step.Label() + "”"
}

func newStepPath(campaignID string, at hookline.Spot) string {
	return CampaignPath(campaignID, "steps", "new") + "?at=" + at.String()
}

// inWords say how many are in a campaign.
func inWords(n int) string {
	switch n {
	case 0:
		return "Nobody is in it"
	case 1:
		return "1 person is in it"
	}
	return Grouped(n) + " people are in it"
}
