package storetest

import (
	"testing"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

// A campaign and what its webhook steps send are saved together, or not at all.

// sending is a campaign with two webhook steps, and what they send.
func sending(name string) (hookline.Campaign, map[string]hookline.Action) {
	c := waits(name)
	c.Steps = append(c.Steps,
		hookline.Step{ID: "stp_lead", Kind: hookline.StepWebhook, Name: "Create a lead"},
		hookline.Step{ID: "stp_team", Kind: hookline.StepWebhook, Name: "Tell the team"})
	return c, map[string]hookline.Action{"stp_lead": sendsTo("https://crm.example.com/leads"), "stp_team": sendsTo("https://chat.example.com/hook")}
}

func sendsTo(url string) hookline.Action {
	a := ownedAction()
	a.Template.URL = url
	return a
}

// requestOf is what a step of a campaign sends.
func (h *house) requestOf(t *testing.T, c hookline.Campaign, stepID string) hookline.Action {
	t.Helper()
	return must(h.Action(t.Context(), c.Step(stepID).Webhook.ActionID))(t)
}

func campaignSaved(t *testing.T, h *house) {
	c, requests := sending("Welcome")
	requests["stp_gone"], requests[c.Steps[0].ID] = ownedAction(), ownedAction() // no step that sends
	c = must(h.SaveCampaign(t.Context(), c, requests))(t)
	h.reopen()
	equal(t, "campaign", must(h.Campaign(t.Context(), c.ID))(t), c)
	lead := h.requestOf(t, c, "stp_lead")
	if lead.Name != "Create a lead" || !lead.Enabled || lead.Template.URL != "https://crm.example.com/leads" || lead.Version != 1 {
		t.Errorf("the step sends %+v", lead)
	}
	if d := must(h.Destination(t.Context(), lead.DestinationID))(t); d.Owner != c.ID || d.Name != "Create a lead" {
		t.Errorf("it is sent to %+v", d)
	}

	team := h.requestOf(t, c, "stp_team")
	c.Step("stp_lead").Name = "Make a lead"
	c.Steps = append(c.Steps, hookline.Step{ID: "stp_new", Kind: hookline.StepWebhook})
	c = must(h.SaveCampaign(t.Context(), c, map[string]hookline.Action{"stp_lead": sendsTo("https://crm.example.com/v2/leads"), "stp_new": ownedAction()}))(t)
	if now := h.requestOf(t, c, "stp_lead"); now.ID != lead.ID || now.Name != "Make a lead" || now.Template.URL != "https://crm.example.com/v2/leads" || now.Version != 2 {
		t.Errorf("the step sends %+v now", now)
	}
	equal(t, "a request that was not given", h.requestOf(t, c, "stp_team"), team)
	if n := len(must(h.EveryDestination(t.Context()))(t)); n != 3 || c.Version != 2 {
		t.Errorf("there are %d destinations, and the campaign is of version %d", n, c.Version)
	}
}

// campaignRefused refuses a campaign for reasons that are found after some of its
// requests were kept, and before.
func campaignRefused(t *testing.T, h *house) {
	must(h.CreateCampaign(t.Context(), waits("Taken")))(t)
	c, requests := sending("Welcome")
	c = must(h.SaveCampaign(t.Context(), c, requests))(t)
	must(h.ChangeCampaign(t.Context(), c.ID, hookline.CampaignRunning))(t)
	c = must(h.Campaign(t.Context(), c.ID))(t)
	everything := func() []any {
		return []any{
			must(h.ListCampaigns(t.Context()))(t), must(h.EveryDestination(t.Context()))(t), h.requestOf(t, c, "stp_lead"), h.requestOf(t, c, "stp_team"),
			must(h.ListAuditEntries(t.Context(), audit.Filter{}, hookline.Cursor{}))(t).Rows,
		}
	}
	before := everything()
	for _, refused := range []struct {
		why    string
		kind   hookline.Kind
		change func(c *hookline.Campaign, requests map[string]hookline.Action)
	}{
		{"the name is taken", hookline.KindInvalid, func(c *hookline.Campaign, _ map[string]hookline.Action) { c.Name = "Taken" }},
		{"it was changed meanwhile", hookline.KindConflict, func(c *hookline.Campaign, _ map[string]hookline.Action) { c.Version-- }},
		{"people are in it, and a step would send nothing", hookline.KindConflict, func(c *hookline.Campaign, _ map[string]hookline.Action) {
			c.Steps = append(c.Steps, hookline.Step{ID: "stp_none", Kind: hookline.StepWebhook, Name: "Sends nothing"})
		}},
		{"a request was changed meanwhile", hookline.KindConflict, func(_ *hookline.Campaign, requests map[string]hookline.Action) {
			late := sendsTo("https://chat.example.com/late")
			late.Save.Over = 7
			requests["stp_team"] = late
		}},
		{"a request cannot be one", hookline.KindInvalid, func(_ *hookline.Campaign, requests map[string]hookline.Action) {
			requests["stp_team"] = sendsTo("")
		}},
		{"a new one has a name that is taken", hookline.KindInvalid, func(c *hookline.Campaign, _ map[string]hookline.Action) { *c, _ = sending("Taken") }},
		{"a request of a new one cannot be one", hookline.KindInvalid, func(c *hookline.Campaign, requests map[string]hookline.Action) {
			*c, _ = sending("New")
			requests["stp_team"] = sendsTo("")
		}},
		{"it is gone", hookline.KindNotFound, func(c *hookline.Campaign, _ map[string]hookline.Action) { c.ID = "cmp_gone" }},
	} {
		t.Run(refused.why, func(t *testing.T) {
			wish := must(h.Campaign(t.Context(), c.ID))(t)
			wish.Steps = append(wish.Steps, hookline.Step{ID: "stp_new", Kind: hookline.StepWebhook})
			requests := map[string]hookline.Action{"stp_lead": sendsTo("https://crm.example.com/other"), "stp_new": ownedAction()}
			refused.change(&wish, requests)
			_, err := h.SaveCampaign(t.Context(), wish, requests)
			wantKind(t, refused.kind, err)
			equal(t, "what is kept", everything(), before)
		})
	}
}
