// Package segment keeps segments true: when one is made or changed, as events
// come in, as people are changed otherwise, and as time passes.
//
// The stage follows the event log behind fanout, with a place of its own. It
// works in rounds: what may have changed is read, everybody whom it concerns is
// asked the conditions that read something of it, and what came of it is recorded
// in one transaction with the place. A new condition is asked of everybody in
// stretches, beside that; what its first count finds is no move.
//
// While no segment fills itself, nothing is read and nothing is written.
package segment

import (
	"context"
	"log/slog"
	"time"

	"hookline/internal/hookline"
)

// Store is what the stage reads and writes.
type Store interface {
	// SegmentPlan gives the segments and how far the work on them has come.
	SegmentPlan(ctx context.Context) (hookline.SegmentPlan, error)
	// CountDeeds begins to count kinds of deeds and drops others. As all that
	// write, it fails with KindConflict when segments have changed since version.
	CountDeeds(ctx context.Context, version int64, begin []hookline.CountedDeed, drop []int64) error
	// ForgetSegments ends following events.
	ForgetSegments(ctx context.Context, version int64) error
	// SegmentNews gives what may have changed who belongs where.
	SegmentNews(ctx context.Context, after string, at time.Time, events, people int) (hookline.SegmentNews, error)
	// DeedsAfter gives events of some names between two, with who did them.
	DeedsAfter(ctx context.Context, after, upTo string, names []string, limit int) (hookline.SegmentNews, error)
	// PeopleByID gives those of some people who are there.
	PeopleByID(ctx context.Context, ids []string) ([]hookline.Person, error)
	// PeopleAfter gives people in the order of ids.
	PeopleAfter(ctx context.Context, after, upTo string, limit int) ([]hookline.Person, error)
	// Standings gives what is kept of people.
	Standings(ctx context.Context, personIDs []string) (map[string]hookline.SegmentStanding, error)
	// RecordSegments records a round whole or not at all.
	RecordSegments(ctx context.Context, r hookline.SegmentRound) error
	// SweepSegments removes some of what is left of what is gone.
	SweepSegments(ctx context.Context, place string, before time.Time) (next string, more bool, err error)
}

const (
	atOnce        = 1000                   // people of one round, or events of a first count
	eventsAtOnce  = 4 * atOnce             // of one round; many are often about few people
	gather        = 100 * time.Millisecond // after a round that was not full, so that a commit has more to it
	lookAgain     = time.Second            // without a nudge: time passes by itself
	restAgain     = 10 * time.Second       // while no segment fills itself
	waitAfterFail = 500 * time.Millisecond // before a round that failed is worked out again
	sweepEvery    = time.Minute            // of what is gone
	movesKept     = 7 * 24 * time.Hour     // for campaigns that were paused
)

// Stage keeps segments true; make it with New and run it once.
type Stage struct {
	store  Store
	log    *slog.Logger
	now    func() time.Time
	nudged chan struct{}

	plan   *plan // nil: to be read anew
	rests  bool  // no segment fills itself
	sweep  time.Time
	broken map[string]string // conditions that cannot be read, by segment; each is told once
}

// New makes the stage. Now is the clock; nil is that of the machine.
func New(store Store, now func() time.Time, log *slog.Logger) *Stage {
	if now == nil {
		now = time.Now
	}
	return &Stage{store: store, log: log, now: now, nudged: make(chan struct{}, 1), broken: map[string]string{}}
}

// Nudge hints that there is something to do. It never blocks.
func (s *Stage) Nudge() {
	select {
	case s.nudged <- struct{}{}:
	default:
	}
}

// Run works until ctx ends. Trouble with the store is logged and tried again:
// nothing is lost by waiting, since the place moves only with what was recorded.
func (s *Stage) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		n, err := s.Round(ctx)
		switch {
		case ctx.Err() != nil:
		case hookline.KindOf(err) == hookline.KindConflict:
			s.plan = nil
		case err != nil:
			s.plan = nil
			s.log.ErrorContext(ctx, "keep segments", "error", err)
			wait(ctx, waitAfterFail, nil)
		case n == 0 && s.rests:
			// Events nudge as well, and none of them concerns it.
			wait(ctx, gather, nil)
			wait(ctx, restAgain, s.nudged)
		case n == 0:
			wait(ctx, lookAgain, s.nudged)
		case n < atOnce:
			wait(ctx, gather, nil)
		}
	}
	return nil
}

// wait lets time pass, or less when woken.
func wait(ctx context.Context, d time.Duration, woken <-chan struct{}) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-woken:
	}
}

// Round does the next work there is, and says how much that was; 0: there is none
// now. It fails with KindConflict when something changed meanwhile: then the next
// round does it.
func (s *Stage) Round(ctx context.Context) (int, error) {
	if err := s.findPlan(ctx); err != nil {
		s.plan = nil
		return 0, err
	}
	if err := s.tidy(ctx); err != nil {
		return 0, err
	}
	if s.rests = s.plan.rests(); s.rests {
		s.plan = nil
		return 0, nil
	}
	followed, err := s.follow(ctx)
	if err != nil {
		s.plan = nil
		return 0, err
	}
	built, err := s.build(ctx)
	if err != nil {
		s.plan = nil
	}
	return followed + built, err
}

// findPlan reads what there is to do when that has changed.
func (s *Stage) findPlan(ctx context.Context) error {
	for s.plan == nil {
		read, err := s.store.SegmentPlan(ctx)
		if err != nil {
			return err
		}
		p := newPlan(read, s.unreadable)
		begin, drop := p.deedsToChange()
		switch {
		case p.rests() && read.Begun:
			err = s.store.ForgetSegments(ctx, read.Version)
		case !p.rests() && (!read.Begun || len(begin)+len(drop) > 0):
			err = s.store.CountDeeds(ctx, read.Version, begin, drop)
		default:
			s.plan = p
		}
		if err != nil {
			return err
		}
		if len(drop) > 0 || p.rests() {
			s.sweep = time.Time{} // now there is something to sweep
		}
	}
	return nil
}

// unreadable tells of a condition that cannot be read, though it was checked when
// it was saved. Nobody is in such a segment.
func (s *Stage) unreadable(g hookline.Segment, err error) {
	if s.broken[g.ID] != g.Condition {
		s.broken[g.ID] = g.Condition
		s.log.Error("read condition; nobody is in the segment", "segment", g.ID, "error", err)
	}
}

// tidy sweeps now and then.
func (s *Stage) tidy(ctx context.Context) error {
	if now := s.now(); !now.Before(s.sweep) {
		place, more := "", true
		for more && ctx.Err() == nil {
			var err error
			if place, more, err = s.store.SweepSegments(ctx, place, now.Add(-movesKept)); err != nil {
				return err
			}
		}
		s.sweep = now.Add(sweepEvery)
	}
	return nil
}
