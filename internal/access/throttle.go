package access

import (
	"hash/maphash"
	"sync"
	"time"
)

// How guessing is slowed: so many tries are free, then each failure doubles the
// wait before the next try is looked at. Many people share one address behind
// an office's router, so an address has more to spend than an account.
const (
	freePerAccount = 10
	freePerAddress = 50
	firstWait      = time.Second
	longestWait    = 15 * time.Minute
	forgottenAfter = 24 * time.Hour // without another failure
)

// throttleSlots bounds the memory, whatever is thrown at it: keys share slots
// by a keyed hash that nobody outside can compute. Two keys in one slot slow
// each other down, which takes tens of thousands of keys under attack to notice.
const throttleSlots = 1 << 15

// throttle counts failures per key. Safe for concurrent use.
type throttle struct {
	free  int
	seed  maphash.Seed
	mu    sync.Mutex
	slots []slot
}

type slot struct {
	failures int
	last     time.Time // of the last failure
	until    time.Time // nothing is looked at before
}

func newThrottle(free int) *throttle {
	return &throttle{free: free, seed: maphash.MakeSeed(), slots: make([]slot, throttleSlots)}
}

// begin asks for a try. It answers 0 and counts a failure at once, so that a
// thousand tries at the same moment cannot all slip through before the first
// one has failed; or it answers how long to wait, and counts nothing.
func (t *throttle) begin(key string) (wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s, now := t.slot(key), time.Now()
	if wait := s.until.Sub(now); wait > 0 {
		return wait
	}
	if now.Sub(s.last) > forgottenAfter {
		s.failures = 0
	}
	s.failures++
	s.last = now
	s.until = now.Add(waitAfter(s.failures - t.free))
	return 0
}

// takeBack undoes one begin, for a try that turned out right. What failed
// before it still counts: else signing in to one's own account between two
// guesses would make guessing free.
func (t *throttle) takeBack(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.slot(key)
	s.failures = max(0, s.failures-1)
	s.until = s.last.Add(waitAfter(s.failures - t.free))
}

// forget begins anew with a key.
func (t *throttle) forget(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	*t.slot(key) = slot{}
}

func (t *throttle) slot(key string) *slot {
	return &t.slots[maphash.String(t.seed, key)%throttleSlots]
}

// waitAfter is the wait after the nth failure beyond the free ones: 1 s, 2 s,
// 4 s … The first of them is the last free one, n = 0.
func waitAfter(n int) time.Duration {
	switch {
	case n < 0:
		return 0
	case n >= 10: // 1 s << 10 is over the longest, and larger shifts overflow
		return longestWait
	}
	return min(firstWait<<n, longestWait)
}
