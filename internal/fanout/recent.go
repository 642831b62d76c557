package fanout

import (
	"sync"

	"hookline/internal/hookline"
)

// How much of the event log is held in memory for a stage that keeps up.
const (
	maxRecent      = 20_000
	maxRecentBytes = 32 << 20
)

// recent holds the end of the event log, so that a stage that keeps up need not
// read what was just written. It is handed every event that is appended, and
// forgets all when it would get too long; then the table is read until its end.
type recent struct {
	mu       sync.Mutex
	events   []hookline.Event
	bytes    int
	filling  bool // every event appended since begin is here
	complete bool // and so is every one after the stage's place
}

// add takes events that were appended, in their order.
func (r *recent) add(events []hookline.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.filling {
		return
	}
	for i := range events {
		r.bytes += len(events[i].Payload)
	}
	r.events = append(r.events, events...)
	if len(r.events) > maxRecent || r.bytes > maxRecentBytes {
		r.forget()
	}
}

// after gives at most limit events that follow the one named; false when they
// have to be read from the table. What comes before is let go.
func (r *recent) after(id string, limit int) ([]hookline.Event, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.complete {
		return nil, false
	}
	for len(r.events) > 0 && r.events[0].ID <= id {
		r.bytes -= len(r.events[0].Payload)
		r.events[0] = hookline.Event{}
		r.events = r.events[1:]
	}
	return r.events[:min(limit, len(r.events)):min(limit, len(r.events))], true
}

// begin is called before the table is read: what is appended from now on is here.
func (r *recent) begin() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.filling = true
}

// reached is called when the table was read to its end after begin.
func (r *recent) reached() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.complete = r.filling
}

// reset is called when the stage's place is not known any more.
func (r *recent) reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forget()
}

func (r *recent) forget() {
	r.events, r.bytes, r.filling, r.complete = nil, 0, false, false
}
