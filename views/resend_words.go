package views

import (
	"math"
	"net/url"
	"reflect"
	"strconv"
	"time"

	"hookline/internal/hookline"
	"hookline/views/ui"
)

// ResendTitle names a run by when it began.
func ResendTitle(run hookline.ResendRun) string {
	return capital(ResendNoun(run)) + " of " + run.CreatedAt.UTC().Format("2 January 2006, 15:04") + " UTC"
}

// ResendNoun is what a run is called by what it does.
func ResendNoun(run hookline.ResendRun) string {
	switch {
	case run.Discards():
		return "discarding of drafts"
	case run.Drafts():
		return "sending of drafts"
	}
	return "resend"
}

// CancelResendWords say what cancelling a run leaves as it is.
func CancelResendWords(run hookline.ResendRun) string {
	switch {
	case run.Discards():
		return "What was discarded already stays so. All others stay drafts."
	case run.Drafts():
		return "What was due already is still sent. All others stay drafts."
	}
	return "What was due already is still sent. Everything else stays as it was, and can be chosen again in Sent."
}

// ResendChanged says what it means that somebody has brought a run into a state.
func ResendChanged(run hookline.ResendRun, to hookline.ResendState) string {
	switch {
	case to == hookline.ResendPaused && run.Discards():
		return "Paused. What was discarded already stays so; nothing more is discarded."
	case to == hookline.ResendPaused:
		return "Paused. What was due already is still sent; nothing more becomes due."
	case to == hookline.ResendCancelled && run.Discards():
		return "Cancelled. What was discarded already stays so; all others stay drafts."
	case to == hookline.ResendCancelled:
		return "Cancelled. What was due already is still sent; the rest stays as it was."
	}
	return "It goes on."
}

// resentWords are the outcomes in the words people read, of one webhook.
var resentWords = map[hookline.ResendOutcome]string{
	hookline.ResentWaiting:    "Waiting for its turn",
	hookline.ResentRetrying:   "Tried, and tried again by itself",
	hookline.ResentDelivered:  "Delivered",
	hookline.ResentFailed:     "Failed again",
	hookline.ResentDiscarded:  "Discarded",
	hookline.ResentGone:       "Deleted meanwhile",
	hookline.SkippedDelivered: "Delivered already",
	hookline.SkippedOwed:      "Sent by itself: it waits already",
	hookline.SkippedTest:      "A test",
	hookline.SkippedDecided:   "Sent or discarded by somebody meanwhile",
	hookline.SkippedTrigger:   "The trigger is no longer met",
	hookline.SkippedCancelled: "The template decides not to send it",
	hookline.SkippedTemplate:  "The template breaks",
	hookline.SkippedMissing:   "Something it needs is missing",
	hookline.SkippedNowhere:   "Its destination was deleted",
	hookline.SkippedOff:       "Its destination is switched off",
}

// ResentWord is an outcome as people read it.
func ResentWord(o hookline.ResendOutcome) string {
	if word, ok := resentWords[o]; ok {
		return word
	}
	return string(o)
}

// resendBadge is how a run stands, as a tone, a sign and a word.
func resendBadge(run hookline.ResendRun) (ui.Tone, string, string) {
	switch run.State {
	case hookline.ResendPaused:
		return ui.Warn, "player-pause", "Paused"
	case hookline.ResendCancelled:
		return ui.Neutral, "circle-x", "Cancelled"
	case hookline.ResendFinished:
		return ui.Good, "check", "Finished"
	case hookline.ResendRunning:
	}
	return ui.Active, "send", "Running"
}

// progress says in one sentence how far a run has come.
func progress(run hookline.ResendRun) string {
	done, all := run.Done(), max(run.Matched, run.Looked())
	words := Grouped(done) + " of " + webhooks(hookline.Waiting{Count: all}) + " done"
	switch {
	case run.Matched < 0:
		return "They are being counted."
	case run.State.Over() || done >= all:
		return words + "."
	}
	return words + " (" + strconv.Itoa(done*100/all) + " %)."
}

// timeLeft says how long a run will go on, as far as that can be told.
func timeLeft(run hookline.ResendRun) string {
	n := run.Left()
	if run.State != hookline.ResendRunning || run.Matched < 0 || n == 0 || run.Speed <= 0 {
		return ""
	}
	took := time.Duration(float64(n) / run.Speed * float64(time.Second))
	return "About " + roughly(took) + " left, at " + rate(run.Speed) + " a second."
}

// rate is a speed with no more digits than it deserves.
func rate(perSecond float64) string {
	if perSecond >= 10 {
		return Grouped(int(math.Round(perSecond)))
	}
	return decimal(math.Round(perSecond*10) / 10)
}

// roughly is a time as one says it: "20 seconds", "2 minutes", "3 hours".
func roughly(d time.Duration) string {
	unit, word := time.Second, "second"
	switch {
	case d >= 48*time.Hour:
		unit, word = 24*time.Hour, "day"
	case d >= 2*time.Hour:
		unit, word = time.Hour, "hour"
	case d >= 100*time.Second:
		unit, word = time.Minute, "minute"
	}
	return count(int(max(1, math.Round(float64(d)/float64(unit)))), word)
}

// paceOfWish is how fast a run goes, in words.
func paceOfWish(w hookline.ResendWish) string {
	if w.PerSecond == 0 {
		return "as fast as they are taken"
	}
	words := "at most " + decimal(w.PerSecond) + " a second"
	if w.Ramp > 0 {
		words += ", slowly at first, for " + roughly(w.Ramp)
	}
	return words
}

func modeWord(m hookline.ResendMode) string {
	switch m {
	case hookline.ResendOriginal:
		return "the original bytes"
	case hookline.ResendDiscard:
		return "nothing"
	case hookline.ResendCurrent:
	}
	return "composed anew"
}

// missed is how many of those that matched did not fit any more when it was their turn.
func missed(run hookline.ResendRun) int {
	if run.State != hookline.ResendFinished {
		return 0
	}
	return max(run.Matched-run.Looked(), 0)
}

// missedWords say why some did not fit any more.
func missedWords(run hookline.ResendRun) string {
	if run.Drafts() {
		return "somebody sent or discarded them meanwhile."
	}
	return "somebody resent them meanwhile, or they were delivered."
}

// resentLink leads to Sent, narrowed to what a run made of some.
func resentLink(run hookline.ResendRun, o hookline.ResendOutcome) string {
	q := url.Values{"resend": {run.ID}}
	if o != "" {
		q.Set("outcome", string(o))
	}
	return "/sent?" + q.Encode()
}

// sentence is what will happen, said before it does.
func (m NewResendModel) sentence() string {
	n, words := m.Matches.Count, ""
	switch {
	case m.Survey.Whole:
		n = m.Survey.Resent()
		words = webhooks(hookline.Waiting{Count: n}) + " will be sent to " + count(len(m.Survey.Destinations), "receiver")
	case m.Uncounted:
		return "Nobody knows how many webhooks will be sent: there is too much to look through. They go " + paceOfWish(m.Wish) + "."
	case m.Matches.More:
		return "More than " + Grouped(n) + " webhooks may be sent, " + paceOfWish(m.Wish) + "."
	default:
		words = "Up to " + webhooks(hookline.Waiting{Count: n}) + " will be sent"
	}
	if took := m.Wish.Takes(n); took > 0 {
		return words + " over about " + roughly(took) + "."
	}
	return words + ", as fast as they are taken."
}

// matches says how many there are.
func (m NewResendModel) matches() string {
	if m.Uncounted {
		return "To count what fits would take too long here. It is counted when the run begins."
	}
	text := capital(webhooks(m.Matches))
	if len(m.Filter) == 0 {
		return text + "."
	}
	text += " fit"
	if m.Matches.Count == 1 && !m.Matches.More {
		text += "s"
	}
	return text + " the filter."
}

// lookedAt says how many of them the figures are about.
func (m NewResendModel) lookedAt() string {
	switch {
	case m.Survey.Whole:
		return "Each of them was looked at. What changes until it is its turn counts then."
	case m.Survey.Looked == 0:
		return "None was found in the time that this page may take. What fits the filter is looked at when it is its turn."
	}
	return "There are too many to look at each: these figures are of the oldest " + Grouped(m.Survey.Looked) + "."
}

// duplicateHints say whether receivers may have had some of them already.
func (m NewResendModel) duplicateHints() []string {
	var hints []string
	if m.Survey.Again > 0 {
		hints = append(hints, count(m.Survey.Again, "webhook")+" among them "+was(m.Survey.Again)+" delivered before: the receiver has probably done its work.")
	}
	unsure := 0
	for reason, n := range m.Survey.Unanswered {
		if mayHaveArrived(hookline.Attempt{Reason: reason}) {
			unsure += n
		}
	}
	if unsure > 0 {
		hints = append(hints, count(unsure, "webhook")+" among them "+was(unsure)+" sent and no whole answer came back: the receiver may have done its work all the same.")
	}
	if len(hints) > 0 {
		hints = append(hints, "Each carries the same idempotency key as before. A receiver that looks at X-CIO-Idempotency-Key does its work once; another one may do it twice.")
	}
	return hints
}

func was(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

// narrowed says whether a filter leaves anything out.
func narrowed(f hookline.DeliveryFilter) bool {
	f.IDs = nil // they have words of their own
	return !reflect.DeepEqual(f, hookline.DeliveryFilter{})
}
