package sqlite

import (
	"context"
	"sync"
	"time"

	"hookline/internal/hookline"
)

// A clock that was set years ahead makes everything old. So when it is much later
// than it was when retention last looked, nothing is deleted for a day of running
// in which somebody can notice. A machine that was away for so long waits as well.
const (
	retainLeap = 7 * 24 * time.Hour
	retainHold = 24 * time.Hour
)

const clockCursor = "retention_clock" // microseconds, when retention last looked

// held is how retention waits after a leap of the clock; the zero value does not.
type held struct {
	mu    sync.Mutex
	since time.Time // by which the wait is measured
	hold  hookline.RetentionHold
}

// RetentionHold says whether retention waits because the clock leapt.
func (s *Store) RetentionHold() hookline.RetentionHold {
	s.held.mu.Lock()
	defer s.held.mu.Unlock()
	return s.held.hold
}

// holdRetention says whether nothing may be deleted at a moment of the clock,
// after the process has run for so long as running tells.
func (s *Store) holdRetention(ctx context.Context, at, running time.Time) (bool, error) {
	seen, err := readCursor(s.reads.QueryRowContext(ctx, "select event_id from cursors where name = $1", clockCursor))
	if err != nil {
		return false, err
	}
	if s.held.leapt(fromMicros(seen), at, running) {
		return true, nil
	}
	return false, s.write(ctx, func(t *tx) error { return setCursor(t, clockCursor, micros(at)) })
}

func (h *held) leapt(seen, at, running time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if seen.IsZero() || at.Sub(seen) <= retainLeap {
		h.since, h.hold = time.Time{}, hookline.RetentionHold{}
		return false
	}
	if h.since.IsZero() {
		h.since, h.hold = running, hookline.RetentionHold{From: seen, To: at, Until: at.Add(retainHold)}
	}
	if running.Sub(h.since) < retainHold {
		return true
	}
	h.since, h.hold = time.Time{}, hookline.RetentionHold{}
	return false
}
