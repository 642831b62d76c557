package hookline

import "time"

// Demo is a demo workspace before it is made. Its makers choose the ids, so
// that its parts can name each other; the store gives the times.
type Demo struct {
	Sources      []Source
	Bins         []Bin
	Destinations []Destination // those that a campaign or a shortcut owns among them
	Actions      []Action
	Segments     []Segment
	Campaigns    []Campaign // they run at once
	Shortcuts    []Shortcut
}

// DemoMade remembers by id what the demo workspace consists of. The zero value
// says that there is none.
type DemoMade struct {
	SourceIDs      []string  `json:"sources"`
	BinIDs         []string  `json:"bins"`
	DestinationIDs []string  `json:"destinations"`
	SegmentIDs     []string  `json:"segments"`
	CampaignIDs    []string  `json:"campaigns"`
	ShortcutIDs    []string  `json:"shortcuts"`
	MadeAt         time.Time `json:"made_at"`
}

// There says whether there is a demo workspace.
func (d DemoMade) There() bool { return !d.MadeAt.IsZero() }

// DemoOwed is what the engine has still to do for the demo workspace.
type DemoOwed struct {
	Segments   int // that have not counted everybody yet
	Events     int // not yet fanned out
	Unheard    int // events that its segments have not followed
	Moves      int // into and out of its segments, that its campaigns have not followed
	Journeys   int // that go on now
	Gathered   int // events in batches that are not closed
	Deliveries int // queued, or on their way
}
