package storetest

import (
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

var queuePromises = []promise{
	{"the longest due comes first, and no more than asked for", dueOrder},
	{"what is not due, not owed, or another's, is left out", dueLeaves},
	{"what is owed comes with its current request, and nothing is written", owedWhole},
	{"what is no longer owed is left out", owedLeaves},
	{"who is owed something is known, by each name once", owing},
	{"the next due is the first attempt owed after a moment", nextDue},
}

// due records a queued delivery of a destination that is due so long after received.
func (h *house) due(t *testing.T, destinationID string, after time.Duration) hookline.Owed {
	t.Helper()
	o := newOwed(destinationID)
	o.NextAttemptAt = received.Add(after)
	return h.owe(t, o)
}

// dueNow gives what a destination is owed at received.
func (h *house) dueNow(t *testing.T, destinationID string) []hookline.Owed {
	t.Helper()
	ids := must(h.Due(t.Context(), destinationID, received, 1000))(t)
	return must(h.Owed(t.Context(), ids))(t)
}

func owedIDs(owed []hookline.Owed) []string {
	ids := make([]string, len(owed))
	for i, o := range owed {
		ids[i] = o.ID
	}
	return ids
}

func dueOrder(t *testing.T, h *house) {
	var ids []string
	for _, seconds := range []time.Duration{-3, -9, -1, -8, -2, -2} {
		o := newOwed("dst_1")
		o.NextAttemptAt = received.Add(seconds * time.Second)
		if seconds%2 == 0 {
			o.State, o.Tries = hookline.StateRetrying, 1
		}
		ids = append(ids, h.owe(t, o).ID)
	}
	want := []string{ids[1], ids[3], ids[0], ids[4], ids[5], ids[2]}
	for n := range len(want) + 2 {
		got := must(h.Due(t.Context(), "dst_1", received, n))(t)
		equal(t, "due", got, want[:min(n, len(want))])
	}
}

func dueLeaves(t *testing.T, h *house) {
	ready, late := h.due(t, "dst_1", 0), h.due(t, "dst_1", time.Microsecond)
	h.due(t, "dst_2", -time.Hour)
	for _, state := range hookline.States() {
		if state == hookline.StateQueued || state == hookline.StateRetrying {
			continue
		}
		o := newOwed("dst_1")
		o.State = state
		h.owe(t, o)
	}
	equal(t, "due", must(h.Due(t.Context(), "dst_1", received, 9))(t), []string{ready.ID})
	equal(t, "due later", must(h.Due(t.Context(), "dst_1", received.Add(time.Microsecond), 9))(t), []string{ready.ID, late.ID})
	equal(t, "due of a stranger", must(h.Due(t.Context(), "dst_9", received, 9))(t), []string{})
}

func owedWhole(t *testing.T, h *house) {
	o := newOwed("dst_1")
	o.AskedBy, o.Tries, o.Attempts, o.State, o.NextAttemptAt = "ana@example.com", 2, 5, hookline.StateRetrying, received.Add(-time.Hour)
	o.Request.Headers, o.Request.Body = []hookline.Header{{Name: "X-B", Value: "<ü>"}, {Name: "X-A", Value: ""}, {Name: "X-B", Value: "2"}}, []byte{0, 0xff, '\n'}
	o = h.owe(t, o)
	h.heard()
	for range 2 {
		equal(t, "owed", h.dueNow(t, "dst_1"), []hookline.Owed{o})
		h.reopen()
	}
	equal(t, "told", h.heard(), []hookline.Topic{})
	equal(t, "stored", h.stored(t, o.ID), o.Delivery)

	d := h.delivery(t, h.destination(t, "CRM").ID, hookline.StateFailed)
	anew := hookline.Request{Method: "PUT", URL: "https://example.org/", Body: []byte("new")}
	mustDo(t, h.Requeue(t.Context(), hookline.Requeue{DeliveryID: d.ID, Request: &anew, AskedBy: asker}))
	got := must(h.Owed(t.Context(), []string{d.ID, o.ID}))(t)
	if len(got) != 2 || got[0].RequestNumber != 2 || got[0].AskedBy != asker || got[1].ID != o.ID {
		t.Fatalf("owed %+v", got)
	}
	equal(t, "request", got[0].Request, anew)
}

func owedLeaves(t *testing.T, h *house) {
	var ids []string
	var want []string
	for _, state := range hookline.States() {
		d := h.delivery(t, "dst_1", state)
		ids = append(ids, d.ID)
		if state == hookline.StateQueued || state == hookline.StateRetrying {
			want = append(want, d.ID)
		}
	}
	equal(t, "owed", owedIDs(must(h.Owed(t.Context(), append(ids, "dlv_gone")))(t)), want)
	equal(t, "owed of nothing", must(h.Owed(t.Context(), nil))(t), []hookline.Owed{})
}

func owing(t *testing.T, h *house) {
	equal(t, "of a new house", must(h.Owing(t.Context()))(t), []string{})
	for _, state := range hookline.States() {
		if !strings.Contains("queued retrying", string(state)) {
			h.delivery(t, "dst_0", state)
		}
	}
	equal(t, "when all rests", must(h.Owing(t.Context()))(t), []string{})
	for _, id := range []string{"dst_3", "dst_1", "dst_3", "dst_2"} {
		h.due(t, id, time.Hour)
	}
	equal(t, "owing", must(h.Owing(t.Context()))(t), []string{"dst_1", "dst_2", "dst_3"})
}

func nextDue(t *testing.T, h *house) {
	check := func(what string, want time.Time) {
		t.Helper()
		equal(t, what, must(h.NextDue(t.Context(), "dst_1", received))(t), want)
	}
	check("nothing owed", time.Time{})
	for _, state := range hookline.States() {
		if !strings.Contains("queued retrying", string(state)) {
			o := newOwed("dst_1")
			o.State, o.NextAttemptAt = state, received.Add(time.Minute)
			h.owe(t, o)
		}
	}
	h.due(t, "dst_2", time.Minute)
	h.due(t, "dst_1", 0)
	check("nothing to wait for", time.Time{})
	h.due(t, "dst_1", time.Hour)
	check("one queued", received.Add(time.Hour))
	o := newOwed("dst_1")
	o.State, o.NextAttemptAt = hookline.StateRetrying, received.Add(time.Microsecond)
	h.owe(t, o)
	check("one retrying", received.Add(time.Microsecond))
}
