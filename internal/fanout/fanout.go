// Package fanout finds what an event sets off and writes what is owed.
//
// It walks the event log in order, a stretch at a time. For each event it
// changes the person, asks every trigger of the destinations that are
// connected to the event's source, and makes the request of each action that
// is met. What a stretch set off is recorded in one transaction with the
// cursor, so that after a crash a stretch happened whole or not at all.
package fanout

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"hookline/internal/compose"
	"hookline/internal/hookline"
)

// Store is what fanout reads and writes.
type Store interface {
	// FanoutCursor gives the id of the last event recorded, "" before the first.
	FanoutCursor(ctx context.Context) (string, error)
	// EventsAfter gives at most limit events that follow the one named, oldest first.
	EventsAfter(ctx context.Context, id string, limit int) ([]hookline.Event, error)
	// PeopleByIdentity gives the person behind each name that leads to one.
	PeopleByIdentity(ctx context.Context, identities []string) (map[string]hookline.Person, error)
	// MembershipsOf gives the ids of the segments that each of some people is in.
	MembershipsOf(ctx context.Context, personIDs []string) (map[string][]string, error)
	// Routing gives the configuration as of now; cheap while it does not change.
	Routing(ctx context.Context) (*hookline.Routing, error)
	// RecordFanout records a stretch whole or not at all; KindConflict when
	// what it was worked out from has changed.
	RecordFanout(ctx context.Context, f hookline.Fanout) error
}

const (
	stretchLength = 500                    // events worked out and recorded together
	lookAgain     = time.Second            // without a nudge
	waitAfterFail = 500 * time.Millisecond // before a stretch that failed is tried again
)

// Next is the stage after this one, as far as it is told what is owed before it
// would find out.
type Next interface {
	// Expect announces a Take, before anything is recorded.
	Expect()
	// Take is given what was just recorded. It never blocks.
	Take(owed []hookline.Owed)
	// AwaitRoom returns when more can be taken, or waiting would not help.
	AwaitRoom(ctx context.Context)
}

// Fanout is the stage; make it with New and run it once.
type Fanout struct {
	store   Store
	compose *compose.Composer
	next    Next
	log     *slog.Logger
	nudged  chan struct{}
	recent  recent

	ids     hookline.IDs
	cursor  string
	known   bool // cursor was read
	matcher *matcher
}

// nobody is the next stage of a fanout that has none: what is owed is found in
// the store.
type nobody struct{}

func (nobody) Expect()                   {}
func (nobody) Take([]hookline.Owed)      {}
func (nobody) AwaitRoom(context.Context) {}

// New makes the stage; next may be nil.
func New(store Store, composer *compose.Composer, next Next, log *slog.Logger) *Fanout {
	if next == nil {
		next = nobody{}
	}
	return &Fanout{store: store, compose: composer, next: next, log: log, nudged: make(chan struct{}, 1)}
}

// Take is given every event that is appended, in the order of the event log,
// and saves reading it. It never blocks.
func (f *Fanout) Take(events []hookline.Event) {
	f.recent.add(events)
	f.wake()
}

// Nudge hints that the event log grew by what was not taken. It never blocks.
func (f *Fanout) Nudge() {
	f.recent.reset()
	f.wake()
}

func (f *Fanout) wake() {
	select {
	case f.nudged <- struct{}{}:
	default:
	}
}

// Run works until ctx ends. Trouble with the store is logged and tried again:
// nothing is lost by waiting, since the cursor moves only with what was
// recorded.
func (f *Fanout) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		n, err := f.step(ctx)
		if err != nil {
			f.known = false
			f.recent.reset()
		}
		switch {
		case ctx.Err() != nil, hookline.KindOf(err) == hookline.KindConflict:
		case err != nil:
			f.log.ErrorContext(ctx, "fan out events", "error", err)
			f.wait(ctx, waitAfterFail, nil)
		case n == 0:
			f.wait(ctx, lookAgain, f.nudged)
		}
	}
	return nil
}

// wait lets time pass, or less when woken. After all of it the table is looked
// at, in case something was missed.
func (f *Fanout) wait(ctx context.Context, d time.Duration, woken <-chan struct{}) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
		f.recent.reset()
	case <-woken:
	}
}

// step works out and records the next stretch, and says how many events it had.
func (f *Fanout) step(ctx context.Context) (int, error) {
	if err := f.findPlace(ctx); err != nil {
		return 0, err
	}
	f.next.AwaitRoom(ctx)
	events, err := f.following(ctx)
	if err != nil || len(events) == 0 {
		return 0, err
	}
	routing, err := f.store.Routing(ctx)
	if err != nil {
		return 0, err
	}
	if f.matcher == nil || f.matcher.version != routing.Version {
		f.matcher = newMatcher(routing, f.log)
	}
	s, err := f.newStretch(ctx, events)
	if err != nil {
		return 0, err
	}
	for i := range events {
		s.event(ctx, &events[i])
	}
	record := s.record(f.cursor, events[len(events)-1].ID)
	f.next.Expect()
	if err := f.store.RecordFanout(ctx, record); err != nil {
		f.next.Take(nil)
		return 0, fmt.Errorf("record stretch: %w", err)
	}
	f.cursor = record.To
	f.next.Take(record.Deliveries)
	return len(events), nil
}

// following gives the next events, from memory when they are all there.
func (f *Fanout) following(ctx context.Context) ([]hookline.Event, error) {
	if events, ok := f.recent.after(f.cursor, stretchLength); ok {
		return events, nil
	}
	f.recent.begin()
	events, err := f.store.EventsAfter(ctx, f.cursor, stretchLength)
	if err == nil && len(events) < stretchLength {
		f.recent.reached()
	}
	return events, err
}

func (f *Fanout) findPlace(ctx context.Context) error {
	if f.known {
		return nil
	}
	cursor, err := f.store.FanoutCursor(ctx)
	if err != nil {
		return err
	}
	f.cursor, f.known = cursor, true
	return nil
}
