package sqlite

import (
	"testing"
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
	crm, shop := counted(t, s, "CRM"), counted(t, s, "Shop")
	crm(hookline.StateDelivered, "", 10*time.Millisecond)
	crm(hookline.StateDelivered, "", 30*time.Millisecond)
	crm(hookline.StateDelivered, "", 9*time.Second)
	crm(hookline.StateFailed, "older", 2*time.Hour)
	crm(hookline.StateRetrying, "newer", time.Millisecond)
	shop(hookline.StateFailed, "refused", 0)
	crm(hookline.StateQueued, "", 0)

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

// stored is an event that came in.
func stored(t *testing.T, s *Store) hookline.Event {
	t.Helper()
	events := []hookline.Event{{SourceID: "src", Type: hookline.Page, MessageID: "1", Payload: []byte("{}")}}
	if _, err := s.AppendEvents(t.Context(), events, nil); err != nil {
		t.Fatal(err)
	}
	return events[0]
}

func TestCountOfPeople(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	person := hookline.Person{ID: "per_1", UserID: "u1", Attributes: []byte("{}"), CreatedAt: now(), UpdatedAt: now()}
	if err := s.RecordFanout(t.Context(), hookline.Fanout{To: stored(t, s).ID, People: []hookline.PersonChange{{Person: person}}}); err != nil {
		t.Fatal(err)
	}
	if n, err := s.CountPeople(t.Context()); n != 1 || err != nil {
		t.Errorf("%d people, %v", n, err)
	}
}

func TestPlansOfCounts(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	// These sort what they found, which is what happened lately.
	for name, test := range map[string]struct {
		q    asked
		want string
	}{
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
