package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/journey"
)

type journeyStore interface {
	journey.Store
	Journey(ctx context.Context, id string) (hookline.Journey, error)
	CountJourneys(ctx context.Context, campaignID string) (map[hookline.JourneyState]int, error)
	StopJourney(ctx context.Context, id, by string) error
	ListBroadcasts(ctx context.Context, campaignID string) ([]hookline.Broadcast, error)
	StopBroadcast(ctx context.Context, id, by string) error
}

var journeyPromises = []promise{
	{"of many who let one person begin one does, and nobody does who may not", journeyBegins},
	{"a journey begins with what it was given, and stays", journeyStays},
	{"people begin with the cursor, or not at all", journeyEntry},
	{"how far a journey went is recorded once, whoever else worked it out", journeyRace},
	{"what has changed meanwhile is left as it is, and the others are recorded", journeyOvertaken},
	{"nobody moves in a campaign that has changed or does not run", journeyCampaignMoved},
	{"the end of a delivery moves its journey only when it is recorded", journeyDeliveryEnds},
	{"journeys are due by their time, those of one campaign", journeyDue},
	{"a journey is looked at when its person changes, and its time stays", journeyWoken},
	{"journeys are counted by step and by state", journeyCounts},
	{"two people's journeys become one person's, of whom one goes on in each campaign", journeyMerge},
	{"a step that is removed says what follows it, also after another change", journeyRemovedSteps},
	{"a broadcast is recorded from where it is, and begins anew with the campaign", journeyBroadcast},
	{"a broadcast that has not begun follows the trigger, and one that has goes on", journeyBroadcastFollows},
}

func (k *trip) begin(personID string, change func(*hookline.JourneyBegin)) bool {
	k.t.Helper()
	b := hookline.JourneyBegin{CampaignID: k.campaign.ID, PersonID: personID, StepID: k.campaign.Steps[0].ID, At: time.Now()}
	if change != nil {
		change(&b)
	}
	return must(k.BeginJourneys(k.t.Context(), []hookline.JourneyBegin{b}))(k.t)[0]
}

func journeyBegins(t *testing.T, h *house) {
	k := newTrip(t, h)
	p := h.person(t, "u1", `{}`)
	began := 0
	for _, err := range atOnce(8, func(int) error {
		yes, err := k.BeginJourneys(t.Context(), []hookline.JourneyBegin{{CampaignID: k.campaign.ID, PersonID: p.ID, StepID: "stp_1", Reentry: hookline.Reentry{Often: true}, At: time.Now()}})
		if err == nil && !yes[0] {
			return hookline.Conflict("")
		}
		return err
	}) {
		if err == nil {
			began++
		}
	}
	equal(t, "who began", began, 1)
	mustDo(t, h.StopJourney(t.Context(), k.open(p.ID).ID, asker))
	equal(t, "once in a lifetime", k.begin(p.ID, nil), false)
	equal(t, "again after a day", k.begin(p.ID, func(b *hookline.JourneyBegin) { b.Reentry = hookline.Reentry{Often: true, After: 24 * time.Hour} }), false)
	equal(t, "again", k.begin(p.ID, func(b *hookline.JourneyBegin) { b.Reentry.Often = true }), true)
	suppressed := h.person(t, "u2", `{}`)
	suppressed.Suppressed = true
	must(h.UpdatePerson(t.Context(), suppressed))(t)
	equal(t, "somebody suppressed", k.begin(suppressed.ID, nil), false)
	equal(t, "nobody", k.begin("per_nobody", nil), false)
	must(h.ChangeCampaign(t.Context(), k.campaign.ID, hookline.CampaignPaused))(t)
	equal(t, "while it is paused", k.begin(h.person(t, "u3", `{}`).ID, nil), false)
}

func journeyStays(t *testing.T, h *house) {
	k := newTrip(t, h)
	p := h.person(t, "u1", `{}`)
	h.heard()
	at := received.Add(time.Hour)
	k.begin(p.ID, func(b *hookline.JourneyBegin) { b.EventID, b.Trigger, b.At = evt(7), json.RawMessage(`{"n":1.50}`), at })
	h.wantTold(t, "begin", hookline.TopicJourneys, hookline.TopicCampaign(k.campaign.ID))
	j := k.open(p.ID)
	h.reopen()
	want := hookline.Journey{
		ID: j.ID, CampaignID: k.campaign.ID, PersonID: p.ID, State: hookline.JourneyGoing, StepID: k.campaign.Steps[0].ID, WakeAt: at,
		EventID: evt(7), Trigger: json.RawMessage(`{"n":1.50}`), Answers: json.RawMessage(`{}`), Version: 1, BeganAt: at, UpdatedAt: at,
	}
	equal(t, "journey", must(h.Journey(t.Context(), j.ID))(t), want)
	_, err := h.Journey(t.Context(), "jrn_00000000001")
	wantKind(t, hookline.KindNotFound, err)
}

func journeyEntry(t *testing.T, h *house) {
	k := newTrip(t, h)
	entry := hookline.JourneyEntry{Source: hookline.JourneysFromEvents, To: evt(5), Begins: []hookline.JourneyBegin{{CampaignID: k.campaign.ID, PersonID: h.person(t, "u1", `{}`).ID, StepID: "stp_1", At: time.Now()}}}
	equal(t, "began", must(h.RecordEntry(t.Context(), entry))(t), 1)
	entry.Begins[0].PersonID, entry.To = h.person(t, "u2", `{}`).ID, evt(9)
	_, err := h.RecordEntry(t.Context(), entry)
	wantKind(t, hookline.KindConflict, err)
	equal(t, "cursor", must(h.JourneyCursor(t.Context(), hookline.JourneysFromEvents))(t), evt(5))
	equal(t, "cursor of moves", must(h.JourneyCursor(t.Context(), hookline.JourneysFromMoves))(t), "")
	equal(t, "counts", must(h.CountJourneys(t.Context(), k.campaign.ID))(t), map[hookline.JourneyState]int{hookline.JourneyGoing: 1})
}

// sends is a journey that comes to the first webhook step.
func (k *trip) sends(j hookline.Journey, version int64) hookline.JourneyStep {
	o := newOwed(k.steps[0].ID)
	o.Origin, o.PersonID, o.JourneyID = hookline.OriginCampaign, j.PersonID, j.ID
	j.State, j.StepID, j.WakeAt, j.Visits = hookline.JourneySending, k.campaign.Steps[1].ID, time.Time{}, j.Visits+1
	return hookline.JourneyStep{Journey: j, PersonVersion: version, Owed: []hookline.Owed{o}, Word: "create_a_lead", Sets: []hookline.SetAttribute{{Name: "n", Value: json.RawMessage(`1`)}}}
}

func (k *trip) stretch(steps ...hookline.JourneyStep) hookline.JourneyStretch {
	return hookline.JourneyStretch{CampaignID: k.campaign.ID, Version: k.campaign.Version, Steps: steps}
}

func journeyRace(t *testing.T, h *house) {
	k := newTrip(t, h)
	p := h.person(t, "u1", `{}`)
	step := k.sends(k.enter(p.ID), p.Version)
	for _, err := range atOnce(8, func(int) error {
		_, err := h.RecordJourneys(t.Context(), k.stretch(step))
		return err
	}) {
		mustDo(t, err)
	}
	rows := must(h.ListDeliveries(t.Context(), hookline.DeliveryFilter{}, hookline.Cursor{}))(t).Rows
	equal(t, "deliveries", len(rows), 1)
	j := k.open(p.ID)
	if j.State != hookline.JourneySending || j.DeliveryID != rows[0].ID || rows[0].JourneyID != j.ID || j.Visits != 1 {
		t.Errorf("the journey is %+v", j)
	}
	equal(t, "attributes", string(must(h.Person(t.Context(), p.ID))(t).Attributes), `{"n":1}`)
}

func journeyOvertaken(t *testing.T, h *house) {
	k := newTrip(t, h)
	p, changed, left := h.person(t, "u1", `{}`), h.person(t, "u2", `{}`), h.person(t, "u3", `{}`)
	steps := []hookline.JourneyStep{k.sends(k.enter(changed.ID), changed.Version), k.sends(k.enter(left.ID), left.Version), k.sends(k.enter(p.ID), p.Version)}
	changed.Attributes = json.RawMessage(`{"n":2}`)
	must(h.UpdatePerson(t.Context(), changed))(t)
	mustDo(t, h.StopJourney(t.Context(), steps[1].Journey.ID, asker))
	made := must(h.RecordJourneys(t.Context(), k.stretch(steps...)))(t)
	equal(t, "deliveries made", len(made), 1)
	equal(t, "whose", made[0].PersonID, p.ID)
	equal(t, "who has changed", k.open(changed.ID).State, hookline.JourneyGoing)
	equal(t, "their attributes", string(must(h.Person(t.Context(), changed.ID))(t).Attributes), `{"n":2}`)
	equal(t, "who was stopped", must(h.Journey(t.Context(), steps[1].Journey.ID))(t).State, hookline.JourneyStopped)
}

func journeyCampaignMoved(t *testing.T, h *house) {
	k := newTrip(t, h)
	p := h.person(t, "u1", `{}`)
	step := k.sends(k.enter(p.ID), p.Version)
	for _, to := range []hookline.CampaignState{hookline.CampaignPaused, hookline.CampaignRunning} {
		must(h.ChangeCampaign(t.Context(), k.campaign.ID, to))(t)
		_, err := h.RecordJourneys(t.Context(), k.stretch(step))
		wantKind(t, hookline.KindConflict, err)
	}
	equal(t, "deliveries", len(must(h.ListDeliveries(t.Context(), hookline.DeliveryFilter{}, hookline.Cursor{}))(t).Rows), 0)
}

func journeyDeliveryEnds(t *testing.T, h *house) {
	k := newTrip(t, h)
	p := h.person(t, "u1", `{}`)
	j := k.enter(p.ID)
	made := must(h.RecordJourneys(t.Context(), k.stretch(k.sends(j, p.Version))))(t)
	p = must(h.Person(t.Context(), p.ID))(t)
	f := hookline.Finished{
		JourneyID: j.ID, Outcome: hookline.Outcome{State: hookline.StateDelivered}, PersonVersion: p.Version - 1, Sets: []hookline.SetAttribute{{Name: "lead_id", Value: json.RawMessage(`"L-1"`)}},
		Attempt: hookline.Attempt{DeliveryID: made[0].ID, Number: 1, RequestNumber: 1, StartedAt: time.Now(), Status: 200, Answer: []byte(`{"lead_id":"L-1"}`), Outcome: hookline.StateDelivered},
	}
	if err := h.Finish(t.Context(), f); !errors.Is(err, hookline.ErrPersonChanged) {
		t.Errorf("finish with an older person: %v", err)
	}
	equal(t, "before", k.open(p.ID).State, hookline.JourneySending)
	f.PersonVersion = p.Version
	mustDo(t, h.Finish(t.Context(), f))
	j = k.open(p.ID)
	if j.State != hookline.JourneyGoing || j.DeliveryID != made[0].ID || string(j.Answers) != `{"create_a_lead":{"lead_id":"L-1"}}` {
		t.Errorf("after it: %+v", j)
	}
	equal(t, "attributes", string(must(h.Person(t.Context(), p.ID))(t).Attributes), `{"n":1,"lead_id":"L-1"}`)
}

func journeyDue(t *testing.T, h *house) {
	k := newTrip(t, h)
	other := must(h.CreateCampaign(t.Context(), waits("Other")))(t)
	must(h.ChangeCampaign(t.Context(), other.ID, hookline.CampaignRunning))(t)
	at := time.Now()
	var want []string
	for i, name := range []string{"u1", "u2", "u3"} {
		p := h.person(t, name, `{}`)
		k.begin(p.ID, func(b *hookline.JourneyBegin) { b.At = at.Add(-time.Duration(i) * time.Minute) })
		k.begin(p.ID, func(b *hookline.JourneyBegin) { b.CampaignID = other.ID })
		want = append([]string{k.open(p.ID).ID}, want...)
	}
	ids := func(at time.Time, limit int) (ids []string) {
		for _, j := range must(h.DueJourneys(t.Context(), k.campaign.ID, at, limit))(t) {
			ids = append(ids, j.ID)
		}
		return ids
	}
	equal(t, "all", ids(at, 10), want)
	equal(t, "two", ids(at, 2), want[:2])
	equal(t, "a minute ago", ids(at.Add(-time.Minute), 10), want[:2])
	equal(t, "busy", len(must(h.BusyCampaigns(t.Context()))(t)), 2)
}

func journeyWoken(t *testing.T, h *house) {
	k := newTrip(t, h)
	p := h.person(t, "u1", `{}`)
	until := time.Now().Add(time.Hour).UTC().Truncate(time.Microsecond)
	for _, watching := range []bool{false, true} {
		j := k.open(k.enterOnce(p.ID))
		p = must(h.Person(t.Context(), p.ID))(t)
		j.State, j.WakeAt = hookline.JourneyWaiting, until
		must(h.RecordJourneys(t.Context(), k.stretch(hookline.JourneyStep{Journey: j, PersonVersion: p.Version, Watching: watching})))(t)
		p.Attributes = json.RawMessage(map[bool]string{false: `{"n":1}`, true: `{"n":2}`}[watching])
		must(h.UpdatePerson(t.Context(), p))(t)
		due := must(h.DueJourneys(t.Context(), k.campaign.ID, time.Now().Add(time.Second), 10))(t)
		equal(t, "due", len(due), map[bool]int{false: 0, true: 1}[watching])
		equal(t, "its time", k.open(p.ID).WakeAt, until)
	}
}

// enterOnce lets a person enter who is not in the campaign yet.
func (k *trip) enterOnce(personID string) string {
	k.begin(personID, nil)
	return personID
}

func journeyCounts(t *testing.T, h *house) {
	k := newTrip(t, h)
	for _, name := range []string{"u1", "u2", "u3"} {
		k.begin(h.person(t, name, `{}`).ID, nil)
	}
	p := must(h.PersonByIdentity(t.Context(), "user:u1"))(t)
	must(h.RecordJourneys(t.Context(), k.stretch(k.sends(k.open(p.ID), p.Version))))(t)
	mustDo(t, h.StopJourney(t.Context(), k.open(must(h.PersonByIdentity(t.Context(), "user:u2"))(t).ID).ID, asker))
	equal(t, "by step", must(h.CountSteps(t.Context(), k.campaign.ID))(t), map[string]map[hookline.JourneyState]int{
		k.campaign.Steps[0].ID: {hookline.JourneyGoing: 1}, k.campaign.Steps[1].ID: {hookline.JourneySending: 1},
	})
	equal(t, "by state", must(h.CountJourneys(t.Context(), k.campaign.ID))(t), map[hookline.JourneyState]int{
		hookline.JourneyGoing: 1, hookline.JourneySending: 1, hookline.JourneyStopped: 1,
	})
	for what, f := range map[string]hookline.JourneyFilter{
		"at the first step": {StepID: k.campaign.Steps[0].ID}, "stopped": {State: hookline.JourneyStopped}, "sending": {State: hookline.JourneySending}, "of a person": {PersonID: p.ID},
	} {
		f.CampaignID = k.campaign.ID
		equal(t, what, len(must(h.ListJourneys(t.Context(), f, hookline.Cursor{}))(t).Rows), 1)
	}
	all := must(h.ListJourneys(t.Context(), hookline.JourneyFilter{CampaignID: k.campaign.ID}, hookline.Cursor{Limit: 2}))(t)
	rest := must(h.ListJourneys(t.Context(), hookline.JourneyFilter{CampaignID: k.campaign.ID}, hookline.Cursor{Limit: 2, Before: all.Rows[1].ID}))(t)
	if len(all.Rows) != 2 || !all.Older || len(rest.Rows) != 1 || rest.Older || all.Rows[0].ID < all.Rows[1].ID || all.Rows[1].ID < rest.Rows[0].ID {
		t.Errorf("pages of %d and %d", len(all.Rows), len(rest.Rows))
	}
}

func journeyMerge(t *testing.T, h *house) {
	k := newTrip(t, h)
	gone, stays := h.person(t, "", `{}`, "a1"), h.person(t, "u1", `{}`)
	k.begin(gone.ID, func(b *hookline.JourneyBegin) { b.At = time.Now().Add(-time.Minute) })
	older := k.open(gone.ID)
	k.begin(stays.ID, nil)
	younger := k.open(stays.ID)
	mustDo(t, h.record(t, evt(1), []hookline.PersonChange{{Person: stays, Identities: []string{"anon:a1"}, Merged: []string{gone.ID}}}))
	equal(t, "goes on", k.open(stays.ID).ID, older.ID)
	younger = must(h.Journey(t.Context(), younger.ID))(t)
	if younger.State != hookline.JourneyStopped || younger.Reason == "" || younger.PersonID != stays.ID {
		t.Errorf("the younger one is %+v", younger)
	}
}

func journeyRemovedSteps(t *testing.T, h *house) {
	k := newTrip(t, h)
	c := k.campaign
	first, second, third := c.Steps[0].ID, c.Steps[1].ID, c.Steps[2].ID
	c.Steps = c.Steps[1:]
	c = must(h.UpdateCampaign(t.Context(), c))(t)
	equal(t, "after one", must(h.RemovedSteps(t.Context(), c.ID))(t), map[string]string{first: second})
	c.Steps = c.Steps[1:]
	c = must(h.UpdateCampaign(t.Context(), c))(t)
	equal(t, "after two", must(h.RemovedSteps(t.Context(), c.ID))(t), map[string]string{first: third, second: third})
}
