package web

import (
	"net/http"

	"hookline/internal/access"
	"hookline/views"
	"hookline/views/ui"
)

// showAccount is the one page of settings that is for everybody: what is yours.
func (s *server) showAccount(w http.ResponseWriter, r *http.Request) error {
	return s.showAccountForm(w, r, http.StatusOK, views.AccountModel{})
}

// showAccountForm never gives a password back: what was typed there is typed again.
func (s *server) showAccountForm(w http.ResponseWriter, r *http.Request, status int, m views.AccountModel) error {
	m.Page = s.page(w, r, ui.Page{Title: "Your account", Active: ui.NavSettings, Crumbs: settingsCrumbs()})
	m.Role = views.RoleInWords(visitor(r).user.Role)
	var err error
	if m.Sessions, err = s.sessionsOf(r, visitor(r).user.ID, visitor(r).sessionID); err != nil {
		return err
	}
	if m.TwoStep.State, m.TwoStep.On, err = s.Desk.TwoStep(r.Context(), visitor(r).user.ID); err != nil {
		return err
	}
	return s.showStatus(w, r, status, view{page: views.Account(m)})
}

// changePassword keeps this browser signed in and signs the others out.
func (s *server) changePassword(w http.ResponseWriter, r *http.Request) error {
	v := visitor(r)
	err := s.Desk.ChangePassword(r.Context(), access.PasswordChange{
		UserID:    v.user.ID,
		Current:   r.PostFormValue("current"),
		New:       r.PostFormValue("password"),
		SessionID: v.sessionID,
	})
	if trouble, ok := onForm(err); ok {
		return s.showAccountForm(w, r, http.StatusUnprocessableEntity, views.AccountModel{Trouble: trouble})
	}
	if err != nil {
		return err
	}
	return s.done(w, r, "/account", "Your password is changed. Other browsers are signed out.")
}
