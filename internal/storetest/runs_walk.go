package storetest

import (
	"fmt"
	"testing"
	"time"

	"hookline/internal/hookline"
)

// stepOf is a stretch in which each delivery is made due.
func stepOf(run hookline.ResendRun, deliveries ...hookline.Delivery) hookline.ResendStep {
	step := hookline.ResendStep{RunID: run.ID, From: run.Position, Speed: 2.5}
	for _, d := range deliveries {
		step.Items = append(step.Items, hookline.ResendItem{Delivery: d, Outcome: hookline.ResentWaiting})
		step.To = d.ID
	}
	return step
}

func runSteps(t *testing.T, h *house) {
	id, all := h.failed(t, 4)
	run := h.beginRun(t, wishFor(failedAt(id)))
	step := stepOf(run, all[:3]...)
	anew := hookline.Request{Method: "PUT", URL: "https://example.org/", Body: []byte("anew")}
	step.Items[1].Request, step.Items[1].ActionVersion = &anew, 7
	step.Items[2].Outcome, step.Items[2].Note = hookline.SkippedTemplate, "Line 3."
	h.heard()
	mustDo(t, h.StepResend(t.Context(), step))
	h.wantTold(t, "step", hookline.TopicResend(run.ID), hookline.TopicDeliveries, hookline.TopicSent, hookline.TopicDelivery(all[0].ID), hookline.TopicDelivery(all[1].ID))
	h.reopen()
	run = h.theRun(t, run.ID)
	equal(t, "position and speed", []any{run.Position, run.Speed}, []any{all[2].ID, 2.5})
	equal(t, "counts", run.Counts, map[hookline.ResendOutcome]int{hookline.ResentWaiting: 2, hookline.SkippedTemplate: 1})
	for i, want := range []hookline.State{hookline.StateQueued, hookline.StateQueued, hookline.StateFailed, hookline.StateFailed} {
		got := h.stored(t, all[i].ID)
		equal(t, "state", got.State, want)
		equal(t, "key", got.IdempotencyKey, all[i].IdempotencyKey)
		equal(t, "asked by", got.AskedBy, map[hookline.State]string{hookline.StateQueued: asker}[want])
	}
	owed := must(h.Owed(t.Context(), []string{all[0].ID, all[1].ID}))(t)
	equal(t, "original", owed[0].Request, newOwed(id).Request)
	equal(t, "anew", owed[1].Request, anew)
	made := must(h.ListRequests(t.Context(), all[1].ID))(t)
	equal(t, "made", []any{made[1].MadeBy, made[1].ActionVersion}, []any{asker, 7})
}

func runMoved(t *testing.T, h *house) {
	id, all := h.failed(t, 2)
	run := h.beginRun(t, wishFor(failedAt(id)))
	refused := func(what string, step hookline.ResendStep) {
		t.Helper()
		before := h.theRun(t, run.ID)
		wantKind(t, hookline.KindConflict, h.StepResend(t.Context(), step))
		equal(t, what, h.theRun(t, run.ID), before)
		equal(t, what+": the delivery", h.stored(t, all[1].ID), all[1])
	}
	first := stepOf(run, all[0])
	mustDo(t, h.StepResend(t.Context(), first))
	again := stepOf(run, all[1])
	refused("from another place", again)
	again.From = all[0].ID
	mustDo(t, h.ChangeResend(t.Context(), run.ID, hookline.ResendPaused, asker))
	refused("paused", again)
	mustDo(t, h.ChangeResend(t.Context(), run.ID, hookline.ResendCancelled, asker))
	refused("cancelled", again)
	wantKind(t, hookline.KindNotFound, h.StepResend(t.Context(), hookline.ResendStep{RunID: "rsn_gone"}))
	another := h.beginRun(t, wishFor(failedAt(id)))
	errs := atOnce(8, func(int) error { return h.StepResend(t.Context(), stepOf(another, all[1])) })
	wantWinners(t, 1, hookline.KindConflict, errs)
	equal(t, "counted once", h.theRun(t, another.ID).Looked(), 1)
}

func runStale(t *testing.T, h *house) {
	id, all := h.failed(t, 4)
	run := h.beginRun(t, wishFor(failedAt(id)))
	step := stepOf(run, all...)
	mustDo(t, h.requeue(t, all[0].ID, nil)) // it waits already
	mustDo(t, h.requeue(t, all[1].ID, nil)) // it is delivered by now
	f := newFinished(all[1].ID, 1)
	f.Outcome = hookline.Outcome{State: hookline.StateDelivered}
	mustDo(t, h.Finish(t.Context(), f))
	bare := failedOwed(id)
	bare.RequestNumber, bare.Request = 0, hookline.Request{}
	step.Items[2].Delivery = h.owe(t, bare).Delivery // it has no bytes
	mustDo(t, h.StepResend(t.Context(), step))
	equal(t, "counts", h.theRun(t, run.ID).Counts, map[hookline.ResendOutcome]int{
		hookline.SkippedOwed: 1, hookline.SkippedDelivered: 1, hookline.SkippedMissing: 1, hookline.ResentWaiting: 1,
	})
	equal(t, "delivered stays", h.stored(t, all[1].ID).State, hookline.StateDelivered)
}

func runSettles(t *testing.T, h *house) {
	id, all := h.failed(t, 5)
	run := h.beginRun(t, wishFor(failedAt(id)))
	mustDo(t, h.StepResend(t.Context(), stepOf(run, all...)))
	end := func(d hookline.Delivery, n int, o hookline.Outcome) {
		t.Helper()
		f := newFinished(d.ID, n)
		f.Outcome, f.Tries = o, n-1
		mustDo(t, h.Finish(t.Context(), f))
	}
	settle := func(outcome hookline.ResendOutcome, want map[hookline.ResendOutcome]int) {
		t.Helper()
		for at := (hookline.Cursor{Limit: 2}); ; {
			last := must(h.SettleResend(t.Context(), run.ID, outcome, at))(t)
			if last == "" {
				break
			}
			at.After = last
		}
		got := h.theRun(t, run.ID).Counts
		for o, n := range got {
			if n == 0 {
				delete(got, o)
			}
		}
		equal(t, "counts", got, want)
	}
	settle(hookline.ResentWaiting, map[hookline.ResendOutcome]int{hookline.ResentWaiting: 5})
	end(all[0], 1, hookline.Outcome{State: hookline.StateDelivered})
	end(all[1], 1, hookline.Outcome{State: hookline.StateFailed, Reason: "No."})
	end(all[2], 1, hookline.Outcome{State: hookline.StateRetrying, RetryAt: received.Add(time.Hour)})
	end(all[3], 1, hookline.Outcome{State: hookline.StateRetrying, RetryAt: received.Add(time.Hour)})
	settle(hookline.ResentWaiting, map[hookline.ResendOutcome]int{hookline.ResentWaiting: 1, hookline.ResentDelivered: 1, hookline.ResentFailed: 1, hookline.ResentRetrying: 2})
	mustDo(t, h.ChangeResend(t.Context(), run.ID, hookline.ResendCancelled, asker)) // what was begun is followed to its end
	end(all[2], 2, hookline.Outcome{State: hookline.StateDelivered})
	mustDo(t, h.requeue(t, all[3].ID, nil)) // by somebody else: it is being tried, as before
	settle(hookline.ResentRetrying, map[hookline.ResendOutcome]int{hookline.ResentWaiting: 1, hookline.ResentDelivered: 2, hookline.ResentFailed: 1, hookline.ResentRetrying: 1})
	equal(t, "active", len(must(h.ActiveResends(t.Context()))(t)), 1)
	end(all[4], 1, hookline.Outcome{State: hookline.StateDelivered})
	f := newFinished(all[3].ID, 2) // its tries began anew
	f.Outcome = hookline.Outcome{State: hookline.StateDelivered}
	mustDo(t, h.Finish(t.Context(), f))
	settle(hookline.ResentWaiting, map[hookline.ResendOutcome]int{hookline.ResentDelivered: 3, hookline.ResentFailed: 1, hookline.ResentRetrying: 1})
	settle(hookline.ResentRetrying, map[hookline.ResendOutcome]int{hookline.ResentDelivered: 4, hookline.ResentFailed: 1})
	equal(t, "active at the end", must(h.ActiveResends(t.Context()))(t), []hookline.ResendRun{})
}

func runListed(t *testing.T, h *house) {
	id, all := h.failed(t, 9)
	run := h.beginRun(t, wishFor(failedAt(id)))
	step := stepOf(run, all[:8]...)
	for i := range 4 {
		step.Items[2*i].Outcome = hookline.SkippedTrigger
	}
	mustDo(t, h.StepResend(t.Context(), step))
	other := h.beginRun(t, hookline.ResendWish{Filter: failedAt(id), Mode: hookline.ResendCurrent, By: asker})
	step = stepOf(other, all[0], all[8])
	step.Items[0].Outcome = hookline.SkippedTrigger
	mustDo(t, h.StepResend(t.Context(), step))
	for _, test := range []struct {
		f    hookline.DeliveryFilter
		want []int
	}{
		{hookline.DeliveryFilter{ResendID: run.ID}, []int{0, 1, 2, 3, 4, 5, 6, 7}},
		{hookline.DeliveryFilter{ResendID: run.ID, ResendOutcome: hookline.SkippedTrigger}, []int{0, 2, 4, 6}},
		{hookline.DeliveryFilter{ResendID: run.ID, ResendOutcome: hookline.SkippedTrigger, State: hookline.StateFailed, DestinationID: id}, []int{0, 2, 4, 6}},
		{hookline.DeliveryFilter{ResendID: run.ID, State: hookline.StateQueued}, []int{1, 3, 5, 7}},
		{hookline.DeliveryFilter{ResendID: run.ID, PersonID: "per_1"}, nil},
		{hookline.DeliveryFilter{ResendID: other.ID, ResendOutcome: hookline.ResentWaiting}, []int{8}},
		{hookline.DeliveryFilter{ResendID: "rsn_gone"}, nil},
	} {
		var want []string
		for _, i := range test.want {
			want = append(want, all[i].ID)
		}
		equal(t, fmt.Sprintf("%+v, matched", test.f), h.matched(t, test.f, "", 3), want)
		if len(want) > 4 {
			checkPages(t, want, rowID, func(c hookline.Cursor) (hookline.Listing[hookline.DeliveryRow], error) {
				return h.ListDeliveries(t.Context(), test.f, c)
			})
		}
		equal(t, fmt.Sprintf("%+v, listed", test.f), len(must(h.ListDeliveries(t.Context(), test.f, hookline.Cursor{}))(t).Rows), len(want))
	}
}

func runStates(t *testing.T, h *house) {
	run := h.beginRun(t, wishFor(failedAt("dst_1")))
	change := func(to hookline.ResendState, want hookline.Kind) {
		t.Helper()
		h.heard()
		wantKind(t, want, h.ChangeResend(t.Context(), run.ID, to, "bo@example.com"))
		if want != "" {
			return
		}
		h.wantTold(t, string(to), hookline.TopicResends, hookline.TopicResend(run.ID))
		got := h.theRun(t, run.ID)
		equal(t, "state", []any{got.State, got.ChangedBy}, []any{to, "bo@example.com"})
	}
	change(hookline.ResendRunning, hookline.KindConflict)
	change(hookline.ResendPaused, "")
	change(hookline.ResendPaused, hookline.KindConflict)
	wantKind(t, hookline.KindConflict, h.FinishResend(t.Context(), run.ID, ""))
	change(hookline.ResendRunning, "")
	wantKind(t, hookline.KindConflict, h.FinishResend(t.Context(), run.ID, "dlv_00000000009"))
	mustDo(t, h.FinishResend(t.Context(), run.ID, ""))
	equal(t, "finished", h.theRun(t, run.ID).State, hookline.ResendFinished)
	change(hookline.ResendCancelled, hookline.KindConflict)
	run = h.beginRun(t, wishFor(failedAt("dst_2")))
	change(hookline.ResendPaused, "")
	change(hookline.ResendCancelled, "")
	change(hookline.ResendRunning, hookline.KindConflict)
	wantKind(t, hookline.KindNotFound, h.ChangeResend(t.Context(), "rsn_gone", hookline.ResendPaused, asker))

	id, all := h.failed(t, 1)
	run = h.beginRun(t, wishFor(failedAt(id)))
	mustDo(t, h.StepResend(t.Context(), stepOf(run, all[0])))
	wantKind(t, hookline.KindConflict, h.FinishResend(t.Context(), run.ID, all[0].ID)) // it waits for its attempt
}

func runNotes(t *testing.T, h *house) {
	id, all := h.failed(t, 5)
	run := h.beginRun(t, wishFor(failedAt(id)))
	step := stepOf(run, all...)
	for i := range 4 {
		step.Items[i].Outcome, step.Items[i].Note = hookline.SkippedTemplate, fmt.Sprint("Line ", i, ".")
	}
	mustDo(t, h.StepResend(t.Context(), step))
	note := func(i int) hookline.ResendItem {
		return hookline.ResendItem{Delivery: hookline.Delivery{ID: all[i].ID}, Outcome: hookline.SkippedTemplate, Note: fmt.Sprint("Line ", i, ".")}
	}
	equal(t, "notes", must(h.ResendNotes(t.Context(), run.ID, 2))(t), map[hookline.ResendOutcome][]hookline.ResendItem{hookline.SkippedTemplate: {note(0), note(1)}})
}
