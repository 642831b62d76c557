package segment_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"hookline/internal/compose"
	"hookline/internal/fanout"
	"hookline/internal/hookline"
	"hookline/internal/segment"
	"hookline/internal/sqlite"
	"hookline/internal/sqlite/home"
)

// house is a real store with one source, and the two stages, with a clock that
// is set by hand.
type house struct {
	*sqlite.Store
	t      testing.TB
	source hookline.Source
	fanout *fanout.Fanout
	stage  *segment.Stage
	now    time.Time
	n      int
}

func newHouse(t testing.TB) *house {
	t.Helper()
	store, err := sqlite.Open(t.Context(), home.New(t), nil)
	check(t, err)
	t.Cleanup(func() { check(t, store.Close()) })
	source, err := store.CreateSource(t.Context(), hookline.Source{Name: "Website", Enabled: true})
	check(t, err)
	h := &house{Store: store, t: t, source: source, now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	h.restart()
	return h
}

// restart is what a restart of the program does to the stages.
func (h *house) restart() {
	log := slog.New(slog.DiscardHandler)
	h.fanout = fanout.New(h.Store, compose.New(), nil, log)
	h.stage = segment.New(h.Store, func() time.Time { return h.now }, log)
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// call is one call by somebody, a second after the last.
type call struct {
	Type, UserID, AnonymousID, Event, PreviousID string
	Traits                                       map[string]any
	Ago                                          time.Duration // how long before it was sent it happened
}

// send appends calls and has fanout do them.
func (h *house) send(calls ...call) []hookline.Event {
	h.t.Helper()
	var events []hookline.Event
	for _, c := range calls {
		h.n++
		h.now = h.now.Add(time.Second)
		payload, err := json.Marshal(map[string]any{
			"type": c.Type, "userId": c.UserID, "anonymousId": c.AnonymousID, "event": c.Event, "traits": c.Traits, "previousId": c.PreviousID,
		})
		check(h.t, err)
		events = append(events, hookline.Event{
			SourceID: h.source.ID, Type: hookline.EventType(c.Type), MessageID: fmt.Sprint(h.n), UserID: c.UserID, AnonymousID: c.AnonymousID,
			Name: c.Event, Payload: payload, ReceivedAt: h.now, Timestamp: h.now.Add(-c.Ago),
		})
	}
	_, err := h.AppendEvents(h.t.Context(), events, nil)
	check(h.t, err)
	h.fanOut()
	return events
}

func track(user, event string) call { return call{Type: "track", UserID: user, Event: event} }

func identify(user string, traits map[string]any) call {
	return call{Type: "identify", UserID: user, Traits: traits}
}

func (h *house) fanOut() {
	h.t.Helper()
	ctx, stop := context.WithTimeout(h.t.Context(), 20*time.Second)
	defer stop()
	done := make(chan error, 1)
	go func() { done <- h.fanout.Run(ctx) }()
	for ctx.Err() == nil {
		cursor, err := h.FanoutCursor(ctx)
		check(h.t, err)
		left, err := h.EventsAfter(ctx, cursor, 1)
		check(h.t, err)
		if len(left) == 0 {
			break
		}
		h.fanout.Nudge()
	}
	stop()
	check(h.t, <-done)
}

// settle has the stage do all there is to do.
func (h *house) settle() {
	h.t.Helper()
	for range 10_000 {
		n, err := h.stage.Round(h.t.Context())
		if hookline.KindOf(err) == hookline.KindConflict {
			continue
		}
		check(h.t, err)
		if n > 0 {
			continue
		}
		plan, err := h.SegmentPlan(h.t.Context())
		check(h.t, err)
		cursor, err := h.FanoutCursor(h.t.Context())
		check(h.t, err)
		if !plan.Begun || plan.Cursor == cursor {
			return
		}
	}
	h.t.Fatal("the stage has always something to do")
}

func (h *house) segment(name, condition string) hookline.Segment {
	h.t.Helper()
	g, err := h.CreateSegment(h.t.Context(), hookline.Segment{Name: name, Condition: condition, Manual: condition == ""})
	check(h.t, err)
	return g
}

// members are the user ids, or else the ids, of who is in a segment.
func (h *house) members(g hookline.Segment) []string {
	h.t.Helper()
	ids, err := h.MembersAfter(h.t.Context(), g.ID, "", 10_000)
	check(h.t, err)
	names := []string{}
	for _, id := range ids {
		p, err := h.Person(h.t.Context(), id)
		check(h.t, err)
		if p.UserID != "" {
			id = p.UserID
		}
		names = append(names, id)
	}
	slices.Sort(names)
	return names
}

// moves are all moves so far: "+Pro ana", "-Pro bob".
func (h *house) moves() []string {
	h.t.Helper()
	moves, err := h.SegmentMovesAfter(h.t.Context(), "", 10_000)
	check(h.t, err)
	told := []string{}
	for _, m := range moves {
		g, err := h.Segment(h.t.Context(), m.SegmentID)
		check(h.t, err)
		p, err := h.Person(h.t.Context(), m.PersonID)
		check(h.t, err)
		sign := "-"
		if m.Entered {
			sign = "+"
		}
		told = append(told, sign+g.Name+" "+p.UserID)
	}
	return told
}

func (h *house) person(user string) hookline.Person {
	h.t.Helper()
	p, err := h.PersonByIdentity(h.t.Context(), hookline.UserIdentity(user))
	check(h.t, err)
	return p
}
