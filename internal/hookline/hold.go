package hookline

import "time"

// Breaker is where a destination's circuit breaker stands.
type Breaker string

// The states of a breaker.
const (
	BreakerClosed   Breaker = ""          // all is well
	BreakerOpen     Breaker = "open"      // the receiver is broken: nothing is sent before NextTry
	BreakerHalfOpen Breaker = "half_open" // a few tries find out whether it has recovered
)

// Health is what the engine found out about a destination's receiver. The zero
// value is that of a receiver of which nothing bad is known.
type Health struct {
	DestinationID string
	Breaker       Breaker
	Reason        string    // why the breaker opened, in plain words
	Since         time.Time // when it opened first
	OpenedAt      time.Time // when it opened last
	NextTry       time.Time // when it lets a try through
	Openings      int       // how often it has opened in a row
	AskedUntil    time.Time // the receiver asked, by Retry-After, to be left alone until then
	GoneAt        time.Time // when it answered 410 Gone last, with no success since
}

// Well says that there is nothing to tell.
func (h Health) Well() bool {
	h.DestinationID = ""
	return h == Health{}
}

// Cause says what keeps a destination from being sent to.
type Cause string

// The causes, in the order in which they are told when there are several.
const (
	CauseOff         Cause = "off"
	CausePaused      Cause = "paused"
	CauseMaintenance Cause = "maintenance"
	CauseBroken      Cause = "broken"
	CauseAsked       Cause = "asked" // Retry-After
	CausePace        Cause = "pace"  // its rate
)

// Holds says whether what waits because of c counts as held. What waits for a
// moment, by the receiver's wish or the destination's rate, does not.
func (c Cause) Holds() bool {
	return c == CauseOff || c == CausePaused || c == CauseMaintenance || c == CauseBroken
}

// Hold says why a destination is not sent to, in plain words. The zero value:
// it is sent to.
type Hold struct {
	Cause  Cause
	Reason string    // whole sentences
	Since  time.Time // zero when it is not known
	Next   time.Time // when it goes on by itself; zero when it waits for a person
}

// Hold says what keeps d from being sent to at now. Nothing is ever dropped
// because of it, and it is never stored: it follows from the settings, from
// what the engine found out, and from the clock.
func (d Destination) Hold(h Health, now time.Time) Hold {
	switch {
	case !d.Enabled:
		return Hold{Cause: CauseOff, Reason: "The destination is switched off."}
	case d.Paused.On():
		return Hold{Cause: CausePaused, Reason: d.pausedWords(), Since: d.Paused.At}
	}
	if w, since, until, under := Under(d.Maintenance, now); under {
		reason := "The destination is in a maintenance window."
		if w.Note != "" {
			reason = "The destination is in a maintenance window: “" + w.Note + "”."
		}
		return Hold{Cause: CauseMaintenance, Reason: reason, Since: since, Next: until}
	}
	if h.Breaker != BreakerClosed {
		return Hold{Cause: CauseBroken, Reason: h.Reason, Since: h.Since, Next: h.NextTry}
	}
	if h.AskedUntil.After(now) {
		return Hold{Cause: CauseAsked, Reason: "The receiver asked, by Retry-After, to be left alone for a while.", Next: h.AskedUntil}
	}
	return Hold{}
}

func (d Destination) pausedWords() string {
	words := "The destination was paused by " + orSomebody(d.Paused.By)
	if d.Paused.Note != "" {
		words += ": “" + d.Paused.Note + "”"
	}
	return words + "."
}

// Gone says since when the receiver has answered 410, as far as nobody has
// said since that it is still there. It is a mark only: it holds nothing back.
func (d Destination) Gone(h Health) (time.Time, bool) {
	return h.GoneAt, h.GoneAt.After(d.VouchedAt)
}

// Waiting is what a destination owes at one moment.
type Waiting struct {
	Count  int
	More   bool      // there are more: they were counted up to Count only
	Oldest time.Time // when the one that has waited longest was due, or will be
}

// Choices is how much each way of resuming would send.
type Choices struct {
	All, Newest, Since Waiting
}
