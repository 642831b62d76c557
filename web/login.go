package web

import (
	"net/http"

	"hookline/internal/access"
	"hookline/internal/audit"
	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

// showLogin leads to the set-up while there is nobody who could sign in.
func (s *server) showLogin(w http.ResponseWriter, r *http.Request) error {
	inUse, err := s.Desk.InUse(r.Context())
	if err != nil {
		return err
	}
	next := ownPath(r.URL.Query().Get("next"))
	switch {
	case !inUse:
		return goTo(w, r, "/setup")
	case visitor(r).user.ID != "":
		return goTo(w, r, next)
	}
	return s.showLoginForm(w, r, http.StatusOK, views.LoginModel{Next: next})
}

func (s *server) showLoginForm(w http.ResponseWriter, r *http.Request, status int, m views.LoginModel) error {
	m.Page = s.page(w, r, ui.Page{Title: "Sign in", Narrow: true})
	return s.showStatus(w, r, status, view{page: views.Login(m)})
}

// signIn answers a wrong password with the form, the address kept. Whoever is throttled sees when to try again, and 429
// says it to programs.
func (s *server) signIn(w http.ResponseWriter, r *http.Request) error {
	m := views.LoginModel{Email: r.PostFormValue("email"), Next: ownPath(r.PostFormValue("next"))}
	user, id, err := s.Desk.SignIn(r.Context(), access.SignIn{
		Email:    m.Email,
		Password: r.PostFormValue("password"),
		Address:  s.address(r),
		Agent:    r.UserAgent(),
		Device:   s.knownDevice(r, m.Email),
	})
	if needsCode(err) {
		return s.askCode(w, r, waiting{user.ID, m.Email, m.Next})
	}
	switch hookline.KindOf(err) {
	case "":
		return s.letIn(w, r, letIn{id: id, email: m.Email, next: m.Next})
	case hookline.KindUnauthorized, hookline.KindThrottled:
		traceOf(r).problem = err
		s.recordWrongPassword(r, m.Email, err)
		told := toldOf(err)
		m.Problem = told.Message
		status := http.StatusUnprocessableEntity
		if told.Kind == hookline.KindThrottled {
			status = http.StatusTooManyRequests
			retryAfter(w, told.RetryAfter)
		}
		return s.showLoginForm(w, r, status, m)
	}
	return err
}

// letIn is who gets a session, and where they go with it.
type letIn struct{ id, email, next string }

// letIn gives the browser its new session. Whatever session it came with ends: nobody may know the new one because
// they planted the old one.
func (s *server) letIn(w http.ResponseWriter, r *http.Request, l letIn) error {
	if err := s.Desk.SignOut(r.Context(), visitor(r).sessionID); err != nil {
		return err
	}
	if err := s.setSession(w, r, l.id); err != nil {
		return err
	}
	if err := s.rememberDevice(w, r, hookline.NormalEmail(l.email)); err != nil {
		return err
	}
	return goTo(w, r, l.next)
}

// signOut works for who is signed out already: an old tab's button must not end in an error.
func (s *server) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := s.Desk.SignOut(r.Context(), visitor(r).sessionID); err != nil {
		return err
	}
	if user := visitor(r).user; user.ID != "" {
		s.recorded(r, audit.OfUser(user).Say(audit.SignedOut, ""))
	}
	if err := s.setSession(w, r, ""); err != nil {
		return err
	}
	return s.done(w, r, "/login", "You are signed out.")
}
