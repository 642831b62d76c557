package web

import (
	"context"
	"net/http"
	"strings"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

type memberStore interface {
	ListMembers(ctx context.Context, segmentID, search string, c hookline.Cursor) (hookline.Listing[hookline.Member], error)
	LatestMoves(ctx context.Context, segmentID string, limit int) (moves []hookline.SegmentMove, all bool, err error)
	SegmentProgress(ctx context.Context) (map[string]hookline.SegmentProgress, error)
	SegmentsOf(ctx context.Context, personID string) ([]hookline.Membership, error)
	MembershipsOf(ctx context.Context, personIDs []string) (map[string][]string, error)
	PutMembers(ctx context.Context, segmentID string, personIDs []string) error
	RemoveMembers(ctx context.Context, segmentID string, personIDs []string) error
}

// shownMoves is how many of those who entered or left of late are shown.
const shownMoves = 10

// readMembers reads a stretch of the members, who moved of late, and how far the first count has come.
func (s *server) readMembers(r *http.Request, m *views.SegmentModel) error {
	m.Search = r.URL.Query().Get("q")
	members, err := s.Store.ListMembers(r.Context(), m.Segment.ID, m.Search, cursor(r))
	if err != nil {
		return err
	}
	m.People = members.Rows
	m.Pages = pages(r, members, func(p hookline.Member) string { return p.ID })
	if m.Looked, err = s.peopleLooked(r, members.Stopped, &m.Pages); err != nil {
		return err
	}
	moves, all, err := s.Store.LatestMoves(r.Context(), m.Segment.ID, shownMoves)
	if err != nil {
		return err
	}
	m.OlderMoves = !all
	for _, move := range moves {
		person, err := unlessMissing(s.Store.Person(r.Context(), move.PersonID))
		if err != nil {
			return err
		}
		row := views.MoveRow{SegmentMove: move}
		if person.ID != "" {
			row.Label = person.Label()
		}
		m.Moves = append(m.Moves, row)
	}
	if m.Segment.State == hookline.SegmentBuilding {
		progress, err := s.Store.SegmentProgress(r.Context())
		m.Progress = progress[m.Segment.ID]
		return err
	}
	return nil
}

// mayFill says whether the visitor may put people into manual segments: whoever looks after people.
func mayFill(r *http.Request) bool { return visitor(r).user.Role.Allows(hookline.Support) }

// manualSegment is the segment in the address, when people can be put into it by hand.
func (s *server) manualSegment(r *http.Request) (hookline.Segment, error) {
	g, err := s.Store.Segment(r.Context(), r.PathValue("id"))
	if err == nil && !g.Manual {
		err = hookline.Conflict("“" + g.Name + "” fills itself by its condition. Nobody can be added or removed by hand.")
	}
	return g, err
}

func (s *server) askMembers(w http.ResponseWriter, r *http.Request) error {
	g, err := s.manualSegment(r)
	if err != nil {
		return err
	}
	return s.showAddMembers(w, r, http.StatusOK, views.SegmentAddModel{Segment: g})
}

func (s *server) showAddMembers(w http.ResponseWriter, r *http.Request, status int, m views.SegmentAddModel) error {
	m.Page = s.page(w, r, ui.Page{Title: "Add people", Active: ui.NavSegments, Crumbs: segmentCrumbs(segmentCrumb(m.Segment)), Narrow: true})
	return s.showStatus(w, r, status, view{page: views.SegmentAdd(m)})
}

// addMembers puts in whom it finds. The form comes back with those whom nobody knows, so that they can be mended.
func (s *server) addMembers(w http.ResponseWriter, r *http.Request) error {
	g, err := s.manualSegment(r)
	if err != nil {
		return err
	}
	m := views.SegmentAddModel{Segment: g, People: strings.ReplaceAll(r.PostFormValue("people"), "\r\n", "\n")}
	found, unknown, err := s.findPeople(r.Context(), m.People)
	if err == nil && len(found) > 0 {
		err = s.Store.PutMembers(r.Context(), g.ID, found)
	}
	if trouble, wrong := onForm(err); wrong {
		m.Trouble = trouble
		return s.showAddMembers(w, r, http.StatusUnprocessableEntity, m)
	}
	if err != nil {
		return err
	}
	if len(unknown) == 0 {
		return s.done(w, r, segmentPath(g.ID), peopleAdded(len(found)))
	}
	m.People = strings.Join(unknown, "\n")
	m.Trouble = hookline.Error{Message: "Not everybody was found.", Fields: map[string]string{
		"people": peopleAdded(len(found)) + " Nobody is known by what is left here: mend it, or leave it out.",
	}}
	return s.showAddMembers(w, r, http.StatusUnprocessableEntity, m)
}

func peopleAdded(n int) string {
	switch n {
	case 0:
		return "Nobody was added."
	case 1:
		return "1 person you chose is in the segment now."
	}
	return views.Grouped(n) + " people you chose are in the segment now."
}

// findPeople reads who is meant, one on each line: by our id, by the sender's, or by e-mail address. Lines that lead to
// nobody come back as unknown.
func (s *server) findPeople(ctx context.Context, text string) (ids, unknown []string, err error) {
	names := strings.FieldsFunc(text, func(c rune) bool { return c == '\n' })
	if len(names) > hookline.MaxPutMembers {
		return nil, nil, hookline.Invalid("Nobody was added.", map[string]string{"people": "These are too many: at most 1,000 people at once."})
	}
	for _, name := range names {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		p, err := unlessMissing(s.findPerson(ctx, name))
		if err != nil {
			return nil, nil, err
		}
		if p.ID == "" {
			unknown = append(unknown, name)
			continue
		}
		ids = append(ids, p.ID)
	}
	if len(ids)+len(unknown) == 0 {
		err = hookline.Invalid("Nobody was added.", map[string]string{"people": "Type who it is: a user id or an e-mail address on each line."})
	}
	return ids, unknown, err
}

func (s *server) removeMember(w http.ResponseWriter, r *http.Request) error {
	g, err := s.manualSegment(r)
	if err != nil {
		return err
	}
	person, err := s.Store.Person(r.Context(), r.PostFormValue("person"))
	if err != nil {
		return err
	}
	if err := s.Store.RemoveMembers(r.Context(), g.ID, []string{person.ID}); err != nil {
		return err
	}
	return s.done(w, r, segmentPath(g.ID), person.Label()+" is no longer in the segment.")
}
