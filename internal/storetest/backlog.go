package storetest

import (
	"testing"
	"time"

	"hookline/internal/hookline"
)

func backlog(t *testing.T, h *house) {
	ask := func() hookline.Backlog { return must(h.Backlog(t.Context()))(t) }
	equal(t, "of nothing", ask(), hookline.Backlog{})

	for _, state := range hookline.States() {
		h.delivery(t, "dst_1", state)
	}
	h.due(t, "dst_1", -time.Hour)
	h.due(t, "dst_1", time.Minute)
	equal(t, "owed", ask(), hookline.Backlog{Queued: 3, Retrying: 1, Due: received.Add(-time.Hour)})

	early, late := newEvent("src_1", "m1"), newEvent("src_1", "m2")
	late.ReceivedAt = received.Add(time.Minute)
	early, late = h.append(t, early), h.append(t, late)
	equal(t, "oldest of two", ask().Unread, early.ReceivedAt)
	mustDo(t, h.RecordFanout(t.Context(), hookline.Fanout{To: early.ID}))
	equal(t, "the one left", ask().Unread, late.ReceivedAt)
	mustDo(t, h.RecordFanout(t.Context(), hookline.Fanout{From: early.ID, To: late.ID}))
	equal(t, "none left", ask().Unread, time.Time{})
}
