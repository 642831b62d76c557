package web

import (
	"net/http"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

// askDeleteSegment says what is lost, or by whom the segment is still asked for: then there is nothing to press.
func (s *server) askDeleteSegment(w http.ResponseWriter, r *http.Request) error {
	g, err := s.Store.Segment(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	uses, err := s.Store.SegmentUses(r.Context(), g.ID)
	if err != nil {
		return err
	}
	p := ui.Page{Title: "Delete this segment?", Active: ui.NavSegments, Crumbs: segmentCrumbs(segmentCrumb(g)), Narrow: true}
	if len(uses) > 0 {
		p.Title = "This segment is still asked for"
		p = s.page(w, r, p)
		return s.show(w, r, view{page: views.SegmentInUse(views.SegmentModel{Page: p, Segment: g, Uses: uses})})
	}
	text := "“" + g.Name + "” is removed, and who was in it is forgotten. The people themselves stay."
	if g.Manual {
		text += " Nobody can say any more who was put into it."
	}
	return s.ask(w, r, views.QuestionModel{
		Page: p, Text: text, Action: segmentPath(g.ID) + "/delete", Yes: "Delete segment", Back: segmentPath(g.ID),
	})
}

func (s *server) deleteSegment(w http.ResponseWriter, r *http.Request) error {
	if err := s.Store.DeleteSegment(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	return s.done(w, r, "/segments", "The segment is deleted.")
}

// duplicateSegment opens the form of a new segment that asks the same. Of a manual one it makes another, which is empty.
func (s *server) duplicateSegment(w http.ResponseWriter, r *http.Request) error {
	g, err := s.Store.Segment(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.showSegmentForm(w, r, http.StatusOK, segmentForm{
		segment: hookline.Segment{Name: "Copy of " + g.Name, Description: g.Description, Manual: g.Manual},
		members: draftTrigger(views.AskMembers, g.Condition),
	})
}
