package web

import (
	"context"
	"net/http"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

type segmentStore interface {
	ListSegments(ctx context.Context) ([]hookline.Segment, error)
	Segment(ctx context.Context, id string) (hookline.Segment, error)
	CreateSegment(ctx context.Context, g hookline.Segment) (hookline.Segment, error)
	UpdateSegment(ctx context.Context, g hookline.Segment) (hookline.Segment, error)
	DeleteSegment(ctx context.Context, id string) error
	SegmentUses(ctx context.Context, id string) ([]hookline.SegmentUse, error)
	memberStore
	tallyStore
}

func segmentCrumbs(more ...ui.Crumb) []ui.Crumb {
	return append([]ui.Crumb{{Label: "Segments", Href: "/segments"}}, more...)
}

func segmentCrumb(g hookline.Segment) ui.Crumb {
	return ui.Crumb{Label: g.Name, Href: segmentPath(g.ID)}
}

func segmentPath(id string) string { return "/segments/" + id }

// segmentNames are for sentences about conditions, and for menus.
func (s *server) segmentNames(ctx context.Context) (views.SegmentNames, error) {
	segments, err := s.Store.ListSegments(ctx)
	names := make(views.SegmentNames, len(segments))
	for i, g := range segments {
		names[i] = views.SegmentName{ID: g.ID, Name: g.Name}
	}
	return names, err
}

func (s *server) listSegments(w http.ResponseWriter, r *http.Request) error {
	segments, err := s.Store.ListSegments(r.Context())
	if err != nil {
		return err
	}
	names, err := s.segmentNames(r.Context())
	if err != nil {
		return err
	}
	uses, err := s.Store.SegmentUses(r.Context(), "")
	if err != nil {
		return err
	}
	m := views.SegmentListModel{MayEdit: mayEdit(r)}
	for _, g := range segments {
		row := views.SegmentRow{Segment: g, Members: names.Members(g)}
		row.Uses, uses = partition(uses, func(u hookline.SegmentUse) bool { return u.SegmentID == g.ID })
		m.Segments = append(m.Segments, row)
	}
	m.Page = ui.Page{
		Title: "Segments", Active: ui.NavSegments,
		Subtitle: "Groups of people who have something in common. They keep themselves true as events come in and time passes.",
	}
	if m.MayEdit && len(segments) > 0 {
		m.Page.Actions = []ui.Button{{Label: "New segment", Href: "/segments/new", Icon: "plus", Look: ui.LookMain}}
	}
	m.Page = s.page(w, r, m.Page)
	return s.show(w, r, view{page: views.SegmentList(m), fragment: views.SegmentTable(m)})
}

// showSegment says who belongs to a segment, and who asks for it.
func (s *server) showSegment(w http.ResponseWriter, r *http.Request) error {
	g, err := s.Store.Segment(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	names, err := s.segmentNames(r.Context())
	if err != nil {
		return err
	}
	m := views.SegmentModel{Segment: g, Members: names.Members(g), MayEdit: mayEdit(r), MayFill: mayFill(r), Self: r.URL.RequestURI()}
	if err := s.readMembers(r, &m); err != nil {
		return err
	}
	if m.Uses, err = s.Store.SegmentUses(r.Context(), g.ID); err != nil {
		return err
	}
	m.Page = ui.Page{Title: g.Name, Subtitle: g.Description, Active: ui.NavSegments, Crumbs: segmentCrumbs()}
	if m.MayEdit {
		m.Page.Actions = []ui.Button{
			{Label: "Delete", Href: segmentPath(g.ID) + "/delete", Icon: "trash"},
			{Label: "Edit", Href: segmentPath(g.ID) + "/edit", Icon: "edit", Look: ui.LookMain},
		}
	}
	m.Page = s.page(w, r, m.Page)
	return s.show(w, r, view{page: views.Segment(m), fragment: views.SegmentNow(m)})
}
