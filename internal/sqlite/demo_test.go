package sqlite

import (
	"strings"
	"testing"

	"hookline/internal/hookline"
)

// aDemo is a small one: a segment, a campaign that begins with it, and a shortcut.
func aDemo() hookline.Demo {
	request := func(id, owner string) (hookline.Destination, hookline.Action) {
		template := hookline.NewTemplate()
		template.URL = "https://example.com/" + id
		d := hookline.Destination{ID: "dst_" + id, Owner: owner, Name: "Tell", Enabled: true, SignatureMode: hookline.SignWhole, Timeout: hookline.DefaultTimeout}
		return d, hookline.Action{ID: "act_" + id, DestinationID: d.ID, Name: "Tell", Enabled: true, Batching: hookline.NewBatching(), Template: template}
	}
	step, stepSends := request("step", "cmp_demo")
	press, pressSends := request("press", "sct_demo")
	return hookline.Demo{
		Destinations: []hookline.Destination{step, press},
		Actions:      []hookline.Action{stepSends, pressSends},
		Segments:     []hookline.Segment{{ID: "seg_demo", Name: "Demo: everybody", Condition: "person.plan != null"}},
		Campaigns: []hookline.Campaign{{
			ID: "cmp_demo", Name: "Demo: welcome", Trigger: hookline.CampaignTrigger{Kind: hookline.TriggerEntered, SegmentID: "seg_demo"},
			Steps: []hookline.Step{{ID: "stp_demo", Kind: hookline.StepWebhook, Webhook: hookline.WebhookStep{DestinationID: step.ID, ActionID: stepSends.ID}}},
		}},
		Shortcuts: []hookline.Shortcut{{
			ID: "sct_demo", Name: "Demo: call", Least: hookline.Support, Enabled: true, DestinationID: press.ID, ActionID: pressSends.ID,
		}},
	}
}

func TestTheDemoTakesNobodysName(t *testing.T) {
	for what, own := range map[string]func(*Store) error{
		"segment": func(s *Store) error {
			_, err := s.CreateSegment(t.Context(), hookline.Segment{Name: "Demo: everybody", Manual: true})
			return err
		},
		"campaign": func(s *Store) error {
			_, err := s.CreateCampaign(t.Context(), hookline.Campaign{Name: "Demo: welcome", Trigger: hookline.CampaignTrigger{Kind: hookline.TriggerCall}})
			return err
		},
		"shortcut": func(s *Store) error {
			_, err := s.CreateShortcut(t.Context(), hookline.Shortcut{Name: "Demo: call", Least: hookline.Support}, aDemo().Actions[0])
			return err
		},
	} {
		s := openStore(t, t.TempDir(), nil)
		if err := own(s); err != nil {
			t.Fatal(err)
		}
		err := s.CreateDemo(t.Context(), aDemo())
		if hookline.KindOf(err) != hookline.KindConflict || !strings.Contains(err.Error(), "the "+what+" “Demo: ") {
			t.Errorf("with a %s of the same name: %v", what, err)
		}
		if made, err := s.DemoMade(t.Context()); err != nil || made.There() {
			t.Errorf("with a %s of the same name something was made: %+v, %v", what, made, err)
		}
	}
}

func TestASegmentOfTheDemoThatIsAskedForStays(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	if err := s.CreateDemo(t.Context(), aDemo()); err != nil {
		t.Fatal(err)
	}
	mine, err := s.CreateCampaign(t.Context(), hookline.Campaign{Name: "Mine", Trigger: hookline.CampaignTrigger{Kind: hookline.TriggerLeft, SegmentID: "seg_demo"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.RemoveDemo(t.Context()); hookline.KindOf(err) != hookline.KindConflict || !strings.Contains(err.Error(), "the campaign “Mine”") {
		t.Errorf("removed while a campaign asks for its segment: %v", err)
	}
	if c, err := s.Campaign(t.Context(), "cmp_demo"); err != nil || c.State != hookline.CampaignRunning {
		t.Errorf("the refused removal changed %+v, %v", c, err)
	}
	if err := s.DeleteCampaign(t.Context(), mine.ID); err != nil {
		t.Fatal(err)
	}
	if err := s.RemoveDemo(t.Context()); err != nil {
		t.Error(err)
	}
}

// What somebody tried out with the demo goes with it: a press, and a step that they added.
func TestWhatWasTriedInTheDemoGoesWithIt(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	if err := s.CreateDemo(t.Context(), aDemo()); err != nil {
		t.Fatal(err)
	}
	_, _, err := s.CreateOwned(t.Context(), "cmp_demo", "Added", aDemo().Actions[0])
	if err != nil {
		t.Fatal(err)
	}
	pressed := hookline.Press{ID: "prs_1", ShortcutID: "sct_demo", By: "ana@example.com", For: []hookline.Pressed{{PersonID: "per_gone"}}}
	if _, err := s.CreatePress(t.Context(), pressed, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.RemoveDemo(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"segments", "campaigns", "shortcuts", "presses", "press_people", "destinations", "actions", "action_versions"} {
		var left int
		if err := s.reads.QueryRowContext(t.Context(), "select count(*) from "+table).Scan(&left); err != nil || left != 0 {
			t.Errorf("%d %s are left, %v", left, table, err)
		}
	}
}
