package hookline

import (
	"math"
	"strings"
	"time"
)

// ResendMode says what a run does with each delivery.
type ResendMode string

// The modes.
const (
	ResendCurrent  ResendMode = "current"  // composed anew: the action's template and the person as they are at that moment
	ResendOriginal ResendMode = "original" // the first request, byte for byte
	ResendDiscard  ResendMode = "discard"  // nothing: drafts are thrown away
)

// ResendWish is what a person asks for who wants many deliveries resent.
type ResendWish struct {
	Filter    DeliveryFilter // which; what is made after the wish is not among them
	Mode      ResendMode
	Delivered bool          // also what was delivered already; a filter that asks for delivered ones includes them by itself
	PerSecond float64       // how many become due in a second; 0: as fast as their destinations take them
	Ramp      time.Duration // how long it takes from a tenth of the rate to all of it; 0: all of it at once
	By        string        // who asks: an e-mail, or a token by its name
}

// Validate says at each field what is wrong; nil when nothing is.
func (w ResendWish) Validate() error {
	f := fields{}
	switch w.Filter.State {
	case "", StateFailed, StateRetrying, StateDelivered, StateDoubted, StateDraft:
	case StateQueued, StateSending, StateHeld:
		f["state"] = "These wait to be sent already, so nothing needs to be done. Choose another state, such as failed."
	default:
		f["state"] = "Webhooks in this state cannot be resent. Choose another state, such as failed."
	}
	f.check(w.Filter.Query == "", "q", "What a search found cannot be resent as a whole: a search may end before it has looked everywhere. Narrow Sent by state, destination, status or time instead.")
	f.check(w.Mode == ResendCurrent || w.Mode == ResendOriginal || w.Discards(), "mode", "Choose what shall be sent: composed anew, or the original bytes.")
	f.check(!w.Drafts() || w.Mode != ResendOriginal, "mode", "Drafts are composed at the moment of sending. Choose composed anew.")
	f.check(w.Drafts() || !w.Discards(), "mode", "Only drafts can be discarded. Choose the state draft.")
	f.check(w.PerSecond == 0 || w.PerSecond >= LeastPerSecond && w.PerSecond <= MostPerSecond, "per_second",
		"Choose a rate between 0.01 and 10,000 a second, or none.")
	f.check(w.Ramp >= 0 && w.Ramp <= LongestRamp, "ramp", "Choose a time of at most 24 hours, or none.")
	f.check(w.Ramp == 0 || w.PerSecond > 0, "ramp", "To begin slowly needs a rate to grow to: enter one, or leave this empty.")
	return f.err("These webhooks were not resent.")
}

// Drafts says whether it is about drafts, and so sends nothing a second time.
func (w ResendWish) Drafts() bool { return w.Filter.State == StateDraft }

// Discards says whether drafts are to be thrown away, and so nothing is sent.
func (w ResendWish) Discards() bool { return w.Mode == ResendDiscard }

// Takes is how long it takes at least until so many have become due; 0 without a
// rate.
func (w ResendWish) Takes(n int) time.Duration {
	if w.PerSecond <= 0 || n <= 0 {
		return 0
	}
	const from = 0.1 // of the rate, at which a ramp begins
	ramp, left := w.Ramp.Seconds(), float64(n)/w.PerSecond
	if ramp > 0 {
		// Within the ramp t seconds bring from·t + (1-from)·t²/(2·ramp) seconds' worth of the rate.
		if whole := (1 + from) / 2 * ramp; left > whole {
			left += ramp - whole
		} else {
			left = ramp * (math.Sqrt(from*from+2*(1-from)*left/ramp) - from) / (1 - from)
		}
	}
	return time.Duration(left * float64(time.Second))
}

// Skips says why a delivery that fits the filter is left out because of how it
// stands; nothing when it is not. What is owed is sent without a wish, so only
// who asks for what is retrying has it sent at once.
func (w ResendWish) Skips(d Delivery) ResendOutcome {
	asked := w.Filter.State
	switch {
	case d.Origin == OriginTest && w.Filter.Origin != OriginTest:
		return SkippedTest
	case w.Drafts() && d.State == StateDraft:
		return ""
	case w.Drafts():
		return SkippedDecided
	case d.State == StateDelivered && !w.Delivered && asked != StateDelivered && asked != StateDoubted:
		return SkippedDelivered
	case d.State == StateRetrying && asked == StateRetrying, d.State == StateDelivered, d.State == StateFailed:
		return ""
	case d.State.Owed() || d.State == StateSending || d.State == StateHeld:
		return SkippedOwed
	}
	return SkippedMissing
}

// ResendState is where a run stands.
//
//	running ──every delivery was looked at, none waits──▶ finished
//	 │    ▲
//	pause continue
//	 ▼    │
//	paused        running, paused ──cancel──▶ cancelled
type ResendState string

// The states of a run.
const (
	ResendRunning   ResendState = "running"
	ResendPaused    ResendState = "paused"
	ResendCancelled ResendState = "cancelled"
	ResendFinished  ResendState = "finished"
)

// Over says whether a run makes nothing due any more.
func (s ResendState) Over() bool { return s == ResendCancelled || s == ResendFinished }

// ResendOutcome is what became of one delivery in a run.
type ResendOutcome string

// The outcomes. Those that begin with "skipped" are of deliveries that were
// left out, by the reason.
const (
	ResentWaiting   ResendOutcome = "waiting"   // it is due, and was not attempted yet
	ResentRetrying  ResendOutcome = "retrying"  // it was attempted, and another try will follow
	ResentDelivered ResendOutcome = "delivered" // a 2xx was seen
	ResentFailed    ResendOutcome = "failed"    // it was given up again
	ResentDiscarded ResendOutcome = "discarded" // the run threw a draft away, or somebody resumed its destination without it
	ResentGone      ResendOutcome = "gone"      // it was deleted

	SkippedDelivered ResendOutcome = "skipped_delivered" // it was delivered already
	SkippedOwed      ResendOutcome = "skipped_owed"      // it is owed, and sent without this
	SkippedDecided   ResendOutcome = "skipped_decided"   // it was a draft, and somebody sent or discarded it meanwhile
	SkippedTest      ResendOutcome = "skipped_test"      // somebody tried an action out
	SkippedTrigger   ResendOutcome = "skipped_trigger"   // the action's trigger, as it is now, is not met
	SkippedCancelled ResendOutcome = "skipped_cancelled" // the template decided not to send it
	SkippedTemplate  ResendOutcome = "skipped_template"  // the template makes no request of it
	SkippedMissing   ResendOutcome = "skipped_missing"   // something that is needed was deleted, or never was
	SkippedNowhere   ResendOutcome = "skipped_nowhere"   // its destination was deleted
	SkippedOff       ResendOutcome = "skipped_off"       // its destination is switched off
)

// ResendOutcomes lists the outcomes in the order in which they are told.
func ResendOutcomes() []ResendOutcome {
	return []ResendOutcome{
		ResentDelivered, ResentFailed, ResentRetrying, ResentWaiting, ResentDiscarded, ResentGone,
		SkippedDelivered, SkippedOwed, SkippedDecided, SkippedTrigger, SkippedCancelled, SkippedTemplate, SkippedMissing, SkippedNowhere, SkippedOff, SkippedTest,
	}
}

// Known says whether o is one of ResendOutcomes.
func (o ResendOutcome) Known() bool {
	for _, known := range ResendOutcomes() {
		if o == known {
			return true
		}
	}
	return false
}

// Skipped says whether the delivery was left out.
func (o ResendOutcome) Skipped() bool { return strings.HasPrefix(string(o), "skipped_") }

// Open says whether the delivery's end is still to come.
func (o ResendOutcome) Open() bool { return o == ResentWaiting || o == ResentRetrying }

// ResentAs is the outcome of a delivery that was made due and stands as it does.
func ResentAs(state State) ResendOutcome {
	switch state {
	case StateDelivered:
		return ResentDelivered
	case StateFailed:
		return ResentFailed
	case StateRetrying:
		return ResentRetrying
	case StateDiscarded:
		return ResentDiscarded
	case "":
		return ResentGone
	}
	return ResentWaiting
}

// ResendRun is a wish that is carried out, one stretch of deliveries after the
// other, the oldest first, and how far it has come.
type ResendRun struct {
	ID string // rsn_…; it also bounds the run: deliveries whose key is greater came later
	ResendWish
	State     ResendState
	CreatedAt time.Time
	ChangedAt time.Time // when it began, went on, paused or ended last
	ChangedBy string    // nobody for the engine
	Position  string    // the last delivery that was looked at; "" before the first
	Matched   int       // deliveries that fitted the filter when it began; -1 until they are counted
	Counts    map[ResendOutcome]int
	Speed     float64 // deliveries looked at in a second, lately
}

// Looked is how many deliveries were looked at.
func (r ResendRun) Looked() int {
	n := 0
	for _, count := range r.Counts {
		n += count
	}
	return n
}

// Skipped is how many of them were left out.
func (r ResendRun) Skipped() int {
	n := 0
	for outcome, count := range r.Counts {
		if outcome.Skipped() {
			n += count
		}
	}
	return n
}

// Resent is how many of them were made due, or discarded by a run that does that.
func (r ResendRun) Resent() int { return r.Looked() - r.Skipped() }

// Open is how many of those have not come to an end.
func (r ResendRun) Open() int { return r.Counts[ResentWaiting] + r.Counts[ResentRetrying] }

// Done is how many were looked at and do not wait for an attempt.
func (r ResendRun) Done() int { return r.Looked() - r.Counts[ResentWaiting] }

// Left is how many deliveries are not done, as far as it is known.
func (r ResendRun) Left() int {
	if r.State.Over() {
		return 0
	}
	return max(r.Matched-r.Done(), 0)
}

// Change brings a run into another state because somebody asked.
func (r *ResendRun) Change(to ResendState, by string, at time.Time) error {
	switch {
	case r.State == ResendFinished:
		return Conflict("This has finished already, so there is nothing left to change.")
	case r.State == ResendCancelled:
		return Conflict("This was cancelled already. To resend what is left, choose it in Sent and begin anew.")
	case r.State == to && to == ResendPaused:
		return Conflict("This is paused already.")
	case r.State == to:
		return Conflict("This is going on already.")
	}
	r.State, r.ChangedBy, r.ChangedAt = to, by, at
	return nil
}

// ResendItem is what a run makes of one delivery.
type ResendItem struct {
	Delivery Delivery      // as it was looked at
	Outcome  ResendOutcome // ResentWaiting, or why it is left out
	Note     string        // what more there is to say of that, in plain words
	Request  *Request      // made anew; nil: the first request, byte for byte

	ActionVersion int // with which Request was made
}

// ResendStep is a stretch of a run, which is recorded whole or not at all.
type ResendStep struct {
	RunID string
	From  string // the run's position before, and after, the stretch
	To    string
	Items []ResendItem
	Speed float64
}
