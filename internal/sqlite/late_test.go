package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"hookline/internal/hookline"

	"github.com/google/go-cmp/cmp"
)

// TestLateIndexesHideNothing: whatever part of the rows has entered the late
// indexes, lists by a person's names, and by a person, are what going through
// all rows gives: page by page, in both directions.
func TestLateIndexesHideNothing(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	ctx := t.Context()
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 4 { // of which the first three enter the indexes at its end
		for i := range 40 {
			e := hookline.Event{
				SourceID: fmt.Sprint("src_", random.IntN(2)), Type: hookline.Track, MessageID: fmt.Sprint(round, "-", i), ReceivedAt: now(),
				UserID: fmt.Sprint("u", random.IntN(3)), Payload: json.RawMessage("{}"),
			}
			if i%5 == 0 {
				e.UserID, e.AnonymousID = "", "a1"
			}
			if i%7 == 0 {
				e.UserID, e.AnonymousID = "", "" // nobody's
			}
			if _, err := s.AppendEvents(ctx, []hookline.Event{e}, nil); err != nil {
				t.Fatal(err)
			}
			o := hookline.Owed{Delivery: hookline.Delivery{State: hookline.StateDelivered, DestinationID: fmt.Sprint("dst_", random.IntN(2)), CreatedAt: now()}}
			if i%6 > 0 {
				o.PersonID = fmt.Sprint("per_", random.IntN(3))
			}
			if _, err := s.CreateDelivery(ctx, o); err != nil {
				t.Fatal(err)
			}
		}
		checkEvents(t, s)
		checkDeliveries(t, s)
		if round < 3 {
			if err := s.enterAll(ctx); err != nil {
				t.Fatal(err)
			}
			fillRuns(t, s)
			checkEvents(t, s)
			checkDeliveries(t, s)
		}
	}
	var entered, runs int
	err := s.reads.QueryRowContext(ctx, `select (select count(*) from events_by_identity) + (select count(*) from deliveries_by_person),
		(select count(distinct run) from events_by_identity) + (select count(distinct run) from deliveries_by_person)`).Scan(&entered, &runs)
	if err != nil || entered < 100 || runs != 6 {
		t.Errorf("%d rows are in the indexes, in %d runs, %v", entered, runs, err)
	}
}

// fillRuns has the next stretches enter new runs.
func fillRuns(t *testing.T, s *Store) {
	t.Helper()
	if err := s.write(t.Context(), func(t *tx) error {
		_, err := t.exec("update late_runs set rows = $1", runRows)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func checkEvents(t *testing.T, s *Store) {
	t.Helper()
	all, err := s.EventsAfter(t.Context(), "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(all)
	for _, f := range []hookline.EventFilter{
		{Identities: []string{"user:u0"}},
		{Identities: []string{"user:u1", "anon:a1", "user:nobody"}},
		{Identities: []string{"user:u1", "user:u2"}, SourceIDs: []string{"src_1"}},
		{Identities: []string{""}},
	} {
		var want []string
		for _, e := range all {
			if slices.Contains(f.Identities, e.Identity()) && e.Identity() != "" && (f.SourceIDs == nil || slices.Contains(f.SourceIDs, e.SourceID)) {
				want = append(want, e.ID)
			}
		}
		checkPages(t, fmt.Sprint(f), want, func(c hookline.Cursor) (ids []string, older bool, err error) {
			l, err := s.ListEvents(t.Context(), f, c)
			for _, e := range l.Rows {
				ids = append(ids, e.ID)
			}
			return ids, l.Older, err
		})
	}
}

func checkDeliveries(t *testing.T, s *Store) {
	t.Helper()
	all, err := s.ListDeliveries(t.Context(), hookline.DeliveryFilter{}, hookline.Cursor{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []hookline.DeliveryFilter{{PersonID: "per_0"}, {PersonID: "per_1", DestinationID: "dst_1"}, {PersonID: "per_2", State: hookline.StateDelivered}, {PersonID: "per_9"}} {
		var want []string
		for _, d := range all.Rows {
			if d.PersonID == f.PersonID && (f.DestinationID == "" || d.DestinationID == f.DestinationID) {
				want = append(want, d.ID)
			}
		}
		checkPages(t, fmt.Sprint(f), want, func(c hookline.Cursor) (ids []string, older bool, err error) {
			l, err := s.ListDeliveries(t.Context(), f, c)
			for _, d := range l.Rows {
				ids = append(ids, d.ID)
			}
			return ids, l.Older, err
		})
	}
}

// checkPages reads a list to its end in pages of seven, and from there back.
func checkPages(t *testing.T, what string, want []string, read func(hookline.Cursor) ([]string, bool, error)) {
	t.Helper()
	var got []string
	for c, older := (hookline.Cursor{Limit: 7}), true; older; c.Before = got[len(got)-1] {
		var ids []string
		var err error
		if ids, older, err = read(c); err != nil {
			t.Fatal(err)
		}
		if got = append(got, ids...); len(got) == 0 {
			break
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("%s (-wanted +listed):\n%s", what, diff)
	}
	for i := len(want) - 1; i >= 7; i -= 7 {
		ids, _, err := read(hookline.Cursor{Limit: 7, After: want[i]})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want[i-7:i], ids); diff != "" {
			t.Fatalf("%s, newer than number %d (-wanted +listed):\n%s", what, i, diff)
		}
	}
}

// TestIndexesAreKept: as soon as there are enough rows they enter the index, and
// the rest stays behind until then.
func TestIndexesAreKept(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.KeepIndexes(ctx) }()
	var events []hookline.Event
	for i := range 2*lateRows + 10 {
		events = append(events, hookline.Event{SourceID: "src_1", Type: hookline.Track, MessageID: fmt.Sprint(i), UserID: "u1", ReceivedAt: now(), Payload: json.RawMessage("{}")})
	}
	if _, err := s.AppendEvents(ctx, events, nil); err != nil {
		t.Fatal(err)
	}
	entered := 0
	for began := time.Now(); entered < 2*lateRows && time.Since(began) < time.Minute; time.Sleep(time.Millisecond) {
		if err := s.reads.QueryRowContext(ctx, "select count(*) from events_by_identity").Scan(&entered); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	if err := <-ended; err != nil || entered < 2*lateRows {
		t.Errorf("%d rows entered, %v", entered, err)
	}
}

// TestMergeFindsWhatIsNotIndexedYet: deliveries of who was merged are found
// whether or not they have entered the index.
func TestMergeFindsWhatIsNotIndexedYet(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	ctx := t.Context()
	from := hookline.Person{ID: s.ids.New("per"), Attributes: json.RawMessage("{}"), CreatedAt: now(), UpdatedAt: now()}
	into := hookline.Person{ID: s.ids.New("per"), UserID: "u1", Attributes: json.RawMessage("{}"), CreatedAt: now(), UpdatedAt: now()}
	for _, p := range []hookline.Person{from, into} {
		if err := record(t, s, hookline.PersonChange{Person: p}); err != nil {
			t.Fatal(err)
		}
	}
	var ids []string
	for i := range 4 {
		o, err := s.CreateDelivery(ctx, hookline.Owed{Delivery: hookline.Delivery{State: hookline.StateDelivered, PersonID: from.ID, CreatedAt: now()}})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, o.ID)
		if i < 2 { // in two runs; the others are in none
			if err := s.enterAll(ctx); err != nil {
				t.Fatal(err)
			}
			fillRuns(t, s)
		}
	}
	into.Version = 1
	if err := record(t, s, hookline.PersonChange{Person: into, Merged: []string{from.ID}}); err != nil {
		t.Fatal(err)
	}
	slices.Reverse(ids)
	for id, want := range map[string][]string{into.ID: ids, from.ID: nil} {
		checkPages(t, id, want, func(c hookline.Cursor) (found []string, older bool, err error) {
			l, err := s.ListDeliveries(ctx, hookline.DeliveryFilter{PersonID: id}, c)
			for _, d := range l.Rows {
				found = append(found, d.ID)
			}
			return found, l.Older, err
		})
	}
}
