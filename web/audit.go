package web

import (
	"context"
	"net/http"

	"hookline/internal/audit"
	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

type auditStore interface {
	RecordAudit(ctx context.Context, n audit.Note) error
	ListAuditEntries(ctx context.Context, f audit.Filter, c hookline.Cursor) (hookline.Listing[audit.Entry], error)
	AuditEntry(ctx context.Context, id string) (audit.Entry, error)
	UserByEmail(ctx context.Context, email string) (hookline.User, error)
}

// actor is who asks, as the audit log names them.
func (s *server) actor(r *http.Request, user hookline.User) audit.Actor {
	if user.ID == "" {
		return audit.Actor{Kind: audit.Stranger, From: s.address(r)}
	}
	return audit.Actor{Kind: audit.User, ID: user.ID, Name: user.Email, From: s.address(r)}
}

// recorded keeps what was done already, where no change of the store kept it. What cannot be kept is in the log: the
// deed cannot be undone for it.
func (s *server) recorded(r *http.Request, n audit.Note) {
	if err := s.Store.RecordAudit(r.Context(), n); err != nil {
		s.log.ErrorContext(r.Context(), "audit entry lost", "request", traceOf(r).id, "deed", string(n.Deed), "thing", n.ThingID, "problem", err)
	}
}

// recordRefusal keeps that somebody tried to do what their role does not include. Looking where one may not is no deed.
func (s *server) recordRefusal(r *http.Request, err error) {
	if r.Method == http.MethodPost && hookline.KindOf(err) == hookline.KindForbidden {
		s.recorded(r, audit.Thing{Kind: audit.Page, Name: r.URL.Path}.Say(audit.Refused, "the role "+string(visitor(r).user.Role)+" does not include it"))
	}
}

// recordWrongPassword keeps a wrong password. Who nobody knows is not named, since people type passwords into that
// field by mistake; but an entry is made all the same, or else how long the answer takes would tell who is known.
func (s *server) recordWrongPassword(r *http.Request, email string, err error) {
	if hookline.KindOf(err) != hookline.KindUnauthorized {
		return // whoever is throttled has not been asked for the password
	}
	user, err := unlessMissing(s.Store.UserByEmail(r.Context(), email))
	if err != nil {
		s.log.ErrorContext(r.Context(), "audit entry lost", "request", traceOf(r).id, "deed", string(audit.Refused), "problem", err)
		return
	}
	remark := "wrong password"
	switch {
	case user.ID == "":
		remark = "nobody has the e-mail address that was typed"
	case user.Disabled:
		remark = "wrong password, or a disabled user"
	}
	s.recorded(r, audit.OfUser(user).Say(audit.Refused, remark))
}

func auditCrumbs() []ui.Crumb {
	return append(settingsCrumbs(), ui.Crumb{Label: "Audit log", Href: views.AuditPath})
}

// listAudit shows who did what, the newest first.
func (s *server) listAudit(w http.ResponseWriter, r *http.Request) error {
	asked, err := s.readAuditFilter(r)
	if err != nil {
		return err
	}
	m, at, status := views.AuditListModel{Form: asked.form, Trouble: asked.trouble, Query: asked.query()}, cursor(r), http.StatusOK
	if m.Trouble.Message != "" {
		status = http.StatusUnprocessableEntity
	} else {
		list, err := s.Store.ListAuditEntries(r.Context(), asked.filter, at)
		if err != nil {
			return err
		}
		m.Rows = list.Rows
		m.Pages = pages(r, list, func(e audit.Entry) string { return e.ID })
	}
	m.Page = s.page(w, r, ui.Page{
		Title: "Audit log", Active: ui.NavSettings, Crumbs: settingsCrumbs(),
		Subtitle: "Who did what, and when. Entries are only added: nobody can change or remove one.",
	})
	return s.showStatus(w, r, status, view{page: views.AuditList(m), fragment: views.AuditRows(m)})
}

func (s *server) showAuditEntry(w http.ResponseWriter, r *http.Request) error {
	e, err := s.Store.AuditEntry(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	m := views.AuditEntryModel{Entry: e}
	m.Page = s.page(w, r, ui.Page{Title: views.AuditTitle(e), Active: ui.NavSettings, Crumbs: auditCrumbs()})
	return s.show(w, r, view{page: views.AuditEntry(m)})
}
