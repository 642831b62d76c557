package sqlite

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"hookline/internal/hookline"
)

// crowdOf stores people, of whom every seventh goes by a name that begins with
// “vip”, and every fifth has it in an attribute; and gives what a search for it
// lists.
func crowdOf(t *testing.T, s *Store, n int) (want []string) {
	t.Helper()
	var f hookline.Fanout
	var named, others []string
	for i := range n {
		p := hookline.Person{ID: s.ids.New("per"), UserID: fmt.Sprint("u", i), Attributes: []byte(`{"plan":"free"}`), CreatedAt: now(), UpdatedAt: now()}
		if i%5 == 0 {
			p.Attributes = []byte(`{"plan":"very VIP"}`)
		}
		if i%7 == 0 {
			p.UserID = fmt.Sprint("VIP-", i)
			named = append(named, p.ID)
		} else if i%5 == 0 {
			others = append(others, p.ID)
		}
		f.People = append(f.People, hookline.PersonChange{Person: p, Identities: []string{hookline.UserIdentity(p.UserID)}})
	}
	f.To = s.ids.NewKeyed("evt")
	if err := s.RecordFanout(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	slices.Reverse(named)
	slices.Reverse(others)
	return append(named, others...)
}

// TestLookForPeopleGoesOnWhereItStopped reads a search page by page, down and up
// again, with no patience at all: nobody is left out, nobody comes twice.
func TestLookForPeopleGoesOnWhereItStopped(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	want := crowdOf(t, s, 3000)
	for _, patience := range []time.Duration{time.Nanosecond, time.Hour} {
		s.patience = patience
		var got []string
		stops := 0
		c := hookline.Cursor{Limit: 100}
		for more := true; more; {
			l, err := s.ListPeople(t.Context(), "vip", c)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, ids(l.Rows)...)
			more = l.Older
			if c.Before = l.Stopped; l.Stopped != "" {
				stops++
			} else if len(l.Rows) > 0 {
				c.Before = l.Rows[len(l.Rows)-1].ID
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("down: %d people, want %d in the order of names first", len(got), len(want))
		}
		if (stops > 0) != (patience == time.Nanosecond) {
			t.Errorf("with a patience of %v it stopped %d times", patience, stops)
		}

		got = ids(nil)
		c = hookline.Cursor{Limit: 100, After: want[len(want)-1]}
		for more := true; more; {
			l, err := s.ListPeople(t.Context(), "vip", c)
			if err != nil {
				t.Fatal(err)
			}
			got = append(ids(l.Rows), got...)
			more = l.Newer
			if c.After = l.Stopped; l.Stopped == "" && len(l.Rows) > 0 {
				c.After = l.Rows[0].ID
			}
		}
		if !slices.Equal(got, want[:len(want)-1]) {
			t.Errorf("up: %d people, want %d", len(got), len(want)-1)
		}
	}
}

func ids(people []hookline.Person) []string {
	var ids []string
	for _, p := range people {
		ids = append(ids, p.ID)
	}
	return ids
}

// TestLookForPeopleTakesNamesFromTheIndex: whoever is looked for by a name is
// there at once, wherever they stand.
func TestLookForPeopleTakesNamesFromTheIndex(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	s.patience = time.Nanosecond
	crowdOf(t, s, 3000)
	l, err := s.ListPeople(t.Context(), "vip-0", hookline.Cursor{})
	if err != nil || len(l.Rows) != 1 || l.Rows[0].UserID != "VIP-0" || l.Stopped == "" {
		t.Errorf("found %d, stopped at %q, %v", len(l.Rows), l.Stopped, err)
	}
}
