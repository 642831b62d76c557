package storetest

import (
	"context"
	"strings"
	"testing"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

var cancelPromises = []promise{
	{"what is owed can be cancelled, and says by whom and how it stood", cancelOwed},
	{"what is not owed cannot be cancelled", cancelNotOwed},
	{"what was cancelled can be resent", cancelResent},
	{"of many who cancel one at once one does", cancelRace},
	{"an attempt that ends after all is only added to the others", cancelOvertaken},
}

func cancelOwed(t *testing.T, h *house) {
	d := h.destination(t, "CRM")
	retrying := newOwed(d.ID)
	retrying.State, retrying.Attempts, retrying.Tries, retrying.LastStatus, retrying.Reason = hookline.StateRetrying, 2, 2, 503, "The receiver answered 503."
	retrying = h.owe(t, retrying)
	queued := h.delivery(t, d.ID, hookline.StateQueued)
	h.heard()
	begin := time.Now()
	mustDo(t, h.CancelDelivery(audit.With(t.Context(), ana), retrying.ID, "ben@example.com"))
	got := h.stored(t, retrying.ID)
	want := retrying.Delivery
	want.State, want.NextAttemptAt, want.UpdatedAt, want.Reason = hookline.StateFailed, time.Time{}, got.UpdatedAt, got.Reason
	equal(t, "cancelled", got, want)
	if !strings.HasPrefix(got.Reason, "Cancelled by ben@example.com on ") || !strings.HasSuffix(got.Reason, " The last try: The receiver answered 503.") || got.UpdatedAt.Before(begin.Truncate(time.Microsecond)) {
		t.Errorf("it says %q, at %s", got.Reason, got.UpdatedAt)
	}
	if e := h.did(t); e.Deed != audit.Cancelled || e.Kind != audit.Delivery || e.ThingID != retrying.ID {
		t.Errorf("kept is %+v", e)
	}
	if topics := h.heard(); !strings.Contains(join(topics), string(hookline.TopicDelivery(retrying.ID))) {
		t.Errorf("told was %v", topics)
	}
	mustDo(t, h.CancelDelivery(t.Context(), queued.ID, "ben@example.com"))
	if got := h.stored(t, queued.ID).Reason; !strings.HasPrefix(got, "Cancelled by ben@example.com on ") || strings.Contains(got, "last try") {
		t.Errorf("untried it says %q", got)
	}
	for _, id := range []string{retrying.ID, queued.ID} {
		equal(t, "owed", must(h.Owed(t.Context(), []string{id}))(t), []hookline.Owed{})
	}
	equal(t, "owing", must(h.Owing(t.Context()))(t), []string{})
	equal(t, "failures", must(h.ListFailures(t.Context(), hookline.FailureFilter{}, hookline.Cursor{}))(t).Rows, []hookline.FailureRow{})
}

func join(topics []hookline.Topic) string {
	texts := make([]string, len(topics))
	for i, topic := range topics {
		texts[i] = string(topic)
	}
	return strings.Join(texts, " ")
}

func cancelNotOwed(t *testing.T, h *house) {
	for _, state := range []hookline.State{hookline.StateDelivered, hookline.StateFailed, hookline.StateDiscarded, hookline.StateDraft} {
		d := h.delivery(t, "dst_1", state)
		wantKind(t, hookline.KindConflict, h.CancelDelivery(t.Context(), d.ID, asker))
		equal(t, string(state), h.stored(t, d.ID), d)
	}
	wantKind(t, hookline.KindNotFound, h.CancelDelivery(t.Context(), "dlv_gone", asker))
}

func cancelResent(t *testing.T, h *house) {
	d := h.delivery(t, h.destination(t, "CRM").ID, hookline.StateQueued)
	mustDo(t, h.CancelDelivery(t.Context(), d.ID, asker))
	mustDo(t, h.Requeue(t.Context(), hookline.Requeue{DeliveryID: d.ID, AskedBy: asker}))
	if got := h.stored(t, d.ID); got.State != hookline.StateQueued || got.Reason != "" || got.AskedBy != asker {
		t.Errorf("resent it is %+v", got)
	}
}

func cancelRace(t *testing.T, h *house) {
	d := h.delivery(t, h.destination(t, "CRM").ID, hookline.StateQueued)
	wantWinners(t, 1, hookline.KindConflict, atOnce(6, func(int) error {
		return h.CancelDelivery(context.WithoutCancel(t.Context()), d.ID, asker)
	}))
}

func cancelOvertaken(t *testing.T, h *house) {
	o := newOwed(h.destination(t, "CRM").ID)
	o.Origin = hookline.OriginEvent
	d := h.owe(t, o)
	mustDo(t, h.CancelDelivery(t.Context(), d.ID, asker))
	mustDo(t, h.Finish(t.Context(), hookline.Finished{
		Attempt: hookline.Attempt{DeliveryID: d.ID, Number: 1, RequestNumber: 1, StartedAt: received, Status: 200, Outcome: hookline.StateDelivered},
		Outcome: hookline.Outcome{State: hookline.StateDelivered},
	}))
	if got := h.stored(t, d.ID); got.State != hookline.StateFailed || got.Attempts != 1 || !strings.HasPrefix(got.Reason, "Cancelled by ") {
		t.Errorf("it is %+v", got)
	}
}
