package journey_test

import (
	"strings"
	"testing"
	"time"

	"hookline/internal/compose"
	"hookline/internal/delivery"
	"hookline/internal/hookline"

	"github.com/google/go-cmp/cmp"
)

// TestAWayThroughACampaign goes through every kind of step, as the seeds tell it:
// a lead is made, its id set on the person, after a wait a branch asks for it, and
// a second webhook uses it.
func TestAWayThroughACampaign(t *testing.T) {
	h := newHouse(t)
	branch := hookline.Step{ID: "stp_if", Kind: hookline.StepBranch, If: `person.lead_id != null`}
	second := h.webhook("Score", `{"lead":"{{ customer.lead_id }}","from":"{{ answers.create_lead.lead_id }}","order":{{ trigger.order }},"n":{{ customer.n }}}`, true, false)
	second.ID = "stp_yes"
	branch.Yes = []hookline.Step{second}
	branch.No = []hookline.Step{{ID: "stp_no", Kind: hookline.StepExit}}
	update := hookline.Step{Kind: hookline.StepUpdate, Sets: []hookline.ResponseAttribute{{Name: "n", Value: "{{ customer.n | plus: trigger.order }}"}, {Name: "nothing", Value: "{{ customer.none }}"}}}
	c := h.campaign(nil, h.webhook("Create lead", `{"email":"{{ customer.email }}"}`, true, true), span(time.Hour), update, branch)
	p := h.person("u1", `{"email":"ana@example.com","n":9007199254740993}`)

	j := h.enter(c, p)
	h.want(j, hookline.JourneySending, "stp_1")
	first := h.deliveries()[0]
	if first.State != hookline.StateQueued || first.Origin != hookline.OriginCampaign || first.JourneyID != j.ID || first.PersonID != p.ID {
		t.Errorf("owed %+v", first.Delivery)
	}
	h.end(first.ID, hookline.StateDelivered, `{"lead_id":"L-1"}`)
	h.want(j, hookline.JourneyWaiting, "stp_2")
	h.later(59 * time.Minute)
	h.want(j, hookline.JourneyWaiting, "stp_2")
	h.later(2 * time.Minute)
	h.want(j, hookline.JourneySending, "stp_yes")
	if got := h.attributes(p.ID); got != `{"email":"ana@example.com","n":9007199254741010,"lead_id":"L-1"}` {
		t.Errorf("attributes %s", got)
	}
	rows := h.deliveries()
	requests := must(h.ListRequests(t.Context(), rows[1].ID))(t)
	if got := string(requests[0].Request.Body); got != `{"lead":"L-1","from":"L-1","order":17,"n":9007199254741010}` {
		t.Errorf("the second webhook is %s", got)
	}
	h.end(rows[1].ID, hookline.StateDelivered, `{}`)
	h.want(j, hookline.JourneyFinished, "")
	if j = h.now(j); j.Visits != 5 || j.EndedAt.IsZero() || string(j.Answers) != `{"create_lead":{"lead_id":"L-1"},"score":{}}` {
		t.Errorf("ended as %+v", j)
	}
}

func TestAFailedDeliveryLetsThePersonGoOn(t *testing.T) {
	h := newHouse(t)
	c := h.campaign(nil, h.webhook("Create lead", `{}`, true, true), span(time.Hour))
	p := h.person("u1", `{}`)
	j := h.enter(c, p)
	h.end(h.deliveries()[0].ID, hookline.StateFailed, `{"lead_id":"L-1"}`)
	h.want(j, hookline.JourneyWaiting, "stp_2")
	if got := h.attributes(p.ID); got != `{}` {
		t.Errorf("a failed delivery left %s", got)
	}
	if got := string(h.now(j).Answers); got != `{}` {
		t.Errorf("a failed delivery was answered %s", got)
	}
	// Resent later it sets the attribute, and moves nobody.
	id := h.deliveries()[0].ID
	h.must(h.Requeue(t.Context(), hookline.Requeue{DeliveryID: id, AskedBy: "ana@example.com"}))
	h.end(id, hookline.StateDelivered, `{"lead_id":"L-2"}`)
	h.want(j, hookline.JourneyWaiting, "stp_2")
	if got := h.attributes(p.ID); got != `{"lead_id":"L-2"}` {
		t.Errorf("the resend left %s", got)
	}
}

func TestDraftsHoldOnlyWhereTheAnswerSetsSomething(t *testing.T) {
	h := newHouse(t)
	for _, sets := range []bool{true, false} {
		c := h.campaign(func(c *hookline.Campaign) { c.Name = map[bool]string{true: "Sets", false: "Sets nothing"}[sets] },
			h.webhook("Create lead", `{}`, false, sets), span(time.Hour))
		j := h.enter(c, h.person("u1", `{}`))
		rows := h.deliveries()
		if d := rows[len(rows)-1]; d.State != hookline.StateDraft || d.JourneyID != j.ID || !d.NextAttemptAt.IsZero() {
			t.Errorf("owed %+v", d.Delivery)
		}
		if sets {
			h.want(j, hookline.JourneyHeld, "stp_1")
		} else {
			h.want(j, hookline.JourneyWaiting, "stp_2")
		}
	}
}

// TestWhatCannotBeMadeLetsThePersonGoOn: a template that fails, or decides not to
// send, costs its step and nothing else.
func TestWhatCannotBeMadeLetsThePersonGoOn(t *testing.T) {
	for body, want := range map[string]hookline.State{
		`{"a": {{ customer.name }}}`:            hookline.StateFailed,
		`{% cancel %}`:                          hookline.StateDiscarded,
		`{"a":"{{ customer.name | unknown }}"}`: hookline.StateFailed,
	} {
		h := newHouse(t)
		c := h.campaign(nil, h.webhook("Create lead", body, true, true), span(time.Hour))
		j := h.enter(c, h.person("u1", `{"name":"x y"}`))
		h.want(j, hookline.JourneyWaiting, "stp_2")
		if d := h.deliveries()[0]; d.State != want || d.Reason == "" || d.RequestNumber != 0 {
			t.Errorf("%s: %+v", body, d.Delivery)
		}
	}
}

// TestADraftThatCannotBeMadeStaysOne: it says why, and holds its person until
// somebody has mended what is missing and sends it, or discards it.
func TestADraftThatCannotBeMadeStaysOne(t *testing.T) {
	for body, want := range map[string]hookline.State{
		`{"a": {{ customer.name }}}`: hookline.StateDraft,
		`{% cancel %}`:               hookline.StateDiscarded,
	} {
		h := newHouse(t)
		c := h.campaign(nil, h.webhook("Create lead", body, false, true), span(time.Hour))
		j := h.enter(c, h.person("u1", `{"name":"x y"}`))
		d := h.deliveries()[0]
		if d.State != want || d.Reason == "" || d.RequestNumber != 0 {
			t.Errorf("%s: %+v", body, d.Delivery)
		}
		if want == hookline.StateDiscarded {
			h.want(j, hookline.JourneyWaiting, "stp_2")
			continue
		}
		h.want(j, hookline.JourneyHeld, "stp_1")
		sender := delivery.NewResender(h.Store, compose.New())
		if err := sender.SendDraft(t.Context(), d.ID, "ana@example.com"); hookline.KindOf(err) != hookline.KindInvalid {
			t.Errorf("as it is: %v", err)
		}
		h.want(j, hookline.JourneyHeld, "stp_1")
		h.person("u1", `{"name":7}`)
		h.must(sender.SendDraft(t.Context(), d.ID, "ana@example.com"))
		h.want(j, hookline.JourneySending, "stp_1")
		if d := h.deliveries()[0]; d.State != hookline.StateQueued || d.Reason != "" || d.RequestNumber != 1 {
			t.Errorf("mended: %+v", d.Delivery)
		}
	}
}

func TestAWaitForACondition(t *testing.T) {
	for name, test := range map[string]struct {
		happens func(h *house, p hookline.Person)
		want    hookline.JourneyState
	}{
		"met at once":       {nil, hookline.JourneyWaiting},
		"met later":         {func(h *house, p hookline.Person) { h.person("u1", `{"plan":"pro"}`); h.run() }, hookline.JourneyFinished},
		"something else":    {func(h *house, p hookline.Person) { h.person("u1", `{"plan":"free","n":1}`); h.run() }, hookline.JourneyWaiting},
		"by an event":       {func(h *house, p hookline.Person) { h.happens(identify("u1", `{"plan":"pro"}`)) }, hookline.JourneyFinished},
		"at most so long":   {func(h *house, p hookline.Person) { h.later(61 * time.Minute) }, hookline.JourneyFinished},
		"woken for nothing": {func(h *house, p hookline.Person) { h.person("u1", `{"n":1}`); h.run(); h.later(61 * time.Minute) }, hookline.JourneyFinished},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			c := h.campaign(nil, hookline.Step{Kind: hookline.StepWait, Wait: hookline.WaitStep{Kind: hookline.WaitCondition, Span: time.Hour, Condition: `person.plan = "pro"`}})
			p := h.person("u1", `{}`)
			j := h.enter(c, p)
			h.want(j, hookline.JourneyWaiting, "stp_1")
			wakes := h.now(j).WakeAt
			if test.happens != nil {
				test.happens(h, p)
			}
			if j = h.now(j); j.State != test.want || test.want == hookline.JourneyWaiting && !j.WakeAt.Equal(wakes) {
				t.Errorf("the journey is %s until %s, want %s until %s", j.State, j.WakeAt, test.want, wakes)
			}
		})
	}
}

func identify(userID, traits string) hookline.Event {
	return hookline.Event{Type: hookline.Identify, UserID: userID, Payload: []byte(`{"type":"identify","userId":"` + userID + `","traits":` + traits + `}`)}
}

func track(userID, name, properties string) hookline.Event {
	return hookline.Event{Type: hookline.Track, UserID: userID, Name: name, Payload: []byte(`{"type":"track","userId":"` + userID + `","event":"` + name + `","properties":` + properties + `}`)}
}

// TestTheExitCondition takes people out wherever they are, as soon as they change
// or before their next step.
func TestTheExitCondition(t *testing.T) {
	for name, step := range map[string]func(h *house) hookline.Step{
		"waiting": func(*house) hookline.Step { return span(time.Hour) },
		"sending": func(h *house) hookline.Step { return h.webhook("Create lead", `{}`, true, true) },
		"held":    func(h *house) hookline.Step { return h.webhook("Create lead", `{}`, false, true) },
		"going": func(h *house) hookline.Step {
			return hookline.Step{Kind: hookline.StepUpdate, Sets: []hookline.ResponseAttribute{{Name: "left", Value: "true"}}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			c := h.campaign(func(c *hookline.Campaign) { c.Exit = `person.left = true` }, step(h), span(time.Hour))
			p := h.person("u1", `{}`)
			j := h.enter(c, p)
			if name != "going" {
				h.want(j, hookline.JourneyState(name), "stp_1")
			}
			h.person("u1", `{"left":true}`)
			h.run()
			h.want(j, hookline.JourneyLeft, "")
			if j = h.now(j); !strings.Contains(j.Reason, "exit condition") {
				t.Errorf("left because of %q", j.Reason)
			}
		})
	}
}

// TestKeysAreOfJourneyStepAndVisit: work done again has the same keys, other work
// has others.
func TestKeysAreOfJourneyStepAndVisit(t *testing.T) {
	h := newHouse(t)
	c := h.campaign(func(c *hookline.Campaign) { c.Reentry.Often = true }, h.webhook("A", `{}`, false, false), h.webhook("B", `{}`, false, false))
	p := h.person("u1", `{}`)
	h.enter(c, p)
	h.enter(c, p, h.person("u2", `{}`))
	keys := map[string]bool{}
	for _, d := range h.deliveries() {
		keys[d.IdempotencyKey] = true
	}
	if len(keys) != 6 {
		t.Errorf("6 deliveries have %d keys", len(keys))
	}
	counts := must(h.CountJourneys(t.Context(), c.ID))(t)
	if diff := cmp.Diff(map[hookline.JourneyState]int{hookline.JourneyFinished: 3}, counts); diff != "" {
		t.Error(diff)
	}
}
