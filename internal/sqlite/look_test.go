package sqlite

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"

	"github.com/google/go-cmp/cmp"
)

// looks are filters without an index of SQLite's, and each kind of text.
var looks = []hookline.DeliveryFilter{
	{Query: "A-7"},
	{Query: "a-1"},
	{Query: "URGENT"},
	{Query: "100%"},
	{Query: "%"},
	{Query: "été"},
	{Query: "two.example.com"},
	{Query: "example"},
	{Query: "geheim"},
	{Query: "insider"},
	{Query: "nobody here"},
	{Query: "done 3"},
	{Query: "done"},
	{Query: "mended"},
	{Query: "key17k"},
	{Query: "msg-2"},
	{Query: "order paid"},
	{Query: "ana lima1"},
	{Query: "user-2"},
	{Query: "p0@example.com"},
	{Query: "p0@example.com", State: hookline.StateFailed},
	{Query: "timed out"},
	{Query: "nowhere at all"},
	{Query: `"urgent"`, DestinationID: "dst_1", ActionID: "act_2"},
	{EventName: "Signed Up"},
	{EventName: "signed up"},
	{ActionID: "act_3"},
	{DestinationID: "dst_2", ActionID: "act_1", State: hookline.StateDelivered},
	{Status: 404},
	{Status: 200, EventName: "Order Paid"},
	{Cause: hookline.NetworkTimeout},
	{Cause: hookline.NetworkTLS},
	{Attempts: 2},
	{Attempts: 3, DestinationID: "dst_1"},
	{State: hookline.StateFailed, DestinationID: "dst_2"},
	{Origin: hookline.OriginEvent},
	{State: hookline.StateDelivered},
}

// TestLooksMissNothing: whatever part of what was sent has entered the index of
// words, and whether it entered before or after it was tried, a search finds what
// reading everything finds: page by page, in both directions, and also when each
// look is broken off at once.
func TestLooksMissNothing(t *testing.T) {
	s := newSender(t)
	for round := range 4 {
		for range 36 {
			s.send()
			if s.random.IntN(3) > 0 {
				s.try(s.all[s.random.IntN(len(s.all))])
			}
		}
		if round > 0 {
			for i, n := 0, 0; i < 2*round; i++ {
				texts, err := s.enterSearch(t.Context(), false)
				if n += texts; err != nil || i == 0 && n == 0 {
					t.Fatalf("%d texts entered, %v", n, err)
				}
			}
		}
		for range 20 { // after some have entered
			s.try(s.all[s.random.IntN(len(s.all))])
			s.again(s.all[s.random.IntN(len(s.all))])
		}
		if round != 1 {
			s.checkLooks()
		}
	}
	if err := s.CompleteIndexes(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.checkLooks()
	var segments, open int
	if err := s.reads.QueryRowContext(t.Context(), "select count(*), (select count(*) from search_open) from search_segments").Scan(&segments, &open); err != nil || segments < 6 {
		t.Errorf("%d segments, %d open, %v", segments, open, err)
	}
}

func (s *sender) checkLooks() {
	s.t.Helper()
	facts := s.facts()
	for _, f := range looks {
		var want []string
		for _, d := range facts {
			if d.fits(f) {
				want = append(want, d.ID)
			}
		}
		for _, s.patience = range []time.Duration{time.Minute, 1} {
			got, stops := s.walkAll(f, hookline.Cursor{Limit: 7})
			if diff := cmp.Diff(want, got); diff != "" {
				s.t.Fatalf("%+v, with patience of %s (-read +found):\n%s", f, s.patience, diff)
			}
			if s.patience == time.Minute && stops > 0 {
				s.t.Errorf("%+v stopped", f)
			}
			if s.patience == 1 && len(want) == 0 && f.Query != "" && stops == 0 {
				s.t.Errorf("%+v did not say that it stopped", f)
			}
			up, _ := s.walkAll(f, hookline.Cursor{Limit: 7, After: hookline.KeyID("dlv", 1)})
			slices.Reverse(up)
			if diff := cmp.Diff(want, up); diff != "" {
				s.t.Fatalf("%+v upwards, with patience of %s (-read +found):\n%s", f, s.patience, diff)
			}
		}
	}
}

// walkAll reads a list to its end, from a cursor on.
func (s *sender) walkAll(f hookline.DeliveryFilter, c hookline.Cursor) (ids []string, stops int) {
	s.t.Helper()
	for range 1000 {
		l, err := s.ListDeliveries(s.t.Context(), f, c)
		if err != nil {
			s.t.Fatal(err)
		}
		var some []string
		for _, row := range l.Rows {
			some = append(some, row.ID)
		}
		if c.After != "" {
			slices.Reverse(some)
		}
		ids = append(ids, some...)
		next := l.Stopped
		switch more := c.After != "" && l.Newer || c.After == "" && l.Older; {
		case next != "":
			stops++
		case !more:
			return ids, stops
		default:
			next = some[len(some)-1]
		}
		if next == c.Before || next == c.After {
			s.t.Fatalf("%+v comes no further than %s", f, next)
		}
		if c.After != "" {
			c.After = next
		} else {
			c.Before = next
		}
	}
	s.t.Fatalf("%+v has no end", f)
	return nil, 0
}

// TestLookIsInterrupted: who goes away does not leave a look behind.
func TestLookIsInterrupted(t *testing.T) {
	s := newSender(t)
	s.send()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.ListDeliveries(ctx, hookline.DeliveryFilter{Query: "order"}, hookline.Cursor{}); err == nil {
		t.Error("no error")
	}
	if _, err := s.ListDeliveries(t.Context(), hookline.DeliveryFilter{Query: strings.Repeat("x", maxSearch+1)}, hookline.Cursor{}); hookline.KindOf(err) != hookline.KindInvalid {
		t.Errorf("a text that is too long: %v", err)
	}
}

// TestGhosts: what was deleted is not found, however long it stays in the index.
func TestGhosts(t *testing.T) {
	s := newSender(t)
	for range 60 {
		s.send()
	}
	if err := s.CompleteIndexes(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.write(t.Context(), func(t *tx) error {
		_, err := t.exec("delete from deliveries where destination_id = 'dst_1'")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	got, _ := s.walkAll(hookline.DeliveryFilter{Query: "order"}, hookline.Cursor{})
	left, _ := s.walkAll(hookline.DeliveryFilter{DestinationID: "dst_2"}, hookline.Cursor{})
	if diff := cmp.Diff(left, got); diff != "" || len(left) == 0 || len(left) == 60 {
		t.Errorf("(-left +found):\n%s", diff)
	}
}

// TestRestAfter: the index is filled only while there is little else to do.
func TestRestAfter(t *testing.T) {
	for _, test := range []struct {
		changes float64
		want    time.Duration
	}{{0, 3 * time.Second}, {999, 3 * time.Second}, {1000, 9 * time.Second}, {4999, 9 * time.Second}, {5000, 0}, {1e9, 0}} {
		if got := restAfter(time.Second, test.changes); got != test.want {
			t.Errorf("at %g a second: %s", test.changes, got)
		}
	}
	var a activity
	at := time.Now()
	a.perSecond(at)
	for i := range 10 {
		a.changes.Add(6000)
		at = at.Add(time.Second)
		if rate := a.perSecond(at); i == 9 && (rate < 5000 || rate > 6000) {
			t.Errorf("after ten busy seconds: %g", rate)
		}
	}
	for i := range 12 {
		at = at.Add(time.Second)
		if rate := a.perSecond(at); i == 0 && rate < 2000 || i == 11 && rate > 500 {
			t.Errorf("%d quiet seconds later: %g", i+1, rate)
		}
	}
}
