package web

import (
	"net/http"
	"net/url"

	"hookline/internal/access"
	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

// newInvitation proposes the role that most people need; more is a choice somebody makes.
func (s *server) newInvitation(w http.ResponseWriter, r *http.Request) error {
	return s.showInvitationForm(w, r, http.StatusOK, views.InvitationFormModel{Role: hookline.Support})
}

func (s *server) showInvitationForm(w http.ResponseWriter, r *http.Request, status int, m views.InvitationFormModel) error {
	m.Page = s.page(w, r, ui.Page{Title: "Invite somebody", Active: ui.NavSettings, Crumbs: teamCrumbs(), Narrow: true})
	return s.showStatus(w, r, status, view{page: views.InvitationForm(m)})
}

// invite answers with the link itself instead of leading to another page: its code is kept nowhere, so this answer is
// the only place where it can be seen. The code is in the query, which no log has.
func (s *server) invite(w http.ResponseWriter, r *http.Request) error {
	m := views.InvitationFormModel{Email: trimmed(r, "email"), Role: hookline.Role(r.PostFormValue("role"))}
	made, code, err := s.Desk.Invite(r.Context(), hookline.Invitation{Email: m.Email, Role: m.Role, MadeBy: visitor(r).user.Email})
	var wrong bool
	if m.Trouble, wrong = onForm(err); wrong {
		return s.showInvitationForm(w, r, http.StatusUnprocessableEntity, m)
	}
	if err != nil {
		return err
	}
	sent := views.InvitationMadeModel{Invitation: made, Link: s.base.String() + "/invite?" + url.Values{"code": {code}}.Encode()}
	sent.Page = s.page(w, r, ui.Page{Title: "The invitation is made", Active: ui.NavSettings, Crumbs: teamCrumbs(), Narrow: true})
	return s.show(w, r, view{page: views.InvitationMade(sent)})
}

func (s *server) withdrawInvitation(w http.ResponseWriter, r *http.Request) error {
	if err := s.Store.DeleteInvitation(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	return s.done(w, r, teamPath, "The invitation is withdrawn. Its link leads nowhere any more.")
}

// errNotInvited answers a link that was used, withdrawn, or is too old.
var errNotInvited = &hookline.Error{
	Kind:    hookline.KindNotFound,
	Message: "This invitation cannot be used: it was used already, was withdrawn, or is older than a week. Ask whoever invited you for a new one.",
}

func invited(err error) error {
	if hookline.KindOf(err) == hookline.KindNotFound {
		return errNotInvited
	}
	return err
}

// showInvitation is for whoever has the link, signed in or not.
func (s *server) showInvitation(w http.ResponseWriter, r *http.Request) error {
	return s.showAcceptForm(w, r, http.StatusOK, views.AcceptModel{Code: r.URL.Query().Get("code")})
}

func (s *server) showAcceptForm(w http.ResponseWriter, r *http.Request, status int, m views.AcceptModel) error {
	var err error
	if m.Invitation, err = s.Desk.Invited(r.Context(), m.Code); err != nil {
		return invited(err)
	}
	m.Page = s.page(w, r, ui.Page{Title: "Welcome to Hookline", Subtitle: m.Invitation.MadeBy + " invites you. Choose a password, and you are in.", Narrow: true})
	return s.showStatus(w, r, status, view{page: views.Accept(m)})
}

// acceptInvitation makes the user and signs them in.
func (s *server) acceptInvitation(w http.ResponseWriter, r *http.Request) error {
	m, password := views.AcceptModel{Code: r.PostFormValue("code")}, r.PostFormValue("password")
	user, err := s.Desk.Accept(r.Context(), m.Code, password)
	var wrong bool
	if m.Trouble, wrong = onForm(err); wrong {
		return s.showAcceptForm(w, r, http.StatusUnprocessableEntity, m)
	}
	if err != nil {
		return invited(err)
	}
	_, id, err := s.Desk.SignIn(r.Context(), access.SignIn{Email: user.Email, Password: password, Address: s.address(r), Agent: r.UserAgent()})
	if err != nil {
		return err
	}
	return s.letIn(w, r, letIn{id: id, email: user.Email, next: "/"})
}
