package web

import (
	"context"
	"net/http"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

// personSegments are the segments that a person is in.
func (s *server) personSegments(ctx context.Context, p hookline.Person) ([]views.PersonSegment, error) {
	memberships, err := s.Store.SegmentsOf(ctx, p.ID)
	if err != nil || len(memberships) == 0 {
		return nil, err
	}
	names, err := s.segmentNames(ctx)
	if err != nil {
		return nil, err
	}
	segments := make([]views.PersonSegment, len(memberships))
	for i, m := range memberships {
		segments[i] = views.PersonSegment{ID: m.SegmentID, Name: names.Of(m.SegmentID), Since: m.Since}
	}
	return segments, nil
}

// peopleLooked says how far was looked, when that took too long, and leads further. There the list goes on: the link to
// the next page would be another one to the same rows.
func (s *server) peopleLooked(r *http.Request, stopped string, pages *ui.Pages) (l views.PeopleLooked, err error) {
	if stopped == "" {
		return l, nil
	}
	last, err := unlessMissing(s.Store.Person(r.Context(), stopped))
	l.Until, l.Upward = last.CreatedAt, cursor(r).After != ""
	if l.Upward {
		l.Further, pages.Newer = neighbour(r, "after", stopped), ""
	} else {
		l.Further, pages.Older = neighbour(r, "before", stopped), ""
	}
	return l, err
}

// segmentFilter offers the segments to narrow the list of people to, and to put people into.
func (s *server) segmentFilter(r *http.Request) (views.SegmentFilter, error) {
	f := views.SegmentFilter{Chosen: peopleFilterOf(r).segment}
	segments, err := s.Store.ListSegments(r.Context())
	for _, g := range segments {
		name := views.SegmentName{ID: g.ID, Name: g.Name}
		f.All = append(f.All, name)
		if g.Manual && mayFill(r) {
			f.Manual = append(f.Manual, name)
		}
	}
	return f, err
}

// addChosen puts those who were chosen in the list of people into a manual segment.
func (s *server) addChosen(w http.ResponseWriter, r *http.Request) error {
	g, err := s.Store.Segment(r.Context(), r.PostFormValue("segment"))
	if err != nil {
		return err
	}
	chosen := r.PostForm["person"]
	switch {
	case len(chosen) == 0:
		return hookline.Conflict("Nobody is chosen. Go back, and tick the people to add.")
	case len(chosen) > hookline.MaxPutMembers:
		return hookline.Conflict("These are too many: at most 1,000 people at once.")
	}
	if err := s.Store.PutMembers(r.Context(), g.ID, chosen); err != nil {
		return err
	}
	return s.done(w, r, segmentPath(g.ID), peopleAdded(len(chosen)))
}
