package web

import (
	"context"
	"net/http"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

type teamStore interface {
	ListUsers(ctx context.Context) ([]hookline.User, error)
	User(ctx context.Context, id string) (hookline.User, error)
	ListInvitations(ctx context.Context) ([]hookline.Invitation, error)
	DeleteInvitation(ctx context.Context, id string) error
}

// teamPath is where every change of a user ends.
const teamPath = "/settings/team"

func teamCrumbs() []ui.Crumb {
	return append(settingsCrumbs(), ui.Crumb{Label: "Team", Href: teamPath})
}

func (s *server) listTeam(w http.ResponseWriter, r *http.Request) error {
	users, err := s.Store.ListUsers(r.Context())
	if err != nil {
		return err
	}
	open, err := s.Store.ListInvitations(r.Context())
	if err != nil {
		return err
	}
	m := views.TeamModel{
		Page: s.page(w, r, ui.Page{
			Title: "Team", Active: ui.NavSettings, Crumbs: settingsCrumbs(),
			Actions: []ui.Button{
				{Label: "Add user", Href: teamPath + "/new", Icon: "user-plus"},
				{Label: "Invite somebody", Href: teamPath + "/invite", Icon: "link", Look: ui.LookMain},
			},
		}),
		Users: users,
		You:   visitor(r).user.ID,

		Invitations: open,
	}
	return s.show(w, r, view{page: views.Team(m)})
}

// newUser proposes the role that most people need; more is a choice somebody makes.
func (s *server) newUser(w http.ResponseWriter, r *http.Request) error {
	return s.showNewUser(w, r, http.StatusOK, views.NewUserModel{Role: hookline.Support})
}

func (s *server) showNewUser(w http.ResponseWriter, r *http.Request, status int, m views.NewUserModel) error {
	m.Page = s.page(w, r, ui.Page{Title: "Add user", Active: ui.NavSettings, Crumbs: teamCrumbs(), Narrow: true})
	return s.showStatus(w, r, status, view{page: views.NewUser(m)})
}

// createUser sends no mail: Hookline has no mail server. The administrator chooses a first password and hands it over.
func (s *server) createUser(w http.ResponseWriter, r *http.Request) error {
	m := views.NewUserModel{Email: r.PostFormValue("email"), Role: hookline.Role(r.PostFormValue("role"))}
	user, err := s.Desk.AddUser(r.Context(), hookline.User{Email: m.Email, Role: m.Role}, r.PostFormValue("password"))
	var wrong bool
	if m.Trouble, wrong = onForm(err); wrong {
		return s.showNewUser(w, r, http.StatusUnprocessableEntity, m)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, teamPath, user.Email+" can sign in now. Tell them the password you chose; they can change it under their account.")
}

func (s *server) editUser(w http.ResponseWriter, r *http.Request) error {
	return s.showUser(w, r, http.StatusOK, hookline.Error{})
}

// showUser keeps the role that was chosen when its form comes back.
func (s *server) showUser(w http.ResponseWriter, r *http.Request, status int, trouble hookline.Error) error {
	user, err := s.Store.User(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	m := views.UserModel{User: user, IsYou: user.ID == visitor(r).user.ID, Trouble: trouble}
	if m.Sessions, err = s.sessionsOf(r, user.ID, ""); err != nil {
		return err
	}
	if m.TwoStep.State, m.TwoStep.On, err = s.Desk.TwoStep(r.Context(), user.ID); err != nil {
		return err
	}
	m.Page = s.page(w, r, ui.Page{Title: user.Email, Active: ui.NavSettings, Crumbs: teamCrumbs()})
	if role := r.PostFormValue("role"); role != "" {
		m.User.Role = hookline.Role(role)
	}
	return s.showStatus(w, r, status, view{page: views.User(m)})
}

// saidOf ends a change of a user: by the user's page with what is wrong, or by the list.
func (s *server) saidOf(w http.ResponseWriter, r *http.Request, err error, text string) error {
	if trouble, ok := onForm(err); ok {
		return s.showUser(w, r, http.StatusUnprocessableEntity, trouble)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, teamPath, text)
}

// changeRole, resetPassword and switchUser leave it to the store that there is always an administrator who can sign in.
func (s *server) changeRole(w http.ResponseWriter, r *http.Request) error {
	err := s.Desk.ChangeRole(r.Context(), r.PathValue("id"), hookline.Role(r.PostFormValue("role")))
	return s.saidOf(w, r, err, "The role is changed.")
}

func (s *server) resetPassword(w http.ResponseWriter, r *http.Request) error {
	err := s.Desk.ResetPassword(r.Context(), r.PathValue("id"), r.PostFormValue("password"))
	return s.saidOf(w, r, err, "The password is changed. Tell it to its owner, who is signed out everywhere.")
}

func (s *server) switchUser(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if r.PostFormValue("enabled") == "true" {
		return s.saidOf(w, r, s.Desk.Enable(r.Context(), id), "The user can sign in again.")
	}
	return s.saidOf(w, r, s.Desk.Disable(r.Context(), id), "The user is disabled and signed out everywhere.")
}
