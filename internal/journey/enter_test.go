package journey_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/journey"

	"github.com/google/go-cmp/cmp"
)

// entered gives how often each of the people entered, by their user ids.
func (h *house) entered(c hookline.Campaign) map[string]int {
	h.t.Helper()
	all, err := h.ListJourneys(h.t.Context(), hookline.JourneyFilter{CampaignID: c.ID}, hookline.Cursor{Limit: 10000})
	h.must(err)
	times := map[string]int{}
	for _, j := range all.Rows {
		p, err := h.Person(h.t.Context(), j.PersonID)
		h.must(err)
		times[p.UserID]++
	}
	return times
}

func (h *house) wantEntered(c hookline.Campaign, want map[string]int) {
	h.t.Helper()
	if diff := cmp.Diff(want, h.entered(c)); diff != "" {
		h.t.Errorf("who entered differs (-want +got)\n%s", diff)
	}
}

func byEvent(condition string) func(*hookline.Campaign) {
	return func(c *hookline.Campaign) {
		c.Trigger = hookline.CampaignTrigger{Kind: hookline.TriggerEvent, Condition: condition}
	}
}

func TestEventsLetPeopleEnter(t *testing.T) {
	h := newHouse(t)
	h.happens(identify("early", `{"plan":"pro"}`), track("early", "Order Completed", `{"total":10}`))
	c := h.campaign(byEvent(`event = "Order Completed" and properties.total > 5 and person.plan = "pro"`), h.webhook("Thank", `{"total":{{ event.properties.total }},"name":"{{ event_name }}"}`, true, false))
	h.happens(
		identify("met", `{"plan":"pro"}`), track("met", "Order Completed", `{"total":10.50}`),
		identify("free", `{"plan":"free"}`), track("free", "Order Completed", `{"total":10}`),
		identify("cheap", `{"plan":"pro"}`), track("cheap", "Order Completed", `{"total":5}`),
	)
	h.wantEntered(c, map[string]int{"met": 1})
	d := h.deliveries()[0]
	if got := string(must(h.ListRequests(t.Context(), d.ID))(t)[0].Request.Body); got != `{"total":10.5,"name":"Order Completed"}` {
		t.Errorf("sent %s", got)
	}
	c = must(h.ChangeCampaign(t.Context(), c.ID, hookline.CampaignPaused))(t)
	h.happens(identify("paused", `{"plan":"pro"}`), track("paused", "Order Completed", `{"total":10}`))
	must(h.ChangeCampaign(t.Context(), c.ID, hookline.CampaignRunning))(t)
	h.happens(identify("after", `{"plan":"pro"}`), track("after", "Order Completed", `{"total":10}`))
	h.restart()
	h.run()
	h.wantEntered(c, map[string]int{"met": 1, "after": 1})
}

// TestReentry counts how often somebody enters who sends an event at once, while
// they are in the campaign, and after an hour and after two.
func TestReentry(t *testing.T) {
	for name, test := range map[string]struct {
		rule hookline.Reentry
		want int
	}{
		"once in a lifetime":      {hookline.Reentry{}, 1},
		"as soon as it is over":   {hookline.Reentry{Often: true}, 3},
		"after an hour and a bit": {hookline.Reentry{Often: true, After: 61 * time.Minute}, 2},
		"after less than an hour": {hookline.Reentry{Often: true, After: 59 * time.Minute}, 3},
		"much later":              {hookline.Reentry{Often: true, After: 3 * time.Hour}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			c := h.campaign(func(c *hookline.Campaign) { c.Reentry = test.rule }, span(time.Minute))
			p := h.person("u1", `{}`)
			call := func() {
				must(h.Call(t.Context(), c.ID, []string{p.ID, p.ID}, nil))(t)
			}
			at := h.at
			for _, d := range []time.Duration{0, 30 * time.Second, time.Hour, 2 * time.Hour} {
				h.at = at.Add(d)
				h.run()
				call()
				h.run()
			}
			h.wantEntered(c, map[string]int{"u1": test.want})
		})
	}
}

func (h *house) segment(condition string) hookline.Segment {
	h.t.Helper()
	g, err := h.CreateSegment(h.t.Context(), hookline.Segment{Name: "Pros", Condition: condition})
	h.must(err)
	h.settle()
	return g
}

func TestMovesLetPeopleEnter(t *testing.T) {
	for name, test := range map[string]struct {
		kind hookline.TriggerKind
		want map[string]int
	}{
		"entering": {hookline.TriggerEntered, map[string]int{"new": 1}},
		"leaving":  {hookline.TriggerLeft, map[string]int{"goes": 1}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.happens(identify("was", `{"plan":"pro","in":1}`), identify("goes", `{"plan":"pro","in":1}`))
			g := h.segment(`person.plan = "pro"`)
			c := h.campaign(func(c *hookline.Campaign) {
				c.Trigger = hookline.CampaignTrigger{Kind: test.kind, SegmentID: g.ID, Condition: `person.in = 1`}
			}, span(time.Hour))
			h.happens(identify("new", `{"plan":"pro","in":1}`), identify("else", `{"plan":"pro","in":2}`), identify("goes", `{"plan":"free"}`))
			h.settle()
			h.wantEntered(c, test.want)
			h.restart()
			h.run()
			h.wantEntered(c, test.want)
		})
	}
}

// TestASegmentWakesAndLetsLeave: being in a segment is asked for like an attribute.
func TestASegmentWakesAndLetsLeave(t *testing.T) {
	h := newHouse(t)
	g := h.segment(`person.plan = "pro"`)
	waits := h.campaign(nil, hookline.Step{Kind: hookline.StepWait, Wait: hookline.WaitStep{Kind: hookline.WaitCondition, Span: time.Hour, Condition: `segment("` + g.ID + `")`}})
	leaves := h.campaign(func(c *hookline.Campaign) { c.Name, c.Exit = "Leaves", `segment("`+g.ID+`")` }, span(time.Hour))
	h.happens(identify("u1", `{}`))
	p := must(h.PersonByIdentity(t.Context(), "user:u1"))(t)
	one, two := h.enter(waits, p), h.enter(leaves, p)
	h.want(one, hookline.JourneyWaiting, "stp_1")
	h.want(two, hookline.JourneyWaiting, "stp_1")
	h.happens(identify("u1", `{"plan":"pro"}`))
	h.settle()
	h.want(one, hookline.JourneyFinished, "")
	h.want(two, hookline.JourneyLeft, "")
}

func TestDatesLetPeopleEnter(t *testing.T) {
	h := newHouse(t)
	in := func(d time.Duration) string { return `{"renews":"` + h.at.Add(d).Format(time.RFC3339Nano) + `"}` }
	h.person("soon", in(5*time.Minute))
	h.person("moved", in(5*time.Minute))
	h.person("later", in(20*time.Minute))
	h.person("past", in(-time.Hour))
	h.person("none", `{}`)
	c := h.campaign(func(c *hookline.Campaign) {
		c.Trigger = hookline.CampaignTrigger{Kind: hookline.TriggerDate, Attribute: "renews"}
	}, h.webhook("Remind", `{"date":"{{ trigger.date }}"}`, true, false))
	h.run()
	h.wantEntered(c, map[string]int{})
	h.person("moved", in(time.Hour))
	h.person("new", in(6*time.Minute)) // was not there when everybody was gone through
	h.later(4 * time.Minute)
	h.wantEntered(c, map[string]int{})
	h.later(2 * time.Minute)
	h.wantEntered(c, map[string]int{"soon": 1})
	h.restart()
	h.later(15 * time.Minute)
	h.wantEntered(c, map[string]int{"soon": 1, "new": 1, "later": 1})
	h.later(15 * time.Minute)
	h.later(25 * time.Minute)
	h.wantEntered(c, map[string]int{"soon": 1, "new": 1, "later": 1, "moved": 1})
}

func TestCallsLetPeopleEnter(t *testing.T) {
	h := newHouse(t)
	c := h.campaign(func(c *hookline.Campaign) { c.Trigger.Condition = `person.in = 1` }, h.webhook("Tell", `{{ trigger | json }}`, true, false))
	a, b := h.person("a", `{"in":1}`), h.person("b", `{"in":2}`)
	got := must(h.Call(t.Context(), c.ID, []string{a.ID, b.ID, "per_nobody"}, json.RawMessage(`{"n":12345678901234567890}`)))(t)
	var began []bool
	for _, one := range got {
		began = append(began, one.Began)
	}
	if diff := cmp.Diff([]bool{true, false, false}, began); diff != "" {
		t.Error(diff)
	}
	h.restart() // what was answered is durable
	h.run()
	if got := string(must(h.ListRequests(t.Context(), h.deliveries()[0].ID))(t)[0].Request.Body); got != `{"n":12345678901234567890}` {
		t.Errorf("sent %s", got)
	}
	for name, call := range map[string]func() error{
		"no object": func() error { _, err := h.Call(t.Context(), c.ID, []string{a.ID}, json.RawMessage(`[1]`)); return err },
		"nobody":    func() error { _, err := h.Call(t.Context(), c.ID, nil, nil); return err },
		"too long": func() error {
			_, err := h.Call(t.Context(), c.ID, []string{a.ID}, append([]byte(`{"a":"`), make([]byte, 33<<10)...))
			return err
		},
	} {
		if hookline.KindOf(call()) != hookline.KindInvalid {
			t.Errorf("%s: %v", name, call())
		}
	}
	must(h.ChangeCampaign(t.Context(), c.ID, hookline.CampaignPaused))(t)
	if _, err := h.Call(t.Context(), c.ID, []string{a.ID}, nil); hookline.KindOf(err) != hookline.KindConflict {
		t.Errorf("a call of a paused campaign: %v", err)
	}
}

// people makes many people at once.
func (h *house) people(many int) []string {
	h.t.Helper()
	var made hookline.IDs
	ids, changes := make([]string, many), make([]hookline.PersonChange, many)
	for i := range ids {
		ids[i] = made.New("per")
		p := hookline.Person{ID: ids[i], UserID: fmt.Sprint("u", i), Attributes: json.RawMessage(`{}`), CreatedAt: time.Now(), UpdatedAt: time.Now()}
		changes[i] = hookline.PersonChange{Person: p, Identities: []string{hookline.UserIdentity(p.UserID)}}
	}
	h.must(h.RecordFanout(h.t.Context(), hookline.Fanout{People: changes}))
	return ids
}

// TestABroadcast brings in a whole segment in stretches, goes on after a kill, and
// stops when somebody asks.
func TestABroadcast(t *testing.T) {
	const stretch = journey.BroadcastAtOnce
	const many = 5 * stretch / 2
	h := newHouse(t)
	g := must(h.CreateSegment(t.Context(), hookline.Segment{Name: "All", Manual: true}))(t)
	ids := h.people(many)
	h.must(h.PutMembers(t.Context(), g.ID, ids))
	at := h.at.Add(time.Hour)
	c := h.campaign(func(c *hookline.Campaign) {
		c.Trigger = hookline.CampaignTrigger{Kind: hookline.TriggerBroadcast, SegmentID: g.ID, At: at}
	}, span(time.Hour))
	h.run()
	h.wantEntered(c, map[string]int{})
	h.at = at.Add(time.Second)
	must(h.Enter(t.Context()))(t)
	b := must(h.ListBroadcasts(t.Context(), c.ID))(t)[0]
	if b.State != hookline.BroadcastRunning || b.Total != many || b.Looked != stretch || b.Began != stretch {
		t.Errorf("after a stretch it is %+v", b)
	}
	h.restart()
	h.at = at.Add(2 * time.Second)
	must(h.Enter(t.Context()))(t)
	h.must(h.StopBroadcast(t.Context(), b.ID, "ana@example.com"))
	h.run()
	if n := len(h.entered(c)); n != 2*stretch {
		t.Errorf("%d entered before it was stopped, want %d", n, 2*stretch)
	}
	if err := h.StopBroadcast(t.Context(), b.ID, "ana@example.com"); hookline.KindOf(err) != hookline.KindConflict {
		t.Errorf("stopped twice: %v", err)
	}
	for _, to := range []hookline.CampaignState{hookline.CampaignStopped, hookline.CampaignRunning} {
		c = must(h.ChangeCampaign(t.Context(), c.ID, to))(t)
	}
	h.run() // once in a lifetime
	b = must(h.ListBroadcasts(t.Context(), c.ID))(t)[0]
	if b.State != hookline.BroadcastFinished || b.Looked != many || b.Began != many-2*stretch || len(h.entered(c)) != many {
		t.Errorf("the second one ended as %+v", b)
	}
}
