package storetest

import (
	"testing"
	"time"

	"hookline/internal/hookline"
)

var attemptPromises = []promise{
	{"an attempt is kept as it was, the first one first", attemptKept},
	{"the outcome decides what follows", attemptOutcome},
	{"only what is on its way ends", attemptNotSending},
	{"an attempt and its outcome are one", attemptWhole},
	{"of many who end one attempt one does", attemptRace},
}

// newFinished is how attempt n of a delivery ended: with a 503 that is tried again.
func newFinished(deliveryID string, n int) hookline.Finished {
	return hookline.Finished{
		Attempt: hookline.Attempt{
			DeliveryID: deliveryID, Number: n, RequestNumber: 1, StartedAt: received.Add(time.Minute), Duration: 1500 * time.Microsecond,
			Status: 503, Outcome: hookline.StateRetrying, Reason: "The receiver answered 503.",
		},
		Outcome: hookline.Outcome{State: hookline.StateRetrying, Reason: "The receiver answered 503.", RetryAt: received.Add(time.Hour)},
	}
}

// sending records a delivery and claims it.
func (h *house) sending(t *testing.T) hookline.Delivery {
	t.Helper()
	o := h.due(t, "dst_1", 0)
	claimed := h.claim(t)
	if len(claimed) != 1 || claimed[0].ID != o.ID {
		t.Fatalf("claimed %v, want only %s", owedIDs(claimed), o.ID)
	}
	return claimed[0].Delivery
}

func attemptKept(t *testing.T, h *house) {
	d := h.sending(t)
	full := newFinished(d.ID, 1)
	full.Attempt.AskedBy, full.Attempt.RequestNumber = "ana@example.com", 3
	full.Attempt.Sent = []hookline.Header{{Name: "X-B", Value: `<"ü">`}, {Name: "X-A", Value: ""}, {Name: "X-B", Value: "2"}}
	full.Attempt.AnswerHeaders = []hookline.Header{{Name: "Set-Cookie", Value: "a"}, {Name: "Set-Cookie", Value: "b"}}
	full.Attempt.Answer, full.Attempt.AnswerTooLarge = []byte("\x00\xff\xfe half a rune \xc3\r\n"), true
	full.Attempt.Timings = hookline.Timings{DNS: 1, Connect: time.Millisecond + 7, TLS: time.Second, FirstByte: 2 * time.Second, Inside: true}
	mustDo(t, h.Finish(t.Context(), full))
	must(h.Claim(t.Context(), received.Add(time.Hour), 1, nil))(t)
	bare := newFinished(d.ID, 2)
	bare.Attempt.Status, bare.Attempt.Outcome, bare.Attempt.Reason = 0, hookline.StateFailed, "No answer."
	mustDo(t, h.Finish(t.Context(), bare))
	h.reopen()
	equal(t, "attempts", must(h.ListAttempts(t.Context(), d.ID))(t), []hookline.Attempt{full.Attempt, bare.Attempt})
	equal(t, "attempts of another", must(h.ListAttempts(t.Context(), "dlv_gone"))(t), []hookline.Attempt{})
}

func attemptOutcome(t *testing.T, h *house) {
	for _, outcome := range []hookline.Outcome{
		{State: hookline.StateDelivered},
		{State: hookline.StateRetrying, Reason: "Busy.", RetryAt: received.Add(time.Hour)},
		{State: hookline.StateFailed, Reason: "Gone."},
	} {
		o := newOwed("dst_1")
		o.State, o.Tries, o.Attempts, o.AskedBy, o.PersonID = hookline.StateRetrying, 2, 5, "ana@example.com", "per_1"
		h.owe(t, o)
		want := h.claim(t)[0].Delivery
		f := newFinished(want.ID, 6)
		f.Outcome, f.Attempt.Status = outcome, 418
		f.Attempt.Outcome, f.Attempt.Reason = outcome.State, outcome.Reason
		h.heard()
		mustDo(t, h.Finish(t.Context(), f))
		h.wantTold(t, "finish", hookline.TopicSent, hookline.TopicDelivery(want.ID))
		want.State, want.Reason, want.NextAttemptAt = outcome.State, outcome.Reason, outcome.RetryAt
		want.Tries, want.Attempts, want.LastStatus, want.AskedBy = 3, 6, 418, ""
		want.UpdatedAt = f.Attempt.StartedAt.Add(f.Attempt.Duration)
		h.reopen()
		equal(t, string(outcome.State), h.stored(t, want.ID), want)
	}
	equal(t, "due now", h.claim(t), []hookline.Owed{})
	equal(t, "due later", len(must(h.Claim(t.Context(), received.Add(time.Hour), 9, nil))(t)), 1)
}

func attemptNotSending(t *testing.T, h *house) {
	for _, state := range hookline.States() {
		if state == hookline.StateSending {
			continue
		}
		d := h.delivery(t, "dst_1", state)
		wantKind(t, hookline.KindConflict, h.Finish(t.Context(), newFinished(d.ID, 1)))
		equal(t, "what is "+string(state), h.stored(t, d.ID), d)
		equal(t, "its attempts", must(h.ListAttempts(t.Context(), d.ID))(t), []hookline.Attempt{})
	}
	wantKind(t, hookline.KindConflict, h.Finish(t.Context(), newFinished("dlv_gone", 1)))
}

// attemptWhole ends an attempt under a number that is taken.
func attemptWhole(t *testing.T, h *house) {
	d := h.sending(t)
	first := newFinished(d.ID, 1)
	mustDo(t, h.Finish(t.Context(), first))
	sending := must(h.Claim(t.Context(), received.Add(time.Hour), 1, nil))(t)[0].Delivery
	again := newFinished(d.ID, 1)
	again.Outcome = hookline.Outcome{State: hookline.StateDelivered}
	if err := h.Finish(t.Context(), again); err == nil {
		t.Error("two attempts have one number")
	}
	equal(t, "delivery", h.stored(t, d.ID), sending)
	equal(t, "attempts", must(h.ListAttempts(t.Context(), d.ID))(t), []hookline.Attempt{first.Attempt})
	mustDo(t, h.Finish(t.Context(), newFinished(d.ID, 2)))
}

func attemptRace(t *testing.T, h *house) {
	d := h.sending(t)
	errs := atOnce(8, func(i int) error { return h.Finish(t.Context(), newFinished(d.ID, 1+i)) })
	wantWinners(t, 1, hookline.KindConflict, errs)
	equal(t, "attempts", len(must(h.ListAttempts(t.Context(), d.ID))(t)), 1)
	equal(t, "tries", h.stored(t, d.ID).Tries, 1)
}
