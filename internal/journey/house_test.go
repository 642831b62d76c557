package journey_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"strconv"
	"testing"
	"time"

	"hookline/internal/compose"
	"hookline/internal/fanout"
	"hookline/internal/hookline"
	"hookline/internal/journey"
	"hookline/internal/segment"
	"hookline/internal/sqlite"
	"hookline/internal/sqlite/home"
)

// house is a database with everything that takes part in a journey but the
// sending: how a delivery ends, each test says itself.
type house struct {
	*sqlite.Store
	*journey.Engine
	t    *testing.T
	home string
	at   time.Time // by the engine's clock
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, home: home.New(t), at: time.Now().UTC().Truncate(time.Microsecond)}
	h.open()
	t.Cleanup(func() { h.must(h.Close()) })
	return h
}

func (h *house) open() {
	h.t.Helper()
	var err error
	h.Store, err = sqlite.Open(h.t.Context(), h.home, nil)
	h.must(err)
	h.Engine = journey.New(h.Store, compose.New(), h.log())
	h.SetClock(func() time.Time { return h.at })
}

// restart is what a kill and a new start do.
func (h *house) restart() {
	h.t.Helper()
	h.must(h.Close())
	h.open()
}

func (h *house) log() *slog.Logger {
	return slog.New(slog.NewTextHandler(h.t.Output(), &slog.HandlerOptions{Level: slog.LevelError}))
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func must[T any](value T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// run lets people enter and go on until nothing is left to do now.
func (h *house) run() {
	h.t.Helper()
	h.at = later(h.at, time.Now().UTC().Truncate(time.Microsecond))
	for range 200 {
		entered, err := h.Enter(h.t.Context())
		h.must(err)
		walked, err := h.Walk(h.t.Context())
		h.must(err)
		if !entered && !walked {
			return
		}
		h.at = h.at.Add(time.Microsecond)
	}
	h.t.Fatal("there is always something to do")
}

// later is run after some time.
func (h *house) later(d time.Duration) {
	h.t.Helper()
	h.at = h.at.Add(d)
	h.run()
}

// person makes a person.
func (h *house) person(id, attributes string) hookline.Person {
	h.t.Helper()
	p, _, err := h.PutPerson(h.t.Context(), id, json.RawMessage(attributes))
	h.must(err)
	return p
}

func (h *house) attributes(id string) string {
	h.t.Helper()
	p, err := h.Person(h.t.Context(), id)
	h.must(err)
	return string(p.Attributes)
}

// campaign starts a campaign with these steps that begins with calls, unless
// change makes it another one.
func (h *house) campaign(change func(*hookline.Campaign), steps ...hookline.Step) hookline.Campaign {
	h.t.Helper()
	for i := range steps {
		if steps[i].ID == "" {
			steps[i].ID = "stp_" + strconv.Itoa(i+1)
		}
	}
	c := hookline.Campaign{Name: "Welcome", Trigger: hookline.CampaignTrigger{Kind: hookline.TriggerCall}, Steps: steps}
	if change != nil {
		change(&c)
	}
	c, err := h.CreateCampaign(h.t.Context(), c)
	h.must(err)
	c, err = h.ChangeCampaign(h.t.Context(), c.ID, hookline.CampaignRunning)
	h.must(err)
	h.at = later(h.at, c.StartedAt.Add(time.Millisecond))
	return c
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// webhook is a step that sends body, and sets lead_id from the answer when sets.
func (h *house) webhook(name, body string, auto, sets bool) hookline.Step {
	h.t.Helper()
	template := hookline.NewTemplate()
	template.URL, template.Body = "https://crm.example.com/leads", body
	a := hookline.Action{Name: name, Enabled: true, Template: template}
	if sets {
		a.Response.Attributes = []hookline.ResponseAttribute{{Name: "lead_id", Value: "{{ response.lead_id }}"}}
	}
	d, a, err := h.CreateOwned(h.t.Context(), "cmp_owner", name, a)
	h.must(err)
	return hookline.Step{Kind: hookline.StepWebhook, Name: name, Webhook: hookline.WebhookStep{DestinationID: d.ID, ActionID: a.ID, Auto: auto}}
}

func span(d time.Duration) hookline.Step {
	return hookline.Step{Kind: hookline.StepWait, Wait: hookline.WaitStep{Kind: hookline.WaitSpan, Span: d}}
}

// enter lets people enter a campaign by a call, and go on; it gives the journey
// of the first.
func (h *house) enter(c hookline.Campaign, people ...hookline.Person) hookline.Journey {
	h.t.Helper()
	ids := make([]string, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	called, err := h.Call(h.t.Context(), c.ID, ids, json.RawMessage(`{"order":17}`))
	h.must(err)
	for _, one := range called {
		if !one.Began {
			h.t.Fatalf("%s did not enter", one.PersonID)
		}
	}
	h.run()
	return h.journeyOf(c, people[0].ID)
}

// journeyOf is the newest one of a person.
func (h *house) journeyOf(c hookline.Campaign, personID string) hookline.Journey {
	h.t.Helper()
	all, err := h.ListJourneys(h.t.Context(), hookline.JourneyFilter{CampaignID: c.ID, PersonID: personID}, hookline.Cursor{})
	h.must(err)
	if len(all.Rows) == 0 {
		return hookline.Journey{}
	}
	return all.Rows[0]
}

// now reads a journey again.
func (h *house) now(j hookline.Journey) hookline.Journey {
	h.t.Helper()
	j, err := h.Journey(h.t.Context(), j.ID)
	h.must(err)
	return j
}

// want checks where a journey is.
func (h *house) want(j hookline.Journey, state hookline.JourneyState, stepID string) {
	h.t.Helper()
	j = h.now(j)
	if j.State != state || j.StepID != stepID {
		h.t.Errorf("the journey is %s at %q because of %q, want %s at %q", j.State, j.StepID, j.Reason, state, stepID)
	}
}

// deliveries gives all that were made, the oldest first.
func (h *house) deliveries() []hookline.DeliveryRow {
	h.t.Helper()
	all, err := h.ListDeliveries(h.t.Context(), hookline.DeliveryFilter{}, hookline.Cursor{})
	h.must(err)
	rows := all.Rows
	for i, j := 0, len(rows)-1; i < j; i, j = i+1, j-1 {
		rows[i], rows[j] = rows[j], rows[i]
	}
	return rows
}

// end ends a delivery, with an answer that sets lead_id when it was delivered.
func (h *house) end(id string, state hookline.State, answer string) {
	h.t.Helper()
	d, err := h.DeliveryRow(h.t.Context(), id)
	h.must(err)
	status := map[hookline.State]int{hookline.StateDelivered: 200, hookline.StateFailed: 404}[state]
	f := hookline.Finished{
		JourneyID: d.JourneyID, Tries: d.Tries, Outcome: hookline.Outcome{State: state},
		Attempt: hookline.Attempt{DeliveryID: id, Number: d.Attempts + 1, RequestNumber: d.RequestNumber, StartedAt: h.at, Status: status, Answer: []byte(answer), Outcome: state},
	}
	var said struct {
		LeadID json.RawMessage `json:"lead_id"`
	}
	if json.Unmarshal([]byte(answer), &said) == nil && said.LeadID != nil {
		f.Sets = []hookline.SetAttribute{{Name: "lead_id", Value: said.LeadID}}
	}
	h.must(h.Finish(h.t.Context(), f))
	h.run()
}

// happens appends events and has fanout and the segments follow them.
func (h *house) happens(events ...hookline.Event) {
	h.t.Helper()
	for i := range events {
		events[i].ReceivedAt, events[i].Timestamp = time.Now().UTC(), time.Now().UTC()
		events[i].MessageID = strconv.FormatInt(time.Now().UnixNano(), 36) + strconv.Itoa(i)
	}
	_, err := h.AppendEvents(h.t.Context(), events, nil)
	h.must(err)
	h.settle()
}

// settle has fanout and the segments follow all that has happened.
func (h *house) settle() {
	h.t.Helper()
	last, err := h.ListEvents(h.t.Context(), hookline.EventFilter{}, hookline.Cursor{Limit: 1})
	h.must(err)
	if len(last.Rows) > 0 && h.FanoutFollowed() != last.Rows[0].ID {
		h.fanOut(last.Rows[0].ID)
	}
	stage := segment.New(h.Store, nil, h.log())
	for {
		n, err := stage.Round(h.t.Context())
		h.must(err)
		if n == 0 {
			break
		}
	}
	h.run()
}

// fanOut lets fanout work until it has come to an event.
func (h *house) fanOut(until string) {
	h.t.Helper()
	ctx, stop := context.WithCancel(h.t.Context())
	done := make(chan error, 1)
	go func() { done <- fanout.New(h.Store, compose.New(), nil, h.log()).Run(ctx) }()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for began := time.Now(); h.FanoutFollowed() != until && time.Since(began) < time.Minute; <-tick.C {
	}
	stop()
	h.must(<-done)
}
