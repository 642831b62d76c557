package storetest

import (
	"testing"
	"time"

	"hookline/internal/hookline"
)

var attemptPromises = []promise{
	{"an attempt is kept as it was, the first one first", attemptKept},
	{"the outcome decides what follows", attemptOutcome},
	{"an attempt that was overtaken is kept and decides nothing", attemptOvertaken},
	{"of what is gone nothing is recorded", attemptGone},
	{"of many who end one attempt one decides, and all are kept", attemptRace},
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

func attemptKept(t *testing.T, h *house) {
	d := h.due(t, "dst_1", 0).Delivery
	full := newFinished(d.ID, 1)
	full.Attempt.AskedBy = "ana@example.com"
	full.Attempt.Sent = []hookline.Header{{Name: "X-B", Value: `<"ü">`}, {Name: "X-A", Value: ""}, {Name: "X-B", Value: "2"}}
	full.Attempt.AnswerHeaders = []hookline.Header{{Name: "Set-Cookie", Value: "a"}, {Name: "Set-Cookie", Value: "b"}}
	full.Attempt.Answer, full.Attempt.AnswerTooLarge = []byte("\x00\xff\xfe half a rune \xc3\r\n"), true
	full.Attempt.Timings = hookline.Timings{DNS: 1, Connect: time.Millisecond + 7, TLS: time.Second, FirstByte: 2 * time.Second, Inside: true}
	mustDo(t, h.Finish(t.Context(), full))
	bare := newFinished(d.ID, 2)
	bare.Tries = 1
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
		want := h.owe(t, o).Delivery
		f := newFinished(want.ID, 6)
		f.Tries = 2
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
	equal(t, "due now", h.dueNow(t, "dst_1"), []hookline.Owed{})
	equal(t, "due later", len(must(h.Due(t.Context(), "dst_1", received.Add(time.Hour), 9))(t)), 1)
}

// attemptOvertaken lets something else happen to a delivery while an attempt of
// it is on its way: that stands.
func attemptOvertaken(t *testing.T, h *house) {
	crm := h.destination(t, "CRM").ID
	for _, mode := range []*hookline.Request{nil, {Method: "PUT", URL: "https://example.org/"}} {
		o := newOwed(crm)
		o.State, o.Tries, o.Attempts = hookline.StateRetrying, 2, 2
		d := h.owe(t, o).Delivery
		mustDo(t, h.requeue(t, d.ID, mode))
		want := h.stored(t, d.ID)
		late := newFinished(d.ID, 3)
		late.Tries, late.Outcome, late.Attempt.Outcome = 2, hookline.Outcome{State: hookline.StateDelivered}, hookline.StateDelivered
		mustDo(t, h.Finish(t.Context(), late))
		want.Attempts = 3
		equal(t, "asked for anew", h.stored(t, d.ID), want)
		equal(t, "its attempts", must(h.ListAttempts(t.Context(), d.ID))(t), []hookline.Attempt{late.Attempt})
	}
	for _, state := range hookline.States() {
		if state == hookline.StateQueued || state == hookline.StateRetrying {
			continue
		}
		o := newOwed(crm)
		o.State, o.Origin, o.NextAttemptAt = state, hookline.OriginEvent, time.Time{} // of a test that failed the first one would decide
		d := h.owe(t, o).Delivery
		late := newFinished(d.ID, 1)
		mustDo(t, h.Finish(t.Context(), late))
		d.Attempts = 1
		equal(t, "what is "+string(state), h.stored(t, d.ID), d)
		equal(t, "its attempts", must(h.ListAttempts(t.Context(), d.ID))(t), []hookline.Attempt{late.Attempt})
	}
}

func attemptGone(t *testing.T, h *house) {
	wantKind(t, hookline.KindConflict, h.Finish(t.Context(), newFinished("dlv_gone", 1)))
	wantKind(t, hookline.KindConflict, h.Finish(t.Context(), newFinished(hookline.KeyID("dlv", 7), 1)))
	equal(t, "attempts", must(h.ListAttempts(t.Context(), hookline.KeyID("dlv", 7)))(t), []hookline.Attempt{})
}

func attemptRace(t *testing.T, h *house) {
	d := h.due(t, "dst_1", 0)
	errs := atOnce(8, func(i int) error { return h.Finish(t.Context(), newFinished(d.ID, 1)) })
	wantWinners(t, 8, hookline.KindConflict, errs)
	attempts := must(h.ListAttempts(t.Context(), d.ID))(t)
	equal(t, "attempts", len(attempts), 8)
	for i, a := range attempts {
		equal(t, "number", a.Number, i+1)
	}
	got := h.stored(t, d.ID)
	equal(t, "tries", got.Tries, 1)
	equal(t, "attempts in all", got.Attempts, 8)
}
