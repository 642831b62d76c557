package sqlite

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
)

// The index of words is filled when there is little else to do. Until then its
// texts are looked through, so that it is late does no more than make a search
// slower.
const (
	searchIdle  = 10 * time.Second // until it is looked again when there was not enough
	searchWatch = time.Second      // until it is looked again whether there is less to do
)

// restAfter is how long to rest after work that took so long, when so many
// things change a second: a sent webhook changes two or three. 0 says not to
// work at all.
func restAfter(took time.Duration, changes float64) time.Duration {
	switch {
	case changes < 1000:
		return max(3*took, time.Millisecond)
	case changes < 5000:
		return max(9*took, time.Millisecond)
	}
	return 0
}

// activity is how much is changed, in the last seconds more than before.
type activity struct {
	changes atomic.Int64 // since it was asked last

	at   time.Time // the last time; of who asks alone, as is the next
	rate float64   // changes a second
}

// perSecond gives the rate: of ten seconds ago little is left in it.
func (a *activity) perSecond(now time.Time) float64 {
	seconds := now.Sub(a.at).Seconds()
	n := float64(a.changes.Swap(0))
	if a.at.IsZero() || seconds <= 0 {
		a.at, a.rate = now, 0
		return 0
	}
	share := min(1, seconds/4)
	a.at, a.rate = now, a.rate*(1-share)+n/seconds*share
	return a.rate
}

// KeepSearch brings what was sent into the index of words until ctx ends,
// whenever the engine has little to do. What it has not come to is found all the
// same, so an error is no more than a delay.
func (s *Store) KeepSearch(ctx context.Context) error {
	rest := searchWatch
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(rest):
		}
		rest = s.enterOrRest(ctx)
	}
}

// enterOrRest does one stretch, unless there is too much else to do, and says
// how long to rest.
func (s *Store) enterOrRest(ctx context.Context) time.Duration {
	changes := s.activity.perSecond(time.Now())
	if restAfter(time.Second, changes) == 0 {
		return searchWatch
	}
	began := time.Now()
	n, err := s.enterSearch(ctx, false)
	switch {
	case err != nil:
		return enterAgain
	case n == 0:
		return searchIdle
	}
	return restAfter(time.Since(began), changes)
}

// CompleteIndexes brings all that is stored into the late indexes and the index
// of words, without rest: for a database that was filled in another way than by
// the engine.
func (s *Store) CompleteIndexes(ctx context.Context) error {
	err := s.enterAll(ctx)
	for n := 1; err == nil && n > 0; {
		n, err = s.enterSearch(ctx, true)
	}
	return errors.Join(err, ctx.Err())
}
