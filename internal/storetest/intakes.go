package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"hookline/internal/hookline"
)

type intakeStore interface {
	ListIntakes(ctx context.Context, f hookline.IntakeFilter) (hookline.Intakes, error)
	Duplicate(ctx context.Context, id string) (hookline.Duplicate, error)
}

var intakePromises = []promise{
	{"a duplicate is kept with the event that it repeats", duplicateKept},
	{"the latest 200 duplicates of each source are kept", duplicateLimit},
	{"all that a source sent is listed in the order in which it came", intakeOrder},
	{"what a source sent is narrowed by every filter", intakeFilter},
	{"stretches have no gaps and no repeats", intakePages},
	{"a search goes on where it stopped", intakeSearch},
}

func duplicateKept(t *testing.T, h *house) {
	first := h.append(t, newEvent("src_1", "m1"))
	again := newEvent("src_1", "m1")
	again.Name, again.ReceivedAt, again.Payload = "Order Paid twice", received.Add(time.Minute), []byte(`{"b":2}`)
	h.heard()
	equal(t, "duplicates", must(h.AppendEvents(t.Context(), []hookline.Event{again}, nil))(t), 1)
	h.wantTold(t, "append duplicate", hookline.TopicSource("src_1"))
	h.reopen()
	list := must(h.ListIntakes(t.Context(), hookline.IntakeFilter{SourceID: "src_1", Fate: hookline.FateDuplicate}))(t)
	if len(list.Rows) != 1 || list.Rows[0].EventID != first.ID {
		t.Fatalf("listed %+v, want one that repeats %s", list, first.ID)
	}
	equal(t, "duplicate", must(h.Duplicate(t.Context(), list.Rows[0].ID))(t), hookline.Duplicate{
		ID: list.Rows[0].ID, SourceID: "src_1", EventID: first.ID, Type: again.Type, Name: again.Name, MessageID: "m1",
		Identity: again.Identity(), ReceivedAt: again.ReceivedAt, Payload: again.Payload,
	})
	_, err := h.Duplicate(t.Context(), "dup_gone")
	wantKind(t, hookline.KindNotFound, err)
}

func duplicateLimit(t *testing.T, h *house) {
	h.append(t, newEvent("src_1", "m1"))
	h.append(t, newEvent("src_2", "m1"))
	equal(t, "other", must(h.AppendEvents(t.Context(), []hookline.Event{newEvent("src_2", "m1")}, nil))(t), 1)
	many := make([]hookline.Event, 3*hookline.KeptDuplicates/2)
	for i := range many {
		many[i] = newEvent("src_1", "m1")
		many[i].Name = fmt.Sprint(i)
	}
	for range 2 {
		equal(t, "duplicates", must(h.AppendEvents(t.Context(), many, nil))(t), len(many))
	}
	f := hookline.IntakeFilter{SourceID: "src_1", Fate: hookline.FateDuplicate, Limit: 1000}
	list := must(h.ListIntakes(t.Context(), f))(t)
	if len(list.Rows) != hookline.KeptDuplicates || list.Rows[0].Name != fmt.Sprint(len(many)-1) {
		t.Errorf("%d are kept, the newest %q", len(list.Rows), list.Rows[0].Name)
	}
	f.SourceID = "src_2"
	equal(t, "of another source", len(must(h.ListIntakes(t.Context(), f))(t).Rows), 1)
}

func intakeOrder(t *testing.T, h *house) {
	first := h.append(t, newEvent("src_1", "m1"))
	reject := []hookline.Rejection{newRejection("src_1", "[")}
	must(h.AppendEvents(t.Context(), []hookline.Event{newEvent("src_1", "m1")}, nil))(t)
	must(h.AppendEvents(t.Context(), nil, reject))(t)
	last := h.append(t, newEvent("src_1", "m2"))
	h.append(t, newEvent("src_2", "m2"))
	rows := must(h.ListIntakes(t.Context(), hookline.IntakeFilter{SourceID: "src_1"}))(t).Rows
	if len(rows) != 4 {
		t.Fatalf("listed %+v", rows)
	}
	equal(t, "accepted", rows[0], hookline.Intake{
		ID: last.ID, Fate: hookline.FateAccepted, Type: "track", Name: last.Name, Identity: last.Identity(), EventID: last.ID, ReceivedAt: last.ReceivedAt,
	})
	equal(t, "rejected", rows[1], hookline.Intake{
		ID: reject[0].ID, Fate: hookline.FateRejected, Type: "trakc", Name: "Order Paid", Reason: reject[0].Reason, ReceivedAt: received,
	})
	equal(t, "duplicate", rows[2].Fate, hookline.FateDuplicate)
	equal(t, "first", rows[3].ID, first.ID)
}

func intakeFilter(t *testing.T, h *house) {
	other := newEvent("src_1", "m2")
	other.Type, other.Name, other.Payload = hookline.Page, "Pricing", []byte(`{"p":"50%_\"off\" Über"}`)
	must(h.AppendEvents(t.Context(), []hookline.Event{newEvent("src_1", "m1"), newEvent("src_1", "m1"), other}, []hookline.Rejection{newRejection("src_1", "{")}))(t)
	for _, test := range []struct {
		what string
		f    hookline.IntakeFilter
		want int
	}{
		{"everything", hookline.IntakeFilter{}, 4},
		{"accepted", hookline.IntakeFilter{Fate: hookline.FateAccepted}, 2},
		{"rejected", hookline.IntakeFilter{Fate: hookline.FateRejected}, 1},
		{"duplicate", hookline.IntakeFilter{Fate: hookline.FateDuplicate}, 1},
		{"a type", hookline.IntakeFilter{Type: "page"}, 1},
		{"an unknown type", hookline.IntakeFilter{Type: "trakc"}, 1},
		{"a name", hookline.IntakeFilter{Name: "Order Paid"}, 3},
		{"half a name", hookline.IntakeFilter{Name: "Order"}, 0},
		{"name and fate", hookline.IntakeFilter{Name: "Order Paid", Fate: hookline.FateAccepted}, 1},
		{"text", hookline.IntakeFilter{Text: "OFF"}, 1},
		{"text with signs of its own", hookline.IntakeFilter{Text: `%_"off`}, 1},
		{"text that means itself", hookline.IntakeFilter{Text: "5_%"}, 0},
	} {
		test.f.SourceID = "src_1"
		equal(t, test.what, len(must(h.ListIntakes(t.Context(), test.f))(t).Rows), test.want)
	}
}

// intakePages walks through three kinds of rows that lie among each other.
func intakePages(t *testing.T, h *house) {
	for i := range 12 {
		e := newEvent("src_1", fmt.Sprint("m", i/3))
		var r []hookline.Rejection
		if i%4 == 0 {
			r = append(r, newRejection("src_1", "["))
		}
		must(h.AppendEvents(t.Context(), []hookline.Event{e}, r))(t)
	}
	all := must(h.ListIntakes(t.Context(), hookline.IntakeFilter{SourceID: "src_1"}))(t)
	if len(all.Rows) != 15 || all.Older != "" {
		t.Fatalf("%d rows, older %q", len(all.Rows), all.Older)
	}
	for _, size := range []int{1, 2, 4, 15} {
		var walked []hookline.Intake
		f := hookline.IntakeFilter{SourceID: "src_1", Limit: size}
		for range 20 {
			stretch := must(h.ListIntakes(t.Context(), f))(t)
			walked = append(walked, stretch.Rows...)
			if f.Before = stretch.Older; f.Before == "" {
				break
			}
		}
		equal(t, fmt.Sprint("by ", size), walked, all.Rows)
	}
}

// intakeSearch looks for the oldest of more calls than one look goes through.
func intakeSearch(t *testing.T, h *house) {
	const calls = 5200
	events := make([]hookline.Event, calls)
	for i := range events {
		events[i] = newEvent("src_1", fmt.Sprint("m", i))
	}
	events[0].Name = "Needle"
	must(h.AppendEvents(t.Context(), events, nil))(t)
	f := hookline.IntakeFilter{SourceID: "src_1", Name: "Needle"}
	first := must(h.ListIntakes(t.Context(), f))(t)
	if len(first.Rows) != 0 || first.Older == "" {
		t.Fatalf("first look: %d rows, older %q", len(first.Rows), first.Older)
	}
	f.Before = first.Older
	second := must(h.ListIntakes(t.Context(), f))(t)
	if len(second.Rows) != 1 || second.Older != "" {
		t.Errorf("second look: %d rows, older %q", len(second.Rows), second.Older)
	}
}
