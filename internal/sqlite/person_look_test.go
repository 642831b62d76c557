package sqlite

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"hookline/internal/hookline"
)

// crowdOf stores people, of whom every seventh goes by a name that begins with
// “vip”, and every fifth has it in an attribute; and gives all, and what a search
// for it lists.
func crowdOf(t *testing.T, s *Store, n int) (all, want []string) {
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
		all = append(all, p.ID)
		f.People = append(f.People, hookline.PersonChange{Person: p, Identities: []string{hookline.UserIdentity(p.UserID)}})
	}
	f.To = s.ids.NewKeyed("evt")
	if err := s.RecordFanout(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	slices.Reverse(named)
	slices.Reverse(others)
	return all, append(named, others...)
}

// segmentOf makes a segment of people, and gives with it those of found who are in
// it.
func segmentOf(t *testing.T, s *Store, members, found []string) (id string, want []string) {
	t.Helper()
	g, err := s.CreateSegment(t.Context(), hookline.Segment{Name: fmt.Sprint(len(members)), Manual: true})
	if err == nil {
		err = s.PutMembers(t.Context(), g.ID, members)
	}
	if err != nil {
		t.Fatal(err)
	}
	return g.ID, slices.DeleteFunc(slices.Clone(found), func(id string) bool { return !slices.Contains(members, id) })
}

// TestLookForPeopleGoesOnWhereItStopped reads a search page by page, down and up
// again, with no patience at all: nobody is left out, nobody comes twice.
func TestLookForPeopleGoesOnWhereItStopped(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	_, want := crowdOf(t, s, 3000)
	everybody := func(c hookline.Cursor) (hookline.Listing[hookline.Person], error) {
		return s.ListPeople(t.Context(), "vip", c)
	}
	for _, patience := range []time.Duration{time.Nanosecond, time.Hour} {
		s.patience = patience
		if stops := readDownAndUp(t, everybody, want); (stops > 0) != (patience == time.Nanosecond) {
			t.Errorf("with a patience of %v it stopped %d times", patience, stops)
		}
	}
}

// TestLookForMembersGoesOnWhereItStopped is the same of segments: of one with more
// members than go by the name, who come first, and of one with fewer, whose members
// come as they are met.
func TestLookForMembersGoesOnWhereItStopped(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	all, found := crowdOf(t, s, 3000)
	for _, n := range []int{1400, 400} {
		segment, want := segmentOf(t, s, all[300:300+n], found)
		if n == 400 {
			slices.Sort(want)
			slices.Reverse(want)
		}
		members := func(c hookline.Cursor) (hookline.Listing[hookline.Person], error) {
			l, err := s.ListMembers(t.Context(), segment, "vip", c)
			return hookline.Listing[hookline.Person]{Rows: peopleOf(l.Rows), Older: l.Older, Newer: l.Newer, Stopped: l.Stopped}, err
		}
		for _, patience := range []time.Duration{time.Nanosecond, time.Hour} {
			s.patience = patience
			if stops := readDownAndUp(t, members, want); (stops > 0) != (patience == time.Nanosecond && n > 500) {
				t.Errorf("among %d, with a patience of %v it stopped %d times", n, patience, stops)
			}
		}
	}
}

// readDownAndUp reads a list as somebody turns its pages, and says how often it
// stopped on the way down.
func readDownAndUp(t *testing.T, list func(hookline.Cursor) (hookline.Listing[hookline.Person], error), want []string) (stops int) {
	t.Helper()
	var got []string
	c := hookline.Cursor{Limit: 100}
	for more := true; more; {
		l, err := list(c)
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

	got = nil
	c = hookline.Cursor{Limit: 100, After: want[len(want)-1]}
	for more := true; more; {
		l, err := list(c)
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
	return stops
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
