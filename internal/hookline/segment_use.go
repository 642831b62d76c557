package hookline

import "strconv"

// UserKind says what kind of thing asks for a segment.
type UserKind string

// The kinds of things that ask for segments.
const (
	UsedByAction   UserKind = "action"   // in its trigger
	UsedByCampaign UserKind = "campaign" // in its trigger, its steps, its exit or its goal
	UsedBySegment  UserKind = "segment"  // in its condition
)

// SegmentUse is one thing that asks for a segment. While there is any, the
// segment cannot be deleted.
type SegmentUse struct {
	SegmentID     string
	Kind          UserKind
	ID            string
	Name          string
	DestinationID string // of an action
}

// SegmentInUse is what somebody hears who deletes a segment that is asked for.
func SegmentInUse(uses []SegmentUse) error {
	words := "the " + string(uses[0].Kind) + " “" + uses[0].Name + "”"
	if n := len(uses) - 1; n > 0 {
		words += " and " + strconv.Itoa(n) + " more"
	}
	return Conflict("This segment is still asked for by " + words + ". Take it out there first.")
}
