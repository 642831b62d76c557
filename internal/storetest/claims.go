package storetest

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"hookline/internal/hookline"
)

var claimPromises = []promise{
	{"the longest due is claimed first, and no more than asked for", claimOrder},
	{"what is not due, not owed, or of a destination that waits, stays", claimLeaves},
	{"what is claimed is on its way and comes with its current request", claimMarks},
	{"of many who claim at once none gets what another has", claimRace},
	{"what was claimed can be given back", claimGiveBack},
	{"after a restart what was on its way is due again", claimRecover},
	{"the next due is the earliest attempt owed", claimNextDue},
}

// due records a queued delivery of a destination that is due so long after received.
func (h *house) due(t *testing.T, destinationID string, after time.Duration) hookline.Owed {
	t.Helper()
	o := newOwed(destinationID)
	o.NextAttemptAt = received.Add(after)
	return h.owe(t, o)
}

// claim claims everything that is due at received.
func (h *house) claim(t *testing.T) []hookline.Owed {
	t.Helper()
	return must(h.Claim(t.Context(), received, 1000, nil))(t)
}

func owedIDs(owed []hookline.Owed) []string {
	ids := make([]string, len(owed))
	for i, o := range owed {
		ids[i] = o.ID
	}
	return ids
}

func claimOrder(t *testing.T, h *house) {
	var ids []string
	for _, seconds := range []time.Duration{-3, -9, -1, -8, -2} {
		o := newOwed("dst_1")
		o.NextAttemptAt = received.Add(seconds * time.Second)
		if seconds%2 == 0 {
			o.State, o.Tries = hookline.StateRetrying, 1
		}
		ids = append(ids, h.owe(t, o).ID)
	}
	for _, want := range [][]string{{ids[1], ids[3]}, {ids[0], ids[4]}, {ids[2]}, nil} {
		equal(t, "claimed", owedIDs(must(h.Claim(t.Context(), received, 2, nil))(t)), want)
	}
}

func claimLeaves(t *testing.T, h *house) {
	ready, late := h.due(t, "dst_1", 0), h.due(t, "dst_1", time.Microsecond)
	waits, waitsToo := h.due(t, "dst_2", 0), h.due(t, "dst_3", -time.Hour)
	for _, state := range hookline.States() {
		if state == hookline.StateQueued || state == hookline.StateRetrying {
			continue
		}
		o := newOwed("dst_1")
		o.State = state
		h.owe(t, o)
	}
	claimed := must(h.Claim(t.Context(), received, 9, []string{"dst_3", "dst_2", "dst_9"}))(t)
	equal(t, "claimed", owedIDs(claimed), []string{ready.ID})
	equal(t, "claimed with one more destination", owedIDs(must(h.Claim(t.Context(), received, 9, []string{"dst_2"}))(t)), []string{waitsToo.ID})
	equal(t, "claimed later", owedIDs(must(h.Claim(t.Context(), received.Add(time.Microsecond), 9, nil))(t)), []string{waits.ID, late.ID})
}

func claimMarks(t *testing.T, h *house) {
	o := newOwed("dst_1")
	o.AskedBy, o.Tries, o.Attempts, o.State, o.NextAttemptAt = "ana@example.com", 2, 5, hookline.StateRetrying, received.Add(-time.Hour)
	o.Request.Headers, o.Request.Body = []hookline.Header{{Name: "X-B", Value: "<ü>"}, {Name: "X-A", Value: ""}, {Name: "X-B", Value: "2"}}, []byte{0, 0xff, '\n'}
	o = h.owe(t, o)
	h.heard()
	got := h.claim(t)
	h.wantTold(t, "claim", hookline.TopicSent, hookline.TopicDelivery(o.ID))
	o.State, o.UpdatedAt = hookline.StateSending, received
	equal(t, "claimed", got, []hookline.Owed{o})
	h.reopen()
	equal(t, "stored", h.stored(t, o.ID), o.Delivery)
	equal(t, "claimed again", h.claim(t), []hookline.Owed{})

	d := h.delivery(t, h.destination(t, "CRM").ID, hookline.StateFailed)
	anew := hookline.Request{Method: "PUT", URL: "https://example.org/", Body: []byte("new")}
	mustDo(t, h.Requeue(t.Context(), hookline.Requeue{DeliveryID: d.ID, Request: &anew, AskedBy: asker}))
	got = must(h.Claim(t.Context(), time.Now().Add(time.Minute), 9, nil))(t)
	if len(got) != 1 || got[0].RequestNumber != 2 || got[0].AskedBy != asker {
		t.Fatalf("claimed %+v", got)
	}
	equal(t, "request", got[0].Request, anew)
}

func claimRace(t *testing.T, h *house) {
	const all = 60
	for i := range all {
		h.due(t, fmt.Sprint("dst_", i%3), 0)
	}
	var mu sync.Mutex
	times := map[string]int{}
	errs := atOnce(8, func(int) error {
		for {
			claimed, err := h.Claim(t.Context(), received, 4, nil)
			if err != nil || len(claimed) == 0 {
				return err
			}
			mu.Lock()
			for _, o := range claimed {
				times[o.ID]++
			}
			mu.Unlock()
		}
	})
	mustDo(t, errors.Join(errs...))
	equal(t, "claimed", len(times), all)
	for id, n := range times {
		if n != 1 {
			t.Errorf("%s was claimed %d times", id, n)
		}
	}
}

func claimGiveBack(t *testing.T, h *house) {
	first, again := h.due(t, "dst_1", 0), newOwed("dst_1")
	again.State, again.Tries, again.Attempts, again.AskedBy = hookline.StateRetrying, 1, 1, "ana@example.com"
	again = h.owe(t, again)
	kept := h.due(t, "dst_1", 0)
	claimed := h.claim(t)
	for _, o := range []hookline.Owed{first, again} {
		h.heard()
		mustDo(t, h.GiveBack(t.Context(), o.ID))
		h.wantTold(t, "give back", hookline.TopicDeliveries, hookline.TopicSent)
		mustDo(t, h.GiveBack(t.Context(), o.ID)) // there is nothing left to give back
		got := h.stored(t, o.ID)
		o.UpdatedAt = got.UpdatedAt
		equal(t, "given back", got, o.Delivery)
	}
	equal(t, "kept", h.stored(t, kept.ID).State, hookline.StateSending)
	equal(t, "claimed again", h.claim(t), claimed[:2])
	mustDo(t, h.GiveBack(t.Context(), "dlv_gone"))
	for _, state := range hookline.States() {
		if state != hookline.StateSending {
			d := h.delivery(t, "dst_1", state)
			mustDo(t, h.GiveBack(t.Context(), d.ID))
			equal(t, "what is "+string(state), h.stored(t, d.ID), d)
		}
	}
}

func claimRecover(t *testing.T, h *house) {
	first, again := h.due(t, "dst_1", -time.Second), newOwed("dst_1")
	again.State, again.Tries, again.Attempts = hookline.StateRetrying, 2, 3
	again = h.owe(t, again)
	claimed := h.claim(t)
	others := map[hookline.State]hookline.Delivery{}
	for _, state := range hookline.States() {
		if state != hookline.StateSending {
			others[state] = h.delivery(t, "dst_1", state)
		}
	}
	h.reopen()
	equal(t, "before anybody asks", h.stored(t, first.ID).State, hookline.StateSending)
	h.heard()
	equal(t, "recovered", must(h.Recover(t.Context()))(t), int64(2))
	h.wantTold(t, "recover", hookline.TopicDeliveries, hookline.TopicSent)
	equal(t, "recovered again", must(h.Recover(t.Context()))(t), int64(0))
	equal(t, "states", []hookline.State{h.stored(t, first.ID).State, h.stored(t, again.ID).State}, []hookline.State{hookline.StateQueued, hookline.StateRetrying})
	for state, other := range others {
		equal(t, "what was "+string(state), h.stored(t, other.ID), other)
	}
	equal(t, "claimed again, with the same keys", h.claim(t), claimed)
}

func claimNextDue(t *testing.T, h *house) {
	check := func(what string, want time.Time) {
		t.Helper()
		equal(t, what, must(h.NextDue(t.Context()))(t), want)
	}
	check("nothing owed", time.Time{})
	for _, state := range hookline.States() {
		if !strings.Contains("queued retrying", string(state)) {
			o := newOwed("dst_1")
			o.State, o.NextAttemptAt = state, received.Add(-time.Hour)
			h.owe(t, o)
		}
	}
	check("nothing to wait for", time.Time{})
	h.due(t, "dst_1", time.Hour)
	check("one queued", received.Add(time.Hour))
	o := newOwed("dst_2")
	o.State, o.NextAttemptAt = hookline.StateRetrying, received.Add(-time.Minute)
	h.owe(t, o)
	check("one overdue", received.Add(-time.Minute))
	h.claim(t)
	check("overdue one is on its way", received.Add(time.Hour))
}
