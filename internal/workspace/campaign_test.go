package workspace_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/sqlite"
	"hookline/internal/workspace"

	"github.com/google/go-cmp/cmp"
)

// furnishOwners makes a campaign with every kind of step, and a shortcut.
func furnishOwners(t *testing.T, s *sqlite.Store) hookline.Campaign {
	t.Helper()
	pro, err := s.CreateSegment(t.Context(), hookline.Segment{Name: "Pro", Condition: `person.plan = "pro"`})
	must(t, err)
	sends := hookline.Action{Template: hookline.NewShortcutTemplate(), Batching: hookline.NewBatching(), Response: hookline.Response{
		Attributes: []hookline.ResponseAttribute{{Name: "lead_id", Value: "{{ response.lead_id }}"}}, Inside: true,
	}}
	sends.Template.URL = "https://ana:hush-campaign@crm.example/leads"
	c, err := s.SaveCampaign(t.Context(), hookline.Campaign{
		Name: "Welcome: “new” customers", Description: "Two\nlines", Exit: `person.plan = "gone"`,
		Trigger: hookline.CampaignTrigger{Kind: hookline.TriggerEntered, SegmentID: pro.ID, Condition: `segment("` + pro.ID + `")`},
		Reentry: hookline.Reentry{Often: true, After: time.Hour}, Goal: hookline.Goal{Condition: `event = "Order Completed"`, Within: 24 * time.Hour},
		Steps: []hookline.Step{
			{ID: "stp_1", Kind: hookline.StepWebhook, Name: "Create lead", Webhook: hookline.WebhookStep{Auto: true, Conversion: true}},
			{ID: "stp_2", Kind: hookline.StepWait, Wait: hookline.WaitStep{Kind: hookline.WaitSpan, Span: time.Hour}},
			{ID: "stp_3", Kind: hookline.StepWait, Wait: hookline.WaitStep{Kind: hookline.WaitClock, Minute: 570, Days: 0b0000010, Zone: "Europe/Berlin"}},
			{ID: "stp_4", Kind: hookline.StepBranch, Name: "Pro?", If: `segment("` + pro.ID + `")`, Yes: []hookline.Step{
				{ID: "stp_5", Kind: hookline.StepUpdate, Sets: []hookline.ResponseAttribute{{Name: "welcomed", Value: "true"}}},
			}, No: []hookline.Step{
				{ID: "stp_6", Kind: hookline.StepWait, Wait: hookline.WaitStep{Kind: hookline.WaitCondition, Span: time.Hour, Condition: `person.plan = "pro"`}},
				{ID: "stp_7", Kind: hookline.StepExit},
			}},
		},
	}, map[string]hookline.Action{"stp_1": sends})
	must(t, err)
	opens := hookline.Action{Template: hookline.NewShortcutTemplate(), Batching: hookline.NewBatching()}
	opens.Template.URL = "https://ana:hush-shortcut@desk.example/tickets"
	_, err = s.CreateShortcut(t.Context(), hookline.Shortcut{Name: "Open a ticket", Description: "In the help desk.", Least: hookline.Editor}, opens)
	must(t, err)
	return c
}

// owners writes what campaigns and shortcuts do, without ids.
func owners(t *testing.T, s *sqlite.Store) string {
	t.Helper()
	var b strings.Builder
	sends := func(id string) {
		a, err := s.Action(t.Context(), id)
		must(t, err)
		a.ID, a.DestinationID, a.Version, a.CreatedAt, a.UpdatedAt = "", "", 0, time.Time{}, time.Time{}
		fmt.Fprintf(&b, "  %#v\n", a)
	}
	segments, err := s.ListSegments(t.Context())
	must(t, err)
	named := func(text string) string {
		for _, one := range segments {
			text = strings.ReplaceAll(text, one.ID, one.Name)
		}
		return text
	}
	campaigns, err := s.ListCampaigns(t.Context())
	must(t, err)
	for _, c := range campaigns {
		fmt.Fprintf(&b, "%q %q %q %+v %+v %s\n", c.Name, c.Description, c.Exit, c.Reentry, c.Goal, named(fmt.Sprintf("%+v", c.Trigger)))
		for step := range c.Walk() {
			fmt.Fprintf(&b, " %s %q %t %t %+v %+v %s\n", step.Kind, step.Name, step.Webhook.Auto, step.Webhook.Conversion, step.Wait, step.Sets, named(step.If))
			if step.Webhook.ActionID != "" {
				sends(step.Webhook.ActionID)
			}
		}
	}
	shortcuts, err := s.ListShortcuts(t.Context())
	must(t, err)
	for _, one := range shortcuts {
		fmt.Fprintf(&b, "%q %q %s %t\n", one.Name, one.Description, one.Least, one.Enabled)
		sends(one.ActionID)
	}
	return b.String()
}

func TestCampaignsAndShortcutsComeBackAsTheyWere(t *testing.T) {
	from, to := openStore(t), openStore(t)
	furnishOwners(t, from)
	file := export(t, from, true)
	must(t, compare(t, to, file, workspace.Options{}).Apply(t.Context(), nil))
	if again := export(t, to, true); again != file {
		t.Errorf("the file is not the same (-first +second):\n%s", cmp.Diff(file, again))
	}
	if diff := cmp.Diff(owners(t, from), owners(t, to)); diff != "" {
		t.Errorf("it does not do the same:\n%s", diff)
	}
	if p := compare(t, to, file, workspace.Options{Prune: true}); len(p.Changes) > 0 {
		t.Errorf("there is still something to change:\n%s", diff(t, p))
	}
	if p := compare(t, from, file, workspace.Options{Prune: true}); len(p.Changes) > 0 {
		t.Errorf("what was exported differs from itself:\n%s", diff(t, p))
	}
	if without := export(t, from, false); strings.Contains(without, "hush") {
		t.Errorf("a secret is in the file:\n%s", without)
	}
}

func TestAChangeOfARunningCampaignKeepsItsSteps(t *testing.T) {
	s := openStore(t)
	c := furnishOwners(t, s)
	c, err := s.ChangeCampaign(t.Context(), c.ID, hookline.CampaignRunning)
	must(t, err)
	file := strings.Replace(strings.Replace(export(t, s, true), "span_ms: 3600000", "span_ms: 7200000", 1), "hush-campaign@crm.example/leads", "hush-campaign@crm.example/v2/leads", 1)
	p := compare(t, s, file, workspace.Options{})
	told := diff(t, p)
	for _, want := range []string{"~ campaign “Welcome: “new” customers”, which is running: people in it go on", "span_ms 7200000", "/v2/leads"} {
		if !strings.Contains(told, want) {
			t.Errorf("the plan does not say %q:\n%s", want, told)
		}
	}
	if strings.Contains(told, "hush") {
		t.Errorf("the plan tells a secret:\n%s", told)
	}
	must(t, p.Apply(t.Context(), nil))
	after, err := s.Campaign(t.Context(), c.ID)
	must(t, err)
	if after.State != hookline.CampaignRunning || after.Version != c.Version+1 {
		t.Errorf("it is %s, version %d", after.State, after.Version)
	}
	for step := range c.Walk() {
		if now := after.Step(step.ID); now == nil || now.Webhook.ActionID != step.Webhook.ActionID {
			t.Errorf("step %s is %+v now", step.ID, now)
		}
	}
}

func TestWhatAFileNoLongerMentions(t *testing.T) {
	s := openStore(t)
	furnishOwners(t, s)
	const none = "hookline: 1\ncampaigns: []\nshortcuts: []\n"
	if p := compare(t, s, none, workspace.Options{}); len(p.Changes) > 0 || len(p.Extra) != 2 {
		t.Errorf("planned without pruning: %+v", p)
	}
	must(t, compare(t, s, none, workspace.Options{Prune: true}).Apply(t.Context(), nil))
	if left := owners(t, s); left != "" {
		t.Errorf("left is\n%s", left)
	}
}

func TestCampaignsThatCannotBe(t *testing.T) {
	const file = `hookline: 1
campaigns:
  - name: Welcome
    trigger:
      kind: segment_entered
      segment: Nobody knows
    steps:
      - kind: branch
        condition: event =
      - kind: wait
        wait: {kind: clock, time: "25:00", days: [noday]}
`
	f, err := workspace.Parse(strings.NewReader(file))
	must(t, err)
	_, err = workspace.Compare(t.Context(), openStore(t), f, workspace.Options{Env: nothingSet})
	for _, want := range []string{"there is no segment “Nobody knows”", "step “True or false”", "write the days like [mon, sun]", "write the time of day like 09:30"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q: %v", want, err)
		}
	}
}
