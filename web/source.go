package web

import (
	"context"
	"net/http"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

type sourceStore interface {
	ListSources(ctx context.Context) ([]hookline.Source, error)
	Source(ctx context.Context, id string) (hookline.Source, error)
	CreateSource(ctx context.Context, src hookline.Source) (hookline.Source, error)
	UpdateSource(ctx context.Context, src hookline.Source) (hookline.Source, error)
	DeleteSource(ctx context.Context, id string) error
}

// shownRejections is how many rejected calls a source's page shows; they are for looking into what happens now.
const shownRejections = 20

func sourceCrumbs(more ...ui.Crumb) []ui.Crumb {
	return append([]ui.Crumb{{Label: "Sources", Href: "/sources"}}, more...)
}

func sourcePath(id string) string { return "/sources/" + id }

// mayEdit says whether the visitor configures things, and so may see write keys.
func mayEdit(r *http.Request) bool { return visitor(r).user.Role.Allows(hookline.Editor) }

// listSources shows all of them: a workspace has a handful, so there is no pager. The button for a new one stands in the
// empty state while there is none, and beside the heading afterwards.
func (s *server) listSources(w http.ResponseWriter, r *http.Request) error {
	sources, err := s.Store.ListSources(r.Context())
	if err != nil {
		return err
	}
	m := views.SourceListModel{
		Page: ui.Page{
			Title: "Sources", Active: ui.NavSources,
			Subtitle: "Where events come from: your website, your app, your server.",
		},
		Sources: sources,
		MayEdit: mayEdit(r),
	}
	if m.MayEdit && len(sources) > 0 {
		m.Page.Actions = []ui.Button{{Label: "New source", Href: "/sources/new", Icon: "plus", Look: ui.LookMain}}
	}
	m.Page = s.page(w, r, m.Page)
	return s.show(w, r, view{page: views.SourceList(m)})
}

// showSource is also where the page's live part asks again; then only the activity is sent.
func (s *server) showSource(w http.ResponseWriter, r *http.Request) error {
	source, err := s.Store.Source(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	m := views.SourceModel{Source: source, MayEdit: mayEdit(r), Tabs: sourceTabs(r, source.ID, "")}
	if m.MayEdit {
		m.WriteKey = source.WriteKey
	}
	m.Samples = views.Samples(s.base.String(), m.WriteKey)
	m.Sample = r.URL.Query().Get("code")
	if err := s.readActivity(r, &m); err != nil {
		return err
	}
	m.Page = ui.Page{Title: source.Name, Active: ui.NavSources, Crumbs: sourceCrumbs()}
	if m.MayEdit {
		m.Page.Actions = []ui.Button{{Label: "Edit", Href: sourcePath(source.ID) + "/edit", Icon: "edit"}}
	}
	m.Page = s.page(w, r, m.Page)
	return s.show(w, r, view{page: views.Source(m), fragment: views.SourceActivity(m)})
}

// readActivity reads what came in lately, taken and not taken.
func (s *server) readActivity(r *http.Request, m *views.SourceModel) error {
	events, err := s.Store.ListEvents(r.Context(), hookline.EventFilter{SourceIDs: []string{m.Source.ID}}, cursor(r))
	if err != nil {
		return err
	}
	rejections, err := s.Store.ListRejections(r.Context(), m.Source.ID, hookline.Cursor{Limit: shownRejections})
	if err != nil {
		return err
	}
	m.Events, m.Rejections = events.Rows, rejections.Rows
	m.Pages = pages(r, events, func(e hookline.Event) string { return e.ID })
	m.Self = r.URL.RequestURI()
	return nil
}

func (s *server) newSource(w http.ResponseWriter, r *http.Request) error {
	return s.showSourceForm(w, r, http.StatusOK, views.SourceFormModel{})
}

func (s *server) editSource(w http.ResponseWriter, r *http.Request) error {
	source, err := s.Store.Source(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.showSourceForm(w, r, http.StatusOK, views.SourceFormModel{Source: source, Name: source.Name})
}

func (s *server) showSourceForm(w http.ResponseWriter, r *http.Request, status int, m views.SourceFormModel) error {
	p := ui.Page{Title: "New source", Active: ui.NavSources, Crumbs: sourceCrumbs(), Narrow: true}
	if m.Source.ID != "" {
		p.Title = "Edit source"
		p.Crumbs = sourceCrumbs(ui.Crumb{Label: m.Source.Name, Href: sourcePath(m.Source.ID)})
	}
	m.Page = s.page(w, r, p)
	return s.showStatus(w, r, status, view{page: views.SourceForm(m)})
}

// createSource leads to the new source's page, where its key and code to try it are.
func (s *server) createSource(w http.ResponseWriter, r *http.Request) error {
	source := hookline.Source{Name: trimmed(r, "name"), Enabled: true}
	made := source
	err := source.Validate()
	if err == nil {
		made, err = s.Store.CreateSource(r.Context(), source)
	}
	if trouble, ok := onForm(err); ok {
		return s.showSourceForm(w, r, http.StatusUnprocessableEntity, views.SourceFormModel{Name: source.Name, Trouble: trouble})
	}
	if err != nil {
		return err
	}
	return s.done(w, r, sourcePath(made.ID), "The source is ready. Send it a first event with one of the samples below.")
}

// saveSource keeps the old name in heading and crumbs while the form with the new one comes back.
func (s *server) saveSource(w http.ResponseWriter, r *http.Request) error {
	source, err := s.Store.Source(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	before := source
	source.Name = trimmed(r, "name")
	if err = source.Validate(); err == nil {
		_, err = s.Store.UpdateSource(r.Context(), source)
	}
	if trouble, ok := onForm(err); ok {
		return s.showSourceForm(w, r, http.StatusUnprocessableEntity, views.SourceFormModel{Source: before, Name: source.Name, Trouble: trouble})
	}
	if err != nil {
		return err
	}
	return s.done(w, r, sourcePath(source.ID), "The source is saved.")
}

// switchSource is apart from saveSource, so that a name being typed is not saved by a press on the switch.
func (s *server) switchSource(w http.ResponseWriter, r *http.Request) error {
	source, err := s.Store.Source(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	source.Enabled = r.PostFormValue("enabled") == "true"
	if _, err := s.Store.UpdateSource(r.Context(), source); err != nil {
		return err
	}
	text := "The source is off: it refuses events."
	if source.Enabled {
		text = "The source is on: it takes events."
	}
	return s.done(w, r, sourcePath(source.ID)+"/edit", text)
}

// askDeleteSource offers what most people want instead: to switch the source off for a while.
func (s *server) askDeleteSource(w http.ResponseWriter, r *http.Request) error {
	source, err := s.Store.Source(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.ask(w, r, views.QuestionModel{
		Page:   ui.Page{Title: "Delete this source?", Active: ui.NavSources, Crumbs: sourceCrumbs(ui.Crumb{Label: source.Name, Href: sourcePath(source.ID)})},
		Text:   "Whoever still sends events with the write key of “" + source.Name + "” is refused from now on, and the key cannot be brought back. To stop events for a while, switch the source off instead.",
		Action: sourcePath(source.ID) + "/delete",
		Yes:    "Delete source",
		Back:   sourcePath(source.ID),
	})
}

// deleteSource leaves the source's events and what they set off: history stays explainable.
func (s *server) deleteSource(w http.ResponseWriter, r *http.Request) error {
	if err := s.Store.DeleteSource(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	return s.done(w, r, "/sources", "The source is deleted.")
}
