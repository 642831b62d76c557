package delivery

import (
	"fmt"
	"time"

	"hookline/internal/hookline"
)

// When a breaker opens, and for how long.
const (
	breakerBucket  = 5 * time.Second
	breakerBuckets = 12  // so what counts is of the last minute
	minAttempts    = 20  // fewer say nothing about a receiver
	brokenShare    = 0.9 // of them
	brokenInRow    = 10  // attempts without any answer
	firstOpen      = 30 * time.Second
	longestOpen    = 10 * time.Minute
	maxProbes      = 3 // on their way at once, after a first one succeeded
	closesAfter    = 3 // successes
	probeLost      = 2 * hookline.MaxTimeout
)

// verdict is what an attempt says about its receiver.
type verdict uint8

const (
	unsaid      verdict = iota // no request went out, so nothing
	well                       // it answered; a refusal such as 404 is about the request
	troubled                   // it answered that it is in trouble: 5xx, 408, 409, 429
	unreachable                // no answer: network, DNS, TLS, time-out
)

// verdictOf reads an answer for what it says about the receiver.
func verdictOf(a answer) verdict {
	switch {
	case a.trouble != "" && (a.final || a.ours):
		return unsaid
	case a.trouble != "":
		return unreachable
	case retried(a.status):
		return troubled
	}
	return well
}

// breaker keeps a receiver that is broken from being sent to, so that what it
// is owed keeps its tries for when it is back. It opens when nine in ten of the
// last minute's attempts failed because of the receiver, or ten in a row got no
// answer. Open, it lets nothing through for a time, which doubles with each
// failure; then half-open one attempt, and when that succeeds a few; after
// three successes it is closed. It never stays open by itself for ever, and it
// never drops anything.
type breaker struct {
	state    hookline.Breaker
	reason   string
	since    time.Time // when it opened first
	openedAt time.Time // when it opened last
	until    time.Time // when it lets an attempt through
	openings int       // in a row

	// turn grows with each change of the state. An attempt that began in an
	// earlier one says nothing about this one: a slow receiver's last time-outs
	// come when the breaker is long half-open.
	turn      uint32
	probes    int // on their way
	probedAt  time.Time
	successes int

	buckets [breakerBuckets]bucket
	inRow   int // attempts without an answer
}

// bucket counts the attempts of a few seconds.
type bucket struct {
	number       int64 // which seconds: of unix time
	tried, broke int
}

// may says whether an attempt may begin, and when to ask again.
func (b *breaker) may(now time.Time) (ok bool, next time.Time) {
	switch b.state {
	case hookline.BreakerOpen:
		return !now.Before(b.until), b.until
	case hookline.BreakerHalfOpen:
		return b.probes < b.allowed() || now.Sub(b.probedAt) > probeLost, b.probedAt.Add(probeLost)
	}
	return true, time.Time{}
}

func (b *breaker) allowed() int {
	if b.successes == 0 {
		return 1
	}
	return maxProbes
}

// begin notes that an attempt begins, after may said yes. The turn that it
// gives goes to end or giveBack.
func (b *breaker) begin(now time.Time) (turn uint32) {
	if b.state == hookline.BreakerClosed {
		return b.turn
	}
	if b.state == hookline.BreakerOpen {
		b.become(hookline.BreakerHalfOpen)
	}
	if now.Sub(b.probedAt) > probeLost {
		b.probes = 0 // whoever began them is gone without a word
	}
	b.probes++
	b.probedAt = now
	return b.turn
}

// giveBack takes back what began and was not tried after all.
func (b *breaker) giveBack(turn uint32) {
	if turn == b.turn && b.probes > 0 {
		b.probes--
	}
}

// end takes in how an attempt ended. why is the reason of a failure; jitter is
// 0 ≤ x < 1, so that many breakers that opened together do not try together.
func (b *breaker) end(turn uint32, v verdict, why string, now time.Time, jitter float64) {
	if turn != b.turn {
		return
	}
	if b.state == hookline.BreakerHalfOpen {
		b.endProbe(v, why, now, jitter)
		return
	}
	if v == unsaid || b.state != hookline.BreakerClosed {
		return
	}
	b.count(v, now)
	if v == well {
		return
	}
	tried, broke := b.sum(now)
	switch {
	case b.inRow >= brokenInRow:
		b.open(fmt.Sprintf("The last %d tries got no answer. The latest: %s", b.inRow, why), now, jitter)
	case tried >= minAttempts && float64(broke) >= brokenShare*float64(tried):
		b.open(fmt.Sprintf("%d of the last %d tries, all within a minute, failed because of the receiver. The latest: %s", broke, tried, why), now, jitter)
	}
}

func (b *breaker) endProbe(v verdict, why string, now time.Time, jitter float64) {
	b.probes = max(0, b.probes-1)
	switch v {
	case unsaid:
	case well:
		if b.successes++; b.successes >= closesAfter {
			b.close()
		}
	default:
		b.open("It was tried again and still fails. The latest: "+why, now, jitter)
	}
}

// count puts an attempt into the bucket of its seconds.
func (b *breaker) count(v verdict, now time.Time) {
	number := now.Unix() / int64(breakerBucket/time.Second)
	at := &b.buckets[uint64(number)%breakerBuckets]
	if at.number != number {
		*at = bucket{number: number}
	}
	at.tried++
	if b.inRow++; v != unreachable {
		b.inRow = 0
	}
	if v != well {
		at.broke++
	}
}

// sum adds up what is in the buckets of the last minute.
func (b *breaker) sum(now time.Time) (tried, broke int) {
	number := now.Unix() / int64(breakerBucket/time.Second)
	for _, at := range b.buckets {
		if number-at.number < breakerBuckets && number >= at.number {
			tried, broke = tried+at.tried, broke+at.broke
		}
	}
	return tried, broke
}

func (b *breaker) open(reason string, now time.Time, jitter float64) {
	if b.openings == 0 {
		b.since = now
	}
	b.openings++
	b.reason, b.openedAt = reason, now
	b.until = now.Add(openFor(b.openings, jitter))
	b.become(hookline.BreakerOpen)
}

// openFor is how long a breaker stays open that has opened so often in a row.
func openFor(openings int, jitter float64) time.Duration {
	wait := longestOpen
	if doublings := openings - 1; doublings < 5 {
		wait = min(firstOpen<<doublings, longestOpen)
	}
	return wait + time.Duration((2*jitter-1)*jitterShare*float64(wait))
}

func (b *breaker) close() {
	b.reason, b.since, b.openedAt, b.until, b.openings = "", time.Time{}, time.Time{}, time.Time{}, 0
	b.become(hookline.BreakerClosed)
}

// become changes the state; what was counted in the one before is forgotten.
func (b *breaker) become(state hookline.Breaker) {
	b.state = state
	b.turn++
	b.probes, b.successes, b.inRow, b.buckets = 0, 0, 0, [breakerBuckets]bucket{}
	b.probedAt = time.Time{}
}

// vouch lets an attempt through at once: somebody said that the receiver is well.
func (b *breaker) vouch(now time.Time) {
	if b.state == hookline.BreakerOpen && b.until.After(now) {
		b.until = now
	}
}
