package main

import (
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"hookline/internal/access"
	"hookline/internal/hookline"
	"hookline/internal/sqlite"
)

// The clock is the bubble's of testing/synctest: the machine's is never
// touched. It goes forward by waiting, and back by beginning a new bubble, in
// which it is the year 2000 again.

// owing makes a simulation that owes a retry: its receiver answered 503.
func owing(t *testing.T, template simulatedTemplate) *simulation {
	t.Helper()
	s := newSimulation(t, template, 1)
	s.outside.always = http.StatusServiceUnavailable
	s.begin(false)
	s.next++
	s.post([]hookline.Event{s.event(s.next)})
	time.Sleep(3 * time.Second)
	s.end(false)
	if len(s.outside.got) < 2 {
		t.Fatalf("only %d requests came", len(s.outside.got))
	}
	s.outside.always = http.StatusOK
	return s
}

// sound compares the ledgers of a simulation that was stopped.
func (s *simulation) sound(t *testing.T) {
	t.Helper()
	left, err := readStored(t.Context(), s.data, nil)
	must(t, err)
	e := expectation{actions: s.actions, keys: s.keys, base: simulatedBase, retries: simulatedRetries, atOnce: 8, drained: true}
	for _, v := range check(ledgers{s.told, left, s.outside.got}, e) {
		t.Error(v)
	}
}

// TestClockForward lets the clock jump while nothing runs: what is due goes
// once, signed for the new time, and new events come in as ever.
func TestClockForward(t *testing.T) {
	template := simulatedHouse(t)
	start := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, by := range map[string]time.Duration{
		"3 hours":         3 * time.Hour,
		"to midnight":     start.AddDate(0, 0, 1).Sub(start) - time.Second,
		"10 years":        start.AddDate(10, 0, 0).Sub(start),
		"over 2038-01-19": time.Date(2038, 1, 19, 3, 14, 7, 0, time.UTC).Sub(start),
		"to summer time":  time.Date(2001, 3, 25, 0, 59, 59, 0, time.UTC).Sub(start),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := owing(t, template)
				time.Sleep(by)
				before := len(s.outside.got)
				s.begin(false)
				s.next++
				s.post([]hookline.Event{s.event(s.next)})
				s.waitUntilNothingIsOwed()
				s.end(false)
				seen := map[string]int{}
				for _, a := range s.outside.got[before:] {
					seen[a.key()]++
				}
				for key, n := range seen {
					if n != 1 {
						t.Errorf("after the jump key %s came %d times", key, n)
					}
				}
				s.sound(t) // also that each request is signed for the time at which it came
			})
		})
	}
}

// TestClockBackward sets the clock back by an hour while nothing runs: a retry
// that was to come in a moment comes in a moment, not in an hour.
func TestClockBackward(t *testing.T) {
	template := simulatedHouse(t)
	var s *simulation
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Hour)
		s = owing(t, template)
		must(t, copyFolder(s.data, folder))
	})
	synctest.Test(t, func(t *testing.T) {
		s.t, s.data = t, folder
		before, began := len(s.outside.got), time.Now()
		s.begin(false)
		longest := simulatedBase << simulatedRetries
		time.Sleep(longest + 5*time.Second)
		s.waitUntilNothingIsOwed()
		s.end(false)
		if len(s.outside.got) == before {
			t.Fatalf("nothing came within %v", time.Since(began))
		}
		for _, a := range s.outside.got[before:] {
			if late := a.At.Sub(began); late > longest*12/10+time.Second {
				t.Errorf("a retry came %v after the start, the longest wait is %v", late, longest)
			}
		}
		// Ids go on growing, whatever the clock says.
		store, err := sqlite.Open(t.Context(), s.data, nil)
		must(t, err)
		page, err := store.EventsAfter(t.Context(), "", 10)
		must(t, err)
		appended := []hookline.Event{s.event(99)}
		_, err = store.AppendEvents(t.Context(), appended, nil)
		must(t, err)
		must(t, store.Close())
		ids := []string{page[len(page)-1].ID, appended[0].ID}
		if !slices.IsSorted(ids) {
			t.Errorf("after the clock was set back ids do not grow: %v", ids)
		}
	})
}

// TestClockAndSessions: after a jump forward old sessions are over and new ones
// begin; after one backward they are not immortal.
func TestClockAndSessions(t *testing.T) {
	folder := t.TempDir()
	var id string
	visit := func(t *testing.T, sleep time.Duration) (old, fresh error) {
		t.Helper()
		time.Sleep(sleep)
		store, err := sqlite.Open(t.Context(), folder, nil)
		must(t, err)
		desk := access.New(access.Config{Store: store})
		_, old = desk.Visit(t.Context(), id)
		_, id, fresh = desk.SignIn(t.Context(), access.SignIn{Email: "ana@example.com", Password: "correct horse battery", Address: "192.0.2.1"})
		if fresh == nil {
			_, fresh = desk.Visit(t.Context(), id)
		}
		must(t, store.Close())
		return old, fresh
	}
	synctest.Test(t, func(t *testing.T) {
		store, err := sqlite.Open(t.Context(), folder, nil)
		must(t, err)
		_, err = access.New(access.Config{Store: store}).CreateFirstAdmin(t.Context(), "ana@example.com", "correct horse battery")
		must(t, err)
		must(t, store.Close())
		if _, fresh := visit(t, 0); fresh != nil {
			t.Fatal(fresh)
		}
		for _, jump := range []time.Duration{3 * time.Hour, 10 * 365 * 24 * time.Hour} {
			old, fresh := visit(t, jump)
			if hookline.KindOf(old) != hookline.KindUnauthorized || fresh != nil {
				t.Errorf("after %v the old session: %v, a new one: %v", jump, old, fresh)
			}
		}
	})
	synctest.Test(t, func(t *testing.T) { // ten years back
		old, fresh := visit(t, 0)
		if hookline.KindOf(old) != hookline.KindUnauthorized || fresh != nil {
			t.Errorf("set back: the old session: %v, a new one: %v", old, fresh)
		}
	})
}
