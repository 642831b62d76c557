package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"hookline/internal/hookline"
)

type countStore interface {
	CountByState(ctx context.Context, f hookline.DeliveryFilter, states []hookline.State, most int, within time.Duration) (map[hookline.State]hookline.Waiting, error)
}

var countPromises = []promise{
	{"what fits is counted by state, as it is listed", countsAsListed},
	{"held is counted where it is shown", countsHeld},
	{"what a person's name and a text find is counted once", countsOnce},
	{"counting ends when its time is up", countsInTime},
}

// tallied are the states that are counted, with all and the doubted ones among them.
func tallied() []hookline.State {
	return append([]hookline.State{"", hookline.StateDoubted}, hookline.States()...)
}

func (h *house) wantCounts(t *testing.T, f hookline.DeliveryFilter, most int) {
	t.Helper()
	got := must(h.CountByState(t.Context(), f, tallied(), most, time.Minute))(t)
	for _, state := range tallied() {
		f.State = state
		n := len(must(h.ListDeliveries(t.Context(), f, hookline.Cursor{Limit: 1000}))(t).Rows)
		equal(t, fmt.Sprintf("%+v", f), got[state], hookline.Waiting{Count: min(n, most), More: n > most})
	}
}

func countsAsListed(t *testing.T, h *house) {
	h.manyDeliveries(t)
	for _, f := range []hookline.DeliveryFilter{
		{},
		{State: hookline.StateFailed}, // left out of account
		{DestinationID: "dst_1"},
		{PersonID: "per_1"},
		{PersonID: "per_0", DestinationID: "dst_0"},
		{EventID: evt(1)},
		{Status: 500, ActionID: "act_1"},
		{Origin: hookline.OriginTest},
		{Since: time.Now().Add(time.Hour)},
	} {
		h.wantCounts(t, f, 1000)
		h.wantCounts(t, f, 3)
	}
}

func countsHeld(t *testing.T, h *house) {
	d := h.destination(t, "Shop")
	for range 3 {
		h.owe(t, newOwed(d.ID))
	}
	h.owe(t, newOwed("dst_open"))
	mustDo(t, h.PauseDestination(t.Context(), d.ID, "ana@example.com", ""))
	got := must(h.CountByState(t.Context(), hookline.DeliveryFilter{}, tallied(), 100, time.Minute))(t)
	equal(t, "held", got[hookline.StateHeld].Count, 3)
	equal(t, "queued", got[hookline.StateQueued].Count, 1)
	h.wantCounts(t, hookline.DeliveryFilter{DestinationID: d.ID}, 100)
}

func countsOnce(t *testing.T, h *house) {
	p := h.person(t, "walker", `{}`)
	h.sent(t, "walker is in the text, and it is about them", "fine", func(o *hookline.Owed) { o.PersonID = p.ID })
	h.sent(t, "about them", "", func(o *hookline.Owed) { o.PersonID = p.ID })
	h.sent(t, "walker is in the text", "", nil)
	h.sent(t, "neither", "", nil)
	for range 2 {
		h.wantCounts(t, hookline.DeliveryFilter{Query: "walker"}, 100)
		equal(t, "all", must(h.CountByState(t.Context(), hookline.DeliveryFilter{Query: "walker"}, tallied()[:1], 100, time.Minute))(t)[""].Count, 3)
		mustDo(t, h.CompleteIndexes(t.Context()))
	}
}

func countsInTime(t *testing.T, h *house) {
	h.manyDeliveries(t)
	if got := must(h.CountByState(t.Context(), hookline.DeliveryFilter{}, tallied(), 100, -time.Hour))(t); len(got) > 0 {
		t.Errorf("counted without time: %v", got)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.CountByState(gone, hookline.DeliveryFilter{}, tallied(), 100, time.Minute); err == nil {
		t.Error("nobody is told that who asked has gone")
	}
}
