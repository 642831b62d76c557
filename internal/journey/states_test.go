package journey_test

import (
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

// inState is a journey in one of the states that there are, at the first of two
// steps, of which the second waits for an hour.
type inState struct {
	*house
	campaign hookline.Campaign
	person   hookline.Person
	journey  hookline.Journey
}

// The states, and how one gets into each. Watching is waiting for a condition.
var beginnings = map[string]func(h *house) hookline.Step{
	"going": func(*house) hookline.Step {
		return hookline.Step{Kind: hookline.StepUpdate, Sets: []hookline.ResponseAttribute{{Name: "seen", Value: "true"}}}
	},
	"waiting": func(*house) hookline.Step { return span(30 * time.Minute) },
	"watching": func(*house) hookline.Step {
		return hookline.Step{Kind: hookline.StepWait, Wait: hookline.WaitStep{Kind: hookline.WaitCondition, Span: 30 * time.Minute, Condition: `person.plan = "pro"`}}
	},
	"sending":  func(h *house) hookline.Step { return h.webhook("Create lead", `{}`, true, true) },
	"held":     func(h *house) hookline.Step { return h.webhook("Create lead", `{}`, false, true) },
	"finished": func(*house) hookline.Step { return hookline.Step{Kind: hookline.StepExit} },
	"left":     func(*house) hookline.Step { return span(30 * time.Minute) },
	"stopped":  func(*house) hookline.Step { return span(30 * time.Minute) },
}

func comeTo(t *testing.T, state string) *inState {
	h := newHouse(t)
	s := &inState{house: h, person: h.person("u1", `{}`)}
	s.campaign = h.campaign(func(c *hookline.Campaign) { c.Exit = `person.leave = true` }, beginnings[state](h), span(time.Hour))
	if state == "going" { // it has begun, and nobody has looked at it yet
		must(h.Call(t.Context(), s.campaign.ID, []string{s.person.ID}, nil))(t)
		s.journey = h.journeyOf(s.campaign, s.person.ID)
	} else {
		s.journey = h.enter(s.campaign, s.person)
	}
	switch state {
	case "left":
		h.person("u1", `{"leave":true}`)
		h.run()
		h.person("u1", `{}`)
	case "stopped":
		h.must(h.StopJourney(t.Context(), s.journey.ID, "ana@example.com"))
	}
	s.reread()
	want := hookline.JourneyState(strings.Replace(state, "watching", "waiting", 1))
	if s.journey.State != want {
		t.Fatalf("the journey is %s, want %s", s.journey.State, want)
	}
	return s
}

func (s *inState) reread() {
	s.t.Helper()
	s.journey = s.now(s.journey)
	c, err := s.Campaign(s.t.Context(), s.campaign.ID)
	if hookline.KindOf(err) != hookline.KindNotFound {
		s.must(err)
		s.campaign = c
	}
}

// delivery is the journey's own, "" when it has none.
func (s *inState) delivery() string {
	if rows := s.deliveries(); len(rows) > 0 {
		return rows[0].ID
	}
	return ""
}

func (s *inState) endIt(state hookline.State) {
	if id := s.delivery(); id != "" {
		s.end(id, state, `{"lead_id":"L-1"}`)
	}
}

func (s *inState) change(to hookline.CampaignState) {
	s.t.Helper()
	must(s.ChangeCampaign(s.t.Context(), s.campaign.ID, to))(s.t)
	s.run()
}

// edit changes the campaign's steps.
func (s *inState) edit(steps []hookline.Step) {
	s.t.Helper()
	c := s.campaign
	c.Steps = steps
	must(s.UpdateCampaign(s.t.Context(), c))(s.t)
	s.run()
}

// mergeInto makes the person one with somebody else, who may be in the campaign
// since before or after ours.
func (s *inState) mergeInto(inside, before bool) {
	s.t.Helper()
	s.house.person("u2", `{}`)
	other := must(s.PersonByIdentity(s.t.Context(), "user:u2"))(s.t)
	if inside {
		at := s.journey.BeganAt.Add(time.Microsecond)
		if before {
			at = s.campaign.StartedAt
		}
		must(s.BeginJourneys(s.t.Context(), []hookline.JourneyBegin{{CampaignID: s.campaign.ID, PersonID: other.ID, StepID: "stp_2", At: at}}))(s.t)
	}
	mine := must(s.Person(s.t.Context(), s.person.ID))(s.t)
	cursor := must(s.FanoutCursor(s.t.Context()))(s.t)
	s.must(s.RecordFanout(s.t.Context(), hookline.Fanout{From: cursor, To: "evt_00000000009", People: []hookline.PersonChange{{Person: other, Identities: []string{"user:u1"}, Merged: []string{mine.ID}}}}))
	s.run()
}

// TestWhatMeetsAJourney walks every state against everything that can happen. What
// is wanted is the state and the step afterwards; of those that are over, that
// they stay as they are.
func TestWhatMeetsAJourney(t *testing.T) {
	open := []string{"going", "waiting", "watching", "sending", "held"}
	on := func(states ...string) map[string]string { // those of them have gone on to the second step
		want := map[string]string{"going": "waiting stp_2", "waiting": "waiting stp_1", "watching": "waiting stp_1", "sending": "sending stp_1", "held": "held stp_1"}
		for _, state := range states {
			want[state] = "waiting stp_2"
		}
		return want
	}
	with := func(want map[string]string, more ...string) map[string]string {
		for i := 0; i < len(more); i += 2 {
			want[more[i]] = more[i+1]
		}
		return want
	}
	all := func(want string) map[string]string {
		each := map[string]string{}
		for _, state := range open {
			each[state] = want
		}
		return each
	}
	for happening, test := range map[string]struct {
		happens func(s *inState)
		want    map[string]string
	}{
		"nothing":         {func(s *inState) { s.run() }, on()},
		"delivered":       {func(s *inState) { s.run(); s.endIt(hookline.StateDelivered) }, on("sending")},
		"failed":          {func(s *inState) { s.run(); s.endIt(hookline.StateFailed) }, on("sending")},
		"cancelled":       {func(s *inState) { _ = s.CancelDelivery(s.t.Context(), s.delivery(), "ana"); s.run() }, on("sending")},
		"draft sent":      {func(s *inState) { s.sendIt(); s.run() }, with(on(), "held", "sending stp_1")},
		"sent, delivered": {func(s *inState) { s.sendIt(); s.run(); s.endIt(hookline.StateDelivered) }, on("sending", "held")},
		"draft discarded": {func(s *inState) { _ = s.DiscardDraft(s.t.Context(), s.delivery(), "ana"); s.run() }, on("held")},
		"time":            {func(s *inState) { s.run(); s.later(31 * time.Minute) }, on("waiting", "watching")},
		"person changed":  {func(s *inState) { s.house.person("u1", `{"plan":"pro"}`); s.run() }, on("watching")},
		"person leaves":   {func(s *inState) { s.house.person("u1", `{"leave":true}`); s.run() }, all("left ")},
		"person deleted":  {func(s *inState) { s.must(s.DeletePerson(s.t.Context(), s.person.ID)); s.run() }, all("left ")},
		"suppressed":      {func(s *inState) { s.suppress(); s.run() }, all("left ")},
		"merged":          {func(s *inState) { s.mergeInto(false, false) }, on()},
		"merged, older":   {func(s *inState) { s.mergeInto(true, false) }, on()},
		"merged, younger": {func(s *inState) { s.mergeInto(true, true) }, all("stopped ")},
		"paused":          {func(s *inState) { s.change(hookline.CampaignPaused) }, with(on(), "going", "going stp_1")},
		"paused, all that can": {func(s *inState) {
			s.change(hookline.CampaignPaused)
			s.endIt(hookline.StateDelivered)
			s.house.person("u1", `{"plan":"pro"}`)
			s.later(31 * time.Minute)
		}, with(on(), "going", "going stp_1", "sending", "going stp_1")},
		"paused, resumed": {func(s *inState) {
			s.change(hookline.CampaignPaused)
			s.endIt(hookline.StateDelivered)
			s.later(31 * time.Minute)
			s.change(hookline.CampaignRunning)
		}, on("waiting", "watching", "sending")},
		"edited": {func(s *inState) {
			s.edit(append(s.campaign.Steps, hookline.Step{ID: "stp_3", Kind: hookline.StepExit}))
		}, on()},
		"step removed": {func(s *inState) { s.edit(s.campaign.Steps[1:]) }, all("waiting stp_2")},
		"all removed, another": {func(s *inState) {
			s.edit([]hookline.Step{{ID: "stp_3", Kind: hookline.StepWait, Wait: span(time.Hour).Wait}})
		}, all("finished ")},
		"stopped":             {func(s *inState) { s.change(hookline.CampaignStopped) }, all("stopped ")},
		"stopped and started": {func(s *inState) { s.quickly(hookline.CampaignStopped, hookline.CampaignRunning); s.run() }, all("stopped ")},
		"deleted": {func(s *inState) {
			s.quickly(hookline.CampaignStopped)
			s.must(s.DeleteCampaign(s.t.Context(), s.campaign.ID))
			s.run()
		}, all("stopped ")},
		"killed":       {func(s *inState) { s.restart(); s.run() }, on()},
		"killed, time": {func(s *inState) { s.restart(); s.later(31 * time.Minute) }, on("waiting", "watching")},
	} {
		t.Run(happening, func(t *testing.T) {
			t.Parallel()
			for state := range beginnings {
				t.Run(state, func(t *testing.T) {
					s := comeTo(t, state)
					want, goesOn := test.want[state]
					if !goesOn {
						want = string(s.journey.State) + " "
					}
					test.happens(s)
					s.reread()
					if got := string(s.journey.State) + " " + s.journey.StepID; got != want {
						t.Errorf("became %q because of %q, want %q", got, s.journey.Reason, want)
					}
					s.checkWhole()
				})
			}
		})
	}
}

func (s *inState) sendIt() {
	s.t.Helper()
	err := s.SendDraft(s.t.Context(), hookline.Requeue{DeliveryID: s.delivery(), AskedBy: "ana@example.com"})
	if (err == nil) != (s.journey.State == hookline.JourneyHeld) {
		s.t.Errorf("send the draft of a journey that is %s: %v", s.journey.State, err)
	}
}

func (s *inState) suppress() {
	s.t.Helper()
	p := must(s.Person(s.t.Context(), s.person.ID))(s.t)
	p.Suppressed = true
	must(s.UpdatePerson(s.t.Context(), p))(s.t)
}

func (s *inState) quickly(states ...hookline.CampaignState) {
	s.t.Helper()
	for _, to := range states {
		must(s.ChangeCampaign(s.t.Context(), s.campaign.ID, to))(s.t)
	}
}

// checkWhole checks what holds of every journey whatever happened.
func (s *inState) checkWhole() {
	s.t.Helper()
	j := s.journey
	if j.State.Over() == j.EndedAt.IsZero() || j.State.Over() != (j.StepID == "") {
		s.t.Errorf("it is %s at %q and ended at %s", j.State, j.StepID, j.EndedAt)
	}
	if j.State == hookline.JourneyLeft || j.State == hookline.JourneyStopped {
		if j.Reason == "" || !strings.HasSuffix(j.Reason, ".") {
			s.t.Errorf("it is %s because of %q", j.State, j.Reason)
		}
	}
	keys := map[string]bool{}
	for _, d := range s.deliveries() {
		if keys[d.IdempotencyKey] {
			s.t.Errorf("two deliveries have the key %s", d.IdempotencyKey)
		}
		keys[d.IdempotencyKey] = true
	}
}
