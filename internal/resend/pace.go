package resend

import (
	"time"

	"hookline/internal/hookline"
)

const (
	rampFrom = 0.1                    // the share of the rate with which a ramp begins
	saved    = 250 * time.Millisecond // so much of the rate may be made up for when a look comes late
)

// pace spreads what becomes due over time. Nothing of it is kept: after a restart
// it begins with nothing saved, and a ramp goes on from when the run began or
// was continued, so a restart never sends more at once.
type pace struct {
	perSecond float64 // 0: no limit
	ramp      time.Duration
	since     time.Time // the ramp's beginning
	saved     float64   // deliveries that may become due
	at        time.Time // for which saved was worked out
}

func paceOf(run hookline.ResendRun, now time.Time) pace {
	p := pace{at: now}
	p.set(run)
	return p
}

// set takes in how a run is to go on.
func (p *pace) set(run hookline.ResendRun) {
	p.perSecond, p.ramp, p.since = run.PerSecond, run.Ramp, run.ChangedAt
}

// may gives how many deliveries may become due now.
func (p *pace) may(now time.Time) int {
	if p.perSecond <= 0 {
		return stretch
	}
	rate := p.rate(now)
	p.saved += rate * max(0, now.Sub(p.at).Seconds())
	p.saved = min(p.saved, 1+rate*saved.Seconds())
	p.at = now
	return int(p.saved)
}

// took notes that so many have become due.
func (p *pace) took(n int) {
	if p.perSecond > 0 {
		p.saved -= float64(n)
	}
}

// rate is how many may become due in a second, now.
func (p *pace) rate(now time.Time) float64 {
	passed := now.Sub(p.since)
	if p.ramp <= 0 || passed >= p.ramp {
		return p.perSecond
	}
	return p.perSecond * (rampFrom + (1-rampFrom)*max(0, float64(passed))/float64(p.ramp))
}

// speedSpan is how long deliveries are counted for one figure.
const speedSpan = 2 * time.Second

// speed tells how many deliveries are looked at in a second.
type speed struct {
	since time.Time
	count int
	rate  float64
}

// add counts some more and gives the rate of the last full span; of the first
// one what is known so far.
func (s *speed) add(n int, now time.Time) float64 {
	if s.since.IsZero() {
		s.since = now
	}
	s.count += n
	span := now.Sub(s.since)
	if span >= speedSpan {
		s.rate = float64(s.count) / span.Seconds()
		s.since, s.count = now, 0
	} else if s.rate == 0 && span > 0 {
		return float64(s.count) / span.Seconds()
	}
	return s.rate
}
