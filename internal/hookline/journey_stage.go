package hookline

import (
	"encoding/json"
	"time"
)

// JourneyBegin is that somebody shall begin a journey. They do not when they are
// in the campaign already, when its re-entry rule says no, when they are
// suppressed, and when they are gone.
type JourneyBegin struct {
	CampaignID string
	PersonID   string
	StepID     string // the campaign's first
	Reentry    Reentry
	EventID    string
	Trigger    json.RawMessage // nil: nothing
	At         time.Time
}

// JourneySource is where those who enter campaigns come from in an order, so that
// how far they were followed can be kept.
type JourneySource string

// The sources.
const (
	JourneysFromEvents JourneySource = "journeys"      // the event log
	JourneysFromMoves  JourneySource = "journey_moves" // moves into and out of segments
)

// JourneyEntry is a stretch of a source and who begins a journey because of it.
// It is recorded whole or not at all.
type JourneyEntry struct {
	Source JourneySource
	From   string // the cursor that it began after; recording fails when it has moved
	To     string
	Begins []JourneyBegin
}

// JourneyStretch is what became of some journeys of one campaign.
type JourneyStretch struct {
	CampaignID string
	Version    int64 // of the campaign by which it was worked out
	Steps      []JourneyStep
}

// JourneyStep is how far one journey went.
type JourneyStep struct {
	Journey       Journey   // as it shall be; its Version is the one that was read
	PersonVersion int64     // of the person from whom it was worked out; 0: from nobody
	Watching      bool      // it is looked at whenever the person changes
	LookAt        time.Time // when it is looked at all the same; zero: when it wakes
	Sets          []SetAttribute
	Owed          []Owed // for its webhooks, in order; a journey that is sending or held waits for the last one
	Word          string // under which the answer to that one is kept
}

// CampaignDate is when somebody enters a campaign because of a date that an
// attribute of theirs holds.
type CampaignDate struct {
	CampaignID string
	PersonID   string
	At         time.Time
}
