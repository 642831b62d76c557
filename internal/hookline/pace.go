package hookline

import (
	"fmt"
	"strings"
	"time"
)

// How fast a destination is sent to unless it says otherwise, and the limits.
const (
	UsualConcurrent = 64
	MostConcurrent  = 512
	LeastPerSecond  = 0.01
	MostPerSecond   = 10_000
	MostBurst       = 10_000
	MostTries       = 21
	ShortestRetry   = 100 * time.Millisecond
	LongestRetry    = time.Hour
	LongestRamp     = 24 * time.Hour
	maxNote         = 500
)

// longestRetrying bounds how long all tries together may take.
const longestRetrying = 72 * time.Hour

// AtOnce is how many attempts may be on their way to the destination at once.
func (d Destination) AtOnce() int {
	if d.MaxConcurrent <= 0 {
		return UsualConcurrent
	}
	return d.MaxConcurrent
}

// checkPace says what is wrong with how fast and how often d is sent to.
func (d Destination) checkPace(f fields) {
	f.check(d.MaxPerSecond == 0 || d.MaxPerSecond >= LeastPerSecond && d.MaxPerSecond <= MostPerSecond, "max_per_second",
		"Choose a rate between 0.01 and 10,000 a second, or none.")
	f.check(d.Burst >= 0 && d.Burst <= MostBurst, "burst", "Choose a number between 1 and 10,000, or none.")
	f.check(d.Burst == 0 || d.MaxPerSecond > 0, "burst", "A burst needs a rate: enter one, or leave this empty.")
	f.check(d.MaxConcurrent >= 0 && d.MaxConcurrent <= MostConcurrent, "max_concurrent", "Choose a number between 1 and 512, or none.")
	f.check(d.RetryBase == 0 || d.RetryBase >= ShortestRetry && d.RetryBase <= LongestRetry, "retry_base",
		"Choose a wait between 0.1 seconds and one hour, or none.")
	f.check(d.MaxTries >= 0 && d.MaxTries <= MostTries, "max_tries", "Choose a number between 1 and 21, or none.")
	if d.MaxTries > 1 && d.MaxTries <= MostTries && d.RetryBase <= LongestRetry {
		base := d.RetryBase
		if base <= 0 {
			base = UsualRetryBase
		}
		f.check(base<<(d.MaxTries-1)-base <= longestRetrying, "max_tries",
			"These tries would go on for more than three days, because each wait is twice the one before. Choose fewer tries, or a shorter first wait.")
	}
	checkWindows(f, d.Maintenance)
}

// UsualRetryBase is the wait before the second try where nobody chose one.
const UsualRetryBase = 10 * time.Second

// Pause is a person's wish that nothing be sent for a while. Nothing is
// dropped meanwhile. The zero value is no pause.
type Pause struct {
	At   time.Time
	By   string // the e-mail of who paused
	Note string // why, for colleagues; may be empty
}

// On says whether there is a pause.
func (p Pause) On() bool { return !p.At.IsZero() }

// Validate says at each field what is wrong; nil when nothing is.
func (p Pause) Validate() error {
	f := fields{}
	f.check(len(p.Note) <= maxNote, "note", "This note is too long: at most 500 characters.")
	return f.err("The destination was not paused.")
}

// Keep says what is sent, after a pause, of that which was held.
type Keep string

// What can be kept.
const (
	KeepAll    Keep = "all"
	KeepNewest Keep = "newest" // of each action's webhooks about one person the newest; batches, and what is about nobody, all
	KeepSince  Keep = "since"  // what was made at a time or later
)

// Resume is a person's wish that what a pause held be sent. While the
// destination is still paused, what is not kept is being taken out; after
// that, what is left is caught up with at this pace, until nothing is due any
// more. The zero value is no such wish.
type Resume struct {
	At        time.Time // when it was asked for; once nothing is left to take out, when sending began
	By        string    // the e-mail of who asked
	Keep      Keep
	Since     time.Time     // for KeepSince
	PerSecond float64       // 0: as fast as the destination may be sent to
	Ramp      time.Duration // how long it takes from a tenth of the rate to all of it; 0: all of it at once
}

// On says whether there is such a wish.
func (r Resume) On() bool { return !r.At.IsZero() }

// Validate says at each field what is wrong; nil when nothing is. usual is the
// rate of the destination, 0 without one.
func (r Resume) Validate(usual float64) error {
	f := fields{}
	f.check(r.Keep == KeepAll || r.Keep == KeepNewest || r.Keep == KeepSince, "keep", "Choose what shall be sent.")
	f.check(r.Keep != KeepSince || !r.Since.IsZero(), "since", "Say how old a webhook may be that shall still be sent.")
	f.check(r.PerSecond == 0 || r.PerSecond >= LeastPerSecond && r.PerSecond <= MostPerSecond, "per_second",
		"Choose a rate between 0.01 and 10,000 a second, or none.")
	f.check(r.Ramp >= 0 && r.Ramp <= LongestRamp, "ramp", "Choose a time of at most 24 hours, or none.")
	f.check(r.Ramp == 0 || r.PerSecond > 0 || usual > 0, "ramp", "To begin slowly needs a rate to grow to: enter one, or leave this empty.")
	return f.err("The destination was not resumed.")
}

// SkipReason is what stands beside each delivery that was not kept.
func (r Resume) SkipReason() string {
	reason := "Skipped when " + orSomebody(r.By) + " resumed the destination: "
	if r.Keep == KeepSince {
		return reason + "older than " + span(r.At.Sub(r.Since)) + "."
	}
	return reason + "a newer webhook of this action about the same person was kept."
}

func orSomebody(email string) string {
	if email == "" {
		return "somebody"
	}
	return email
}

// span writes a time-span in at most two units: "2 h", "1 day 12 h", "90 s".
func span(d time.Duration) string {
	d = d.Round(time.Second)
	var parts []string
	for _, unit := range []struct {
		size      time.Duration
		one, many string
	}{{24 * time.Hour, "day", "days"}, {time.Hour, "h", "h"}, {time.Minute, "min", "min"}, {time.Second, "s", "s"}} {
		n := d / unit.size
		d -= n * unit.size
		if n == 0 {
			if len(parts) > 0 {
				break
			}
			continue
		}
		word := unit.many
		if n == 1 {
			word = unit.one
		}
		if parts = append(parts, fmt.Sprintf("%d %s", n, word)); len(parts) == 2 {
			break
		}
	}
	if len(parts) == 0 {
		return "0 s"
	}
	return strings.Join(parts, " ")
}

// Resuming says that what is not kept is being taken out: the destination is
// still paused.
func (d Destination) Resuming() bool { return d.Paused.On() && d.Resume.On() }

// CatchingUp says that what a pause held is being sent, at the pace of Resume.
func (d Destination) CatchingUp() bool { return !d.Paused.On() && d.Resume.On() }
