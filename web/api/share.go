package api

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"hookline/internal/hookline"
)

// How many calls of one source may be under way at once. A source that calls
// alone may use all there are; those that call at the same time share them
// evenly, and each has at least leastShare, which is enough to keep the one
// writer busy. So a key that floods us waits for itself, and for nobody else.
const (
	allCalls   = 512
	leastShare = 32
	activeFor  = 5 * time.Second // how long a source counts after its last call
	holdBack   = 3 * time.Second // about so long before a refusal: to refuse costs as much as to accept, and who is held asks for less
	comeBack   = time.Second     // what a refused caller is told to wait
)

// shares knows the calls under way by source. The zero value is ready.
type shares struct {
	mu      sync.Mutex
	sources map[string]*share
	active  int // how many called lately, as of counted
	counted time.Time
}

// share is what one source uses.
type share struct {
	calls int
	last  time.Time
}

// enter begins a call of a source, whose end is told by leave, or refuses it
// with KindThrottled. Calls that name their source only in the body are all
// counted as one, "", because they have to be read before it is known.
func (s *shares) enter(ctx context.Context, sourceID string) (leave func(), err error) {
	one, ok := s.begin(sourceID, time.Now())
	if ok {
		return func() { s.end(one) }, nil
	}
	// Not all for as long: those who were refused together would come together again.
	pause := time.NewTimer(holdBack*2/3 + rand.N(holdBack*2/3))
	defer pause.Stop()
	select {
	case <-pause.C:
	case <-ctx.Done():
	}
	return nil, &hookline.Error{
		Kind:       hookline.KindThrottled,
		Message:    "Too many calls with this write key are under way at once. Send this call again in a second, and use /v1/batch to send many events in one call.",
		RetryAfter: comeBack,
	}
}

func (s *shares) begin(sourceID string, now time.Time) (*share, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sources == nil {
		s.sources = map[string]*share{}
	}
	one := s.sources[sourceID]
	if one == nil {
		one = &share{}
		s.sources[sourceID] = one
		s.counted = time.Time{}
	}
	one.last = now
	s.count(now)
	if one.calls >= max(leastShare, allCalls/max(s.active, 1)) {
		return nil, false
	}
	one.calls++
	return one, true
}

func (s *shares) end(one *share) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one.calls--
}

// count looks once a second who called lately, and forgets the others.
func (s *shares) count(now time.Time) {
	if now.Sub(s.counted) < time.Second {
		return
	}
	s.counted = now
	for id, one := range s.sources {
		if one.calls == 0 && now.Sub(one.last) > activeFor {
			delete(s.sources, id)
		}
	}
	s.active = len(s.sources)
}
