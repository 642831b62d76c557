package hookline

import "time"

// BroadcastState is where a broadcast stands.
//
//	waiting ──its time comes──▶ running ──everybody was looked at──▶ finished
//	    └────────stop────────────┴──▶ stopped
type BroadcastState string

// The states of a broadcast.
const (
	BroadcastWaiting  BroadcastState = "waiting"
	BroadcastRunning  BroadcastState = "running"
	BroadcastFinished BroadcastState = "finished"
	BroadcastStopped  BroadcastState = "stopped"
)

// Over says whether a broadcast brings nobody into its campaign any more.
func (s BroadcastState) Over() bool { return s == BroadcastFinished || s == BroadcastStopped }

// Broadcast is that everybody in a segment enters a campaign, and how far that
// has come. While its campaign is paused it waits.
type Broadcast struct {
	ID         string // brc_…
	CampaignID string
	SegmentID  string
	State      BroadcastState
	At         time.Time // when it begins
	Position   string    // the last person who was looked at; "" before the first
	Total      int       // how many were in the segment when it began
	Looked     int
	Began      int // of those, who began a journey; the others may not, as re-entry and conditions say
	StartedAt  time.Time
	EndedAt    time.Time
	EndedBy    string // who stopped it; "" for the engine
}
