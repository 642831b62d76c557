package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/resend"
)

// runStore is what runs need, and those who begin and watch them.
type runStore interface {
	resend.Store
	CreateResend(ctx context.Context, w hookline.ResendWish) (hookline.ResendRun, error)
	ListResends(ctx context.Context, c hookline.Cursor) (hookline.Listing[hookline.ResendRun], error)
	ChangeResend(ctx context.Context, id string, to hookline.ResendState, by string) error
	ResendNotes(ctx context.Context, id string, each int) (map[hookline.ResendOutcome][]hookline.ResendItem, error)
}

var runPromises = []promise{
	{"a run is kept as it was asked for", runKept},
	{"what is not possible is refused at its field", runRefused},
	{"the very same is not begun twice at once", runTwice},
	{"deliveries are matched the oldest first, in stretches without gaps or repeats", runMatches},
	{"what is made after a run began is not in it", runBound},
	{"a stretch makes due, leaves out, counts and moves the position", runSteps},
	{"a stretch from another place, or of a run that does not run, changes nothing", runMoved},
	{"what has changed since it was looked at is looked at again", runStale},
	{"what became of deliveries is seen in them", runSettles},
	{"a list is narrowed to a run, and to what became of them in it", runListed},
	{"a run is paused, continued, cancelled, and finished once", runStates},
	{"the notes tell why some were left out", runNotes},
}

// wishFor is a wish for what failed, byte for byte.
func wishFor(f hookline.DeliveryFilter) hookline.ResendWish {
	return hookline.ResendWish{Filter: f, Mode: hookline.ResendOriginal, By: asker}
}

func failedAt(destinationID string) hookline.DeliveryFilter {
	return hookline.DeliveryFilter{State: hookline.StateFailed, DestinationID: destinationID}
}

func (h *house) beginRun(t *testing.T, w hookline.ResendWish) hookline.ResendRun {
	t.Helper()
	return must(h.CreateResend(t.Context(), w))(t)
}

func (h *house) theRun(t *testing.T, id string) hookline.ResendRun {
	t.Helper()
	return must(h.ResendRun(t.Context(), id))(t)
}

// failed records so many failed deliveries of a new destination, which events
// set off.
func (h *house) failed(t *testing.T, n int) (destinationID string, all []hookline.Delivery) {
	t.Helper()
	d := h.destination(t, "CRM")
	for range n {
		all = append(all, h.owe(t, failedOwed(d.ID)).Delivery)
	}
	return d.ID, all
}

func failedOwed(destinationID string) hookline.Owed {
	o := newOwed(destinationID)
	o.State, o.Origin, o.NextAttemptAt = hookline.StateFailed, hookline.OriginEvent, time.Time{}
	return o
}

func runKept(t *testing.T, h *house) {
	w := hookline.ResendWish{
		Filter: hookline.DeliveryFilter{
			State: hookline.StateFailed, Origin: hookline.OriginEvent, DestinationID: "dst_1", ActionID: "act_1", PersonID: "per_1", EventID: evt(3), Status: 503,
			Since: received, Until: received.Add(time.Hour), ResendID: "rsn_00000000001", ResendOutcome: hookline.ResentFailed,
		},
		Mode: hookline.ResendCurrent, Delivered: true, PerSecond: 2.5, Ramp: 90 * time.Second, By: asker,
	}
	before := time.Now().Truncate(time.Microsecond)
	h.heard()
	run := h.beginRun(t, w)
	h.wantTold(t, "begin", hookline.TopicResends, hookline.TopicResend(run.ID))
	want := hookline.ResendRun{
		ID: run.ID, ResendWish: w, State: hookline.ResendRunning, CreatedAt: run.CreatedAt, ChangedAt: run.CreatedAt, ChangedBy: asker, Matched: -1,
	}
	equal(t, "made", run, want)
	if run.CreatedAt.Before(before) || run.CreatedAt.After(time.Now()) {
		t.Errorf("made at %v", run.CreatedAt)
	}
	mustDo(t, h.CountedResend(t.Context(), run.ID, 1204))
	want.Matched = 1204
	h.reopen()
	equal(t, "stored", h.theRun(t, run.ID), want)
	equal(t, "active", must(h.ActiveResends(t.Context()))(t), []hookline.ResendRun{want})
	_, err := h.ResendRun(t.Context(), "rsn_gone")
	wantKind(t, hookline.KindNotFound, err)
	var ids []string
	for i := range 7 {
		ids = append(ids, h.beginRun(t, wishFor(hookline.DeliveryFilter{Status: 400 + i})).ID)
	}
	checkPages(t, append([]string{run.ID}, ids...), func(r hookline.ResendRun) string { return r.ID }, func(c hookline.Cursor) (hookline.Listing[hookline.ResendRun], error) {
		return h.ListResends(t.Context(), c)
	})
}

func runRefused(t *testing.T, h *house) {
	for _, state := range hookline.States() {
		_, err := h.CreateResend(t.Context(), wishFor(hookline.DeliveryFilter{State: state}))
		switch state {
		case hookline.StateFailed, hookline.StateDelivered, hookline.StateRetrying:
			mustDo(t, err)
		default:
			wantKind(t, hookline.KindInvalid, err)
		}
	}
	equal(t, "begun", len(must(h.ListResends(t.Context(), hookline.Cursor{}))(t).Rows), 3)
}

func runTwice(t *testing.T, h *house) {
	run := h.beginRun(t, wishFor(failedAt("dst_1")))
	_, err := h.CreateResend(t.Context(), wishFor(failedAt("dst_1")))
	wantKind(t, hookline.KindConflict, err)
	h.beginRun(t, wishFor(failedAt("dst_2")))
	mustDo(t, h.ChangeResend(t.Context(), run.ID, hookline.ResendPaused, asker))
	_, err = h.CreateResend(t.Context(), wishFor(failedAt("dst_1")))
	wantKind(t, hookline.KindConflict, err)
	mustDo(t, h.ChangeResend(t.Context(), run.ID, hookline.ResendCancelled, asker))
	h.beginRun(t, wishFor(failedAt("dst_1")))
	wantWinners(t, 1, hookline.KindConflict, atOnce(8, func(int) error {
		_, err := h.CreateResend(t.Context(), wishFor(failedAt("dst_3")))
		return err
	}))
}

// matched gives the ids of what fits, read in stretches of n.
func (h *house) matched(t *testing.T, f hookline.DeliveryFilter, before string, n int) []string {
	t.Helper()
	var ids []string
	for at := (hookline.Cursor{Before: before, Limit: n}); ; {
		stretch := must(h.MatchDeliveries(t.Context(), f, at))(t)
		for _, d := range stretch {
			ids = append(ids, d.ID)
			equal(t, "matched", d, h.stored(t, d.ID))
		}
		if len(stretch) < n {
			return ids
		}
		at.After = ids[len(ids)-1]
	}
}

func runMatches(t *testing.T, h *house) {
	numbers := h.manyDeliveries(t)
	ids := make([]string, len(numbers))
	for id, i := range numbers {
		ids[i] = id
	}
	for _, f := range []hookline.DeliveryFilter{
		{},
		{State: hookline.StateFailed},
		{State: hookline.StateDelivered, DestinationID: "dst_1"},
		{PersonID: "per_1"},
		{PersonID: "per_0", State: hookline.StateFailed, DestinationID: "dst_0"},
		{EventID: evt(1)},
		{Status: 500, ActionID: "act_1"},
		{PersonID: "per_9"},
	} {
		var want []string
		for _, row := range must(h.ListDeliveries(t.Context(), f, hookline.Cursor{Limit: 1000}))(t).Rows {
			want = append([]string{row.ID}, want...)
		}
		for _, n := range []int{1, 7, 1000} {
			equal(t, fmt.Sprintf("%+v in stretches of %d", f, n), h.matched(t, f, "", n), want)
		}
		equal(t, "count", must(h.CountMatches(t.Context(), f, "", 0))(t), hookline.Waiting{Count: len(want)})
		if len(want) > 3 {
			equal(t, "count up to 3", must(h.CountMatches(t.Context(), f, "", 3))(t), hookline.Waiting{Count: 3, More: true})
			equal(t, "before the third", h.matched(t, f, want[2], 7), want[:2])
		}
	}
}

func runBound(t *testing.T, h *house) {
	id, all := h.failed(t, 3)
	run := h.beginRun(t, wishFor(failedAt(id)))
	h.owe(t, failedOwed(id))
	equal(t, "matched", h.matched(t, failedAt(id), run.ID, 10), []string{all[0].ID, all[1].ID, all[2].ID})
	equal(t, "counted", must(h.CountMatches(t.Context(), failedAt(id), run.ID, 0))(t).Count, 3)
}
