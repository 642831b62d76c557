package views

import (
	"strconv"
	"time"

	"hookline/internal/hookline"
	"hookline/views/ui"
)

// DestinationStanding is how a destination stands now: what keeps it from being sent to, and what waits for it.
type DestinationStanding struct {
	ID, Name string
	Enabled  bool
	Hold     hookline.Hold
	Breaker  hookline.Breaker
	Waiting  hookline.Waiting
	Paused   hookline.Pause
	Resume   hookline.Resume
	GoneAt   time.Time // when it answered 410; zero: it did not, or somebody said that it is still there
	MayEdit  bool
}

// StandingOf joins what is known of a destination.
func StandingOf(d hookline.Destination, h hookline.Health, w hookline.Waiting, now time.Time) DestinationStanding {
	s := DestinationStanding{
		ID: d.ID, Name: d.Name, Enabled: d.Enabled, Hold: d.Hold(h, now), Breaker: h.Breaker, Waiting: w, Paused: d.Paused, Resume: d.Resume,
	}
	if at, gone := d.Gone(h); gone {
		s.GoneAt = at
	}
	return s
}

func (s DestinationStanding) path(act string) string { return "/destinations/" + s.ID + "/" + act }

func (s DestinationStanding) resuming() bool { return s.Paused.On() && s.Resume.On() }

func (s DestinationStanding) catchingUp() bool {
	return !s.Paused.On() && s.Resume.On() && s.Waiting.Count > 0 && s.Hold.Cause != hookline.CauseOff
}

// Noteworthy says whether somebody should know: a destination that is merely off was switched off by somebody, and is
// told only when something waits for it.
func (s DestinationStanding) Noteworthy() bool {
	if s.Hold.Cause == hookline.CauseOff {
		return s.Waiting.Count > 0
	}
	return s.Hold.Cause != "" || s.catchingUp() || !s.GoneAt.IsZero()
}

// standingBadge is a standing in a word, with its colour and sign.
type standingBadge struct {
	tone ui.Tone
	icon string
	word string
}

func (s DestinationStanding) badge() standingBadge {
	switch {
	case s.Hold.Cause == hookline.CauseOff:
		return standingBadge{ui.Neutral, "player-pause", "Off"}
	case s.resuming():
		return standingBadge{ui.Active, "player-play", "Resuming"}
	case s.Hold.Cause == hookline.CausePaused:
		return standingBadge{ui.Warn, "player-pause", "Paused"}
	case s.Hold.Cause == hookline.CauseMaintenance:
		return standingBadge{ui.Warn, "tool", "Maintenance"}
	case s.Hold.Cause == hookline.CauseBroken:
		return standingBadge{ui.Bad, "plug-x", "Broken"}
	case s.Hold.Cause == hookline.CauseAsked:
		return standingBadge{ui.Warn, "clock-pause", "Asked to wait"}
	case s.catchingUp():
		return standingBadge{ui.Active, "player-play", "Catching up"}
	case !s.GoneAt.IsZero():
		return standingBadge{ui.Warn, "alert-triangle", "Answered 410"}
	}
	return standingBadge{ui.Good, "check", "On"}
}

// why says in a sentence or two what the matter is.
func (s DestinationStanding) why() string {
	switch {
	case s.resuming():
		return "It is being resumed: what shall not be sent is being taken out."
	case s.Hold.Reason != "":
		return s.Hold.Reason
	case s.catchingUp():
		return "It is sent what a pause held" + s.paceWords() + "."
	case !s.GoneAt.IsZero():
		return "It answered 410 Gone, so it was probably removed."
	}
	return ""
}

// paceWords is how fast a destination catches up, as the end of a sentence.
func (s DestinationStanding) paceWords() string {
	words := ""
	if s.Resume.PerSecond > 0 {
		words = ", at most " + decimal(s.Resume.PerSecond) + " a second"
	}
	if s.Resume.Ramp > 0 {
		words += ", slowly at first"
	}
	return words
}

// decimal writes a number without needless digits: 2.5, 10.
func decimal(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// webhooks counts: "1 webhook", "more than 100,000 webhooks".
func webhooks(w hookline.Waiting) string {
	words := Grouped(w.Count) + " webhooks"
	if w.Count == 1 {
		words = "1 webhook"
	}
	if w.More {
		words = "more than " + words
	}
	return words
}

// wait is the verb for so many.
func wait(w hookline.Waiting) string {
	if w.Count == 1 && !w.More {
		return "waits"
	}
	return "wait"
}

// overdue says whether the oldest was due before now; while it was not, nothing waits but for its own next try.
func overdue(w hookline.Waiting) bool { return w.Oldest.Before(time.Now()) }

// pacedWords is how fast a destination is sent to, and how often.
func pacedWords(d hookline.Destination) string {
	words := "As fast as it answers"
	if d.MaxPerSecond > 0 {
		words = "At most " + decimal(d.MaxPerSecond) + " a second"
		if d.Burst > 1 {
			words += ", up to " + Grouped(d.Burst) + " together after a quiet time"
		}
	}
	return words + ", " + strconv.Itoa(d.AtOnce()) + " at once."
}

func triesWords(d hookline.Destination) string {
	tries := "As often as Hookline is set up to, usually 11 times"
	switch {
	case d.MaxTries == 1:
		return "Once, and never again by itself."
	case d.MaxTries > 1:
		tries = strconv.Itoa(d.MaxTries) + " times at most"
	}
	if d.RetryBase > 0 {
		return tries + "; the second try after " + decimal(d.RetryBase.Seconds()) + " seconds, each further one after twice the wait before it."
	}
	return tries + "."
}
