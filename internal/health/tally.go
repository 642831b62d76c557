package health

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"hookline/internal/hookline"
)

// tallies are the counters of the minute that runs.
type tallies struct {
	mu     sync.RWMutex
	of     map[string]*tally // by destination; one that was deleted stays until the end of the process
	events atomic.Int64
}

// tally counts for one destination.
type tally struct {
	delivered, retrying, failed atomic.Int64
	spans                       [hookline.SpanClasses]atomic.Int64
}

// Attempt counts an attempt that was recorded. A test has no destination and
// counts as nothing.
func (s *Sampler) Attempt(destinationID string, outcome hookline.State, took time.Duration) {
	if destinationID == "" {
		return
	}
	t := s.tallies.tally(destinationID)
	switch outcome {
	case hookline.StateDelivered, hookline.StateDoubted:
		t.delivered.Add(1)
	case hookline.StateRetrying:
		t.retrying.Add(1)
	default:
		t.failed.Add(1)
	}
	t.spans[hookline.SpanClass(took)].Add(1)
}

// Unsendable counts a delivery for which no request could be made.
func (s *Sampler) Unsendable(destinationID string) {
	s.tallies.tally(destinationID).failed.Add(1)
}

// Events counts events that came in.
func (s *Sampler) Events(n int) { s.tallies.events.Add(int64(n)) }

// Forget drops what was counted for destinations in the minute that runs.
func (s *Sampler) Forget(destinationIDs []string) {
	s.tallies.mu.Lock()
	defer s.tallies.mu.Unlock()
	for _, id := range destinationIDs {
		delete(s.tallies.of, id)
	}
}

func (t *tallies) tally(destinationID string) *tally {
	t.mu.RLock()
	one := t.of[destinationID]
	t.mu.RUnlock()
	if one != nil {
		return one
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if one = t.of[destinationID]; one == nil {
		one = &tally{}
		t.of[destinationID] = one
	}
	return one
}

// take gives what was counted, as of a minute, and begins anew.
func (t *tallies) take(minute time.Time) []hookline.Sample {
	return t.read(minute, func(n *atomic.Int64) int64 { return n.Swap(0) })
}

// look gives what was counted so far.
func (t *tallies) look(minute time.Time) []hookline.Sample {
	return t.read(minute, (*atomic.Int64).Load)
}

// read adds the whole house, which is the sum of its destinations.
func (t *tallies) read(minute time.Time, count func(*atomic.Int64) int64) []hookline.Sample {
	t.mu.RLock()
	defer t.mu.RUnlock()
	house := hookline.Sample{Minute: minute, Events: int(count(&t.events))}
	var all []hookline.Sample
	for id, one := range t.of {
		sample := hookline.Sample{
			DestinationID: id, Minute: minute,
			Delivered: int(count(&one.delivered)), Retrying: int(count(&one.retrying)), Failed: int(count(&one.failed)),
		}
		for i := range one.spans {
			sample.Spans[i] = int(count(&one.spans[i]))
		}
		if !sample.Empty() {
			all, house = append(all, sample), house.Add(sample)
		}
	}
	if !house.Empty() {
		all = append(all, house)
	}
	slices.SortFunc(all, func(a, b hookline.Sample) int { return strings.Compare(a.DestinationID, b.DestinationID) })
	return all
}
