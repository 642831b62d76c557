package delivery

import (
	"time"

	"hookline/internal/hookline"
)

// Ahead says what is before a delivery of a destination that is tried again at
// next, after so many tries of its round.
func (s Schedule) Ahead(d hookline.Destination, tries int, next time.Time) hookline.Ahead {
	s = s.withDefaults().of(d)
	a := hookline.Ahead{Try: tries + 1, All: s.Retries + 1, Last: next}
	for made := a.Try; made <= s.Retries; made++ {
		a.Last = a.Last.Add(s.Base << (made - 1))
	}
	return a
}
