package delivery

import (
	"time"

	"hookline/internal/hookline"
)

// How much of what is owed is held in memory. A destination that keeps up may
// have a long line; when memory is full, everybody still has a short one.
const (
	longLine   = 2000     // deliveries of one destination
	shortLine  = 64       // deliveries of one destination when memory is full
	maxWaiting = 4000     // deliveries in all lines, before they are short
	maxBytes   = 64 << 20 // of bodies in all lines, before they are short
)

// line is what one destination is owed, as far as it is in our hands. The rest
// is in the table, and is read when the line gets short.
type line struct {
	destinationID string
	waiting       []hookline.Owed // not begun, in the order in which they were owed
	inHand        map[string]bool // by delivery: waiting, or true: on its way
	sending       int
	hasTurn       bool

	behind  bool      // the table holds more that is due
	missed  bool      // something was not taken since the table was read last
	reading bool      // the table is being read for it
	ended   []string  // deliveries that left our hands meanwhile: what was read of them is old
	lookAt  time.Time // when something in the table falls due; zero: not known of any

	shutUntil time.Time // its gate is shut; zero: it may be open
	held      bool      // and what it is owed is left to the table meanwhile
	speed     speed
}

// push adds a delivery at the end; false when it is in our hands already.
func (l *line) push(o hookline.Owed) bool {
	if _, here := l.inHand[o.ID]; here {
		return false
	}
	l.inHand[o.ID] = false
	l.waiting = append(l.waiting, o)
	return true
}

// pop takes the first that waits and notes that it is on its way.
func (l *line) pop() hookline.Owed {
	o := l.waiting[0]
	l.waiting[0] = hookline.Owed{} // let go of its body
	l.waiting = l.waiting[1:]
	l.inHand[o.ID] = true
	return o
}

// drop lets go of a delivery.
func (l *line) drop(id string) {
	delete(l.inHand, id)
	if l.reading {
		l.ended = append(l.ended, id)
	}
}

// falls notes that something in the table falls due at a time.
func (l *line) falls(due time.Time) {
	if !due.IsZero() && (l.lookAt.IsZero() || due.Before(l.lookAt)) {
		l.lookAt = due
	}
}

// hungry says whether the table should be read now: there is something in it,
// and room for a good deal of it.
func (l *line) hungry(now time.Time, room int) bool {
	due := l.behind || !l.lookAt.IsZero() && !l.lookAt.After(now)
	return due && !l.held && room > 0 && len(l.waiting) <= room
}

// empty says whether the line can be forgotten.
func (l *line) empty() bool {
	return len(l.inHand) == 0 && !l.behind && !l.reading && !l.hasTurn && l.lookAt.IsZero()
}

// speed tells how fast a destination takes deliveries, while it has any before
// it.
type speed struct {
	since time.Time
	count int
	rate  float64 // a second, in the last full span
	known bool
}

// speedSpan is how long attempts are counted for one figure.
const speedSpan = 250 * time.Millisecond

// ended counts an attempt that ended.
func (s *speed) ended(now time.Time) {
	s.count++
	s.turn(now)
}

func (s *speed) turn(now time.Time) {
	if span := now.Sub(s.since); span >= speedSpan {
		*s = speed{since: now, rate: float64(s.count) / span.Seconds(), known: true}
	}
}

// quick says whether so many deliveries would be gone within a second. Who has
// only begun is thought to be.
func (s *speed) quick(waiting int, now time.Time) bool {
	s.turn(now)
	return !s.known || s.rate >= float64(waiting)
}
