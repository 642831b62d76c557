package web

import (
	"context"
	"net/http"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

type shortcutStore interface {
	ListShortcuts(ctx context.Context) ([]hookline.Shortcut, error)
	Shortcut(ctx context.Context, id string) (hookline.Shortcut, error)
	CreateShortcut(ctx context.Context, s hookline.Shortcut, a hookline.Action) (hookline.Shortcut, error)
	UpdateShortcut(ctx context.Context, s hookline.Shortcut) (hookline.Shortcut, error)
	DeleteShortcut(ctx context.Context, id string) error
	Press(ctx context.Context, id string) (hookline.Press, error)
	LatestPresses(ctx context.Context, shortcutID string, limit int) ([]hookline.Press, error)
}

// shownPresses is how many of its latest presses a shortcut's page lists.
const shownPresses = 10

func shortcutCrumbs(more ...ui.Crumb) []ui.Crumb {
	return append([]ui.Crumb{{Label: "Shortcuts", Href: "/shortcuts"}}, more...)
}

func shortcutCrumb(s hookline.Shortcut) ui.Crumb {
	return ui.Crumb{Label: s.Name, Href: views.ShortcutPath(s.ID)}
}

func (s *server) listShortcuts(w http.ResponseWriter, r *http.Request) error {
	all, err := s.Store.ListShortcuts(r.Context())
	if err != nil {
		return err
	}
	m := views.ShortcutListModel{Shortcuts: all, MayEdit: mayEdit(r)}
	m.Page = ui.Page{
		Title: "Shortcuts", Active: ui.NavShortcuts,
		Subtitle: "Requests that your team sends by hand, for one person or for some: open a ticket, grant a credit, ask for a call.",
	}
	if m.MayEdit && len(all) > 0 {
		m.Page.Actions = []ui.Button{{Label: "New shortcut", Href: "/shortcuts/new", Icon: "plus", Look: ui.LookMain}}
	}
	m.Page = s.page(w, r, m.Page)
	return s.show(w, r, view{page: views.ShortcutList(m)})
}

// showShortcut shows what a shortcut sends without what in it may be secret.
func (s *server) showShortcut(w http.ResponseWriter, r *http.Request) error {
	one, err := s.Store.Shortcut(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	action, err := s.Store.Action(r.Context(), one.ActionID)
	if err != nil {
		return err
	}
	action.Template = withoutTemplateSecrets(action.Template)
	m := views.ShortcutModel{Shortcut: one, Action: action, MayEdit: mayEdit(r)}
	if m.Presses, err = s.Store.LatestPresses(r.Context(), one.ID, shownPresses); err != nil {
		return err
	}
	m.Page = ui.Page{
		Title: one.Name, Subtitle: one.Description, Active: ui.NavShortcuts, Crumbs: shortcutCrumbs(),
		Actions: []ui.Button{{Label: "What was sent", Href: "/sent?destination=" + one.DestinationID, Icon: "list"}},
	}
	if m.MayEdit {
		m.Page.Actions = append(
			m.Page.Actions,
			ui.Button{Label: "Settings", Href: views.ShortcutPath(one.ID) + "/edit", Icon: "settings"},
			ui.Button{Label: "Edit request", Href: actionPath(action), Icon: "edit", Look: ui.LookMain},
		)
	}
	m.Page = s.page(w, r, m.Page)
	return s.show(w, r, view{page: views.Shortcut(m)})
}

func (s *server) switchShortcut(w http.ResponseWriter, r *http.Request) error {
	one, err := s.Store.Shortcut(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	one.Enabled = r.PostFormValue("enabled") == "true"
	if one, err = s.Store.UpdateShortcut(r.Context(), one); err != nil {
		return err
	}
	if !one.Enabled {
		return s.done(w, r, views.ShortcutPath(one.ID), "“"+one.Name+"” is off: nobody can press it.")
	}
	return s.done(w, r, views.ShortcutPath(one.ID), "“"+one.Name+"” is on. It is offered on the page of every person.")
}

// duplicateShortcut makes a second one that is off, so that nobody presses it before somebody looked at it.
func (s *server) duplicateShortcut(w http.ResponseWriter, r *http.Request) error {
	one, err := s.Store.Shortcut(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	action, err := s.Store.Action(r.Context(), one.ActionID)
	if err != nil {
		return err
	}
	action.Save = saveBy(r, cut("Copy of “"+one.Name+"”", hookline.MaxVersionNote), 0)
	one.Name, one.Enabled = copyName(one.Name), false
	made, err := s.Store.CreateShortcut(r.Context(), one, action)
	if err != nil {
		return err
	}
	return s.done(w, r, views.ShortcutPath(made.ID), "This is the copy. It is off until you switch it on.")
}

func (s *server) askDeleteShortcut(w http.ResponseWriter, r *http.Request) error {
	one, err := s.Store.Shortcut(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.ask(w, r, views.QuestionModel{
		Page:   ui.Page{Title: "Delete this shortcut?", Active: ui.NavShortcuts, Crumbs: shortcutCrumbs(shortcutCrumb(one))},
		Text:   "“" + one.Name + "” goes with its request and all versions of it, and cannot be brought back. What it still owes counts as failed; what it sent stays in Sent. To take it away for a while, switch it off instead.",
		Action: views.ShortcutPath(one.ID) + "/delete", Yes: "Delete shortcut", Back: views.ShortcutPath(one.ID),
	})
}

func (s *server) deleteShortcut(w http.ResponseWriter, r *http.Request) error {
	if err := s.Store.DeleteShortcut(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	return s.done(w, r, "/shortcuts", "The shortcut is deleted.")
}
