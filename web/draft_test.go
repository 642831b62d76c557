package web

import (
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

// tour is a campaign with a webhook step whose answer sets an attribute, and people who came to it.
type tour struct {
	*site
	t        *testing.T
	campaign hookline.Campaign
	step     hookline.Step
}

func (s *site) tour(t *testing.T) *tour {
	t.Helper()
	ctx := t.Context()
	c, err := s.store.CreateCampaign(ctx, hookline.Campaign{Name: "Welcome", Trigger: hookline.CampaignTrigger{Kind: hookline.TriggerCall}, Goal: hookline.Goal{Condition: `event = "Bought"`, Within: time.Hour}})
	s.must(err)
	action := hookline.Action{Name: "Create a lead", Enabled: true, Template: hookline.NewTemplate(), Batching: hookline.NewBatching(), Response: hookline.Response{Attributes: []hookline.ResponseAttribute{{Name: "lead_id", Value: "{{ response.lead_id }}"}}}}
	action.Template.URL, action.Template.Body = "https://crm.example.com/leads", `{"plan":"{{ customer.plan }}"}`
	d, a, err := s.store.CreateOwned(ctx, c.ID, "Create a lead", action)
	s.must(err)
	c.Steps = []hookline.Step{{Kind: hookline.StepWebhook, Name: "Create a lead", Webhook: hookline.WebhookStep{DestinationID: d.ID, ActionID: a.ID, Conversion: true}}}
	_, err = s.store.UpdateCampaign(ctx, c)
	s.must(err)
	c, err = s.store.ChangeCampaign(ctx, c.ID, hookline.CampaignRunning)
	s.must(err)
	return &tour{site: s, t: t, campaign: c, step: c.Steps[0]}
}

// comes brings a new person to the step: to a draft that holds them, or to a webhook that failed and let them go on.
func (k *tour) comes(user string, state hookline.State) hookline.Delivery {
	k.t.Helper()
	ctx := k.t.Context()
	p := k.person(hookline.Person{UserID: user, Email: user + "@example.com", Attributes: []byte(`{"plan":"free"}`)})
	_, err := k.store.BeginJourneys(ctx, []hookline.JourneyBegin{{CampaignID: k.campaign.ID, PersonID: p.ID, StepID: k.step.ID, At: time.Now()}})
	k.must(err)
	journeys, err := k.store.ListJourneys(ctx, hookline.JourneyFilter{PersonID: p.ID}, hookline.Cursor{})
	k.must(err)
	j := journeys.Rows[0]
	o := hookline.Owed{
		Delivery: hookline.Delivery{
			State: state, Origin: hookline.OriginCampaign, DestinationID: k.step.Webhook.DestinationID, ActionID: k.step.Webhook.ActionID, PersonID: p.ID, JourneyID: j.ID,
			IdempotencyKey: hookline.Secret(), RequestNumber: 1, CreatedAt: time.Now(), UpdatedAt: time.Now(),
		},
		Request: hookline.Request{Method: "POST", URL: "https://crm.example.com/leads", Body: []byte(`{"plan":"free"}`)},
	}
	j.Come(k.step.ID, time.Now())
	if state == hookline.StateFailed {
		j.Leave(time.Now(), "")
		o.Reason = "The receiver answered 404 Not Found."
	} else {
		j.State = hookline.JourneyHeld
	}
	made, err := k.store.RecordJourneys(ctx, hookline.JourneyStretch{CampaignID: k.campaign.ID, Version: k.campaign.Version, Steps: []hookline.JourneyStep{{Journey: j, PersonVersion: p.Version, Owed: []hookline.Owed{o}}}})
	k.must(err)
	return made[0].Delivery
}

func (k *tour) state(d hookline.Delivery) hookline.State {
	k.t.Helper()
	row, err := k.store.DeliveryRow(k.t.Context(), d.ID)
	k.must(err)
	return row.State
}

func TestDraftsAreListed(t *testing.T) {
	s := withResend(t)
	b := s.as(support)
	b.get("/drafts").want(t, 200, "No drafts", "/manual/drafts", "!Send all")
	k := s.tour(t)
	d := k.comes("ana", hookline.StateDraft)
	b.get("/drafts").want(t, 200, "Welcome: Create a lead", "ana@example.com", `href="/drafts/`+d.ID+`"`, `name="id" value="`+d.ID+`"`, "Send all…", "Send chosen…", "Discard all…", "Discard chosen…", `<span class="count ms-auto">1<span`)
	b.get("/drafts?campaign="+k.campaign.ID).want(t, 200, d.ID, "/drafts/send?campaign="+k.campaign.ID, "/drafts/discard?campaign="+k.campaign.ID)
	b.get("/drafts?campaign=cmp_gone").want(t, 200, "No drafts in this campaign", "deleted", "!"+d.ID)
	s.as(viewer).get("/drafts").want(t, 200, d.ID, "!Send all", "!Discard all", `!name="id"`)
}

func TestADraftIsSentWithTheAttributesOfTheMoment(t *testing.T) {
	s := withResend(t)
	k := s.tour(t)
	d := k.comes("ana", hookline.StateDraft)
	b := s.as(support)
	b.get("/drafts/"+d.ID).want(t, 200, "plan&#34;:&#34;free", "Waits at this step until", "ana@example.com", "Send", "Discard…")
	s.as(viewer).get("/drafts/"+d.ID).want(t, 200, "free", "!Discard…")
	person, err := s.store.Person(t.Context(), d.PersonID)
	s.must(err)
	person.Attributes = []byte(`{"plan":"pro"}`)
	_, err = s.store.UpdatePerson(t.Context(), person)
	s.must(err)
	b.get("/drafts/"+d.ID).want(t, 200, "plan&#34;:&#34;pro", "!free")
	b.post("/drafts/"+d.ID+"/send", nil).want(t, 303)
	if got := k.state(d); got != hookline.StateQueued {
		t.Errorf("it is %s", got)
	}
	requests, err := s.store.ListRequests(t.Context(), d.ID)
	s.must(err)
	if last := requests[len(requests)-1]; string(last.Request.Body) != `{"plan":"pro"}` || !strings.HasPrefix(last.MadeBy, "support") {
		t.Errorf("sent was %s by %s", last.Request.Body, last.MadeBy)
	}
	b.post("/drafts/"+d.ID+"/send", nil).want(t, 303) // to where the webhook is now
	b.post("/drafts/"+d.ID+"/discard", nil).want(t, 409, "no draft any more")
	b.get("/drafts/"+d.ID).want(t, 303)
}

func TestADraftIsDiscarded(t *testing.T) {
	s := withResend(t)
	k := s.tour(t)
	d := k.comes("ana", hookline.StateDraft)
	b := s.as(support)
	b.get("/drafts/"+d.ID+"/discard").want(t, 200, "Discard this draft?", "without what the answer would have set")
	b.post("/drafts/"+d.ID+"/discard", nil).want(t, 303)
	if got := k.state(d); got != hookline.StateDiscarded {
		t.Errorf("it is %s", got)
	}
	j, err := s.store.Journey(t.Context(), d.JourneyID)
	s.must(err)
	if j.State != hookline.JourneyGoing {
		t.Errorf("the journey is %s", j.State)
	}
	b.get("/sent/"+d.ID).want(t, 200, "Discarded by support", "Nothing was sent.")
}

func TestADraftSaysWhyItCannotBeSent(t *testing.T) {
	s := withResend(t)
	k := s.tour(t)
	b := s.as(support)
	gone := k.comes("ana", hookline.StateDraft)
	s.must(s.store.DeletePerson(t.Context(), gone.PersonID))
	b.get("/drafts").want(t, 200, "deleted: it cannot be sent")
	b.get("/drafts/"+gone.ID).want(t, 200, "This draft cannot be sent now", "The person was deleted", `!type="submit">Send`)
	b.post("/drafts/"+gone.ID+"/send", nil).want(t, 409, "The person was deleted")
	quiet := k.comes("ben", hookline.StateDraft)
	person, err := s.store.Person(t.Context(), quiet.PersonID)
	s.must(err)
	person.Suppressed = true
	_, err = s.store.UpdatePerson(t.Context(), person)
	s.must(err)
	b.post("/drafts/"+quiet.ID+"/send", nil).want(t, 409, "suppressed")
	for _, d := range []hookline.Delivery{gone, quiet} {
		if got := k.state(d); got != hookline.StateDraft {
			t.Errorf("it is %s", got)
		}
	}
	b.get("/drafts/send").want(t, 200, "None of these drafts can be sent.", "2 drafts cannot be sent and stay as they are:", "!Send them")
}

// TestADraftThatCouldNotBeMadeSaysSo: in the list with the reason, and it is sent as soon as what is missing is there.
func TestADraftThatCouldNotBeMadeSaysSo(t *testing.T) {
	s := withResend(t)
	k := s.tour(t)
	a, err := s.store.Action(t.Context(), k.step.Webhook.ActionID)
	s.must(err)
	a.Template.Body = `{"plan":{{ customer.seats }}}`
	_, err = s.store.UpdateAction(t.Context(), a)
	s.must(err)
	p := s.person(hookline.Person{UserID: "ana", Attributes: []byte(`{}`)})
	o, err := s.store.CreateDelivery(t.Context(), hookline.Owed{Delivery: hookline.Delivery{
		State: hookline.StateDraft, Origin: hookline.OriginCampaign, DestinationID: a.DestinationID, ActionID: a.ID, PersonID: p.ID,
		IdempotencyKey: "key", Reason: "The body could not be made.", CreatedAt: time.Now(), UpdatedAt: time.Now(),
	}})
	s.must(err)
	b := s.as(support)
	b.get("/drafts").want(t, 200, "When the person came: the body could not be made.")
	b.get("/drafts/"+o.ID).want(t, 200, "This draft cannot be sent now", `!type="submit">Send`)
	b.post("/drafts/"+o.ID+"/send", nil).want(t, 409, "This draft cannot be sent now")
	p.Attributes = []byte(`{"seats":3}`)
	_, err = s.store.UpdatePerson(t.Context(), p)
	s.must(err)
	b.get("/drafts/"+o.ID).want(t, 200, "!cannot be sent now", "What would go now")
	b.post("/drafts/"+o.ID+"/send", nil).want(t, 303)
	if got := k.state(o.Delivery); got != hookline.StateQueued {
		t.Errorf("it is %s", got)
	}
}

func TestManyDraftsAreSent(t *testing.T) {
	s := withResend(t)
	k := s.tour(t)
	first, second, third := k.comes("ana", hookline.StateDraft), k.comes("ben", hookline.StateDraft), k.comes("eve", hookline.StateDraft)
	b := s.as(support)
	b.get("/drafts/send?campaign="+k.campaign.ID).want(t, 200, "3 drafts will be sent now.", "all drafts of “Welcome”")
	two := "chosen=yes&id=" + first.ID + "&id=" + third.ID
	b.get("/drafts/send?"+two).want(t, 200, "2 drafts will be sent now.", "the ones that you chose")
	b.get("/drafts/send?chosen=yes").want(t, 409, "100 at most")
	b.post("/drafts/send?"+two, nil).want(t, 303)
	runs, err := s.store.ListResends(t.Context(), hookline.Cursor{})
	s.must(err)
	if run := runs.Rows[0]; !run.Drafts() || len(run.Filter.IDs) != 2 || run.Mode != hookline.ResendCurrent {
		t.Errorf("begun is %+v", run)
	}
	b.get("/resends/"+runs.Rows[0].ID).want(t, 200, "Sending of drafts of ", `href="/drafts"`)
	b.get("/resends").want(t, 200, "Sending of drafts of ")
	b.post("/drafts/send?"+two, nil).want(t, 409, "The very same is going on already")
	if got := k.state(second); got != hookline.StateDraft {
		t.Errorf("it is %s", got)
	}
}
