package storetest

import (
	"context"
	"strings"
	"testing"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

// draftStore is what people do with drafts.
type draftStore interface {
	SendDraft(ctx context.Context, q hookline.Requeue) error
	DiscardDraft(ctx context.Context, id, by string) error
	CountDrafts(ctx context.Context, most int) (hookline.Waiting, error)
}

var draftPromises = []promise{
	{"a draft is owed to nobody until somebody sends it", draftRests},
	{"who sends a draft makes it due at once, with the request of that moment", draftSent},
	{"a draft without a request has one when it is sent", draftWithoutRequest},
	{"a discarded draft says by whom and is never sent", draftDiscarded},
	{"what is no draft can be neither sent nor discarded", draftNot},
	{"a draft whose destination is gone is not sent, and can be discarded", draftNowhere},
	{"of many who send or discard one draft at once one does", draftRace},
	{"a run over drafts sends each, and leaves out what somebody decided meanwhile", draftRun},
	{"a run that discards throws each draft away, also one that could not be sent, and sends nothing", draftRunDiscards},
}

// draft records a draft of a destination.
func (h *house) draft(t *testing.T, destinationID string) hookline.Delivery {
	t.Helper()
	o := newOwed(destinationID)
	o.State, o.Origin, o.NextAttemptAt = hookline.StateDraft, hookline.OriginCampaign, time.Time{}
	return h.owe(t, o).Delivery
}

// asNow is a draft's request as it is composed at the moment of sending.
var asNow = hookline.Request{Method: "PUT", URL: "https://example.org/now", Body: []byte(`{"plan":"pro"}`)}

func (h *house) send(d hookline.Delivery) error {
	return h.SendDraft(audit.With(h.t.Context(), ana), hookline.Requeue{DeliveryID: d.ID, Request: &asNow, AskedBy: asker, ActionVersion: 3})
}

func draftRests(t *testing.T, h *house) {
	crm := h.destination(t, "CRM")
	for range 3 {
		h.draft(t, crm.ID)
	}
	h.delivery(t, crm.ID, hookline.StateDiscarded)
	equal(t, "owing", must(h.Owing(t.Context()))(t), []string{})
	equal(t, "all", must(h.CountDrafts(t.Context(), 3))(t), hookline.Waiting{Count: 3})
	equal(t, "some", must(h.CountDrafts(t.Context(), 2))(t), hookline.Waiting{Count: 2, More: true})
}

func draftSent(t *testing.T, h *house) {
	want := h.draft(t, h.destination(t, "CRM").ID)
	h.heard()
	mustDo(t, h.send(want))
	h.wantTold(t, "sent", hookline.TopicDeliveries, hookline.TopicSent, hookline.TopicDelivery(want.ID))
	h.reopen()
	got := h.stored(t, want.ID)
	want.State, want.RequestNumber, want.AskedBy = hookline.StateQueued, 2, asker
	want.NextAttemptAt, want.UpdatedAt = got.NextAttemptAt, got.NextAttemptAt
	equal(t, "sent", got, want)
	owed := must(h.Owed(t.Context(), must(h.Due(t.Context(), want.DestinationID, time.Now(), 9))(t)))(t)
	equal(t, "owed", owedIDs(owed), []string{want.ID})
	equal(t, "request", owed[0].Request, asNow)
	if e := h.did(t); e.Deed != audit.Sent || e.Kind != audit.Delivery || e.ThingID != want.ID || e.Actor != ana {
		t.Errorf("kept is %+v", e)
	}
}

func draftWithoutRequest(t *testing.T, h *house) {
	o := newOwed(h.destination(t, "CRM").ID)
	o.State, o.NextAttemptAt, o.RequestNumber, o.Request = hookline.StateDraft, time.Time{}, 0, hookline.Request{}
	d := h.owe(t, o).Delivery
	wantKind(t, hookline.KindConflict, h.SendDraft(t.Context(), hookline.Requeue{DeliveryID: d.ID, AskedBy: asker}))
	equal(t, "refused", h.stored(t, d.ID), d)
	mustDo(t, h.send(d))
	owed := must(h.Owed(t.Context(), []string{d.ID}))(t)
	equal(t, "request", owed[0].Request, asNow)
	equal(t, "number", owed[0].RequestNumber, 1)
}

func draftDiscarded(t *testing.T, h *house) {
	d := h.draft(t, h.destination(t, "CRM").ID)
	mustDo(t, h.DiscardDraft(audit.With(t.Context(), ana), d.ID, asker))
	got := h.stored(t, d.ID)
	if got.State != hookline.StateDiscarded || !strings.HasPrefix(got.Reason, "Discarded by "+asker+" on ") {
		t.Errorf("it is %s: %q", got.State, got.Reason)
	}
	if e := h.did(t); e.Deed != audit.Discarded || e.ThingID != d.ID {
		t.Errorf("kept is %+v", e)
	}
	wantKind(t, hookline.KindConflict, h.send(d))
	equal(t, "owing", must(h.Owing(t.Context()))(t), []string{})
	equal(t, "drafts", must(h.CountDrafts(t.Context(), 9))(t), hookline.Waiting{})
}

func draftNot(t *testing.T, h *house) {
	crm := h.destination(t, "CRM")
	for _, state := range hookline.States() {
		if state == hookline.StateDraft {
			continue
		}
		d := h.delivery(t, crm.ID, state)
		wantKind(t, hookline.KindConflict, h.send(d))
		wantKind(t, hookline.KindConflict, h.DiscardDraft(t.Context(), d.ID, asker))
		equal(t, string(state), h.stored(t, d.ID), d)
	}
	wantKind(t, hookline.KindNotFound, h.send(hookline.Delivery{ID: "dlv_gone"}))
	wantKind(t, hookline.KindNotFound, h.DiscardDraft(t.Context(), "dlv_gone", asker))
}

func draftNowhere(t *testing.T, h *house) {
	d := h.draft(t, "dst_gone")
	wantKind(t, hookline.KindConflict, h.send(d))
	equal(t, "refused", h.stored(t, d.ID), d)
	mustDo(t, h.DiscardDraft(t.Context(), d.ID, asker))
}

func draftRace(t *testing.T, h *house) {
	d := h.draft(t, h.destination(t, "CRM").ID)
	wantWinners(t, 1, hookline.KindConflict, atOnce(8, func(i int) error {
		if i%2 == 0 {
			return h.DiscardDraft(t.Context(), d.ID, asker)
		}
		return h.send(d)
	}))
	equal(t, "requests", len(must(h.ListRequests(t.Context(), d.ID))(t)) <= 2, true)
}

func draftRun(t *testing.T, h *house) {
	crm := h.destination(t, "CRM")
	all := []hookline.Delivery{h.draft(t, crm.ID), h.draft(t, crm.ID), h.draft(t, crm.ID)}
	run := h.beginRun(t, hookline.ResendWish{Filter: hookline.DeliveryFilter{State: hookline.StateDraft}, Mode: hookline.ResendCurrent, By: asker})
	h.draft(t, crm.ID) // made too late
	found := must(h.MatchDeliveries(t.Context(), run.Filter, hookline.Cursor{Before: run.ID}))(t)
	equal(t, "found", found, all)
	step := stepOf(run, all...)
	step.Items[0].Request = &asNow
	step.Items[2].Request = &asNow
	step.Items[1].Outcome, step.Items[1].Note = hookline.SkippedMissing, "The person was deleted."
	mustDo(t, h.DiscardDraft(t.Context(), all[2].ID, asker))
	mustDo(t, h.StepResend(t.Context(), step))
	equal(t, "counts", h.theRun(t, run.ID).Counts, map[hookline.ResendOutcome]int{
		hookline.ResentWaiting: 1, hookline.SkippedMissing: 1, hookline.SkippedDecided: 1,
	})
	for i, want := range []hookline.State{hookline.StateQueued, hookline.StateDraft, hookline.StateDiscarded} {
		equal(t, "state", h.stored(t, all[i].ID).State, want)
	}
	refused := hookline.ResendWish{Filter: hookline.DeliveryFilter{State: hookline.StateDraft}, Mode: hookline.ResendOriginal, By: asker}
	_, err := h.CreateResend(t.Context(), refused)
	wantKind(t, hookline.KindInvalid, err)
}

func draftRunDiscards(t *testing.T, h *house) {
	crm := h.destination(t, "CRM")
	all := []hookline.Delivery{h.draft(t, crm.ID), h.draft(t, "dst_gone"), h.draft(t, crm.ID)}
	w := hookline.ResendWish{Filter: hookline.DeliveryFilter{State: hookline.StateDraft}, Mode: hookline.ResendDiscard, By: asker}
	run := h.beginRun(t, w)
	late := h.draft(t, crm.ID)
	step := stepOf(run, all...)
	for i := range step.Items {
		step.Items[i].Outcome = hookline.ResentDiscarded
	}
	mustDo(t, h.send(all[2])) // by somebody who was faster
	mustDo(t, h.StepResend(t.Context(), step))
	equal(t, "counts", h.theRun(t, run.ID).Counts, map[hookline.ResendOutcome]int{hookline.ResentDiscarded: 2, hookline.SkippedDecided: 1})
	mustDo(t, h.FinishResend(t.Context(), run.ID, step.To))
	for _, d := range all[:2] {
		if got := h.stored(t, d.ID); got.State != hookline.StateDiscarded || !strings.HasPrefix(got.Reason, "Discarded by "+asker+" on ") {
			t.Errorf("it is %s: %q", got.State, got.Reason)
		}
	}
	equal(t, "sent meanwhile", h.stored(t, all[2].ID).State, hookline.StateQueued)
	equal(t, "made later", h.stored(t, late.ID), late)
	w.Filter.State = hookline.StateFailed
	_, err := h.CreateResend(t.Context(), w)
	wantKind(t, hookline.KindInvalid, err)
}
