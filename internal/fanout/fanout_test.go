package fanout_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"hookline/internal/compose"
	"hookline/internal/fanout"
	"hookline/internal/hookline"
	"hookline/internal/sqlite"
	"hookline/internal/sqlite/home"

	"github.com/google/go-cmp/cmp"
)

// house is a real store with one source, and the stage that works on it.
type house struct {
	*sqlite.Store
	t      *testing.T
	source hookline.Source
	stage  *fanout.Fanout
	n      int
}

func newHouse(t *testing.T) *house {
	t.Helper()
	store, err := sqlite.Open(t.Context(), home.New(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { check(t, store.Close()) })
	source, err := store.CreateSource(t.Context(), hookline.Source{Name: "Website", Enabled: true})
	check(t, err)
	return &house{Store: store, t: t, source: source, stage: fanout.New(store, compose.New(), nil, slog.New(slog.DiscardHandler))}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (h *house) destination(name string, change func(*hookline.Destination)) hookline.Destination {
	h.t.Helper()
	d := hookline.Destination{Name: name, Enabled: true, SourceIDs: []string{h.source.ID}, SignatureMode: hookline.SignWhole, Timeout: hookline.DefaultTimeout}
	change(&d)
	d, err := h.CreateDestination(h.t.Context(), d)
	check(h.t, err)
	return d
}

func (h *house) action(d hookline.Destination, trigger, body string) hookline.Action {
	h.t.Helper()
	a := hookline.Action{DestinationID: d.ID, Name: "Send", Enabled: true, Trigger: trigger, Template: hookline.NewTemplate()}
	a.Template.URL, a.Template.Body = "https://example.com/", body
	a, err := h.CreateAction(h.t.Context(), a)
	check(h.t, err)
	return a
}

// send appends events, each as JSON with a type.
func (h *house) send(calls ...string) []hookline.Event {
	h.t.Helper()
	events := make([]hookline.Event, len(calls))
	for i, text := range calls {
		var c struct {
			Type, UserID, AnonymousID, Event string
		}
		check(h.t, json.Unmarshal([]byte(text), &c))
		h.n++
		events[i] = hookline.Event{
			SourceID: h.source.ID, Type: hookline.EventType(c.Type), MessageID: fmt.Sprint(h.n), UserID: c.UserID, AnonymousID: c.AnonymousID,
			Name: c.Event, Payload: []byte(text), ReceivedAt: time.Now(), Timestamp: time.Now(),
		}
	}
	_, err := h.AppendEvents(h.t.Context(), events, nil)
	check(h.t, err)
	return events
}

// settle runs the stage until it has come to the end of the event log.
func (h *house) settle() {
	h.t.Helper()
	ctx, stop := context.WithTimeout(h.t.Context(), 20*time.Second)
	defer stop()
	done := make(chan error, 1)
	go func() { done <- h.stage.Run(ctx) }()
	for ctx.Err() == nil {
		cursor, err := h.FanoutCursor(ctx)
		check(h.t, err)
		left, err := h.EventsAfter(ctx, cursor, 1)
		check(h.t, err)
		if len(left) == 0 {
			break
		}
		h.stage.Nudge()
	}
	stop()
	check(h.t, <-done)
}

// owed lists every delivery as "state body" or "state reason", oldest first.
func (h *house) owed() []string {
	h.t.Helper()
	listing, err := h.ListDeliveries(h.t.Context(), hookline.DeliveryFilter{}, hookline.Cursor{Limit: 10_000})
	check(h.t, err)
	var owed []string
	for _, d := range slices.Backward(listing.Rows) {
		requests, err := h.ListRequests(h.t.Context(), d.ID)
		check(h.t, err)
		text := d.Reason
		if len(requests) > 0 {
			text = string(requests[0].Request.Body)
		}
		owed = append(owed, string(d.State)+" "+text)
	}
	return owed
}

func (h *house) wantOwed(want ...string) {
	h.t.Helper()
	if diff := cmp.Diff(want, h.owed()); diff != "" {
		h.t.Errorf("owed (-want +got)\n%s", diff)
	}
}

func TestEventSetsOffWhatItMeets(t *testing.T) {
	h := newHouse(t)
	crm := h.destination("CRM", func(*hookline.Destination) {})
	h.action(crm, `type = "track" and event = "Signed Up"`, `"{{ event.userId }} signed up, {{ customer.plan }}"`)
	h.action(crm, `person.plan = "pro"`, `"{{ customer.id }} is pro at {{ event.type }}"`)
	h.destination("Off", func(d *hookline.Destination) { d.Enabled = false })
	elsewhere := h.destination("Elsewhere", func(d *hookline.Destination) { d.SourceIDs = nil })
	h.action(elsewhere, ``, `"never"`)
	h.send(
		`{"type":"identify","userId":"u1","traits":{"plan":"free"}}`,
		`{"type":"track","userId":"u1","event":"Signed Up"}`,
		`{"type":"identify","userId":"u1","traits":{"plan":"pro"}}`,
		`{"type":"track","userId":"u1","event":"Signed Up","integrations":{"CRM":false}}`,
		`{"type":"track","anonymousId":"a1","event":"Signed Up"}`,
	)
	h.settle()
	h.wantOwed(`queued "u1 signed up, free"`, `queued "u1 is pro at identify"`, `queued " signed up, "`)
}

func TestTemplateThatFailsFailsItsDeliveryAlone(t *testing.T) {
	h := newHouse(t)
	d := h.destination("CRM", func(*hookline.Destination) {})
	h.action(d, ``, `{"a": {{ event.properties.n }}}`)
	h.action(d, ``, `"fine"`)
	h.action(d, ``, `{% cancel "not today" %}`)
	h.send(`{"type":"track","userId":"u1","event":"A","properties":{"n":"text"}}`)
	h.settle()
	owed := h.owed()
	if len(owed) != 3 || !strings.Contains(owed[0], "failed The body could not be made: line 1") || owed[1] != `queued "fine"` ||
		!strings.HasPrefix(owed[2], "discarded The template decided not to send this") {
		t.Errorf("owed %q", owed)
	}
}

func TestSuppressedPeopleSetOffNothing(t *testing.T) {
	h := newHouse(t)
	d := h.destination("CRM", func(*hookline.Destination) {})
	h.action(d, `event = "Bought"`, `"{{ event.userId }}"`)
	h.send(`{"type":"track","userId":"u1","event":"User Suppressed"}`, `{"type":"track","userId":"u1","event":"Bought"}`, `{"type":"track","userId":"u2","event":"Bought"}`)
	h.settle()
	h.wantOwed(`queued "u2"`)
}

func TestKeysComeFromEventAndAction(t *testing.T) {
	h := newHouse(t)
	d := h.destination("CRM", func(*hookline.Destination) {})
	h.action(d, ``, `"one"`)
	h.action(d, ``, `"two"`)
	h.send(`{"type":"track","userId":"u1","event":"A"}`, `{"type":"track","userId":"u1","event":"B"}`)
	h.settle()
	listing, err := h.ListDeliveries(t.Context(), hookline.DeliveryFilter{}, hookline.Cursor{})
	check(t, err)
	seen := map[string]bool{}
	for _, row := range listing.Rows {
		seen[row.IdempotencyKey] = true
	}
	if len(listing.Rows) != 4 || len(seen) != 4 {
		t.Errorf("%d deliveries with %d keys, want 4 and 4", len(listing.Rows), len(seen))
	}
}

func TestChangedConfigurationCountsFromTheNextStretch(t *testing.T) {
	h := newHouse(t)
	d := h.destination("CRM", func(*hookline.Destination) {})
	a := h.action(d, ``, `"before"`)
	h.send(`{"type":"track","userId":"u1","event":"A"}`)
	h.settle()
	a.Template.Body = `"after"`
	_, err := h.UpdateAction(t.Context(), a)
	check(t, err)
	h.send(`{"type":"track","userId":"u1","event":"B"}`)
	h.settle()
	h.wantOwed(`queued "before"`, `queued "after"`)
	listing, err := h.ListDeliveries(t.Context(), hookline.DeliveryFilter{}, hookline.Cursor{})
	check(t, err)
	if newest, oldest := listing.Rows[0].ActionVersion, listing.Rows[1].ActionVersion; newest != 2 || oldest != 1 {
		t.Errorf("they name the versions %d and %d, want 2 and 1", newest, oldest)
	}
}

func TestLongLogIsWalkedWhole(t *testing.T) {
	h := newHouse(t)
	d := h.destination("CRM", func(*hookline.Destination) {})
	h.action(d, `event = "Yes"`, `"{{ event.userId }}"`)
	var want []string
	for i := range 60 {
		calls := make([]string, 20)
		for j := range calls {
			name := "No"
			if j%10 == 3 {
				name = "Yes"
				want = append(want, fmt.Sprintf(`queued "u%d"`, i*20+j))
			}
			calls[j] = fmt.Sprintf(`{"type":"track","userId":"u%d","event":%q}`, i*20+j, name)
		}
		h.send(calls...)
	}
	h.settle()
	h.wantOwed(want...)
}

// TestPersonChangedMeanwhile makes the store refuse a stretch once, as it does
// when somebody edits a person while the stretch is worked out.
func TestPersonChangedMeanwhile(t *testing.T) {
	h := newHouse(t)
	h.send(`{"type":"identify","userId":"u1","traits":{"plan":"free"}}`)
	h.settle()
	refusing := &refuser{Store: h.Store, t: t}
	h.stage = fanout.New(refusing, compose.New(), nil, slog.New(slog.DiscardHandler))
	h.send(`{"type":"identify","userId":"u1","traits":{"age":3}}`)
	h.settle()
	p, err := h.PersonByIdentity(t.Context(), hookline.UserIdentity("u1"))
	check(t, err)
	if got := string(p.Attributes); got != `{"plan":"pro","age":3}` || !refusing.edited {
		t.Errorf("attributes %s; edited meanwhile: %v", got, refusing.edited)
	}
}

type refuser struct {
	*sqlite.Store
	t      *testing.T
	edited bool
}

func (r *refuser) RecordFanout(ctx context.Context, f hookline.Fanout) error {
	if !r.edited {
		r.edited = true
		p, err := r.PersonByIdentity(ctx, hookline.UserIdentity("u1"))
		check(r.t, err)
		p.Attributes = []byte(`{"plan":"pro"}`)
		_, err = r.UpdatePerson(ctx, p)
		check(r.t, err)
	}
	return r.Store.RecordFanout(ctx, f)
}

func TestTriggersAskForSegments(t *testing.T) {
	h := newHouse(t)
	friends, err := h.CreateSegment(t.Context(), hookline.Segment{Name: "Friends", Manual: true})
	check(t, err)
	crm := h.destination("CRM", func(*hookline.Destination) {})
	h.action(crm, `event = "Came" and segment("`+friends.ID+`")`, `"{{ event.userId }} is a friend"`)
	h.action(crm, `event = "Came" and !segment("`+friends.ID+`")`, `"{{ event.userId }}{{ event.anonymousId }} is none"`)
	h.send(`{"type":"track","userId":"ana","event":"Came"}`)
	h.settle()
	ana, err := h.PersonByIdentity(t.Context(), hookline.UserIdentity("ana"))
	check(t, err)
	check(t, h.PutMembers(t.Context(), friends.ID, []string{ana.ID}))
	h.send(`{"type":"track","userId":"ana","event":"Came"}`, `{"type":"track","userId":"bob","event":"Came"}`, `{"type":"track","anonymousId":"a1","event":"Came"}`)
	h.settle()
	h.wantOwed(`queued "ana is none"`, `queued "ana is a friend"`, `queued "bob is none"`, `queued "a1 is none"`)

	h.send(`{"type":"alias","userId":"cy","previousId":"ana"}`, `{"type":"track","userId":"cy","event":"Came"}`)
	h.settle()
	if owed := h.owed(); owed[len(owed)-1] != `queued "cy is a friend"` {
		t.Errorf("who became cy was a friend, but owed is %s", owed[len(owed)-1])
	}
}
