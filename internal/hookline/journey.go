package hookline

import (
	"encoding/json"
	"time"
)

// JourneyState is what a journey waits for.
//
//	going ──a step that waits──▶ waiting ──time, or its condition──▶ going
//	going ──webhook──▶ sending ──delivered or failed──▶ going
//	going ──draft that sets attributes──▶ held ──sent──▶ sending
//	                                       └──discarded──▶ going
//	any of these ──▶ finished · left · stopped
type JourneyState string

// The states of a journey. The last three are ends.
const (
	JourneyGoing    JourneyState = "going"    // its next step is due at WakeAt
	JourneyWaiting  JourneyState = "waiting"  // at a wait, until WakeAt at most
	JourneySending  JourneyState = "sending"  // until DeliveryID is delivered or failed
	JourneyHeld     JourneyState = "held"     // until the draft DeliveryID is sent or discarded
	JourneyFinished JourneyState = "finished" // it came to the end of the steps
	JourneyLeft     JourneyState = "left"     // by the exit condition, or because the person is gone
	JourneyStopped  JourneyState = "stopped"  // with its campaign, or by somebody
)

// JourneyStates lists the states in the order of a menu.
func JourneyStates() []JourneyState {
	return []JourneyState{JourneyGoing, JourneyWaiting, JourneySending, JourneyHeld, JourneyFinished, JourneyLeft, JourneyStopped}
}

// Known says whether s is one of JourneyStates.
func (s JourneyState) Known() bool {
	for _, known := range JourneyStates() {
		if s == known {
			return true
		}
	}
	return false
}

// Over says whether s is an end.
func (s JourneyState) Over() bool {
	return s == JourneyFinished || s == JourneyLeft || s == JourneyStopped
}

// Journey is one person's way through one campaign.
type Journey struct {
	ID         string // jrn_…; keyed
	CampaignID string
	PersonID   string
	State      JourneyState
	StepID     string          // at which it is, or which comes next while going; "" when over
	Visits     int             // steps taken so far: the number of the present one, so that a step's key is its own
	WakeAt     time.Time       // zero: it waits for something else than time
	DeliveryID string          // for sending and held; while going: the one of StepID, which has ended
	EventID    string          // the event that began it; "" for none
	Trigger    json.RawMessage // what it began with: the event, the data of an API call; "{}" for nothing
	Answers    json.RawMessage // what webhooks of it were answered: an object by Step.Word
	Way        []Visit         // the steps that it came to, each as it was visited last, in their order; none of before visits were kept
	Reason     string          // why it left or was stopped, in plain words
	Version    int64
	BeganAt    time.Time
	UpdatedAt  time.Time
	EndedAt    time.Time
}

// JourneyFilter narrows the list of journeys; empty fields do not narrow.
type JourneyFilter struct {
	CampaignID string // or PersonID, or both
	PersonID   string
	StepID     string // at which they are; who is over is at none
	State      JourneyState
	Open       bool // only those that are not over
}
