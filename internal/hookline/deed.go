package hookline

// Deeds are what one person did of one kind: how often, and when last.
type Deeds struct {
	Total int
	Times []int64 // in microseconds since 1970, the newest first; as many as are kept, or all
}

// With gives both together. Of the times it keeps the newest. In whatever order
// deeds are put together, the sum is the same.
func (d Deeds) With(other Deeds, keep int) Deeds {
	sum := Deeds{Total: d.Total + other.Total, Times: make([]int64, 0, min(keep, len(d.Times)+len(other.Times)))}
	a, b := d.Times, other.Times
	for len(sum.Times) < keep && len(a)+len(b) > 0 {
		if len(b) == 0 || len(a) > 0 && a[0] >= b[0] {
			sum.Times, a = append(sum.Times, a[0]), a[1:]
		} else {
			sum.Times, b = append(sum.Times, b[0]), b[1:]
		}
	}
	return sum
}

// CountedDeed is a kind of deed that is counted because a segment asks for it:
// the track events of one name.
type CountedDeed struct {
	Number int64 // under which it is kept; 0: not yet
	Event  string
	Times  int // so many of each person's newest times are kept

	// What was there before counting began is counted in stretches, from the
	// oldest event to the last one before.
	Place, Before string // ids of events
}

// Complete says whether all that was there before is counted.
func (d CountedDeed) Complete() bool { return d.Place >= d.Before }

// DeedsOf are what an owner did of one counted kind. The owner is a person's id,
// or an anonymous identity that leads to nobody yet: it may become a person.
type DeedsOf struct {
	Owner string
	Deed  int64 // CountedDeed.Number
	Deeds
}
