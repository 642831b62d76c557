package hookline

import "time"

// SegmentPlan is what the stage that keeps segments true has to do, as of now.
type SegmentPlan struct {
	Version  int64  // grows with each change of a segment; a round of another version is not recorded
	Cursor   string // the last event that was followed
	Begun    bool   // false: nothing is followed, because there was no segment to fill
	Segments []SegmentWork
	Deeds    []CountedDeed
}

// SegmentWork is a segment and how far its first count has come.
type SegmentWork struct {
	Segment
	Number int64  // under which its members are kept
	Place  string // the last person who was asked, while it is building
}

// Asked says whether a person had their turn in the segment's first count.
func (w SegmentWork) Asked(personID string) bool {
	return w.State == SegmentReady || personID <= w.Place
}

// SegmentProgress is how many people had their turn in the first count of a segment.
type SegmentProgress struct {
	Done, Of int
}

// SegmentNews is what may have changed who belongs where since the cursor.
type SegmentNews struct {
	Version int64             // of the plan by now
	Events  []Event           // that fanout has done; only an identify has its payload
	People  map[string]Person // behind each name by which an event goes
	Asked   []Asked           // people who were changed otherwise
	Due     []string          // ids of people whom time may have changed
}

// Asked is a person to be asked again, however often they were changed before
// that was seen.
type Asked struct {
	PersonID string
	Times    int64
}

// SegmentStanding is what is kept of one person for segments.
type SegmentStanding struct {
	Members []int64 // numbers of the segments that they are in
	Deeds   map[int64]Deeds
	DueAt   time.Time // when time may change something; zero: never
}

// SegmentRound is what one round of the stage found. It is recorded whole or not
// at all.
type SegmentRound struct {
	Version  int64
	From, To string      // the cursor; the same when no event was followed
	Deeds    []DeedsOf   // to be added
	Counted  []DeedPlace // how far counting came
	Changes  []MemberChange
	Due      []DueChange
	Asked    []Asked // who had their turn, unless they were changed since
	Built    []BuildPlace
}

// DeedPlace is the last event that was counted for a kind of deed.
type DeedPlace struct {
	Deed  int64
	Place string
}

// MemberChange is that a person entered or left a segment.
type MemberChange struct {
	Segment  int64 // SegmentWork.Number
	PersonID string
	Entered  bool
	Silent   bool // no move: a first count found it
	EventID  string
	At       time.Time
}

// DueChange is when time may change something for a person; zero: never.
type DueChange struct {
	PersonID string
	At       time.Time
}

// BuildPlace is the last person who was asked in a segment's first count.
type BuildPlace struct {
	Segment int64
	Place   string
	Asked   int  // so many more than before
	Ready   bool // there is nobody after them
}

// Tally is how many people meet a condition.
type Tally struct {
	Count  int
	Sample []Person // some of them, the newest first
	Later  bool     // this can only be counted once it is saved; Count means nothing then
}
