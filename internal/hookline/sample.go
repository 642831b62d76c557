package hookline

import "time"

// Sample is what happened within one minute of the clock: to one destination,
// or in the whole house.
type Sample struct {
	DestinationID string // "" for the whole house
	Minute        time.Time
	Events        int // that were accepted; of the whole house only

	// Attempts by how they ended. What failed because no request could be made
	// is among the failed, without an attempt.
	Delivered, Retrying, Failed int
	Spans                       Spans // how long attempts took

	// What was owed when the minute ended.
	Waiting int
	Overdue time.Duration // since when the one due longest had been due
}

// SampleAge is how long samples are kept.
const SampleAge = 8 * 24 * time.Hour

// Empty says that there is nothing to tell.
func (s Sample) Empty() bool {
	s.DestinationID, s.Minute = "", time.Time{}
	return s == Sample{}
}

// Add gives what both tell together: counts add up, and of what was owed it is
// the most.
func (s Sample) Add(o Sample) Sample {
	s.Events += o.Events
	s.Delivered += o.Delivered
	s.Retrying += o.Retrying
	s.Failed += o.Failed
	s.Spans = s.Spans.Add(o.Spans)
	s.Waiting, s.Overdue = max(s.Waiting, o.Waiting), max(s.Overdue, o.Overdue)
	return s
}

// Without takes one part of the whole house out again.
func (s Sample) Without(o Sample) Sample {
	s.Events = max(0, s.Events-o.Events)
	s.Delivered = max(0, s.Delivered-o.Delivered)
	s.Retrying = max(0, s.Retrying-o.Retrying)
	s.Failed = max(0, s.Failed-o.Failed)
	for i, n := range o.Spans {
		s.Spans[i] = max(0, s.Spans[i]-n)
	}
	if s.Waiting = max(0, s.Waiting-o.Waiting); s.Waiting == 0 {
		s.Overdue = 0
	}
	return s
}

// Troubled is how many attempts failed, for now or for good.
func (s Sample) Troubled() int { return s.Retrying + s.Failed }

// Tried is how many there were in all.
func (s Sample) Tried() int { return s.Delivered + s.Troubled() }
