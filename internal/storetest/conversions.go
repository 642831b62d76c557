package storetest

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/journey"
)

// goalStore is what campaigns are for, and what their steps came to.
type goalStore interface {
	journey.GoalStore
	BeginJourneys(ctx context.Context, begins []hookline.JourneyBegin) (began []bool, err error)
	RecordJourneys(ctx context.Context, stretch hookline.JourneyStretch) ([]hookline.Owed, error)
	ListJourneys(ctx context.Context, f hookline.JourneyFilter, c hookline.Cursor) (hookline.Listing[hookline.Journey], error)
	ListNumbers(ctx context.Context, destinationIDs []string, since, until time.Time) ([]hookline.DayNumbers, error)
	CountWentOn(ctx context.Context, destinationIDs []string) (map[string]int, error)
}

var conversionPromises = []promise{
	{"who is held by a draft sends with it", heldSends},
	{"who is held by a draft goes on without it, and only then", heldGoesOn},
	{"who is held by a draft that a run discards goes on without it", heldGoesOnFromRun},
	{"of what was delivered before an event the last counts, if it may and is not too long ago", convertsLast},
	{"a journey converts once, and the place in the log moves with what it brought", convertsOnce},
	{"numbers are told by step and day, exactly", numbersByDay},
	{"who went on without an answer is counted until it is delivered", wentOn},
	{"a list is narrowed to a campaign, and names it", sentOfCampaign},
}

// trip is a campaign that runs, with two webhook steps and people in it.
type trip struct {
	*house
	t        *testing.T
	campaign hookline.Campaign
	steps    []hookline.Destination
}

func newTrip(t *testing.T, h *house) *trip {
	t.Helper()
	c := must(h.CreateCampaign(t.Context(), waits("Welcome")))(t)
	k := &trip{house: h, t: t}
	for _, name := range []string{"Create a lead", "Tell the team"} {
		d, a, err := h.CreateOwned(t.Context(), c.ID, name, ownedAction())
		mustDo(t, err)
		k.steps = append(k.steps, d)
		c.Steps = append(c.Steps, hookline.Step{Kind: hookline.StepWebhook, Name: name, Webhook: hookline.WebhookStep{DestinationID: d.ID, ActionID: a.ID}})
	}
	must(h.UpdateCampaign(t.Context(), c))(t)
	k.campaign = must(h.ChangeCampaign(t.Context(), c.ID, hookline.CampaignRunning))(t)
	return k
}

// enter lets a person begin a journey.
func (k *trip) enter(personID string) hookline.Journey {
	k.t.Helper()
	began := must(k.BeginJourneys(k.t.Context(), []hookline.JourneyBegin{{
		CampaignID: k.campaign.ID, PersonID: personID, StepID: k.campaign.Steps[1].ID, Reentry: hookline.Reentry{Often: true}, At: time.Now(),
	}}))(k.t)
	if !began[0] {
		k.t.Fatalf("%s did not begin", personID)
	}
	return k.open(personID)
}

func (k *trip) open(personID string) hookline.Journey {
	k.t.Helper()
	list := must(k.ListJourneys(k.t.Context(), hookline.JourneyFilter{CampaignID: k.campaign.ID, PersonID: personID, Open: true}, hookline.Cursor{}))(k.t)
	if len(list.Rows) != 1 {
		k.t.Fatalf("%d journeys are open", len(list.Rows))
	}
	return list.Rows[0]
}

// comes brings a journey to a webhook step, where it waits as a state says.
func (k *trip) comes(j hookline.Journey, step int, state hookline.JourneyState) hookline.Delivery {
	k.t.Helper()
	person := must(k.Person(k.t.Context(), j.PersonID))(k.t)
	o := newOwed(k.steps[step].ID)
	o.Origin, o.PersonID, o.JourneyID, o.CreatedAt = hookline.OriginCampaign, j.PersonID, j.ID, time.Now()
	if state == hookline.JourneyHeld {
		o.State, o.NextAttemptAt = hookline.StateDraft, time.Time{}
	}
	j.State, j.StepID, j.WakeAt = state, k.campaign.Steps[step+1].ID, time.Time{}
	made := must(k.RecordJourneys(k.t.Context(), hookline.JourneyStretch{CampaignID: k.campaign.ID, Version: k.campaign.Version, Steps: []hookline.JourneyStep{{
		Journey: j, PersonVersion: person.Version, Owed: []hookline.Owed{o}, Word: "create_lead",
	}}}))(k.t)
	equal(k.t, "made", len(made), 1)
	return k.stored(k.t, k.open(j.PersonID).DeliveryID)
}

// ends records the next attempt of a delivery, begun at a time.
func (k *trip) ends(d hookline.Delivery, state hookline.State, at time.Time) {
	k.t.Helper()
	d = k.stored(k.t, d.ID)
	mustDo(k.t, k.Finish(k.t.Context(), hookline.Finished{
		Tries: d.Tries, JourneyID: d.JourneyID,
		Attempt: hookline.Attempt{DeliveryID: d.ID, Number: d.Attempts + 1, RequestNumber: d.RequestNumber, StartedAt: at, Duration: time.Millisecond, Status: 200, Outcome: state, Answer: []byte(`{"lead_id":"L-1"}`)},
		Outcome: hookline.Outcome{State: state},
	}))
}

func heldSends(t *testing.T, h *house) {
	k := newTrip(t, h)
	p := h.person(t, "u1", `{}`)
	d := k.comes(k.enter(p.ID), 0, hookline.JourneyHeld)
	equal(t, "held", k.open(p.ID).State, hookline.JourneyHeld)
	mustDo(t, h.send(d))
	equal(t, "sending", k.open(p.ID).State, hookline.JourneySending)
	k.ends(d, hookline.StateDelivered, time.Now())
	j := k.open(p.ID)
	equal(t, "going", j.State, hookline.JourneyGoing)
	equal(t, "answers", j.Answers, json.RawMessage(`{"create_lead":{"lead_id":"L-1"}}`))
}

func heldGoesOn(t *testing.T, h *house) {
	k := newTrip(t, h)
	p := h.person(t, "u1", `{}`)
	first := k.comes(k.enter(p.ID), 0, hookline.JourneyHeld)
	mustDo(t, h.DiscardDraft(t.Context(), first.ID, asker))
	j := k.open(p.ID)
	equal(t, "going", j.State, hookline.JourneyGoing)
	equal(t, "answers", j.Answers, json.RawMessage(`{}`))

	second := k.comes(j, 1, hookline.JourneyHeld)
	run := h.beginRun(t, hookline.ResendWish{Filter: hookline.DeliveryFilter{State: hookline.StateDraft, CampaignID: k.campaign.ID}, Mode: hookline.ResendCurrent, By: asker})
	step := stepOf(run, second)
	step.Items[0].Request = &asNow
	mustDo(t, h.StepResend(t.Context(), step))
	equal(t, "sending", k.open(p.ID).State, hookline.JourneySending)
}

func heldGoesOnFromRun(t *testing.T, h *house) {
	k := newTrip(t, h)
	p := h.person(t, "u1", `{}`)
	held := k.comes(k.enter(p.ID), 0, hookline.JourneyHeld)
	run := h.beginRun(t, hookline.ResendWish{Filter: hookline.DeliveryFilter{State: hookline.StateDraft, CampaignID: k.campaign.ID}, Mode: hookline.ResendDiscard, By: asker})
	step := stepOf(run, held)
	step.Items[0].Outcome = hookline.ResentDiscarded
	mustDo(t, h.StepResend(t.Context(), step))
	j := k.open(p.ID)
	equal(t, "going", j.State, hookline.JourneyGoing)
	equal(t, "answers", j.Answers, json.RawMessage(`{}`))
}

func convertsLast(t *testing.T, h *house) {
	k := newTrip(t, h)
	p, other := h.person(t, "u1", `{}`), h.person(t, "u2", `{}`)
	at := time.Now().UTC().Truncate(time.Microsecond)
	j := k.enter(p.ID)
	first := k.comes(j, 0, hookline.JourneySending)
	k.ends(first, hookline.StateDelivered, at.Add(-2*time.Hour))
	second := k.comes(k.open(p.ID), 1, hookline.JourneySending)
	k.ends(second, hookline.StateDelivered, at.Add(-time.Hour))
	failed := k.comes(k.open(p.ID), 1, hookline.JourneySending)
	k.ends(failed, hookline.StateFailed, at.Add(-time.Minute))

	both := []string{k.steps[0].ID, k.steps[1].ID}
	for _, test := range []struct {
		what     string
		personID string
		steps    []string
		at       time.Time
		within   time.Duration
		want     string // the delivery; "" for none
	}{
		{"the last", p.ID, both, at, 24 * time.Hour, second.ID},
		{"only the first may count", p.ID, both[:1], at, 24 * time.Hour, first.ID},
		{"before the second", p.ID, both, at.Add(-90 * time.Minute), 24 * time.Hour, first.ID},
		{"at the moment itself", p.ID, both, at.Add(-time.Hour), time.Minute, second.ID},
		{"at the end of the span", p.ID, both, at, time.Hour, second.ID},
		{"after the span", p.ID, both, at, time.Hour - time.Microsecond, ""},
		{"before all", p.ID, both, at.Add(-3 * time.Hour), 24 * time.Hour, ""},
		{"somebody else", other.ID, both, at, 24 * time.Hour, ""},
		{"none may count", p.ID, nil, at, 24 * time.Hour, ""},
	} {
		got, is, err := h.ToConvert(t.Context(), k.campaign.ID, test.personID, test.steps, test.at, test.within)
		mustDo(t, err)
		equal(t, test.what, got.DeliveryID, test.want)
		equal(t, test.what+": there is one", is, test.want != "")
		if is {
			equal(t, test.what+": journey", []string{got.JourneyID, got.CampaignID}, []string{j.ID, k.campaign.ID})
		}
	}
}

func convertsOnce(t *testing.T, h *house) {
	k := newTrip(t, h)
	p := h.person(t, "u1", `{}`)
	d := k.comes(k.enter(p.ID), 0, hookline.JourneySending)
	k.ends(d, hookline.StateDelivered, time.Now().Add(-time.Hour))
	c, _, err := h.ToConvert(t.Context(), k.campaign.ID, p.ID, []string{k.steps[0].ID}, time.Now(), 24*time.Hour)
	mustDo(t, err)
	equal(t, "place", must(h.GoalsCursor(t.Context()))(t), "")
	c.EventID = evt(7)
	h.heard()
	mustDo(t, h.MoveGoals(t.Context(), "", evt(7), []hookline.Conversion{c}))
	h.wantTold(t, "converted", hookline.TopicCampaign(k.campaign.ID))
	wantKind(t, hookline.KindConflict, h.MoveGoals(t.Context(), "", evt(8), []hookline.Conversion{c}))
	c.EventID = evt(8)
	mustDo(t, h.MoveGoals(t.Context(), evt(7), evt(9), []hookline.Conversion{c}))
	h.reopen()
	equal(t, "place", must(h.GoalsCursor(t.Context()))(t), evt(9))
	numbers := must(h.ListNumbers(t.Context(), []string{k.steps[0].ID}, d.CreatedAt, d.CreatedAt))(t)
	equal(t, "numbers", numbers[0].Numbers, hookline.Numbers{Delivered: 1, Converted: 1})
	mustDo(t, h.MoveGoals(t.Context(), evt(9), "", nil))
	equal(t, "without goals", must(h.GoalsCursor(t.Context()))(t), "")
}

func numbersByDay(t *testing.T, h *house) {
	k := newTrip(t, h)
	made := func(step int, states ...hookline.State) {
		for _, state := range states {
			o := newOwed(k.steps[step].ID)
			o.State, o.Origin, o.NextAttemptAt = state, hookline.OriginCampaign, time.Time{}
			h.owe(t, o)
		}
	}
	made(0, hookline.StateDraft, hookline.StateDraft, hookline.StateQueued, hookline.StateRetrying, hookline.StateDelivered, hookline.StateFailed, hookline.StateDiscarded)
	made(1, hookline.StateDelivered)
	h.owe(t, newOwed(k.steps[1].ID)) // a test
	now := time.Now()
	today := now.UTC().Truncate(24 * time.Hour)
	ids := []string{k.steps[0].ID, k.steps[1].ID}
	got := must(h.ListNumbers(t.Context(), ids, now.Add(-72*time.Hour), now))(t)
	want := []hookline.DayNumbers{
		{DestinationID: ids[0], Day: today, Numbers: hookline.Numbers{Drafts: 2, OnTheWay: 2, Delivered: 1, Failed: 1, Discarded: 1}},
		{DestinationID: ids[1], Day: today, Numbers: hookline.Numbers{Delivered: 1}},
	}
	equal(t, "numbers", got, want)
	equal(t, "sent", []int{got[0].Sent(), got[0].Made()}, []int{4, 7})
	equal(t, "of other days", must(h.ListNumbers(t.Context(), ids, now.Add(-72*time.Hour), now.Add(-48*time.Hour)))(t), []hookline.DayNumbers{})
	equal(t, "of no step", must(h.ListNumbers(t.Context(), nil, now, now))(t), []hookline.DayNumbers{})
}

func wentOn(t *testing.T, h *house) {
	k := newTrip(t, h)
	var all []hookline.Delivery
	for _, user := range []string{"u1", "u2"} {
		p := h.person(t, user, `{}`)
		d := k.comes(k.enter(p.ID), 0, hookline.JourneySending)
		k.ends(d, hookline.StateFailed, time.Now())
		all = append(all, d)
		equal(t, "goes on", k.open(p.ID).State, hookline.JourneyGoing)
	}
	ids := []string{k.steps[0].ID, k.steps[1].ID}
	count := func(what string, want map[string]int) {
		t.Helper()
		equal(t, what, must(h.CountWentOn(t.Context(), ids))(t), want)
	}
	count("both", map[string]int{ids[0]: 2})
	mustDo(t, h.requeue(t, all[0].ID, &asNow))
	count("one is sent again", map[string]int{ids[0]: 1})
	k.ends(all[0], hookline.StateFailed, time.Now())
	count("it failed again", map[string]int{ids[0]: 2})
	mustDo(t, h.requeue(t, all[0].ID, &asNow))
	k.ends(all[0], hookline.StateDelivered, time.Now())
	count("it was delivered at last", map[string]int{ids[0]: 1})
}

func sentOfCampaign(t *testing.T, h *house) {
	k := newTrip(t, h)
	p := h.person(t, "u1", `{}`)
	first := k.comes(k.enter(p.ID), 0, hookline.JourneySending)
	k.ends(first, hookline.StateDelivered, time.Now())
	second := k.comes(k.open(p.ID), 1, hookline.JourneyHeld)
	h.delivery(t, k.steps[0].ID, hookline.StateDelivered) // a test
	h.delivery(t, h.destination(t, "CRM").ID, hookline.StateDraft)
	of := hookline.DeliveryFilter{CampaignID: k.campaign.ID}
	for what, test := range map[string]struct {
		change func(*hookline.DeliveryFilter)
		want   []string
	}{
		"all":        {func(*hookline.DeliveryFilter) {}, []string{second.ID, first.ID}},
		"a step":     {func(f *hookline.DeliveryFilter) { f.DestinationID = k.steps[0].ID }, []string{first.ID}},
		"drafts":     {func(f *hookline.DeliveryFilter) { f.State = hookline.StateDraft }, []string{second.ID}},
		"delivered":  {func(f *hookline.DeliveryFilter) { f.State = hookline.StateDelivered }, []string{first.ID}},
		"queued":     {func(f *hookline.DeliveryFilter) { f.State = hookline.StateQueued }, nil},
		"a person":   {func(f *hookline.DeliveryFilter) { f.PersonID = p.ID }, []string{second.ID, first.ID}},
		"a status":   {func(f *hookline.DeliveryFilter) { f.Status = 200 }, []string{first.ID}},
		"an action":  {func(f *hookline.DeliveryFilter) { f.ActionID = "act_1" }, []string{second.ID, first.ID}},
		"chosen":     {func(f *hookline.DeliveryFilter) { f.IDs = []string{first.ID} }, []string{first.ID}},
		"of another": {func(f *hookline.DeliveryFilter) { f.CampaignID = "cmp_gone" }, nil},
	} {
		f := of
		test.change(&f)
		list := must(h.ListDeliveries(t.Context(), f, hookline.Cursor{}))(t)
		var ids []string
		for _, row := range list.Rows {
			ids = append(ids, row.ID)
			equal(t, "owner", []string{row.Owner, row.OwnerName}, []string{k.campaign.ID, "Welcome"})
		}
		equal(t, what, ids, test.want)
		equal(t, what+", counted", must(h.CountMatches(t.Context(), f, "", 0))(t).Count, len(test.want))
	}
	matched := must(h.MatchDeliveries(t.Context(), of, hookline.Cursor{}))(t)
	equal(t, "matched", []string{matched[0].ID, matched[1].ID}, []string{first.ID, second.ID})
}
