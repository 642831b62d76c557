package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"hookline/internal/hookline"
)

// Every write is one unit: durable when it returns nil, nothing when it does not.
var unitPromises = []promise{
	{"a unit that fails leaves nothing", unitFails},
	{"a unit that fails does not harm its neighbours", unitNeighbours},
	{"a unit whose caller has left before it began leaves nothing", unitAbandoned},
	{"a closed store refuses", unitClosed},
}

func unitFails(t *testing.T, h *house) {
	at := must(h.FanoutCursor(t.Context()))(t)
	p := hookline.Person{ID: h.ids.New("per"), UserID: "u1", Attributes: []byte(`{}`), CreatedAt: received, UpdatedAt: received}
	stale := hookline.Person{ID: h.ids.New("per"), Version: 7, Attributes: []byte(`{}`)}
	err := h.RecordFanout(t.Context(), hookline.Fanout{From: at, To: evt(1), People: []hookline.PersonChange{
		{Person: p, Identities: []string{hookline.UserIdentity("u1")}}, {Person: stale},
	}})
	wantKind(t, hookline.KindConflict, err)
	_, err = h.Person(t.Context(), p.ID)
	wantKind(t, hookline.KindNotFound, err)
	_, err = h.PersonByIdentity(t.Context(), hookline.UserIdentity("u1"))
	wantKind(t, hookline.KindNotFound, err)
	equal(t, "cursor", must(h.FanoutCursor(t.Context()))(t), at)
}

// unitNeighbours lets units that fail half-way and units that succeed share commits.
func unitNeighbours(t *testing.T, h *house) {
	s := h.source(t, "Website")
	errs := atOnce(40, func(i int) error {
		d := newDestination(fmt.Sprint("CRM ", i))
		d.SourceIDs = []string{s.ID}
		if i%2 == 1 {
			d.SourceIDs = append(d.SourceIDs, "src_gone")
		}
		_, err := h.CreateDestination(t.Context(), d)
		return err
	})
	wantWinners(t, 20, hookline.KindInvalid, errs)
	h.reopen()
	destinations := must(h.ListDestinations(t.Context()))(t)
	equal(t, "destinations", len(destinations), 20)
	for _, d := range destinations {
		equal(t, "sources of "+d.Name, d.SourceIDs, []string{s.ID})
	}
}

func unitAbandoned(t *testing.T, h *house) {
	ctx, leave := context.WithCancel(t.Context())
	leave()
	for range 20 { // neither side may be the faster one by luck
		_, err := h.AppendEvents(ctx, []hookline.Event{newEvent("src_1", "m1")}, nil)
		wantKind(t, hookline.KindUnavailable, err)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error does not tell why: %v", err)
		}
	}
	h.reopen() // closing waits for whatever may still be under way
	equal(t, "events", len(must(h.EventsAfter(t.Context(), "", 10))(t)), 0)
}

func unitClosed(t *testing.T, h *house) {
	mustDo(t, h.Close())
	_, err := h.CreateSource(t.Context(), hookline.Source{Name: "Website"})
	wantKind(t, hookline.KindUnavailable, err)
	h.Store = h.open(t, h.home, h.hear)
	equal(t, "sources", must(h.ListSources(t.Context()))(t), []hookline.Source{})
}
