package sqlite

import (
	"testing"
	"testing/synctest"
	"time"

	"hookline/internal/hookline"

	"github.com/google/go-cmp/cmp"
)

// counted makes a destination and gives a function that records a delivery of
// it, which ended after took.
func counted(t *testing.T, s *Store, name string) func(state hookline.State, reason string, took time.Duration) {
	t.Helper()
	d, err := s.CreateDestination(t.Context(), hookline.Destination{Name: name, SignatureMode: hookline.SignWhole, Timeout: hookline.DefaultTimeout})
	if err != nil {
		t.Fatal(err)
	}
	return func(state hookline.State, reason string, took time.Duration) {
		t.Helper()
		_, err := s.CreateDelivery(t.Context(), hookline.Owed{Delivery: hookline.Delivery{
			State: state, DestinationID: d.ID, Reason: reason, CreatedAt: now().Add(-took), UpdatedAt: now(),
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestCounts(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	ctx := t.Context()
	since := time.Now().Add(-24 * time.Hour)
	if _, ok, err := s.MedianTime(ctx, since); ok || err != nil {
		t.Errorf("a median of nothing: %v, %v", ok, err)
	}
	crm, shop := counted(t, s, "CRM"), counted(t, s, "Shop")
	crm(hookline.StateDelivered, "", 10*time.Millisecond)
	crm(hookline.StateDelivered, "", 30*time.Millisecond)
	crm(hookline.StateDelivered, "", 9*time.Second)
	crm(hookline.StateFailed, "older", 2*time.Hour)
	crm(hookline.StateRetrying, "newer", time.Millisecond)
	shop(hookline.StateFailed, "refused", 0)
	crm(hookline.StateQueued, "", 0)

	median, ok, err := s.MedianTime(ctx, since)
	if !ok || err != nil || median.Round(5*time.Millisecond) != 30*time.Millisecond {
		t.Errorf("the median is %s, %v, %v", median, ok, err)
	}
	failing, err := s.FailingDestinations(ctx, time.Now().Add(-time.Hour), 5)
	for i := range failing {
		failing[i].DestinationID = ""
	}
	want := []hookline.Failing{{Name: "CRM", Failures: 2, Reason: "newer"}, {Name: "Shop", Failures: 1, Reason: "refused"}}
	if d := cmp.Diff(want, failing); d != "" || err != nil {
		t.Errorf("failing (-want +got): %v\n%s", err, d)
	}
	if one, err := s.FailingDestinations(ctx, time.Now().Add(-time.Hour), 1); len(one) != 1 || err != nil {
		t.Errorf("the most failing one: %v, %v", one, err)
	}
	if later, err := s.FailingDestinations(ctx, time.Now().Add(time.Minute), 5); len(later) != 0 || err != nil {
		t.Errorf("failing in the future: %v, %v", later, err)
	}
}

func TestCountsOfEventsAndPeople(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	events := []hookline.Event{{SourceID: "src", Type: hookline.Page, MessageID: "1", Payload: []byte("{}")}}
	if _, err := s.AppendEvents(t.Context(), events, nil); err != nil {
		t.Fatal(err)
	}
	between := time.Now().Add(time.Millisecond)
	for when, want := range map[time.Time]int{{}: 1, between: 0} {
		if n, err := s.CountEvents(t.Context(), when); n != want || err != nil {
			t.Errorf("events since %s: %d, %v", when, n, err)
		}
	}
	person := hookline.Person{ID: "per_1", UserID: "u1", Attributes: []byte("{}"), CreatedAt: now(), UpdatedAt: now()}
	if err := s.RecordFanout(t.Context(), hookline.Fanout{To: events[0].ID, People: []hookline.PersonChange{{Person: person}}}); err != nil {
		t.Fatal(err)
	}
	if n, err := s.CountPeople(t.Context()); n != 1 || err != nil {
		t.Errorf("%d people, %v", n, err)
	}
}

func TestPlansOfCounts(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	for name, test := range map[string]struct {
		q    asked
		want string
	}{
		"events": {asked{countEventsQuery, []any{"evt_1"}}, "SEARCH events USING INTEGER PRIMARY KEY (rowid>?)"},
		"median": {asked{tookQuery, []any{"dlv_1", medianOf}}, "SEARCH deliveries USING INTEGER PRIMARY KEY (rowid>?)"},
	} {
		t.Run(name, func(t *testing.T) { checkPlan(t, s, test.q, test.want) })
	}
	// These sort what they found, which is what happened lately.
	for name, test := range map[string]struct {
		q    asked
		want string
	}{
		"by hour": {asked{countByHourQuery, []any{1, 2, hourMicros}}, "SEARCH deliveries USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"},
		"failing": {asked{failingQuery, []any{"dlv_1", 1, 5}}, "SEARCH deliveries USING INDEX deliveries_open (state=? AND rowid>?)"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, step := range plan(t, s, test.q) {
				if step == test.want {
					return
				}
			}
			t.Errorf("does not go by %s: %q", test.want, plan(t, s, test.q))
		})
	}
}

func TestTalliesThatWereDearAreKeptForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var kept tallies
		counted := 0
		ask := func(takes time.Duration) {
			t.Helper()
			got, err := kept.get(time.Unix(3600, 0), func() ([]hookline.HourCount, error) {
				counted++
				time.Sleep(takes)
				return []hookline.HourCount{{Count: counted}}, nil
			})
			if err != nil || got[0].Count != counted {
				t.Errorf("got %v (%v), want the count %d", got, err, counted)
			}
		}
		for range 3 {
			ask(dear)
		}
		if counted != 3 {
			t.Errorf("what costs little was counted %d times of 3", counted)
		}
		ask(time.Second) // kept for 20 seconds
		time.Sleep(19 * time.Second)
		ask(time.Second)
		if counted != 4 {
			t.Errorf("what was dear was counted again after 19 seconds")
		}
		time.Sleep(2 * time.Second)
		ask(0)
		if counted != 5 {
			t.Errorf("what was dear was not counted again after 21 seconds")
		}
	})
}
