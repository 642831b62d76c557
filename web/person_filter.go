package web

import (
	"context"
	"net/http"
	"net/url"

	"hookline/internal/hookline"
)

// peopleFilter is whom the list of people, and a file of them, is narrowed to; empty fields do not narrow.
type peopleFilter struct {
	search  string
	segment string // its id
}

func peopleFilterOf(r *http.Request) peopleFilter {
	q := r.URL.Query()
	return peopleFilter{search: q.Get("q"), segment: q.Get("segment")}
}

// at is a path that carries the filter along.
func (f peopleFilter) at(path string) string {
	q := url.Values{}
	if f.search != "" {
		q.Set("q", f.search)
	}
	if f.segment != "" {
		q.Set("segment", f.segment)
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// peopleFound is a stretch of those whom a filter leaves.
func (s *server) peopleFound(ctx context.Context, f peopleFilter, at hookline.Cursor) (hookline.Listing[hookline.Person], error) {
	if f.segment == "" {
		return s.Store.ListPeople(ctx, f.search, at)
	}
	members, err := s.Store.ListMembers(ctx, f.segment, f.search, at)
	people := hookline.Listing[hookline.Person]{Newer: members.Newer, Older: members.Older, Stopped: members.Stopped}
	for _, m := range members.Rows {
		people.Rows = append(people.Rows, m.Person)
	}
	return people, err
}
