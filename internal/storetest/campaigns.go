package storetest

import (
	"context"
	"testing"
	"time"

	"hookline/internal/hookline"
)

type campaignStore interface {
	ListCampaigns(ctx context.Context) ([]hookline.Campaign, error)
	Campaign(ctx context.Context, id string) (hookline.Campaign, error)
	CreateCampaign(ctx context.Context, c hookline.Campaign) (hookline.Campaign, error)
	SaveCampaign(ctx context.Context, c hookline.Campaign, requests map[string]hookline.Action) (hookline.Campaign, error)
	UpdateCampaign(ctx context.Context, c hookline.Campaign) (hookline.Campaign, error)
	ChangeCampaign(ctx context.Context, id string, to hookline.CampaignState) (hookline.Campaign, error)
	DeleteCampaign(ctx context.Context, id string) error
	EveryDestination(ctx context.Context) ([]hookline.Destination, error)
	CreateOwned(ctx context.Context, owner, name string, a hookline.Action) (hookline.Destination, hookline.Action, error)
}

var campaignPromises = []promise{
	{"a new campaign is a draft, its steps get ids, and it stays", campaignCreate},
	{"a change keeps the state, and counts only from the version that was read", campaignUpdate},
	{"a campaign is saved with what its steps send", campaignSaved},
	{"a campaign that is refused leaves everything as it was, what its steps send included", campaignRefused},
	{"a campaign goes from state to state, and is not started while it lacks something", campaignStates},
	{"a destination that belongs to a campaign is in no list but the whole one, and keeps its one action", ownedDestination},
	{"who is removed from the steps, or deleted, takes the destinations along", ownedGoes},
}

// waits is a campaign that can be started.
func waits(name string) hookline.Campaign {
	return hookline.Campaign{
		Name: name, Trigger: hookline.CampaignTrigger{Kind: hookline.TriggerEvent, Condition: `event = "Signed Up"`},
		Steps: []hookline.Step{{Kind: hookline.StepWait, Wait: hookline.WaitStep{Kind: hookline.WaitSpan, Span: time.Hour}}},
	}
}

func campaignCreate(t *testing.T, h *house) {
	c := waits(" Welcome ")
	c.Steps = append(c.Steps, hookline.Step{Kind: hookline.StepBranch, If: `person.plan = "pro"`, Yes: []hookline.Step{{Kind: hookline.StepExit}}})
	c.Goal, c.Exit = hookline.Goal{Condition: `event = "Bought"`, Within: 24 * time.Hour}, `person.left = true`
	made := must(h.CreateCampaign(t.Context(), c))(t)
	if made.State != hookline.CampaignDraft || made.Name != "Welcome" || made.Version != 1 || made.Steps[1].Yes[0].ID == "" {
		t.Errorf("made %+v", made)
	}
	h.reopen()
	equal(t, "campaign", must(h.Campaign(t.Context(), made.ID))(t), made)
	equal(t, "list", must(h.ListCampaigns(t.Context()))(t), []hookline.Campaign{made})
	_, err := h.CreateCampaign(t.Context(), waits("Welcome"))
	wantKind(t, hookline.KindInvalid, err)
}

func campaignUpdate(t *testing.T, h *house) {
	c := must(h.CreateCampaign(t.Context(), waits("Welcome")))(t)
	old := c
	c.Name, c.Steps[0].Name = "Hello", "An hour"
	c = must(h.UpdateCampaign(t.Context(), c))(t)
	if c.Name != "Hello" || c.Version != 2 || c.Steps[0].Name != "An hour" {
		t.Errorf("changed to %+v", c)
	}
	_, err := h.UpdateCampaign(t.Context(), old)
	wantKind(t, hookline.KindConflict, err)
	must(h.ChangeCampaign(t.Context(), c.ID, hookline.CampaignRunning))(t)
	c = must(h.Campaign(t.Context(), c.ID))(t)
	c.Steps = nil
	_, err = h.UpdateCampaign(t.Context(), c)
	wantKind(t, hookline.KindConflict, err)
}

func campaignStates(t *testing.T, h *house) {
	c := must(h.CreateCampaign(t.Context(), hookline.Campaign{Name: "Empty", Trigger: hookline.CampaignTrigger{Kind: hookline.TriggerCall}}))(t)
	_, err := h.ChangeCampaign(t.Context(), c.ID, hookline.CampaignRunning)
	wantKind(t, hookline.KindConflict, err)
	c = must(h.CreateCampaign(t.Context(), waits("Welcome")))(t)
	for _, step := range []struct {
		to   hookline.CampaignState
		want hookline.Kind
	}{
		{hookline.CampaignPaused, hookline.KindConflict},
		{hookline.CampaignStopped, hookline.KindConflict},
		{hookline.CampaignRunning, ""},
		{hookline.CampaignRunning, hookline.KindConflict},
		{hookline.CampaignPaused, ""},
		{hookline.CampaignRunning, ""},
		{hookline.CampaignStopped, ""},
		{hookline.CampaignDraft, hookline.KindConflict},
		{hookline.CampaignRunning, ""},
	} {
		_, err := h.ChangeCampaign(t.Context(), c.ID, step.to)
		wantKind(t, step.want, err)
	}
	wantKind(t, hookline.KindConflict, h.DeleteCampaign(t.Context(), c.ID))
	must(h.ChangeCampaign(t.Context(), c.ID, hookline.CampaignStopped))(t)
	mustDo(t, h.DeleteCampaign(t.Context(), c.ID))
	wantKind(t, hookline.KindNotFound, h.DeleteCampaign(t.Context(), c.ID))
}

// ownedAction is an action as a webhook step or a shortcut has one.
func ownedAction() hookline.Action {
	a := hookline.Action{Name: "Create a lead", Enabled: true, Template: hookline.NewTemplate(), Batching: hookline.NewBatching()}
	a.Template.URL = "https://crm.example.com/leads"
	return a
}

func ownedDestination(t *testing.T, h *house) {
	d, a, err := h.CreateOwned(t.Context(), "cmp_1", "Create a lead", ownedAction())
	mustDo(t, err)
	h.reopen()
	equal(t, "list", must(h.ListDestinations(t.Context()))(t), []hookline.Destination{})
	equal(t, "every", must(h.EveryDestination(t.Context()))(t), []hookline.Destination{d})
	equal(t, "destination", must(h.Destination(t.Context(), d.ID))(t), d)
	equal(t, "action", must(h.Action(t.Context(), a.ID))(t), a)
	routing := must(h.Routing(t.Context()))(t)
	equal(t, "routing", routing.Destinations[d.ID], d)

	old := a
	old.Name, old.Template.URL = "As it was called before", "https://crm.example.com/people"
	saved := must(h.UpdateAction(t.Context(), old))(t)
	equal(t, "saved", []string{saved.Name, saved.Template.URL}, []string{a.Name, old.Template.URL})

	another := ownedAction()
	another.DestinationID = d.ID
	_, err = h.CreateAction(t.Context(), another)
	wantKind(t, hookline.KindConflict, err)
	wantKind(t, hookline.KindConflict, h.DeleteAction(t.Context(), a.ID))
	wantKind(t, hookline.KindConflict, h.DeleteDestination(t.Context(), d.ID))
}

func ownedGoes(t *testing.T, h *house) {
	c := must(h.CreateCampaign(t.Context(), waits("Welcome")))(t)
	for range 2 {
		d, a, err := h.CreateOwned(t.Context(), c.ID, "Create a lead", ownedAction())
		mustDo(t, err)
		c.Steps = append(c.Steps, hookline.Step{Kind: hookline.StepWebhook, Name: d.ID, Webhook: hookline.WebhookStep{DestinationID: d.ID, ActionID: a.ID}})
	}
	c = must(h.UpdateCampaign(t.Context(), c))(t)
	if n := len(must(h.EveryDestination(t.Context()))(t)); n != 2 {
		t.Errorf("%d destinations, want 2", n)
	}
	for step := range c.Walk() { // its request is called like it
		if step.Kind == hookline.StepWebhook {
			equal(t, "destination", must(h.Destination(t.Context(), step.Webhook.DestinationID))(t).Name, step.Name)
			equal(t, "action", must(h.Action(t.Context(), step.Webhook.ActionID))(t).Name, step.Name)
		}
	}
	c.Steps = c.Steps[:2]
	c = must(h.UpdateCampaign(t.Context(), c))(t)
	if n := len(must(h.EveryDestination(t.Context()))(t)); n != 1 {
		t.Errorf("%d destinations, want 1", n)
	}
	mustDo(t, h.DeleteCampaign(t.Context(), c.ID))
	equal(t, "every", must(h.EveryDestination(t.Context()))(t), []hookline.Destination{})
}
