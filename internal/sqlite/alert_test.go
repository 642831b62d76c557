package sqlite

import (
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

func TestAlertsBeginAndEndOnce(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	ctx := t.Context()
	c, err := s.CreateAlertChannel(ctx, hookline.AlertChannel{Kind: hookline.ChannelSlack, Name: "Chat", URL: "https://example.com/", Enabled: true})
	if err != nil {
		t.Fatal(err)
	}
	off, err := s.CreateAlertChannel(ctx, hookline.AlertChannel{Kind: hookline.ChannelWebhook, Name: "Off", URL: "https://example.com/"})
	if err != nil || off.Key == "" || c.Key != "" {
		t.Fatalf("%+v, %+v, %v", c, off, err)
	}
	found := []hookline.AlertFound{{Rule: hookline.RuleFailing, Subject: "dst_1", Name: "CRM", Words: "It fails."}}
	at := now()
	for range 2 {
		if err := s.ChangeAlerts(ctx, found, nil, at); err != nil {
			t.Fatal(err)
		}
	}
	open, err := s.OpenAlerts(ctx)
	if err != nil || len(open) != 1 || open[0].AlertFound != found[0] || !open[0].BeganAt.Equal(at) {
		t.Fatalf("%+v, %v", open, err)
	}
	for range 2 {
		if err := s.ChangeAlerts(ctx, nil, []string{open[0].ID}, at.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	due, err := s.DueTellings(ctx, at.Add(time.Hour), 10)
	if err != nil || len(due) != 1 || due[0].Ended || due[0].Channel.ID != c.ID || due[0].Alert.Words != "It fails." {
		t.Fatalf("due are %+v, %v", due, err)
	}
	due[0].State = hookline.TellingTold
	if err := s.SaveTelling(ctx, due[0]); err != nil {
		t.Fatal(err)
	}
	if due, err = s.DueTellings(ctx, at.Add(time.Hour), 10); err != nil || len(due) != 1 || !due[0].Ended {
		t.Errorf("then due are %+v, %v", due, err)
	}
	if err := s.DeleteAlertChannel(ctx, c.ID); err != nil {
		t.Fatal(err)
	}
	if due, err = s.DueTellings(ctx, at.Add(time.Hour), 10); err != nil || len(due) != 0 {
		t.Errorf("of a deleted channel due are %+v, %v", due, err)
	}
}

func TestPlansOfAlerts(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	for _, step := range plan(t, s, asked{dueTellingsQuery, []any{1, 2}}) {
		if strings.Contains(step, "SCAN") {
			t.Errorf("tellings that are due: %s", step)
		}
	}
}

func TestRhythms(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	ctx := t.Context()
	source, err := s.CreateSource(ctx, hookline.Source{Name: "Shop"})
	if err != nil {
		t.Fatal(err)
	}
	at := now()
	one := hookline.Rhythm{SourceID: source.ID, Type: hookline.Track, Name: "A", LastAt: at, Quiet: map[int64]time.Duration{20000: time.Minute}}
	old, gone := one, one
	old.Name, old.LastAt = "Old", at.Add(-time.Hour)
	gone.SourceID = "src_gone"
	for range 2 {
		if err := s.SaveRhythms(ctx, []hookline.Rhythm{one, old, gone}, at.Add(-time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.ListRhythms(ctx)
	if err != nil || len(got) != 1 || got[0].Name != "A" || !got[0].LastAt.Equal(at) || got[0].Quiet[20000] != time.Minute {
		t.Errorf("kept are %+v, %v", got, err)
	}
}
