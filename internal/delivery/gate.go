package delivery

import (
	"net/http"
	"time"

	"hookline/internal/hookline"
)

// gate says of one destination whether an attempt may begin now, and if not,
// why and when to ask again. It joins what its settings say, what its answers
// have told, and the clock.
//
// Whoever begins the destination's attempts owns its gate, which has no lock:
// ask before each attempt, then end when it was made, or giveBack when it was
// not; set after each change of the configuration. A no holds until its Next,
// but asking again is worth it whenever an attempt of the destination has
// ended. What end says has changed is kept, and given to newGate after a restart.
type gate struct {
	d       hookline.Destination
	breaker breaker
	pace    pace
	asked   time.Time // Retry-After: nothing begins before
	gone    time.Time // 410, with no success since

	// Whether it is under maintenance is worked out once for a stretch of time.
	under          bool
	known, changes time.Time // the stretch

	told  hookline.Health // what end said last
	quiet bool            // nothing was told but that all is well
}

// permit is a gate's answer. The zero value is a no without a reason.
type permit struct {
	Open   bool
	Turn   uint32         // for end and giveBack
	Cause  hookline.Cause // when it is not open
	Reason string         // in plain words
	Next   time.Time      // when to ask again; zero: when the configuration has changed
}

// newGate makes the gate of a destination of which h is known from earlier.
func newGate(d hookline.Destination, h hookline.Health, now time.Time) *gate {
	h.DestinationID = d.ID
	g := &gate{d: d, asked: sooner(h.AskedUntil, now.Add(maxRetryAfter)), gone: h.GoneAt, told: h, quiet: h.Well()}
	if h.Breaker != hookline.BreakerClosed {
		g.breaker = breaker{
			state: hookline.BreakerOpen, reason: h.Reason, since: h.Since, openedAt: h.OpenedAt, openings: h.Openings,
			until: sooner(h.NextTry, now.Add(2*longestOpen)), // a clock that was set back must not close it for hours
		}
		if d.VouchedAt.After(h.OpenedAt) {
			g.breaker.vouch(now)
		}
	}
	g.set(d, now)
	return g
}

func sooner(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// set takes in the destination's settings as they are now. It says whether it
// was resumed, also when the pause was over before it was heard of: then some
// of what was owed may be owed no more, and whoever holds any of it in memory
// reads it again.
func (g *gate) set(d hookline.Destination, now time.Time) (resumed bool) {
	resumed = d.CatchingUp() && !d.Resume.At.Equal(g.d.Resume.At)
	if d.VouchedAt.After(g.d.VouchedAt) {
		g.breaker.vouch(now)
		g.asked = time.Time{}
	}
	g.d = d
	g.known, g.changes = time.Time{}, time.Time{}
	rate, burst, r := d.MaxPerSecond, d.Burst, hookline.Resume{}
	if d.CatchingUp() {
		r = d.Resume
	}
	if r.PerSecond > 0 && (rate == 0 || r.PerSecond < rate) {
		rate, burst = r.PerSecond, 0
	}
	g.pace.set(rate, burst, r.At, r.Ramp)
	return resumed
}

// ask says whether an attempt may begin now, and if so notes that it does.
func (g *gate) ask(now time.Time) permit {
	if p, shut := g.closed(now); shut {
		return p
	}
	if ok, next := g.pace.take(now); !ok {
		return permit{Cause: hookline.CausePace, Reason: paceReason, Next: next}
	}
	return permit{Open: true, Turn: g.breaker.begin(now)}
}

// closed says whether anything but the rate keeps attempts from beginning now.
func (g *gate) closed(now time.Time) (p permit, shut bool) {
	switch {
	case !g.d.Enabled || g.d.Paused.On():
		return g.shut(now, time.Time{}), true
	case g.maintained(now):
		return g.shut(now, g.changes), true
	case now.Before(g.asked):
		next := g.asked
		if ok, later := g.breaker.may(next); !ok {
			next = later
		}
		return g.shut(now, next), true
	}
	if ok, next := g.breaker.may(now); !ok {
		return g.shut(now, next), true
	}
	return permit{}, false
}

const paceReason = "It is its turn as soon as the destination’s rate allows."

// maintained says whether a maintenance window is open.
func (g *gate) maintained(now time.Time) bool {
	if len(g.d.Maintenance) == 0 {
		return false
	}
	if now.Before(g.known) || !now.Before(g.changes) {
		g.known = now
		_, _, g.changes, g.under = hookline.Under(g.d.Maintenance, now)
	}
	return g.under
}

// shut tells why the gate is shut, in the words that pages use as well. next is
// when what shuts it lets go: that may be something else than what is told, which
// is the breaker before Retry-After, and the breaker alone knows of an attempt
// that is on its way.
func (g *gate) shut(now, next time.Time) permit {
	hold := g.d.Hold(g.health(), now)
	switch hold.Cause {
	case "": // what shut it is over by less than the precision of what is kept
		next = now.Add(time.Millisecond)
	case hookline.CauseBroken:
	default:
		next = hold.Next
	}
	return permit{Cause: hold.Cause, Reason: hold.Reason, Next: next}
}

// giveBack takes back what was begun and was not tried after all.
func (g *gate) giveBack(p permit) { g.breaker.giveBack(p.Turn) }

// end takes in how an attempt ended, and gives what is known of the receiver
// when that has changed. jitter is 0 ≤ x < 1.
func (g *gate) end(p permit, a answer, now time.Time, jitter float64) (h hookline.Health, changed bool) {
	v, why := verdictOf(a), ""
	if v == troubled || v == unreachable {
		why, _ = judge(a)
	}
	g.breaker.end(p.Turn, v, why, now, jitter)
	g.listen(a, now)
	if g.quiet && g.breaker.state == hookline.BreakerClosed && g.asked.IsZero() && g.gone.IsZero() {
		return hookline.Health{}, false // as it nearly always is
	}
	if h = g.health(); h == g.told {
		return h, false
	}
	g.told, g.quiet = h, h.Well()
	return h, true
}

// listen hears what an answer asks for, or says, beside whether it is a success.
func (g *gate) listen(a answer, now time.Time) {
	if !g.asked.After(now) {
		g.asked = time.Time{}
	}
	if a.trouble != "" {
		return
	}
	switch a.status {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		if wait, ok := retryAfter(a.retryAfter, now); ok && now.Add(wait).After(g.asked) {
			g.asked = now.Add(wait)
		}
	case http.StatusGone:
		if !g.gone.After(g.d.VouchedAt) {
			g.gone = now
		}
	}
	if a.status >= 200 && a.status <= 299 {
		g.gone = time.Time{}
	}
}

// health is what is known of the receiver now, as it is kept.
func (g *gate) health() hookline.Health {
	b := &g.breaker
	return hookline.Health{
		DestinationID: g.d.ID, Breaker: b.state, Reason: b.reason, Since: wall(b.since), OpenedAt: wall(b.openedAt), NextTry: wall(b.until),
		Openings: b.openings, AskedUntil: wall(g.asked), GoneAt: wall(g.gone),
	}
}

// wall is a moment as it is stored: what is read back equals what was kept.
func wall(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC().Round(0).Truncate(time.Microsecond)
}
