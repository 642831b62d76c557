package web

import (
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

func TestNumbersOfACampaign(t *testing.T) {
	s := withResend(t)
	k := s.tour(t)
	path := "/campaigns/" + k.campaign.ID + "/numbers"
	b := s.as(viewer)
	b.get(path).want(t, 200, "Nobody came to a webhook step in the last 30 days.", "Create a lead", "!not counted", "!Set a goal")
	k.comes("ana", hookline.StateDraft)
	failed := k.comes("ben", hookline.StateFailed)
	b.get(path+"?range=7d").want(t, 200, "1 draft", "1 failed", `aria-label="1 failed of Create a lead"`, `kind="campaign"`, `kind="conversions"`, path+"/series?range=7d", "1 person went on without lead_id",
		"/sent?campaign="+k.campaign.ID+"&amp;destination="+k.step.Webhook.DestinationID, `<td class="number">2</td>`) // both people are at the step
	b.get("/campaigns").want(t, 200, "Sent in 7 days", `href="`+path+`?range=7d" aria-label="1 failed of Welcome"`)
	series := b.get(path + "/series?range=7d").Body.String()
	today := time.Now().UTC().Truncate(aDay).Unix()
	for _, want := range []string{`"step":86400`, `"failed":[0,0,0,0,0,0,1]`, `"drafts":[0,0,0,0,0,0,1]`, `"converted":[0,0,0,0,0,0,0]`} {
		if !strings.Contains(series, want) {
			t.Errorf("at %d the series is %s, want %s", today, series, want)
		}
	}
	b.get("/campaigns/cmp_gone/numbers").want(t, 404)
	b.get("/campaigns/"+k.campaign.ID).want(t, 200, "1 person went on without lead_id", `/steps/`+k.step.ID+`/without`)

	without := "/campaigns/" + k.campaign.ID + "/steps/" + k.step.ID + "/without"
	b.get(without).want(t, 200, "1 person went on without lead_id", "ben@example.com", "404 Not Found", "/sent/"+failed.ID, "!Send again", "!Mend the request")
	s.as(editor).get(without).want(t, 200, "Send again…", "/resends/new?campaign="+k.campaign.ID, "Mend the request")
	s.as(support).get("/resends/new?campaign="+k.campaign.ID+"&destination="+k.step.Webhook.DestinationID+"&state=failed").want(t, 200, "1 webhook fits the filter.", "Campaign: Welcome", "Step: Create a lead")
	s.must(s.store.Requeue(t.Context(), hookline.Requeue{DeliveryID: failed.ID, AskedBy: "ana@example.com"}))
	b.get(without).want(t, 200, "Nobody went on without it", "!ben@example.com")
	b.get("/campaigns/"+k.campaign.ID+"/steps/stp_gone/without").want(t, 404)
}

func TestNumbersSayWhyNothingConverts(t *testing.T) {
	s := withResend(t)
	k := s.tour(t)
	path := "/campaigns/" + k.campaign.ID + "/numbers"
	change := func(change func(*hookline.Campaign)) {
		t.Helper()
		c, err := s.store.Campaign(t.Context(), k.campaign.ID)
		s.must(err)
		change(&c)
		_, err = s.store.UpdateCampaign(t.Context(), c)
		s.must(err)
	}
	change(func(c *hookline.Campaign) { c.Steps[0].Webhook.Conversion = false })
	s.as(viewer).get(path).want(t, 200, "No webhook step of this campaign may count", "not counted")
	change(func(c *hookline.Campaign) { c.Goal = hookline.Goal{} })
	s.as(viewer).get(path).want(t, 200, "This campaign has no goal", "!Set a goal")
	s.as(editor).get(path).want(t, 200, "Set a goal", `href="/campaigns/`+k.campaign.ID+`/goal"`)
}

func TestSentOfACampaign(t *testing.T) {
	s := withResend(t)
	k := s.tour(t)
	failed := k.comes("ben", hookline.StateFailed)
	other := s.delivery(hookline.Delivery{State: hookline.StateFailed})
	b := s.as(viewer)
	b.get("/sent").want(t, 200, "Welcome: Create a lead", other, "!lead: Create")
	b.get("/sent/"+failed.ID).want(t, 200, "Somebody in the campaign “Welcome” came to the step “Create a lead”.", `href="/campaigns/`+k.campaign.ID+`">Welcome</a>`, ">Create a lead</a>", "!its trigger with it")
	b.get("/sent?campaign="+k.campaign.ID).want(t, 200, failed.ID, "!"+other, "Campaign: Welcome", `<a href="/campaigns/`+k.campaign.ID+`">Welcome</a>`, ">Step</label>", ">Create a lead</option>", "!>CRM</option>")
	b.get("/sent?destination="+k.step.Webhook.DestinationID).want(t, 200, failed.ID, "!"+other, "Destination: Create a lead", ">CRM</option>")
	b.get("/sent?campaign=cmp_gone").want(t, 200, "Nothing fits", "Campaign: deleted", "!/campaigns/cmp_gone")
	b.get("/sent?origin=campaign").want(t, 200, failed.ID, "!"+other, "From campaigns only")
}
