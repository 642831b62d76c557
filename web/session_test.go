package web

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"testing"

	"hookline/internal/access"
	"hookline/internal/hookline"
)

func TestTheCookieIsHardToSteal(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(admin)
	cookie := b.cookies["__Host-hookline"]
	if cookie == nil {
		t.Fatalf("no __Host- cookie among %v", b.cookies)
	}
	if !cookie.Secure || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.Domain != "" || cookie.MaxAge != 12*60*60 {
		t.Errorf("cookie is %+v", cookie)
	}
	if strings.Contains(s.log.String(), cookie.Value) {
		t.Error("the log has the cookie")
	}
}

func TestByPlainHTTPTheCookieIsNotSecure(t *testing.T) {
	s := newSite(t, func(c *Config) { c.PublicURL = "http://127.0.0.1:8080" })
	s.as(anyone) // makes an administrator
	r := s.plain(http.MethodPost, "/login", form("email", "admin@example.com", "password", password))
	cookies := r.Result().Cookies()
	if len(cookies) == 0 || cookies[0].Secure || strings.HasPrefix(cookies[0].Name, "__Host-") || !cookies[0].HttpOnly {
		t.Errorf("cookies are %v", cookies)
	}
	if got := r.Header().Get("Strict-Transport-Security"); got != "" {
		t.Errorf("Strict-Transport-Security is %q by http", got)
	}
}

func TestUnreadableCookiesAreNoCookies(t *testing.T) {
	s := newSite(t, nil)
	good := s.as(viewer).cookies["__Host-hookline"].Value
	for name, value := range map[string]string{"nonsense": "nonsense", "empty": "", "cut": good[:len(good)-5], "twice": good + good} {
		b := s.as(anyone)
		b.cookies["__Host-hookline"] = &http.Cookie{Name: "__Host-hookline", Value: value}
		if got := b.get("/sources"); got.Code != http.StatusSeeOther {
			t.Errorf("%s: %d, want the way in", name, got.Code)
		}
	}
}

func TestAPlantedSessionIsWorthNothing(t *testing.T) {
	s := newSite(t, nil)
	attacker := s.as(viewer)
	planted := attacker.cookies["__Host-hookline"].Value

	victim := s.as(anyone)
	victim.cookies["__Host-hookline"] = &http.Cookie{Name: "__Host-hookline", Value: planted}
	victim.post("/login", form("email", "admin@example.com", "password", password)).wantRedirect(t, "/")
	if victim.cookies["__Host-hookline"].Value == planted {
		t.Fatal("signing in kept the cookie")
	}
	victim.get("/settings/team").want(t, 200)
	attacker.cookies["__Host-hookline"] = &http.Cookie{Name: "__Host-hookline", Value: planted}
	attacker.get("/sources").wantRedirect(t, "/login?next=%2Fsources")
}

func TestSignOut(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(admin)
	old := b.cookies["__Host-hookline"].Value
	out := b.post("/logout", nil)
	out.wantRedirect(t, "/login")
	if n := len(out.Header()["Set-Cookie"]); n != 1 {
		t.Errorf("%d cookies are set, want one that says it all", n)
	}
	b.get("/login").want(t, 200, "You are signed out.")
	b.get("/login").want(t, 200, "!You are signed out.")
	b.cookies["__Host-hookline"] = &http.Cookie{Name: "__Host-hookline", Value: old} // a copy somebody kept
	for _, path := range []string{"/", "/sources", "/settings/team"} {
		if got := b.get(path); got.Code != http.StatusSeeOther {
			t.Errorf("%s: the copied cookie still opens it: %d", path, got.Code)
		}
	}
	b.get("/live?topic=sent").want(t, 401)
	b.htmx().get("/sources").want(t, 401)
}

func TestADisabledUserIsOut(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(editor)
	s.as(admin).post("/settings/team/"+s.users[editor].ID+"/enabled", form("enabled", "false")).wantRedirect(t, "/settings/team")
	b.get("/sources").wantRedirect(t, "/login?next=%2Fsources")
	b.post("/login", form("email", "editor@example.com", "password", password)).want(t, 422, "do not match")
}

func TestARoleCountsFromTheNextClick(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(editor)
	b.get("/sources/new").want(t, 200)
	s.as(admin).post("/settings/team/"+s.users[editor].ID+"/role", form("role", "viewer")).wantRedirect(t, "/settings/team")
	b.get("/sources/new").want(t, 403, "Your role, viewer")
}

func TestSessionsOutliveARestart(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(admin)
	again, err := New(t.Context(), Config{Store: s.store, Desk: s.desk, Hub: s.hub, PublicURL: "https://hooks.example.com", API: says("api"), Receiver: says("")})
	if err != nil {
		t.Fatal(err)
	}
	s.handler = again
	b.get("/sources").want(t, 200)
}

func TestCookieKeysOfTheWrongLengthAreRefused(t *testing.T) {
	for name, value := range map[string]string{"short": base64.StdEncoding.EncodeToString(make([]byte, 8)), "garbled": "%"} {
		s := newSite(t, nil)
		if err := s.store.SetSetting(t.Context(), settingSignKey, value); err != nil {
			t.Fatal(err)
		}
		if _, err := New(t.Context(), Config{Store: s.store, Desk: s.desk, PublicURL: "https://hooks.example.com"}); err == nil {
			t.Errorf("a %s key is taken", name)
		}
	}
}

func TestThePublicURLIsChecked(t *testing.T) {
	s := newSite(t, nil)
	for _, address := range []string{"", "hooks.example.com", "ftp://hooks.example.com", "https://", "https://hooks.example.com/sub", "https://%zz"} {
		if _, err := New(t.Context(), Config{Store: s.store, Desk: s.desk, PublicURL: address}); err == nil {
			t.Errorf("%q is taken", address)
		}
	}
}

func TestGuessingIsThrottled(t *testing.T) {
	s := newSite(t, nil)
	stranger := s.as(anyone)
	known := s.as(admin) // signed in here before
	known.post("/logout", nil)
	for range 10 {
		stranger.post("/login", form("email", "admin@example.com", "password", "wrong")).want(t, 422, "do not match", `value="admin@example.com"`, "!wrong\"")
	}
	got := stranger.post("/login", form("email", "admin@example.com", "password", password))
	got.want(t, 429, "too many tries", `value="admin@example.com"`)
	if got.Header().Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	got = stranger.with("X-Forwarded-For", "198.51.100.7").post("/login", form("email", "admin@example.com", "password", password))
	got.want(t, 429)
	known.post("/login", form("email", "admin@example.com", "password", password)).wantRedirect(t, "/")
}

func TestAddresses(t *testing.T) {
	s := testServer(t)
	s.TrustedProxies = prefixes(t, "10.0.0.0/8", "fd00::/8")
	for name, test := range map[string]struct{ remote, forwarded, want string }{
		"direct":                {"192.0.2.1:4711", "", "192.0.2.1"},
		"a stranger's claim":    {"192.0.2.1:4711", "198.51.100.7", "192.0.2.1"},
		"behind a proxy":        {"10.1.2.3:80", "198.51.100.7", "198.51.100.7"},
		"a claim before it":     {"10.1.2.3:80", "203.0.113.9, 198.51.100.7", "198.51.100.7"},
		"two proxies":           {"10.1.2.3:80", "198.51.100.7, 10.9.9.9", "198.51.100.7"},
		"nothing but proxies":   {"10.1.2.3:80", "10.9.9.9", "10.9.9.9"},
		"IPv6 counts by its 64": {"[2001:db8:1:2:3:4:5:6]:80", "", "2001:db8:1:2::/64"},
		"IPv4 in IPv6":          {"[::ffff:10.1.2.3]:80", "198.51.100.7", "198.51.100.7"},
		"no port":               {"pipe", "", "pipe"},
	} {
		r := request(t, http.MethodGet, "/")
		r.RemoteAddr = test.remote
		if test.forwarded != "" {
			r.Header.Set("X-Forwarded-For", test.forwarded)
		}
		if got := s.address(r); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestTroubleOfTheStoreIsNotTheWayIn(t *testing.T) {
	s := newSite(t, func(c *Config) {
		c.Desk = access.New(access.Config{Store: noSessions{c.Store.(access.Store)}})
	})
	b := s.as(viewer)
	b.get("/sources").want(t, 500, "fault of ours", "!disk")
	b.get("/login").want(t, 200, "Sign in") // who needs to be nobody is not kept out
}

// noSessions is a store in trouble.
type noSessions struct{ access.Store }

func (noSessions) Session(context.Context, string) (hookline.Session, error) {
	return hookline.Session{}, errors.New("read disk: bad sector")
}

func TestSetup(t *testing.T) {
	s := newSite(t, nil)
	first, second := s.browser(), s.browser()
	first.get("/").wantRedirect(t, "/setup")
	first.get("/login").wantRedirect(t, "/setup")
	first.get("/setup").want(t, 200, "Welcome", `action="/setup"`)
	first.post("/setup", form("email", "not an address", "password", "short")).
		want(t, 422, `value="not an address"`, "Enter an e-mail address", "at least 10 characters", "!short\"")
	first.post("/setup", form("email", "Ana@Example.com", "password", password)).wantRedirect(t, "/")
	first.get("/").want(t, 200, "Overview", "ana@example.com")
	second.get("/setup").want(t, 404)
	second.post("/setup", form("email", "ben@example.com", "password", password)).want(t, 404)
	if n, err := s.store.CountUsers(t.Context()); n != 1 || err != nil {
		t.Errorf("%d users, %v", n, err)
	}
}

func TestOfTwoWhoSetUpOneWins(t *testing.T) {
	s := newSite(t, nil)
	codes := make(chan int, 2)
	for _, email := range []string{"ana@example.com", "ben@example.com"} {
		b := s.browser()
		go func() { codes <- b.post("/setup", form("email", email, "password", password)).Code }()
	}
	a, b := <-codes, <-codes
	if min(a, b) != 303 || max(a, b) != 404 {
		t.Errorf("they got %d and %d, want 303 and 404", a, b)
	}
	if users, err := s.store.ListUsers(t.Context()); len(users) != 1 || users[0].Role != hookline.Admin || err != nil {
		t.Errorf("%v, %v", users, err)
	}
}
