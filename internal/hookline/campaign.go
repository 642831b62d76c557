package hookline

import (
	"strings"
	"time"
)

// CampaignState is where a campaign stands.
//
//	draft ──start──▶ running ⇄ paused
//	                    └──stop──┴──▶ stopped
//
// While a campaign is paused nobody enters it and nobody in it goes on; once
// stopped, everybody in it is let go, and it can be started anew.
type CampaignState string

// The states of a campaign.
const (
	CampaignDraft   CampaignState = "draft"
	CampaignRunning CampaignState = "running"
	CampaignPaused  CampaignState = "paused"
	CampaignStopped CampaignState = "stopped"
)

// CampaignStates lists the states in the order of a menu.
func CampaignStates() []CampaignState {
	return []CampaignState{CampaignDraft, CampaignRunning, CampaignPaused, CampaignStopped}
}

// Started says whether people may be in a campaign.
func (s CampaignState) Started() bool { return s == CampaignRunning || s == CampaignPaused }

// TriggerKind says what makes people enter a campaign.
type TriggerKind string

// The kinds of triggers.
const (
	TriggerEvent     TriggerKind = "event"           // an event that meets Condition
	TriggerEntered   TriggerKind = "segment_entered" // somebody entered SegmentID
	TriggerLeft      TriggerKind = "segment_left"    // somebody left SegmentID
	TriggerDate      TriggerKind = "date"            // the date in a person's attribute has come
	TriggerCall      TriggerKind = "call"            // a program called the management API, with data
	TriggerBroadcast TriggerKind = "broadcast"       // everybody in SegmentID, at once
)

// TriggerKinds lists the kinds in the order of a menu.
func TriggerKinds() []TriggerKind {
	return []TriggerKind{TriggerEvent, TriggerEntered, TriggerLeft, TriggerDate, TriggerCall, TriggerBroadcast}
}

// CampaignTrigger says who enters a campaign, and when. Fields that its kind
// does not name are empty.
type CampaignTrigger struct {
	Kind      TriggerKind   `json:"kind"`
	Condition string        `json:"condition,omitempty"` // event: over event and person; others: over the person who would enter; "": everybody
	SegmentID string        `json:"segment_id,omitempty"`
	Attribute string        `json:"attribute,omitempty"` // date: the person's attribute that holds the date
	Shift     time.Duration `json:"shift,omitempty"`     // date: so long after it; negative: before it
	Yearly    bool          `json:"yearly,omitempty"`    // date: each year on that day
	At        time.Time     `json:"at,omitzero"`         // broadcast: when it begins; zero: when it is started
}

// Reentry says whether somebody may enter a campaign who was in it before. In
// no case is one person in it twice at the same time.
type Reentry struct {
	Often bool          `json:"often,omitempty"` // false: once in a lifetime
	After time.Duration `json:"after,omitempty"` // so long after they entered last; 0: as soon as they have finished
}

// Goal is what a campaign is for: an event that a person sends within so long
// after a webhook of it was delivered that may count.
type Goal struct {
	Condition string        `json:"condition,omitempty"` // over event and person; "": there is no goal
	Within    time.Duration `json:"within,omitempty"`    // after the delivery
}

// Limits of campaigns.
const (
	MaxCampaigns = 200
	MaxSteps     = 100                  // of one campaign, those in branches included
	MaxNesting   = 8                    // of branches in branches
	MaxSpan      = 366 * 24 * time.Hour // of any wait
	MaxGoalSpan  = 90 * 24 * time.Hour
	MaxCallData  = 32 << 10 // bytes of what an API call brings along
)

// Campaign is a trigger and ordered steps, through which people walk.
type Campaign struct {
	ID          string // cmp_…
	Name        string
	Description string
	State       CampaignState
	Trigger     CampaignTrigger
	Reentry     Reentry
	Exit        string // a condition over the person: who meets it leaves; "": nobody
	Goal        Goal
	Steps       []Step
	Version     int64     // grows with each change; who saves names the one that was read
	StartedAt   time.Time // when it was started last; zero: never
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// Validate says at each field what is wrong; nil when nothing is. A draft may
// be incomplete: what is missing before a start says Missing. Conditions and
// Liquid are judged by those who can read them.
func (c Campaign) Validate() error {
	f := fields{}
	checkName(f, c.Name, "Give the campaign a name, such as “Welcome new customers”.")
	f.check(len(c.Description) <= 1000, "description", "This is too long: at most 1,000 characters.")
	c.Trigger.check(f)
	f.check(c.Reentry.After >= 0 && c.Reentry.After <= MaxSpan, "reentry_after", "Choose a time of at most a year.")
	f.check(len(c.Exit) <= MaxCondition, "exit", "This condition is too long: at most 64 KB.")
	f.check(len(c.Goal.Condition) <= MaxCondition, "goal", "This condition is too long: at most 64 KB.")
	f.check(c.Goal.Condition == "" || c.Goal.Within > 0 && c.Goal.Within <= MaxGoalSpan, "goal_within", "Choose a time of at most 90 days.")
	checkSteps(f, c.Steps)
	return f.err("The campaign could not be saved.")
}

func (t CampaignTrigger) check(f fields) {
	known := false
	for _, kind := range TriggerKinds() {
		known = known || kind == t.Kind
	}
	f.check(known, "trigger", "Choose what starts the campaign.")
	f.check(len(t.Condition) <= MaxCondition, "trigger_condition", "This condition is too long: at most 64 KB.")
	f.check(len(t.Attribute) <= MaxAttributeName, "trigger_attribute", "This name is too long: at most 100 characters.")
	f.check(t.Shift >= -MaxSpan && t.Shift <= MaxSpan, "trigger_shift", "Choose at most a year before or after the date.")
}

// Missing lists what a campaign needs before it can be started, in sentences a
// person can act on, each with the step that lacks it; none: it can be started.
func (c Campaign) Missing() []Lack {
	var lacks []Lack
	t := c.Trigger
	switch t.Kind {
	case TriggerEvent:
		if strings.TrimSpace(t.Condition) == "" {
			lacks = append(lacks, Lack{Words: "Say which events start the campaign: add at least one condition to its trigger."})
		}
	case TriggerEntered, TriggerLeft, TriggerBroadcast:
		if t.SegmentID == "" {
			lacks = append(lacks, Lack{Words: "Choose the segment in the campaign’s trigger."})
		}
	case TriggerDate:
		if t.Attribute == "" {
			lacks = append(lacks, Lack{Words: "Choose the attribute that holds the date in the campaign’s trigger."})
		}
	}
	if len(c.Steps) == 0 {
		lacks = append(lacks, Lack{Words: "Add at least one step: without steps nothing happens to those who enter."})
	}
	for step := range c.Walk() {
		lacks = append(lacks, step.missing()...)
	}
	return lacks
}

// Lack is one thing that a campaign needs before it can be started.
type Lack struct {
	StepID string // "": it is not about one step
	Words  string
}

// Change brings a campaign into another state; the error is a KindConflict that
// says why it cannot be.
func (c *Campaign) Change(to CampaignState, at time.Time) error {
	switch {
	case c.State == to:
		return Conflict("This campaign is " + string(to) + " already.")
	case to == CampaignRunning:
		if lacks := c.Missing(); len(lacks) > 0 {
			return Conflict("This campaign cannot be started yet. " + lacks[0].Words)
		}
		if c.State != CampaignPaused {
			c.StartedAt = at
		}
	case to == CampaignPaused && c.State != CampaignRunning:
		return Conflict("Only a running campaign can be paused.")
	case to == CampaignStopped && c.State == CampaignDraft:
		return Conflict("This campaign was never started, so there is nothing to stop.")
	case to == CampaignDraft:
		return Conflict("A campaign that was started cannot become a draft again. Duplicate it instead.")
	}
	c.State = to
	return nil
}
