package storetest

import (
	"context"
	"strings"
	"testing"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

type retentionStore interface {
	Retention(ctx context.Context) (hookline.Retention, error)
	SetRetention(ctx context.Context, r hookline.Retention) error
	Kept(ctx context.Context, r hookline.Retention) (hookline.Kept, error)
	ApplyRetention(ctx context.Context, at time.Time, rest func(ctx context.Context, took time.Duration) error) error
}

var retentionPromises = []promise{
	{"everything is kept until somebody says otherwise, and who did is written down", retentionKept},
	{"old deliveries go with all that belongs to them, what is owed stays", retentionDeliveries},
	{"old bodies go, and it is told that they were there", retentionBodies},
	{"the bodies of an old batch go, its events are still told", retentionBatch},
	{"old events go, those of what is owed or gathered stay", retentionEvents},
	{"what is there and what would go is counted", retentionCounted},
}

const day = 24 * time.Hour

// ages deletes what is too old so many days from now.
func (h *house) ages(t *testing.T, days int) {
	t.Helper()
	mustDo(t, h.ApplyRetention(t.Context(), time.Now().Add(time.Duration(days)*day), func(context.Context, time.Duration) error { return nil }))
}

func (h *house) keeps(t *testing.T, r hookline.Retention) {
	t.Helper()
	mustDo(t, h.SetRetention(t.Context(), r))
}

func retentionKept(t *testing.T, h *house) {
	equal(t, "at first", must(h.Retention(t.Context()))(t), hookline.Retention{})
	want := hookline.Retention{Events: 30, Deliveries: 365}
	ctx := audit.With(t.Context(), audit.Actor{Kind: audit.User, Name: "ana@example.com"})
	mustDo(t, h.SetRetention(ctx, want))
	h.reopen()
	equal(t, "after it was set", must(h.Retention(t.Context()))(t), want)
	e := h.did(t)
	equal(t, "entry", string(e.Kind)+" "+string(e.Before)+" "+string(e.After), `retention {"deliveries_days":0,"events_days":0} {"deliveries_days":365,"events_days":30}`)
	wantKind(t, hookline.KindInvalid, h.SetRetention(ctx, hookline.Retention{Bodies: -1}))
	wantKind(t, hookline.KindInvalid, h.SetRetention(ctx, hookline.Retention{Bodies: hookline.MaxRetention + 1}))
	equal(t, "after it was refused", must(h.Retention(t.Context()))(t), want)
}

func retentionDeliveries(t *testing.T, h *house) {
	f, ana := h.failing(t, "CRM"), h.person(t, "ana", `{}`)
	old, owed := f.fails(ana.ID, 404, "no such thing"), f.owes(ana.ID)
	draft := h.delivery(t, f.destination.ID, hookline.StateDraft)
	newest := f.fails("", 500, "oops")
	h.keeps(t, hookline.Retention{Deliveries: 30})
	h.ages(t, 29)
	equal(t, "while it is young", h.stored(t, old.ID).ID, old.ID)
	h.ages(t, 31)
	h.reopen()
	_, err := h.DeliveryRow(t.Context(), old.ID)
	wantKind(t, hookline.KindNotFound, err)
	equal(t, "its attempts", len(must(h.ListAttempts(t.Context(), old.ID))(t)), 0)
	equal(t, "its requests", len(must(h.ListRequests(t.Context(), old.ID))(t)), 0)
	for _, left := range []hookline.Delivery{owed, draft, newest} {
		h.stored(t, left.ID)
	}
	h.wantFound(t, hookline.DeliveryFilter{PersonID: ana.ID}, owed.ID)
	gone := h.failures(t, hookline.FailureFilter{State: hookline.FailureResolved})
	if len(gone) != 1 || gone[0].Deliveries != 0 || gone[0].People != 0 {
		t.Fatalf("failures of which nothing is left: %+v", gone)
	}
	h.wantDeeds(t, gone[0].ID, hookline.DeedForgotten)

	f.ends(owed.ID, 200, "") // what was owed ends, and grows old in its turn
	h.stored(t, owed.ID)
	h.ages(t, 31)
	_, err = h.DeliveryRow(t.Context(), owed.ID)
	wantKind(t, hookline.KindNotFound, err)
	h.stored(t, draft.ID)
}

func retentionBodies(t *testing.T, h *house) {
	f := h.failing(t, "CRM")
	old := f.fails("", 404, "no such thing")
	owed := f.owes("")
	f.fails("", 500, "the newest")
	h.keeps(t, hookline.Retention{Bodies: 7})
	h.ages(t, 8)
	h.reopen()
	request := must(h.ListRequests(t.Context(), old.ID))(t)[0]
	attempt := must(h.ListAttempts(t.Context(), old.ID))(t)[0]
	if !request.BodyDeleted || len(request.Request.Body) > 0 || request.Request.URL == "" || !attempt.AnswerDeleted || len(attempt.Answer) > 0 || attempt.Status != 404 {
		t.Errorf("what is left: %+v, %+v", request, attempt)
	}
	equal(t, "body of what is owed", string(must(h.Owed(t.Context(), []string{owed.ID}))(t)[0].Request.Body), "{}")
	equal(t, "told of what is owed", must(h.ListRequests(t.Context(), owed.ID))(t)[0].BodyDeleted, false)
	h.wantFound(t, hookline.DeliveryFilter{Query: "no such thing"})
	h.wantFound(t, hookline.DeliveryFilter{Status: 404}, old.ID)

	h.refused(t, h.stored(t, old.ID), nil, "Settings → Retention")
	mustDo(t, h.requeue(t, old.ID, &hookline.Request{Method: "POST", URL: "https://example.com/", Body: []byte("fresh")}))
	requests := must(h.ListRequests(t.Context(), old.ID))(t)
	equal(t, "told of both requests", []bool{requests[0].BodyDeleted, requests[1].BodyDeleted}, []bool{true, false})
	f.ends(old.ID, 404, "again")
	attempts := must(h.ListAttempts(t.Context(), old.ID))(t)
	equal(t, "told of both answers", []bool{attempts[0].AnswerDeleted, attempts[1].AnswerDeleted}, []bool{true, false})
	h.ages(t, 8)
	equal(t, "told of the second request", must(h.ListRequests(t.Context(), old.ID))(t)[1].BodyDeleted, true)
}

func retentionBatch(t *testing.T, h *house) {
	h.destination(t, "CRM")
	h.gather(t, "act_1", "k", received, evt(1), evt(2))
	made := must(h.batch(t, h.waiting(t, "act_1", "k", 2), 2))(t)
	h.finish(t, made.ID, hookline.StateDelivered)
	h.delivery(t, "dst_1", hookline.StateDelivered)
	h.keeps(t, hookline.Retention{Bodies: 1})
	h.ages(t, 2)
	request := must(h.ListRequests(t.Context(), made.ID))(t)[0]
	if !request.BodyDeleted || len(request.Request.Body) > 0 {
		t.Errorf("what is left: %+v", request)
	}
	equal(t, "events", len(must(h.ListBatchEvents(t.Context(), made.ID))(t)), 2)
	_, err := h.SplitBatch(t.Context(), made.ID, asker)
	wantKind(t, hookline.KindConflict, err)
	if err == nil || !strings.Contains(err.Error(), "Settings → Retention") {
		t.Errorf("refused with %v", err)
	}
}

func retentionEvents(t *testing.T, h *house) {
	var ids []string
	for _, message := range []string{"old", "owed", "gathered", "alone", "newest"} {
		ids = append(ids, h.append(t, newEvent("src_1", message)).ID)
	}
	o := newOwed("dst_1")
	o.EventID = ids[1]
	owed := h.owe(t, o)
	h.gather(t, "act_1", "k", received, ids[2])
	h.keeps(t, hookline.Retention{Events: 3})
	left := func(want ...string) {
		t.Helper()
		var got []string
		for _, e := range must(h.EventsAfter(t.Context(), "", 10))(t) {
			got = append(got, e.ID)
		}
		equal(t, "events", got, want)
		mustDo(t, h.CompleteIndexes(t.Context()))
		list := must(h.ListEvents(t.Context(), hookline.EventFilter{Identities: []string{hookline.UserIdentity("u1")}}, hookline.Cursor{}))(t)
		equal(t, "a person's events", len(list.Rows), len(want))
	}
	left(ids...)
	h.ages(t, 4)
	left(ids[1], ids[2], ids[4])
	h.reopen()
	h.finish(t, owed.ID, hookline.StateDelivered)
	h.ages(t, 4)
	left(ids[2], ids[4])
	next := h.append(t, newEvent("src_1", "next"))
	if next.ID <= ids[4] {
		t.Errorf("the next event is %s, after %s", next.ID, ids[4])
	}
}

func retentionCounted(t *testing.T, h *house) {
	f := h.failing(t, "CRM")
	f.fails("", 404, "no")
	f.owes("")
	f.fails("", 404, "no")
	h.append(t, newEvent("src_1", "m1"))
	k := must(h.Kept(t.Context(), hookline.Retention{Events: 1}))(t)
	equal(t, "counts", []int{k.Events.Count, k.Bodies.Count, k.Deliveries.Count, k.Events.Deletes, k.Deliveries.Deletes}, []int{1, 3, 3, 0, 0})
	if age := time.Since(k.Deliveries.Oldest); age < 0 || age > time.Hour || k.Size < 100_000 || k.Free < 0 || k.Free > k.Size {
		t.Errorf("%+v", k)
	}
}
