package hookline

import (
	"strings"
	"time"
)

// MaxSegments is the most segments there can be.
const MaxSegments = 200

// SegmentState is how true a segment's membership is.
type SegmentState string

// The states of a segment.
const (
	SegmentBuilding SegmentState = "building" // it was made or changed, and not everybody has been asked yet
	SegmentReady    SegmentState = "ready"    // its members are those who meet its condition
)

// Segment is a saved condition over people; people enter and leave it. A manual
// segment has no condition: its members are whom somebody put into it.
type Segment struct {
	ID          string // seg_…
	Name        string
	Description string
	Manual      bool
	Condition   string // in text form; "" for a manual one
	State       SegmentState
	Size        int   // how many members it has
	Version     int64 // grows with each change of its settings; who saves names the one that was read
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// Validate says at each field what is wrong; nil when nothing is. The condition
// is judged by those who can read it.
func (s Segment) Validate() error {
	f := fields{}
	checkName(f, s.Name, "Give the segment a name, such as “Paying customers”.")
	f.check(len(s.Description) <= 1000, "description", "This is too long: at most 1,000 characters.")
	f.check(len(s.Condition) <= MaxCondition, "condition", "This condition is too long: at most 64 KB.")
	f.check(s.Manual || strings.TrimSpace(s.Condition) != "", "condition", "Say who belongs to the segment: add at least one condition.")
	f.check(!s.Manual || s.Condition == "", "condition", "A manual segment has no condition. Remove it, or make a segment that fills itself.")
	return f.err("The segment could not be saved.")
}

// MaxCondition is the longest text of a condition, in bytes.
const MaxCondition = 64 << 10

// Membership is one person's in one segment.
type Membership struct {
	SegmentID string
	PersonID  string
	Since     time.Time
}

// SegmentMove is that a person entered or left a segment. Moves are kept in
// order for campaigns that begin with them; what a segment's first count finds
// is no move.
type SegmentMove struct {
	ID        string // smv_…; increasing
	SegmentID string
	PersonID  string
	Entered   bool // else they left
	EventID   string
	At        time.Time
}

// LookedMoves is how many of the latest moves of all segments are looked through
// for those of one.
const LookedMoves = 20_000
