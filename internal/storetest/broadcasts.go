package storetest

import (
	"testing"
	"time"

	"hookline/internal/hookline"
)

// broadcasting is a draft that would bring in everybody of a segment.
func broadcasting(t *testing.T, h *house) (hookline.Segment, hookline.Campaign) {
	t.Helper()
	g := must(h.CreateSegment(t.Context(), hookline.Segment{Name: "All", Manual: true}))(t)
	c := waits("Broadcast")
	c.Trigger = hookline.CampaignTrigger{Kind: hookline.TriggerBroadcast, SegmentID: g.ID}
	return g, must(h.CreateCampaign(t.Context(), c))(t)
}

func journeyBroadcast(t *testing.T, h *house) {
	g, c := broadcasting(t, h)
	equal(t, "of a draft", len(must(h.OpenBroadcasts(t.Context()))(t)), 0)
	c = must(h.ChangeCampaign(t.Context(), c.ID, hookline.CampaignRunning))(t)
	b := must(h.OpenBroadcasts(t.Context()))(t)[0]
	if b.State != hookline.BroadcastWaiting || b.SegmentID != g.ID || !b.At.Equal(c.StartedAt) {
		t.Errorf("it is %+v", b)
	}
	p := h.person(t, "u1", `{}`)
	b.State, b.Position, b.Looked, b.Total = hookline.BroadcastRunning, p.ID, 1, 2
	begins := []hookline.JourneyBegin{{CampaignID: c.ID, PersonID: p.ID, StepID: c.Steps[0].ID, At: time.Now()}}
	b = must(h.RecordBroadcast(t.Context(), "", b, begins))(t)
	equal(t, "began", b.Began, 1)
	_, err := h.RecordBroadcast(t.Context(), "", b, begins)
	wantKind(t, hookline.KindConflict, err)
	for _, to := range []hookline.CampaignState{hookline.CampaignPaused, hookline.CampaignRunning} {
		must(h.ChangeCampaign(t.Context(), c.ID, to))(t)
	}
	equal(t, "after a pause", must(h.OpenBroadcasts(t.Context()))(t), []hookline.Broadcast{b})
	mustDo(t, h.StopBroadcast(t.Context(), b.ID, asker))
	wantKind(t, hookline.KindConflict, h.StopBroadcast(t.Context(), b.ID, asker))
	for _, to := range []hookline.CampaignState{hookline.CampaignStopped, hookline.CampaignRunning} {
		must(h.ChangeCampaign(t.Context(), c.ID, to))(t)
	}
	all := must(h.ListBroadcasts(t.Context(), c.ID))(t)
	if len(all) != 2 || all[0].State != hookline.BroadcastWaiting || all[1].State != hookline.BroadcastStopped || all[1].EndedBy != asker {
		t.Errorf("they are %+v", all)
	}
}

func journeyBroadcastFollows(t *testing.T, h *house) {
	g, c := broadcasting(t, h)
	other := must(h.CreateSegment(t.Context(), hookline.Segment{Name: "Others", Manual: true}))(t)
	soon, later := time.Now().Add(time.Hour).UTC().Truncate(time.Second), time.Now().Add(48*time.Hour).UTC().Truncate(time.Second)
	edit := func(change func(*hookline.CampaignTrigger)) error {
		fresh := must(h.Campaign(t.Context(), c.ID))(t)
		change(&fresh.Trigger)
		_, err := h.UpdateCampaign(t.Context(), fresh)
		return err
	}
	mustDo(t, edit(func(at *hookline.CampaignTrigger) { at.At = soon }))
	equal(t, "of a draft", len(must(h.OpenBroadcasts(t.Context()))(t)), 0)
	must(h.ChangeCampaign(t.Context(), c.ID, hookline.CampaignRunning))(t)
	mustDo(t, edit(func(at *hookline.CampaignTrigger) { at.At, at.SegmentID = later, other.ID }))
	b := must(h.OpenBroadcasts(t.Context()))(t)[0]
	if !b.At.Equal(later) || b.SegmentID != other.ID {
		t.Errorf("after the edit it is %+v", b)
	}
	wantKind(t, hookline.KindInvalid, edit(func(at *hookline.CampaignTrigger) { at.At = time.Time{} }))
	equal(t, "after a refused edit", must(h.OpenBroadcasts(t.Context()))(t), []hookline.Broadcast{b})

	b.State, b.StartedAt = hookline.BroadcastRunning, time.Now().UTC().Truncate(time.Second)
	b = must(h.RecordBroadcast(t.Context(), "", b, nil))(t)
	mustDo(t, edit(func(at *hookline.CampaignTrigger) { at.At, at.SegmentID = soon, g.ID }))
	equal(t, "once it has begun", must(h.OpenBroadcasts(t.Context()))(t), []hookline.Broadcast{b})
	mustDo(t, h.StopBroadcast(t.Context(), b.ID, asker))
	mustDo(t, edit(func(at *hookline.CampaignTrigger) { at.At = time.Time{} }))
	equal(t, "after an edit without a time to come", len(must(h.OpenBroadcasts(t.Context()))(t)), 0)
	mustDo(t, edit(func(at *hookline.CampaignTrigger) { at.At = later }))
	if all := must(h.OpenBroadcasts(t.Context()))(t); len(all) != 1 || !all[0].At.Equal(later) || all[0].SegmentID != g.ID {
		t.Errorf("after an edit with a time to come they are %+v", all)
	}
	mustDo(t, edit(func(at *hookline.CampaignTrigger) { *at = hookline.CampaignTrigger{Kind: hookline.TriggerCall} }))
	equal(t, "under another kind of trigger", len(must(h.OpenBroadcasts(t.Context()))(t)), 0)
}
