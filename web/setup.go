package web

import (
	"net/http"

	"hookline/internal/access"
	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

// showSetup is there until the first administrator is; then there is no such page.
func (s *server) showSetup(w http.ResponseWriter, r *http.Request) error {
	if err := s.stillNew(r); err != nil {
		return err
	}
	return s.showSetupForm(w, r, http.StatusOK, views.SetupModel{})
}

func (s *server) stillNew(r *http.Request) error {
	inUse, err := s.Desk.InUse(r.Context())
	if err != nil {
		return err
	}
	if inUse {
		return nowhere(nil, nil)
	}
	return nil
}

func (s *server) showSetupForm(w http.ResponseWriter, r *http.Request, status int, m views.SetupModel) error {
	m.Page = s.page(w, r, ui.Page{
		Title:    "Welcome to Hookline",
		Subtitle: "Make the first administrator. You can add the others of your team afterwards.",
		Narrow:   true,
	})
	return s.showStatus(w, r, status, view{page: views.Setup(m)})
}

// saveSetup makes the first administrator and signs them in. Of two who do this at once the store lets one win; the
// other finds the page gone.
func (s *server) saveSetup(w http.ResponseWriter, r *http.Request) error {
	if err := s.stillNew(r); err != nil {
		return err
	}
	email, password := r.PostFormValue("email"), r.PostFormValue("password")
	_, err := s.Desk.CreateFirstAdmin(r.Context(), email, password)
	switch hookline.KindOf(err) {
	case "":
	case hookline.KindConflict:
		return nowhere(nil, nil)
	case hookline.KindInvalid:
		m := views.SetupModel{Email: email}
		m.Trouble, _ = onForm(err)
		return s.showSetupForm(w, r, http.StatusUnprocessableEntity, m)
	default:
		return err
	}
	_, id, err := s.Desk.SignIn(r.Context(), access.SignIn{Email: email, Password: password, Address: s.address(r), Agent: r.UserAgent()})
	if err != nil {
		return err
	}
	return s.letIn(w, r, letIn{id: id, email: email, next: "/"})
}
