package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

type debuggerStore interface {
	ListIntakes(ctx context.Context, f hookline.IntakeFilter) (hookline.Intakes, error)
	Duplicate(ctx context.Context, id string) (hookline.Duplicate, error)
	FanoutCursor(ctx context.Context) (string, error)
}

// maxDebuggerText is how much may be searched for.
const maxDebuggerText = 200

// sourceTabs are the pages of one source that the visitor may open.
func sourceTabs(r *http.Request, sourceID, active string) []ui.Tab {
	path := sourcePath(sourceID)
	tabs := []ui.Tab{
		{Label: "Overview", Href: path, Icon: "plug-connected", Active: active == ""},
		{Label: "Debugger", Href: path + "/debugger", Icon: "bug", Active: active == "debugger"},
	}
	if mayEdit(r) {
		tabs = append(tabs, ui.Tab{Label: "Tester", Href: path + "/tester", Icon: "flask", Active: active == "tester"})
	}
	return tabs
}

// showDebugger lists what came in, whatever became of it. Everything that narrows it is in the address, and so is where
// it was paused: a paused page can be reloaded, and sent to a colleague.
func (s *server) showDebugger(w http.ResponseWriter, r *http.Request) error {
	source, err := s.Store.Source(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	m, f := readDebugger(r.URL.Query())
	m.Source, m.MayEdit, m.Self = source, mayEdit(r), r.URL.RequestURI()
	f.SourceID = source.ID
	list, err := s.Store.ListIntakes(r.Context(), f)
	if err != nil {
		return err
	}
	m.Rows, m.Narrowed = list.Rows, f.Narrows() || f.Fate != ""
	if m.Paused != "" {
		if m.Newer, err = s.cameSince(r.Context(), source.ID, m.Paused); err != nil {
			return err
		}
	}
	linkDebugger(r, &m, list.Older)
	p := ui.Page{Title: source.Name, Active: ui.NavSources, Crumbs: sourceCrumbs()}
	m.Tabs = sourceTabs(r, source.ID, "debugger")
	m.Page = s.page(w, r, p)
	return s.show(w, r, view{page: views.Debugger(m), fragment: views.DebuggerRows(m)})
}

// readDebugger reads the filters as they were chosen. What is not on offer narrows all the same, to nothing, and is
// shown, rather than being ignored.
func readDebugger(q url.Values) (views.DebuggerModel, hookline.IntakeFilter) {
	m := views.DebuggerModel{
		Text: strings.TrimSpace(q.Get("q")), Type: q.Get("type"), Name: strings.TrimSpace(q.Get("name")),
		Fate: q.Get("state"), Paused: q.Get("paused"), Before: q.Get("before"),
	}
	m.Text = string([]rune(m.Text)[:min(len([]rune(m.Text)), maxDebuggerText)])
	f := hookline.IntakeFilter{Text: m.Text, Type: m.Type, Name: m.Name, Before: m.Before}
	for _, fate := range hookline.Fates() {
		if m.Fate == string(fate) {
			f.Fate = fate
		}
	}
	if m.Paused != "" && m.Before == "" {
		f.Before = m.Paused
	}
	return m, f
}

// cameSince says whether anything came in after a place.
func (s *server) cameSince(ctx context.Context, sourceID, place string) (bool, error) {
	newest, err := s.Store.ListIntakes(ctx, hookline.IntakeFilter{SourceID: sourceID, Limit: 1})
	return len(newest.Rows) > 0 && newest.Rows[0].Place() >= place, err
}

// linkDebugger makes the links that keep the rest of the address. A pause is a place among the calls, so that filters
// may change while the list stands still.
func linkDebugger(r *http.Request, m *views.DebuggerModel, older string) {
	link := func(name, value string) string {
		q := r.URL.Query()
		q.Del("before")
		q.Del(name)
		if value != "" {
			q.Set(name, value)
		}
		if len(q) == 0 {
			return r.URL.Path
		}
		return r.URL.Path + "?" + q.Encode()
	}
	m.Pause = link("paused", hookline.PlaceOf(hookline.KeyID("evt", hookline.KeyAt(time.Now()))))
	m.Resume = link("paused", "")
	if older != "" {
		m.Pages.Older = link("before", older)
	}
	if m.Before != "" {
		m.Pages.Newer = link("before", "")
	}
}

// showDuplicate shows a call that was left out, and the event that it repeats.
func (s *server) showDuplicate(w http.ResponseWriter, r *http.Request) error {
	d, err := s.Store.Duplicate(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	m := views.DuplicateModel{Duplicate: d, Raw: wantsRaw(r)}
	if m.Source, err = unlessMissing(s.Store.Source(r.Context(), d.SourceID)); err != nil {
		return err
	}
	if m.First, err = unlessMissing(s.Store.Event(r.Context(), d.EventID)); err != nil {
		return err
	}
	m.Page = s.page(w, r, ui.Page{Title: "Duplicate", Active: ui.NavSources, Crumbs: debuggerCrumbs(m.Source)})
	return s.show(w, r, view{page: views.Duplicate(m)})
}

// debuggerCrumbs lead back to a source and its debugger, both of which may be gone.
func debuggerCrumbs(source hookline.Source) []ui.Crumb {
	if source.ID == "" {
		return sourceCrumbs()
	}
	return sourceCrumbs(ui.Crumb{Label: source.Name, Href: sourcePath(source.ID)}, ui.Crumb{Label: "Debugger", Href: sourcePath(source.ID) + "/debugger"})
}

// wantsRaw says whether a call is wanted byte for byte instead of formatted.
func wantsRaw(r *http.Request) bool { return r.URL.Query().Get("view") == "raw" }
