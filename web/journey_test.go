package web

import (
	"testing"
	"time"

	"hookline/internal/hookline"
)

// walked puts a new person at a step of a campaign, in a state, by a way.
func (s *site) walked(c hookline.Campaign, user string, change func(*hookline.Journey)) hookline.Journey {
	s.t.Helper()
	j := s.journey(c, user)
	p, err := s.store.Person(s.t.Context(), j.PersonID)
	s.must(err)
	change(&j)
	_, err = s.store.RecordJourneys(s.t.Context(), hookline.JourneyStretch{CampaignID: c.ID, Version: c.Version, Steps: []hookline.JourneyStep{{Journey: j, PersonVersion: p.Version}}})
	s.must(err)
	return j
}

func TestAJourneyTellsItsStepsWithTheirTimes(t *testing.T) {
	s := newSite(t, nil)
	c, err := s.store.CreateCampaign(t.Context(), hookline.Campaign{Name: "Welcome", Trigger: hookline.CampaignTrigger{Kind: hookline.TriggerCall}, Steps: []hookline.Step{
		{Kind: hookline.StepBranch, Name: "Is it pro?", If: `person.plan = "pro"`},
		waitADay(),
		{Kind: hookline.StepWait, Name: "Until pro", Wait: hookline.WaitStep{Kind: hookline.WaitCondition, Span: time.Hour, Condition: `person.plan = "pro"`}},
	}})
	s.must(err)
	c, err = s.store.ChangeCampaign(t.Context(), c.ID, hookline.CampaignRunning)
	s.must(err)
	at := func(minute int) time.Time { return time.Date(2026, 6, 10, 9, minute, 0, 0, time.UTC) }
	b := s.as(viewer)
	page := func(j hookline.Journey) *answer {
		t.Helper()
		return b.get("/campaigns/" + c.ID + "/people/" + j.ID)
	}

	// waits has come to a wait, by a step that is gone and by a branch.
	waits := func(step hookline.Step) func(*hookline.Journey) {
		return func(j *hookline.Journey) {
			for i, id := range []string{"stp_gone", c.Steps[0].ID, step.ID} {
				j.Come(id, at(10*i))
				j.StepID, j.State, j.WakeAt = id, hookline.JourneyWaiting, at(59)
				if i < 2 {
					j.Leave(at(10*i+1), []hookline.VisitOutcome{hookline.VisitRemoved, hookline.VisitNo}[i])
				}
			}
			j.Visits = 4 // the first one was before times were kept
		}
	}
	ana := s.walked(c, "ana", waits(c.Steps[1]))
	page(ana).want(t, 200, "Step by step", "A step that is gone", "The step was removed from the workflow.", "2026-06-10T09:01:00Z", "Is it pro?", "No: the condition was not met.",
		"2026-06-10T09:11:00Z", "Is here now", "Waits until", "2026-06-10T09:59:00Z", "1 more step is not listed", "!The campaign is paused")
	page(s.walked(c, "ben", waits(c.Steps[2]))).want(t, 200, "Until pro", "Waits for its condition, at most until")
	fresh := func(*hookline.Journey) {}
	page(s.walked(c, "cem", fresh)).want(t, 200, "No step yet", "!more step")
	old := func(j *hookline.Journey) { j.Visits = 2 }
	page(s.walked(c, "dan", old)).want(t, 200, "2 more steps are not listed", "!No step yet")

	_, err = s.store.ChangeCampaign(t.Context(), c.ID, hookline.CampaignPaused)
	s.must(err)
	page(ana).want(t, 200, "nobody goes on before it is resumed", "not before the campaign is resumed")
	s.must(s.store.StopJourney(t.Context(), ana.ID, "eve@example.com"))
	page(ana).want(t, 200, "The journey ended here.", "!Is here now", "!Waits until")
}

// TestAJourneyTellsWhatItsWebhooksCameTo: what a step sent is told with the step,
// and why the journey waits for it.
func TestAJourneyTellsWhatItsWebhooksCameTo(t *testing.T) {
	s := withResend(t)
	k := s.tour(t)
	held := k.comes("ana", hookline.StateDraft)
	path := "/campaigns/" + k.campaign.ID + "/people/" + held.JourneyID
	s.as(viewer).get(path).want(t, 200, "Waits until somebody sends or discards this draft.", `href="/sent/`+held.ID+`"`)
	failed := k.comes("ben", hookline.StateFailed)
	s.as(viewer).get("/campaigns/"+k.campaign.ID+"/people/"+failed.JourneyID).want(t, 200, `href="/sent/`+failed.ID+`"`, "Failed", "!no longer kept", "!Waits until")
}
