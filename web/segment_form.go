package web

import (
	"context"
	"net/http"
	"strconv"

	"hookline/internal/hookline"
	"hookline/internal/segment"
	"hookline/views"
	"hookline/views/ui"
)

// newSegmentID stands in an address for the segment that is not made yet.
const newSegmentID = "new"

// segmentForm is a segment while somebody builds it.
type segmentForm struct {
	segment hookline.Segment // as it is kept, with what was typed into its fields; without id for a new one
	members triggerForm      // who belongs to it
	trouble hookline.Error
}

// newSegment begins a segment that fills itself, or a manual one. A link may name the attribute that it is to ask for.
func (s *server) newSegment(w http.ResponseWriter, r *http.Request) error {
	f := segmentForm{segment: hookline.Segment{Manual: r.URL.Query().Get("kind") == "manual"}}
	f.members = draftTrigger(views.AskMembers, "")
	row := f.members.newRow()
	row.Key = r.URL.Query().Get("attribute")
	_ = f.members.draft.AddRow("", row) // there is room in what is empty
	return s.showSegmentForm(w, r, http.StatusOK, f)
}

func (s *server) editSegment(w http.ResponseWriter, r *http.Request) error {
	g, err := s.Store.Segment(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.showSegmentForm(w, r, http.StatusOK, segmentForm{segment: g, members: draftTrigger(views.AskMembers, g.Condition)})
}

// readSegmentForm reads what was posted, right or wrong.
func (s *server) readSegmentForm(r *http.Request) (segmentForm, error) {
	f := segmentForm{segment: hookline.Segment{Manual: r.PostFormValue("kind") == "manual"}, members: readTrigger(views.AskMembers, r.PostForm)}
	if id := r.PathValue("id"); id != "" && id != newSegmentID {
		var err error
		if f.segment, err = s.Store.Segment(r.Context(), id); err != nil {
			return f, err
		}
	}
	f.segment.Name, f.segment.Description = trimmed(r, "name"), trimmed(r, "description")
	f.segment.Version, _ = strconv.ParseInt(r.PostFormValue("version"), 10, 64) // 0 is no version: saving says that it has changed
	return f, nil
}

// editSegmentCondition serves an edit of the rows: the builder alone for htmx, and the whole form for everybody else.
// Nothing is kept.
func (s *server) editSegmentCondition(w http.ResponseWriter, r *http.Request) error {
	f, err := s.readSegmentForm(r)
	if err != nil {
		return err
	}
	f.members.edit(r.PostFormValue("edit"))
	if !isHTMX(r) {
		return s.showSegmentForm(w, r, http.StatusOK, f)
	}
	m, err := s.membersModel(r, f)
	if err != nil {
		return err
	}
	return s.show(w, r, view{page: views.Trigger(m)})
}

// membersModel shows who would belong to the segment. It is not offered itself: nothing can be made of what asks for
// itself.
func (s *server) membersModel(r *http.Request, f segmentForm) (views.TriggerModel, error) {
	id := f.segment.ID
	if id == "" {
		id = newSegmentID
	}
	lately, err := s.recentOfAll(r.Context(), hookline.EventFilter{})
	if err != nil {
		return views.TriggerModel{}, err
	}
	m, c, err := s.conditionModel(f.members, lately, segmentPath(id)+"/condition")
	_, m.Segments = partition(m.Segments, func(n views.SegmentName) bool { return n.ID == f.segment.ID })
	if err != nil || c == nil || c.Empty() {
		return m, err
	}
	m.Tally, err = s.tally(r.Context(), c)
	return m, err
}

func (s *server) showSegmentForm(w http.ResponseWriter, r *http.Request, status int, f segmentForm) error {
	m := views.SegmentFormModel{Segment: f.segment, Trouble: f.trouble}
	if !f.segment.Manual {
		var err error
		if m.Condition, err = s.membersModel(r, f); err != nil {
			return err
		}
	}
	p := ui.Page{Title: "New segment", Active: ui.NavSegments, Crumbs: segmentCrumbs()}
	if f.segment.ID != "" {
		p.Title = "Edit segment"
		kept, err := s.Store.Segment(r.Context(), f.segment.ID)
		if err != nil {
			return err
		}
		p.Crumbs = segmentCrumbs(segmentCrumb(kept))
	}
	m.Page = s.page(w, r, p)
	return s.showStatus(w, r, status, view{page: views.SegmentForm(m)})
}

// createSegment makes a segment; whom it is made of is looked for right after.
func (s *server) createSegment(w http.ResponseWriter, r *http.Request) error {
	f, err := s.readSegmentForm(r)
	if err != nil {
		return err
	}
	made, err := s.finishSegment(r.Context(), &f)
	if err == nil {
		made, err = s.Store.CreateSegment(r.Context(), made)
	}
	if f.refuse(err) {
		return s.showSegmentForm(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	if made.Manual {
		return s.done(w, r, segmentPath(made.ID), "The segment is made. Now add people to it.")
	}
	return s.done(w, r, segmentPath(made.ID), "The segment is made. Whoever belongs to it is being found.")
}

// saveSegment refuses to write over what somebody else has saved since the form was opened; what was typed stays in it.
func (s *server) saveSegment(w http.ResponseWriter, r *http.Request) error {
	f, err := s.readSegmentForm(r)
	if err != nil {
		return err
	}
	changed, err := s.finishSegment(r.Context(), &f)
	if err == nil {
		_, err = s.Store.UpdateSegment(r.Context(), changed)
	}
	if f.refuse(err) {
		return s.showSegmentForm(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, segmentPath(changed.ID), "The segment is saved.")
}

// finishSegment is finish, and asks whether the segments that it asks for are there and do not ask for it in turn.
func (s *server) finishSegment(ctx context.Context, f *segmentForm) (hookline.Segment, error) {
	g, err := f.finish()
	if err != nil {
		return g, err
	}
	all, err := s.Store.ListSegments(ctx)
	if err == nil {
		err = segment.Check(g, all)
	}
	return g, err
}

// finish is the segment as it is to be kept, with its condition in the one form in which conditions are kept, or what is
// wrong with it, said at each field.
func (f *segmentForm) finish() (hookline.Segment, error) {
	g, problem := f.segment, ""
	if !g.Manual {
		g.Condition, problem = f.members.finish()
	}
	err := g.Validate()
	if problem == "" {
		return g, err
	}
	wrong := map[string]string{"condition": problem}
	addWrong(wrong, err)
	return g, hookline.Invalid("The segment could not be saved.", wrong)
}

// refuse keeps why the segment was not saved, if a form can show it. What is wrong with the condition is said at its rows.
func (f *segmentForm) refuse(err error) bool {
	trouble, wrong := onForm(err)
	if text, known := trouble.Fields["condition"]; known {
		delete(trouble.Fields, "condition")
		trouble.Fields["trigger"] = text
	}
	f.trouble = trouble
	return wrong
}
