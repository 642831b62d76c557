package api

import (
	"testing"
	"time"

	"hookline/internal/hookline"
)

// numbered is a campaign that runs.
func (o *office) numbered() (path string, c hookline.Campaign) {
	o.t.Helper()
	path = "/campaigns/" + o.make("/campaigns", campaignBody)
	o.made(call1{method: "POST", path: path + "/start"})
	c, err := o.store.Campaign(o.t.Context(), path[len("/campaigns/"):])
	good(o.t, err)
	return path, c
}

// comes brings a new person to a webhook step, which makes a delivery in a state.
func (o *office) comes(c hookline.Campaign, user string, state hookline.State) {
	o.t.Helper()
	ctx, step := o.t.Context(), c.Steps[0]
	person, _, err := o.store.PutPerson(ctx, user, []byte(`{}`))
	good(o.t, err)
	_, err = o.store.BeginJourneys(ctx, []hookline.JourneyBegin{{CampaignID: c.ID, PersonID: person.ID, StepID: step.ID, At: time.Now()}})
	good(o.t, err)
	list, err := o.store.ListJourneys(ctx, hookline.JourneyFilter{PersonID: person.ID}, hookline.Cursor{})
	good(o.t, err)
	j := list.Rows[0]
	j.Come(step.ID, time.Now())
	if state == hookline.StateDraft {
		j.State = hookline.JourneyHeld
	} else {
		j.Leave(time.Now(), "")
	}
	owed := hookline.Owed{Delivery: hookline.Delivery{
		State: state, Origin: hookline.OriginCampaign, DestinationID: step.Webhook.DestinationID, ActionID: step.Webhook.ActionID, PersonID: person.ID, JourneyID: j.ID,
		IdempotencyKey: user, RequestNumber: 1, CreatedAt: time.Now(), UpdatedAt: time.Now(),
	}, Request: hookline.Request{Method: "POST", URL: "https://example.com/leads"}}
	_, err = o.store.RecordJourneys(ctx, hookline.JourneyStretch{CampaignID: c.ID, Version: c.Version, Steps: []hookline.JourneyStep{{Journey: j, PersonVersion: person.Version, Owed: []hookline.Owed{owed}}}})
	good(o.t, err)
}

func TestTheNumbersOfACampaignAreRead(t *testing.T) {
	o := newOffice(t)
	path, c := o.numbered()
	o.comes(c, "ana", hookline.StateDraft)
	o.comes(c, "ben", hookline.StateFailed)
	o.comes(c, "cem", hookline.StateDelivered)
	o.comes(c, "dan", hookline.StateFailed)

	numbers := o.made(call1{method: "GET", path: path + "/numbers?days=7", as: hookline.Viewer})
	if journeys := numbers["journeys"].(map[string]any); journeys["held"] != 1.0 || journeys["going"] != 3.0 {
		t.Errorf("the journeys are %v", journeys)
	}
	steps, days := numbers["steps"].([]any), numbers["days"].([]any)
	if len(steps) != 5 || len(days) != 7 {
		t.Fatalf("there are %d steps and %d days", len(steps), len(days))
	}
	want := map[string]any{"drafted": 1.0, "sent": 3.0, "on_the_way": 0.0, "delivered": 1.0, "failed": 2.0, "converted": 0.0}
	today := days[6].(map[string]any)
	for what, got := range map[string]any{"the webhook step": steps[0], "today": today, "the total": numbers["total"]} {
		for name, n := range want {
			if got.(map[string]any)[name] != n {
				t.Errorf("%s has %s %v, want %v", what, name, got.(map[string]any)[name], n)
			}
		}
	}
	if step := steps[0].(map[string]any); step["step_id"] != c.Steps[0].ID || step["name"] != "Create lead" || step["waiting"] != 4.0 || step["went_on"] != 2.0 {
		t.Errorf("the webhook step is %v", step)
	}
	if step := steps[3].(map[string]any); step["kind"] != "update" || step["waiting"] != 0.0 || step["sent"] != 0.0 {
		t.Errorf("the step within the branch is %v", step)
	}
	if today["day"] != time.Now().UTC().Format(time.DateOnly) {
		t.Errorf("the last day is %v", today["day"])
	}
	if all := o.made(call1{method: "GET", path: path + "/numbers"}); len(all["days"].([]any)) != 30 {
		t.Errorf("%d days are told unless asked for, want 30", len(all["days"].([]any)))
	}
	for _, days := range []string{"0", "91", "week"} {
		if wrong := o.refused(call1{method: "GET", path: path + "/numbers?days=" + days}, 422, "invalid"); wrong["days"] == "" {
			t.Errorf("of %s days it is not said what is wrong: %v", days, wrong)
		}
	}
	o.refused(call1{method: "GET", path: "/campaigns/cmp_gone/numbers"}, 404, "not_found")
}

func TestAJourneyTellsItsVisits(t *testing.T) {
	o := newOffice(t)
	path, c := o.numbered()
	o.comes(c, "ana", hookline.StateDraft)
	o.comes(c, "ben", hookline.StateFailed)
	for i, one := range o.made(call1{method: "GET", path: path + "/journeys"})["data"].([]any) {
		visits := one.(map[string]any)["visits"].([]any)
		if len(visits) != 1 {
			t.Fatalf("the visits are %v", visits)
		}
		ended := visits[0].(map[string]any)["ended_at"] != nil
		if visit := visits[0].(map[string]any); visit["step_id"] != c.Steps[0].ID || visit["began_at"] == nil || ended != (i == 0) {
			t.Errorf("journey %d tells %v", i, visit)
		}
	}
}
