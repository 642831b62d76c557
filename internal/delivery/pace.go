package delivery

import "time"

// lateBy is how late a timer may wake who waits for a place without that
// costing the place: so much of the rate may be made up for.
const lateBy = 20 * time.Millisecond

// rampFrom is the share of the rate with which a ramp begins.
const rampFrom = 0.1

// pace spreads attempts evenly over time. It is the generic cell rate
// algorithm: due is when the next attempt would begin if all came evenly, and
// an attempt may be early by what the burst allows. The zero value is no limit.
type pace struct {
	perSecond float64 // 0: no limit
	burst     int
	since     time.Time // the ramp's beginning
	ramp      time.Duration
	due       time.Time
}

// set changes the limits. What was begun still counts.
func (p *pace) set(perSecond float64, burst int, since time.Time, ramp time.Duration) {
	p.perSecond, p.burst, p.since, p.ramp = perSecond, burst, since, ramp
}

// take says whether an attempt may begin now, and notes that it does; if not,
// when to ask again.
func (p *pace) take(now time.Time) (ok bool, next time.Time) {
	if p.perSecond <= 0 {
		return true, time.Time{}
	}
	interval := p.interval(now)
	early := max(time.Duration(p.burst-1)*interval, lateBy)
	if at := p.due.Add(-early); now.Before(at) {
		if soon := now.Add(interval); at.After(soon) {
			at = soon // the rate was raised since
			p.due = at.Add(early)
		}
		return false, at
	}
	if p.due.Before(now) {
		p.due = now
	}
	p.due = p.due.Add(interval)
	return true, time.Time{}
}

// interval is the time between two attempts at the rate of now.
func (p *pace) interval(now time.Time) time.Duration {
	rate := p.perSecond
	if passed := now.Sub(p.since); p.ramp > 0 && passed < p.ramp {
		rate *= rampFrom + (1-rampFrom)*max(0, float64(passed))/float64(p.ramp)
	}
	return time.Duration(float64(time.Second) / rate)
}
