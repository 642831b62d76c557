package web

import (
	"context"
	"testing"

	"hookline/internal/hookline"
)

// lookingLong is a store whose searches among people take too long, and stop at
// somebody.
type lookingLong struct {
	Store
	at *string
}

func (s lookingLong) ListPeople(ctx context.Context, search string, c hookline.Cursor) (hookline.Listing[hookline.Person], error) {
	l, err := s.Store.ListPeople(ctx, search, c)
	l.Stopped, l.Older, l.Newer = *s.at, c.After == "", c.After != ""
	return l, err
}

func (s lookingLong) ListMembers(ctx context.Context, segmentID, search string, c hookline.Cursor) (hookline.Listing[hookline.Member], error) {
	l, err := s.Store.ListMembers(ctx, segmentID, search, c)
	l.Stopped, l.Older, l.Newer = *s.at, c.After == "", c.After != ""
	return l, err
}

// TestPeopleSayHowFarWasLooked: a search that took too long says how far it came,
// and leads on from there, in the list of people and on a segment's page.
func TestPeopleSayHowFarWasLooked(t *testing.T) {
	var at string
	s := newSite(t, func(c *Config) { c.Store = lookingLong{c.Store, &at} })
	p := s.person(hookline.Person{UserID: "u1", Attributes: []byte(`{"email":"ana@example.com"}`)})
	g, err := s.store.CreateSegment(t.Context(), hookline.Segment{Name: "Friends", Manual: true})
	s.must(err)
	s.must(s.store.PutMembers(t.Context(), g.ID, []string{p.ID}))
	at = p.ID
	b := s.as(viewer)
	for _, list := range []struct{ path, more string }{{"/people", ""}, {"/people", "&segment=" + g.ID}, {"/segments/" + g.ID, ""}} {
		further := list.path + "?before=" + at + "&amp;q="
		b.get(list.path+"?q=ana"+list.more).want(t, 200, p.ID, "There may be more. People were looked through", `href="`+further+"ana", "Look further", "!Nobody found")
		b.get(list.path+"?q=nobody"+list.more).want(t, 200, "Nobody was found yet. People were looked through", "back to who was first seen on", `href="`+further+"nobody", "!Nobody found")
		b.get(list.path+"?q=nobody&after="+at+list.more).want(t, 200, "up to who was first seen on", `href="`+list.path+"?after="+at)
	}
}
