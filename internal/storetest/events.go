package storetest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

type eventStore interface {
	Rejection(ctx context.Context, id string) (hookline.Rejection, error)
	ListEvents(ctx context.Context, f hookline.EventFilter, c hookline.Cursor) (hookline.Listing[hookline.Event], error)
	ListRejections(ctx context.Context, sourceID string, c hookline.Cursor) (hookline.Listing[hookline.Rejection], error)
}

var eventPromises = []promise{
	{"an event is kept as it came", eventKept},
	{"a messageId counts once a source in 24 hours", eventOnce},
	{"a messageId is remembered over a restart", eventOnceAfterRestart},
	{"of many who send one messageId at once one is taken", eventRace},
	{"the log can be followed while many append", eventFollow},
	{"a list is narrowed by sources and identities", eventList},
	{"pages have no gaps and no repeats", eventPages},
}

// received is when test events come in.
var received = time.Date(2026, 3, 4, 5, 6, 7, 123456000, time.UTC)

func newEvent(sourceID, messageID string) hookline.Event {
	return hookline.Event{
		SourceID: sourceID, Type: hookline.Track, MessageID: messageID, UserID: "u1", Name: "Order Paid",
		Timestamp: received.Add(-time.Minute), ReceivedAt: received,
		Payload: json.RawMessage(`{"z":1,"a":{"n":12345678901234567890.10,"t":"é \u00e9 ` + "\u2028" + `"}}`),
	}
}

// append stores one event, which has to be new.
func (h *house) append(t *testing.T, e hookline.Event) hookline.Event {
	t.Helper()
	one := []hookline.Event{e}
	if n := must(h.AppendEvents(t.Context(), one, nil))(t); n != 0 {
		t.Fatalf("%d duplicates, want none", n)
	}
	return one[0]
}

func eventKept(t *testing.T, h *house) {
	a, b := newEvent("src_1", "m1"), newEvent("src_1", "m2")
	b.Type, b.UserID, b.AnonymousID, b.Name = hookline.Identify, "", "anon 1", ""
	b.Timestamp = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC) // long before 1970, as senders with broken clocks have it
	events := []hookline.Event{a, b}
	equal(t, "duplicates", must(h.AppendEvents(t.Context(), events, nil))(t), 0)
	if !strings.HasPrefix(events[0].ID, "evt_") || events[0].ID >= events[1].ID {
		t.Errorf("ids %q, %q", events[0].ID, events[1].ID)
	}
	a.ID, b.ID = events[0].ID, events[1].ID
	h.reopen()
	equal(t, "first", must(h.Event(t.Context(), a.ID))(t), a)
	equal(t, "second", must(h.Event(t.Context(), b.ID))(t), b)
	_, err := h.Event(t.Context(), "evt_gone")
	wantKind(t, hookline.KindNotFound, err)

	later := h.append(t, newEvent("src_1", "m3"))
	if later.ID <= b.ID {
		t.Errorf("id %q after a restart is not greater than %q before it", later.ID, b.ID)
	}
}

func eventOnce(t *testing.T, h *house) {
	for _, step := range []struct {
		what       string
		source     string
		later      time.Duration
		duplicates int
	}{
		{"the first time", "src_1", 0, 0},
		{"again", "src_1", time.Second, 1},
		{"from another source", "src_2", time.Second, 0},
		{"just within the day", "src_1", 24*time.Hour - time.Microsecond, 1},
		{"a day later", "src_1", 24 * time.Hour, 0},
		{"within a day of that", "src_1", 30 * time.Hour, 1},
	} {
		e := newEvent(step.source, "m1")
		e.ReceivedAt = e.ReceivedAt.Add(step.later)
		one := []hookline.Event{e}
		equal(t, step.what, must(h.AppendEvents(t.Context(), one, nil))(t), step.duplicates)
		if (one[0].ID == "") != (step.duplicates == 1) {
			t.Errorf("%s: id = %q", step.what, one[0].ID)
		}
	}

	call := []hookline.Event{newEvent("src_3", "m1"), newEvent("src_3", "m2"), newEvent("src_3", "m1")}
	equal(t, "twice in one call", must(h.AppendEvents(t.Context(), call, nil))(t), 1)
	list := must(h.ListEvents(t.Context(), hookline.EventFilter{SourceIDs: []string{"src_3"}}, hookline.Cursor{}))(t)
	equal(t, "stored of one call", idsOf(list, eventID), []string{call[1].ID, call[0].ID})
}

func eventOnceAfterRestart(t *testing.T, h *house) {
	h.append(t, newEvent("src_1", "m1"))
	h.reopen()
	equal(t, "duplicates", must(h.AppendEvents(t.Context(), []hookline.Event{newEvent("src_1", "m1"), newEvent("src_1", "m2")}, nil))(t), 1)
}

func eventRace(t *testing.T, h *house) {
	duplicates := make([]int, 8)
	errs := atOnce(len(duplicates), func(i int) (err error) {
		duplicates[i], err = h.AppendEvents(t.Context(), []hookline.Event{newEvent("src_1", "m1")}, nil)
		return err
	})
	wantWinners(t, len(errs), "", errs)
	sum := 0
	for _, n := range duplicates {
		sum += n
	}
	equal(t, "duplicates", sum, len(duplicates)-1)
}

// eventFollow reads on from the last id it saw, as fanout does, while many
// append: an event that became visible behind that id would be missed.
func eventFollow(t *testing.T, h *house) {
	const writers, calls = 8, 25
	written := make(chan []error, 1)
	go func() {
		written <- atOnce(writers, func(w int) error {
			for i := range calls {
				id := fmt.Sprint(w, ".", i)
				if _, err := h.AppendEvents(t.Context(), []hookline.Event{newEvent("src_1", id), newEvent("src_2", id)}, nil); err != nil {
					return err
				}
			}
			return nil
		})
	}()

	var followed []string
	last, done := "", false
	for {
		events := must(h.EventsAfter(t.Context(), last, 7))(t)
		for _, e := range events {
			followed, last = append(followed, e.SourceID+" "+e.MessageID), e.ID
		}
		if len(events) > 0 {
			continue
		}
		if done {
			break
		}
		select {
		case errs := <-written:
			wantWinners(t, writers, "", errs)
			done = true
		default:
		}
	}
	seen := map[string]bool{}
	for _, name := range followed {
		seen[name] = true
	}
	if len(followed) != 2*writers*calls || len(seen) != len(followed) {
		t.Errorf("followed %d events, %d different ones, want %d", len(followed), len(seen), 2*writers*calls)
	}
}

func eventList(t *testing.T, h *house) {
	all := map[string]string{} // id → what it is
	for i, e := range []struct{ source, user, anonymous, email string }{
		{"src_1", "u1", "", ""}, {"src_1", "", "u1", ""}, {"src_2", "u1", "a9", ""}, {"src_3", "", "", "Ana@Example.com"},
	} {
		event := newEvent(e.source, fmt.Sprint("m", i))
		event.UserID, event.AnonymousID, event.Email = e.user, e.anonymous, e.email
		all[h.append(t, event).ID] = fmt.Sprint(i)
	}
	for _, test := range []struct {
		name   string
		filter hookline.EventFilter
		want   string
	}{
		{"everything", hookline.EventFilter{}, "3 2 1 0"},
		{"a source", hookline.EventFilter{SourceIDs: []string{"src_1"}}, "1 0"},
		{"two sources", hookline.EventFilter{SourceIDs: []string{"src_1", "src_2"}}, "2 1 0"},
		{"a user id", hookline.EventFilter{Identities: []string{hookline.UserIdentity("u1")}}, "2 0"},
		{"an anonymous id", hookline.EventFilter{Identities: []string{hookline.AnonymousIdentity("u1")}}, "1"},
		{"an e-mail", hookline.EventFilter{Identities: []string{hookline.EmailIdentity("ana@example.com")}}, "3"},
		{"both", hookline.EventFilter{SourceIDs: []string{"src_2"}, Identities: []string{hookline.UserIdentity("u1"), hookline.AnonymousIdentity("u1")}}, "2"},
		{"neither", hookline.EventFilter{SourceIDs: []string{"src_9"}}, ""},
	} {
		var got []string
		for _, e := range must(h.ListEvents(t.Context(), test.filter, hookline.Cursor{}))(t).Rows {
			got = append(got, all[e.ID])
		}
		equal(t, test.name, strings.Join(got, " "), test.want)
	}
}

func eventPages(t *testing.T, h *house) {
	var ids, identities []string
	for i := range 8 {
		for _, source := range []string{"src_1", "src_2"} {
			e := newEvent(source, fmt.Sprint(i))
			e.UserID = fmt.Sprint(source, " ", i%3)
			e = h.append(t, e)
			if source == "src_1" {
				ids, identities = append(ids, e.ID), append(identities, e.Identity())
			}
		}
	}
	slices.Sort(identities)
	identities = slices.Compact(identities)
	for _, f := range []hookline.EventFilter{
		{SourceIDs: []string{"src_1"}},
		{SourceIDs: []string{"src_1", "src_3", "src_1"}},
		{Identities: identities},
		{Identities: append(identities, hookline.UserIdentity("src_2 1")), SourceIDs: []string{"src_3", "src_1"}},
	} {
		checkPages(t, ids, eventID, func(c hookline.Cursor) (hookline.Listing[hookline.Event], error) {
			return h.ListEvents(t.Context(), f, c)
		})
	}
	for i := range 1200 {
		identities = append(identities, hookline.AnonymousIdentity(fmt.Sprint(i)))
	}
	many := must(h.ListEvents(t.Context(), hookline.EventFilter{Identities: identities}, hookline.Cursor{Limit: 2}))(t)
	equal(t, "newest of somebody with very many names", idsOf(many, eventID), []string{ids[7], ids[6]})
}

func eventID(e hookline.Event) string { return e.ID }
