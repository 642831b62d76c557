package web

import (
	"net/http"
	"strconv"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

func (s *server) newShortcut(w http.ResponseWriter, r *http.Request) error {
	m := views.ShortcutFormModel{Shortcut: hookline.Shortcut{Least: hookline.Support}, Method: "POST"}
	return s.showShortcutForm(w, r, http.StatusOK, m)
}

func (s *server) editShortcut(w http.ResponseWriter, r *http.Request) error {
	one, err := s.Store.Shortcut(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.showShortcutForm(w, r, http.StatusOK, views.ShortcutFormModel{Shortcut: one, Title: one.Name})
}

func (s *server) showShortcutForm(w http.ResponseWriter, r *http.Request, status int, m views.ShortcutFormModel) error {
	p := ui.Page{Title: "New shortcut", Active: ui.NavShortcuts, Crumbs: shortcutCrumbs(), Narrow: true}
	if m.Shortcut.ID != "" {
		p.Title, p.Crumbs = "Settings", shortcutCrumbs(ui.Crumb{Label: m.Title, Href: views.ShortcutPath(m.Shortcut.ID)})
	}
	m.Page = s.page(w, r, p)
	return s.showStatus(w, r, status, view{page: views.ShortcutForm(m)})
}

// createShortcut begins with a request that says who the person is, and goes on in the composer.
func (s *server) createShortcut(w http.ResponseWriter, r *http.Request) error {
	m := views.ShortcutFormModel{Method: r.PostFormValue("method"), URL: trimmed(r, "url")}
	readShortcut(r, &m.Shortcut)
	action := hookline.Action{Name: hookline.ShortcutAction, Template: hookline.NewShortcutTemplate(), Batching: hookline.NewBatching(), Save: saveBy(r, "", 0)}
	action.Template.Method, action.Template.URL = m.Method, m.URL
	wrong := map[string]string{}
	addWrong(wrong, m.Shortcut.Validate())
	addWrong(wrong, action.Validate())
	addWrong(wrong, s.checkTemplate(action.Template))
	addWrong(wrong, s.checkAddress(r.Context(), m.URL))
	addWrong(wrong, s.checkSecrets(r.Context(), action.Template))
	var made hookline.Shortcut
	var err error
	if len(wrong) > 0 {
		err = hookline.Invalid("The shortcut could not be saved.", wrong)
	} else {
		made, err = s.Store.CreateShortcut(r.Context(), m.Shortcut, action)
	}
	var refused bool
	if m.Trouble, refused = onForm(err); refused {
		return s.showShortcutForm(w, r, http.StatusUnprocessableEntity, m)
	}
	if err != nil {
		return err
	}
	path := actionPath(hookline.Action{DestinationID: made.DestinationID, ID: made.ActionID})
	return s.done(w, r, path, "The shortcut is made. This is what it sends; when it is as you want it, save it and switch the shortcut on.")
}

// saveShortcut refuses to write over a change that came in while somebody typed.
func (s *server) saveShortcut(w http.ResponseWriter, r *http.Request) error {
	one, err := s.Store.Shortcut(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	m := views.ShortcutFormModel{Shortcut: one, Title: one.Name}
	readShortcut(r, &m.Shortcut)
	m.Shortcut.Version, _ = strconv.ParseInt(r.PostFormValue("version"), 10, 64) // 0 is no version, so it is refused
	_, err = s.Store.UpdateShortcut(r.Context(), m.Shortcut)
	var refused bool
	if m.Trouble, refused = onForm(err); refused {
		return s.showShortcutForm(w, r, http.StatusUnprocessableEntity, m)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, views.ShortcutPath(one.ID), "The settings are saved.")
}

// readShortcut puts what was typed over a shortcut.
func readShortcut(r *http.Request, s *hookline.Shortcut) {
	s.Name, s.Description, s.Least = trimmed(r, "name"), trimmed(r, "description"), hookline.Role(r.PostFormValue("least"))
}
