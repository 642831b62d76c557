package web

import (
	"net"
	"net/http"
	"net/netip"
	"strings"

	"hookline/internal/access"
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

func (s *server) signIn(w http.ResponseWriter, r *http.Request) error {
	m := views.LoginModel{Email: r.PostFormValue("email"), Next: ownPath(r.PostFormValue("next"))}
	_, id, err := s.Desk.SignIn(r.Context(), access.SignIn{
		Email:    m.Email,
		Password: r.PostFormValue("password"),
		Address:  s.address(r),
		Device:   s.knownDevice(r, m.Email),
	})
	switch hookline.KindOf(err) {
	case "":
		return s.letIn(w, r, letIn{id: id, email: m.Email, next: m.Next})
	case hookline.KindUnauthorized, hookline.KindThrottled:
		traceOf(r).problem = err
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

func (s *server) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := s.Desk.SignOut(r.Context(), visitor(r).sessionID); err != nil {
		return err
	}
	if err := s.setSession(w, r, ""); err != nil {
		return err
	}
	return s.done(w, r, "/login", "You are signed out.")
}

// address is where a request comes from. X-Forwarded-For is anybody's claim, so only what a trusted proxy appended
// counts: the last address in it that is not itself a trusted proxy.
func (s *server) address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	forwarded := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(forwarded) - 1; i >= 0 && s.trusted(host); i-- {
		if claim := strings.TrimSpace(forwarded[i]); claim != "" {
			host = claim
		}
	}
	return neighbourhood(host)
}

func (s *server) trusted(host string) bool {
	address, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	for _, network := range s.TrustedProxies {
		if network.Contains(address.Unmap()) {
			return true
		}
	}
	return false
}

// neighbourhood is the address as the throttle counts it: whoever has an IPv6 address has its whole /64.
func neighbourhood(host string) string {
	address, err := netip.ParseAddr(host)
	if err != nil || address.Unmap().Is4() {
		return host
	}
	network, _ := address.WithZone("").Prefix(64) // 64 fits every IPv6 address
	return network.String()
}
