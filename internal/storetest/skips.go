package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"hookline/internal/hookline"
)

var skipPromises = []promise{
	{"what is older than a time is skipped with the reason, and nothing else", skipOld},
	{"of an action's deliveries about one person the newest is kept", skipNewest},
	{"the choices tell beforehand what would be sent", skipChoices},
	{"many are skipped in small units, and twice is as good as once", skipMany},
	{"what comes after the wish is not skipped", skipLater},
}

// resuming says which of what a paused destination owes shall be kept.
func (h *house) resuming(t *testing.T, d hookline.Destination, keep hookline.Keep, since time.Time) hookline.Resume {
	t.Helper()
	mustDo(t, h.ResumeDestination(t.Context(), d.ID, hookline.Resume{By: asker, Keep: keep, Since: since}))
	return h.theDestination(t, d.ID).Resume
}

// old records a delivery that was made so long before received.
func (h *house) old(t *testing.T, destinationID string, age time.Duration, change func(*hookline.Owed)) hookline.Owed {
	t.Helper()
	o := newOwed(destinationID)
	o.CreatedAt = received.Add(-age)
	o.NextAttemptAt, o.UpdatedAt = o.CreatedAt, o.CreatedAt
	if change != nil {
		change(&o)
	}
	return h.owe(t, o)
}

func skipOld(t *testing.T, h *house) {
	d, other := h.paused(t, "CRM"), h.paused(t, "Other")
	var skipped, kept []hookline.Owed
	skipped = append(skipped, h.old(t, d.ID, 2*time.Hour, nil), h.old(t, d.ID, time.Hour+time.Microsecond, func(o *hookline.Owed) {
		o.State, o.Tries, o.Attempts, o.NextAttemptAt, o.Reason = hookline.StateRetrying, 2, 2, received.Add(time.Hour), "No answer."
	}))
	kept = append(kept, h.old(t, d.ID, time.Hour, nil), h.old(t, other.ID, 2*time.Hour, nil), h.old(t, "dst_gone", 2*time.Hour, nil),
		h.old(t, d.ID, 2*time.Hour, func(o *hookline.Owed) { o.AskedBy = "bo@example.com" }))
	for _, state := range hookline.States() {
		if state != hookline.StateQueued && state != hookline.StateRetrying {
			kept = append(kept, h.old(t, d.ID, 2*time.Hour, func(o *hookline.Owed) { o.State, o.NextAttemptAt = state, time.Time{} }))
		}
	}
	r := h.resuming(t, d, hookline.KeepSince, received.Add(-time.Hour))
	h.heard()
	equal(t, "skipped", must(h.Skip(t.Context(), d.ID, r))(t), 2)
	h.wantTold(t, "skip", hookline.TopicSent, hookline.TopicDelivery(skipped[0].ID), hookline.TopicDelivery(skipped[1].ID))
	h.reopen()
	for _, o := range skipped {
		got := h.stored(t, o.ID)
		want := o.Delivery
		want.State, want.Reason, want.NextAttemptAt, want.UpdatedAt = hookline.StateDiscarded, r.SkipReason(), time.Time{}, got.UpdatedAt
		equal(t, "skipped", got, want)
		if got.UpdatedAt.Before(r.At) {
			t.Errorf("changed at %s, before %s", got.UpdatedAt, r.At)
		}
	}
	mustDo(t, h.FinishResume(t.Context(), d.ID, r))
	mustDo(t, h.ResumeDestination(t.Context(), other.ID, hookline.Resume{Keep: hookline.KeepAll}))
	for _, o := range kept {
		equal(t, "kept", h.stored(t, o.ID), o.Delivery)
	}
}

// about fills in whom a delivery is about, and which action made it.
func about(person, action string) func(*hookline.Owed) {
	return func(o *hookline.Owed) { o.PersonID, o.ActionID = person, action }
}

// manyAbout records what a destination owes about several people; of each pair
// of person and action only what comes last is the newest.
func (h *house) manyAbout(t *testing.T, destinationID string) (newest, older []hookline.Owed) {
	t.Helper()
	others := func(change func(*hookline.Owed)) func(*hookline.Owed) {
		return func(o *hookline.Owed) { about("per_1", "act_1")(o); change(o) }
	}
	older = append(older, h.old(t, destinationID, 9*time.Hour, about("per_1", "act_1")), h.old(t, destinationID, 8*time.Hour, about("per_2", "act_1")))
	newest = append(newest,
		h.old(t, destinationID, 7*time.Hour, about("", "act_1")),
		h.old(t, destinationID, 7*time.Hour, about("", "act_1")),
		h.old(t, destinationID, 6*time.Hour, about("per_1", "act_2")),
		h.old(t, destinationID, 6*time.Hour, others(func(o *hookline.Owed) { o.BatchSize = 3 })),
		h.old(t, destinationID, 6*time.Hour, others(func(o *hookline.Owed) { o.AskedBy = "bo@example.com" })),
		h.old(t, destinationID, 5*time.Hour, about("per_3", "act_1")),
	)
	older = append(older, h.old(t, destinationID, 4*time.Hour, about("per_1", "act_1")))
	newest = append(newest,
		h.old(t, destinationID, 3*time.Hour, about("per_2", "act_1")),
		h.old(t, destinationID, 2*time.Hour, others(func(o *hookline.Owed) { o.State, o.NextAttemptAt = hookline.StateRetrying, received.Add(time.Hour) })),
	)
	// None of these is owed by the destination.
	h.old(t, "dst_other", 0, about("per_3", "act_1"))
	h.old(t, destinationID, 0, func(o *hookline.Owed) {
		about("per_3", "act_1")(o)
		o.State, o.NextAttemptAt = hookline.StateDelivered, time.Time{}
	})
	return newest, older
}

func skipNewest(t *testing.T, h *house) {
	d := h.paused(t, "CRM")
	newest, older := h.manyAbout(t, d.ID)
	r := h.resuming(t, d, hookline.KeepNewest, time.Time{})
	equal(t, "skipped", must(h.Skip(t.Context(), d.ID, r))(t), len(older))
	mustDo(t, h.FinishResume(t.Context(), d.ID, r))
	for _, o := range newest {
		equal(t, "kept", h.stored(t, o.ID), o.Delivery)
	}
	for _, o := range older {
		got := h.stored(t, o.ID)
		equal(t, "state", got.State, hookline.StateDiscarded)
		equal(t, "reason", got.Reason, r.SkipReason())
	}
}

func skipChoices(t *testing.T, h *house) {
	d := h.paused(t, "CRM")
	ask := func(since time.Time) hookline.Choices { return must(h.Choices(t.Context(), d.ID, since))(t) }
	equal(t, "of nothing", ask(received), hookline.Choices{})
	newest, older := h.manyAbout(t, d.ID)
	all := len(newest) + len(older)
	want := hookline.Choices{All: hookline.Waiting{Count: all, Oldest: received.Add(-9 * time.Hour)}, Newest: hookline.Waiting{Count: len(newest)}}
	for age, young := range map[time.Duration]int{10 * time.Hour: all, 9 * time.Hour: all, 4 * time.Hour: 3, 2 * time.Hour: 1, time.Hour: 0} {
		want.Since.Count = young
		equal(t, "of "+age.String(), ask(received.Add(-age)), want)
	}
}

func skipMany(t *testing.T, h *house) {
	const many = 1234
	d := h.paused(t, "CRM")
	var owed []hookline.Owed
	for i := range many {
		o := newOwed(d.ID)
		o.State, o.NextAttemptAt, o.PersonID = hookline.StateQueued, received.Add(time.Duration(i/100)*time.Second), fmt.Sprint("per_", i%7)
		owed = append(owed, o)
	}
	mustDo(t, h.RecordFanout(t.Context(), hookline.Fanout{Deliveries: owed}))
	r := h.resuming(t, d, hookline.KeepNewest, time.Time{})
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.Skip(gone, d.ID, r); err == nil {
		t.Error("it goes on for somebody who has left")
	}
	equal(t, "skipped", must(h.Skip(t.Context(), d.ID, r))(t), many-7)
	equal(t, "skipped again", must(h.Skip(t.Context(), d.ID, r))(t), 0)
	equal(t, "left", must(h.HeldBy(t.Context(), d.ID))(t).Count, 7)
	_, err := h.Skip(t.Context(), "dst_gone", r)
	wantKind(t, hookline.KindConflict, err)
}

func skipLater(t *testing.T, h *house) {
	d := h.paused(t, "CRM")
	before := h.old(t, d.ID, time.Hour, about("per_1", "act_1"))
	r := h.resuming(t, d, hookline.KeepNewest, time.Time{})
	after := newOwed(d.ID)
	about("per_1", "act_1")(&after)
	after.CreatedAt = r.At.Add(time.Second)
	after.NextAttemptAt, after.UpdatedAt = after.CreatedAt, after.CreatedAt
	after = h.owe(t, after)
	equal(t, "skipped", must(h.Skip(t.Context(), d.ID, r))(t), 0)
	mustDo(t, h.FinishResume(t.Context(), d.ID, r))
	for _, o := range []hookline.Owed{before, after} {
		equal(t, "kept", h.stored(t, o.ID), o.Delivery)
	}
}
