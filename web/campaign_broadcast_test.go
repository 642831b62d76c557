package web

import (
	"testing"
	"time"

	"hookline/internal/hookline"
)

// broadcast is a campaign that was started and brings everybody in who is in a segment, tomorrow.
func (s *site) broadcast(name string) hookline.Campaign {
	s.t.Helper()
	g := s.segment(hookline.Segment{Name: "Of " + name, Manual: true})
	c, err := s.store.CreateCampaign(s.t.Context(), hookline.Campaign{
		Name: name, Steps: []hookline.Step{waitADay()},
		Trigger: hookline.CampaignTrigger{Kind: hookline.TriggerBroadcast, SegmentID: g.ID, At: time.Now().Add(24 * time.Hour)},
	})
	s.must(err)
	c, err = s.store.ChangeCampaign(s.t.Context(), c.ID, hookline.CampaignRunning)
	s.must(err)
	return c
}

func TestABroadcastIsToldAndStopped(t *testing.T) {
	s := newSite(t, nil)
	b, c := s.as(editor), s.broadcast("News")
	path := "/campaigns/" + c.ID
	b.get(path).want(t, 200, "Everybody who is in the segment then enters at <time", "Call off…")
	s.as(viewer).get(path).want(t, 200, "Everybody who is in the segment then", "!Call off…")
	all, err := s.store.ListBroadcasts(t.Context(), c.ID)
	s.must(err)
	one := all[0]
	one.State, one.Position, one.Total, one.Looked, one.StartedAt = hookline.BroadcastRunning, "per_1", 1200, 300, time.Now()
	_, err = s.store.RecordBroadcast(t.Context(), "", one, nil)
	s.must(err)
	b.get(path).want(t, 200, `max="1200" value="300"`, "300 of 1,200 people looked at. 0 people began, and 300 may not enter")
	b.get(path+"/broadcast/stop").want(t, 200, "Stop this broadcast?", "0 people began")
	b.post(path+"/broadcast/stop", nil).want(t, 303)
	b.get(path).want(t, 200, "It was stopped by editor@example.com. 300 of 1,200 people", "For another one give the trigger a time to come", "!Stop broadcast…")
	b.post(path+"/broadcast/stop", nil).want(t, 409, "No broadcast of this campaign goes on")
}

func TestABroadcastIsCalledOff(t *testing.T) {
	s := newSite(t, nil)
	b, c := s.as(editor), s.broadcast("News")
	path := "/campaigns/" + c.ID
	b.post(path+"/pause", nil).want(t, 303)
	b.get(path).want(t, 200, "Nobody enters until it is resumed.")
	b.get(path+"/broadcast/stop").want(t, 200, "Call off this broadcast?", "Call off broadcast")
	b.post(path+"/broadcast/stop", nil).want(t, 303)
	b.get(path).want(t, 200, "The broadcast is called off.", "It was called off before it began, by editor@example.com. Nobody entered by it.", "!<progress")
}

func TestAPlannedBroadcastFollowsItsTrigger(t *testing.T) {
	s := newSite(t, nil)
	b, c := s.as(editor), s.broadcast("News")
	path := "/campaigns/" + c.ID
	edit := form("version", versionOf(s.reread(c)), "kind", "broadcast", "trigger_mode", "rows", "trigger_segment", c.Trigger.SegmentID, "begin", "at")
	later := time.Now().UTC().Add(48 * time.Hour)
	edit.Set("trigger_at", later.Format("2006-01-02T15:04"))
	b.post(path+"/trigger", edit).want(t, 303)
	b.get(path).want(t, 200, later.Format("2 January 2006, 15:04"))
	edit.Set("version", versionOf(s.reread(c)))
	edit.Set("trigger_at", "2020-01-01T09:30")
	b.post(path+"/trigger", edit).want(t, 422, `id="field-trigger_at-error"`, "give its broadcast a time to come")
	edit.Set("begin", "started")
	b.post(path+"/trigger", edit).want(t, 422, `id="field-begin-error"`, "give its broadcast a time to come")
	b.get(path).want(t, 200, later.Format("2 January 2006, 15:04"))
}
