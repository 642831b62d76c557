package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"hookline/internal/hookline"
	"hookline/static"
)

func TestFormsFromOtherSitesChangeNothing(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(admin)
	for name, header := range map[string]http.Header{
		"cross-site":              {"Sec-Fetch-Site": {"cross-site"}},
		"same-site":               {"Sec-Fetch-Site": {"same-site"}},
		"cross-site, own origin":  {"Sec-Fetch-Site": {"cross-site"}, "Origin": {"https://evil.example"}},
		"old browser, other site": {"Origin": {"https://evil.example"}},
		"old browser, other port": {"Origin": {"https://hooks.example.com:8443"}},
		"old browser, by http":    {"Origin": {"http://evil.hooks.example.com"}},
		"sandboxed frame":         {"Origin": {"null"}},
	} {
		forged := &browser{site: s, cookies: b.cookies, header: header}
		for _, path := range []string{"/sources/new", "/login", "/logout", "/setup", "/settings/signing-key/rotate", "/no/such/page"} {
			got := forged.post(path, form("name", "Forged", "email", "admin@example.com", "password", password))
			got.want(t, 403, "another site")
			if len(got.Result().Cookies()) != 0 {
				t.Errorf("%s: POST %s changed the cookies", name, path)
			}
		}
	}
	b.get("/sources").want(t, 200, "No source yet") // nothing was made, and nobody was signed out
}

func TestFormsFromOurOwnPagesWork(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(admin)
	for name, header := range map[string]http.Header{
		"new browser":         {"Sec-Fetch-Site": {"same-origin"}, "Origin": {"https://hooks.example.com"}},
		"typed address":       {"Sec-Fetch-Site": {"none"}},
		"old browser":         {"Origin": {"https://hooks.example.com"}},
		"no browser at all":   {},
		"htmx":                {"Sec-Fetch-Site": {"same-origin"}, "HX-Request": {"true"}},
		"behind a proxy, tls": {"Sec-Fetch-Site": {"same-origin"}, "Origin": {"https://hooks.example.com"}},
	} {
		own := &browser{site: s, cookies: b.cookies, header: header}
		if got := own.post("/sources/new", form("name", name)); got.Code >= 400 {
			t.Errorf("%s: %d", name, got.Code)
		}
		b.get("/sources").want(t, 200, name)
	}
}

func TestGetNeverActs(t *testing.T) {
	s := newSite(t, nil)
	source := s.source("Website")
	b := s.as(admin)
	before, err := s.store.SigningKeys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{
		"/logout", "/sources/" + source.ID + "/delete", "/sources/" + source.ID + "/enabled?enabled=false", "/sources/new?name=x",
		"/settings/signing-key/rotate", "/settings/signing-key/reveal",
	} {
		b.get(path)
	}
	b.get("/sources").want(t, 200, "Website", ">On<")
	after, err := s.store.SigningKeys(t.Context())
	if err != nil || after[0].Key != before[0].Key {
		t.Errorf("a GET made a new signing key (%v)", err)
	}
}

func TestNextLeadsToOwnPathsOnly(t *testing.T) {
	for next, want := range map[string]string{
		"/sources?code=go#send":   "/sources?code=go#send",
		"/people?q=a%20b":         "/people?q=a%20b",
		"/":                       "/",
		"":                        "/",
		"//evil.example":          "/",
		"///evil.example":         "/",
		`/\evil.example`:          "/",
		`\\evil.example`:          "/",
		`/\/evil.example`:         "/",
		"https:evil.example":      "/",
		"https://evil.example/":   "/",
		"javascript:alert(1)":     "/",
		"%2f%2fevil.example":      "/",
		"/%2f%2fevil.example":     "/",
		"/%2fevil.example":        "/",
		"/%5cevil.example":        "/",
		"/\t/evil.example":        "/",
		"/%09/evil.example":       "/",
		"/\r\nLocation: x":        "/",
		"evil.example":            "/",
		"/a\x00b":                 "/",
		"//user@evil.example/%zz": "/",
	} {
		if got := ownPath(next); got != want {
			t.Errorf("%q leads to %q, want %q", next, got, want)
		}
	}
}

func TestSignInLeadsToWhatWasAskedFor(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(anyone)
	b.get("/people?q=ana").wantRedirect(t, "/login?next=%2Fpeople%3Fq%3Dana")
	b.get("/login?next=%2Fpeople%3Fq%3Dana").want(t, 200, `name="next" value="/people?q=ana"`)
	b.get("/login?next=//evil.example").want(t, 200, `name="next" value="/"`, "!evil")
	b.post("/login", form("email", "admin@example.com", "password", password, "next", "/people?q=ana")).wantRedirect(t, "/people?q=ana")
	b.get("/login?next=/sources").wantRedirect(t, "/sources") // signed in already
	s.as(anyone).post("/login", form("email", "admin@example.com", "password", password, "next", "//evil.example")).wantRedirect(t, "/")
}

func TestErrorsKeepTheirInsides(t *testing.T) {
	s := newSite(t, func(c *Config) { c.Store = noSources{c.Store} })
	got := s.as(viewer).get("/sources")
	number := got.Header().Get("X-Request-Id")
	got.want(t, 500, "fault of ours", number, "!disk", "!sector")
	for _, told := range []string{number, "disk: bad sector", s.users[viewer].ID} {
		if !strings.Contains(s.log.String(), told) {
			t.Errorf("the log does not have %q:\n%s", told, s.log)
		}
	}
}

// noSources is a store in trouble.
type noSources struct{ Store }

func (noSources) ListSources(context.Context) ([]hookline.Source, error) {
	return nil, errors.New("read disk: bad sector")
}

func TestKindsBecomeStatuses(t *testing.T) {
	s := testServer(t)
	secret := errors.New("secret inside")
	for kind, want := range map[hookline.Kind]int{
		hookline.KindInvalid: 409, hookline.KindForbidden: 403, hookline.KindNotFound: 404, hookline.KindConflict: 409,
		hookline.KindTooLarge: 413, hookline.KindThrottled: 429, hookline.KindUnavailable: 503, hookline.KindInternal: 500,
	} {
		for _, htmx := range []string{"", "true"} {
			w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil)
			r.Header.Set("HX-Request", htmx)
			s.fail(w, r, &hookline.Error{Kind: kind, Message: "Do <this>.", Cause: secret, RetryAfter: 1500e6})
			body := w.Body.String()
			contentType, text := "text/html; charset=utf-8", "Do &lt;this&gt;."
			if htmx == "true" {
				contentType, text = "text/plain; charset=utf-8", "Do <this>."
			}
			if w.Code != want || w.Header().Get("Content-Type") != contentType || strings.Contains(body, "secret") || !strings.Contains(body, text) {
				t.Errorf("%s, htmx %q: %d %s %s, want %d with the message", kind, htmx, w.Code, w.Header().Get("Content-Type"), body, want)
			}
			if kind != hookline.KindInvalid && w.Header().Get("Retry-After") != "2" {
				t.Errorf("%s: Retry-After %q, want 2", kind, w.Header().Get("Retry-After"))
			}
		}
	}
}

// TestWhoLeftIsNoFault: what breaks off because nobody waits for the answer is no error of ours.
func TestWhoLeftIsNoFault(t *testing.T) {
	s := testServer(t)
	ctx, leave := context.WithCancel(t.Context())
	leave()
	w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil).WithContext(ctx)
	s.observe(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.fail(w, r, fmt.Errorf("count people: %w", ctx.Err())) })).ServeHTTP(w, r)
	if w.Code != statusLeft || w.Body.Len() > 0 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestUnknownErrorsTellANumberOnly(t *testing.T) {
	s := testServer(t)
	w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil)
	s.observe(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.fail(w, r, errors.New("dial tcp 10.0.0.1")) })).ServeHTTP(w, r)
	if body := w.Body.String(); w.Code != 500 || strings.Contains(body, "10.0.0.1") || !strings.Contains(body, w.Header().Get("X-Request-Id")) {
		t.Errorf("%d %s", w.Code, body)
	}
}

func TestPanicsBecomePages(t *testing.T) {
	s := testServer(t)
	h := s.observe(s.secureHeaders(s.recoverPanic(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("secret inside") }))))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if w.Code != 500 || strings.Contains(w.Body.String(), "secret") || w.Header().Get("Content-Security-Policy") != static.Policy {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
}

func TestAPanicInTheMiddleCutsTheConnection(t *testing.T) {
	s := testServer(t)
	h := s.observe(s.recoverPanic(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("half a page"))
		panic("too late")
	})))
	defer func() {
		if got := recover(); got != http.ErrAbortHandler {
			t.Errorf("recovered %v, want the connection to be cut", got)
		}
	}()
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
}

func TestLargeFormsAreRefused(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(editor)
	b.post("/sources/new", form("name", strings.Repeat("x", maxForm+1))).want(t, 413, "too large")
	b.do(http.MethodPost, "/sources/new", bytes.NewReader([]byte("name=%zz"))).want(t, 409, "could not be read")
}

func TestPagesAreNotKept(t *testing.T) {
	s := newSite(t, nil)
	for _, path := range []string{"/", "/sources", "/login", "/no/such/page"} {
		if got := s.as(viewer).get(path).Header().Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control %q, want no-store", path, got)
		}
	}
}

// What people and their apps type is text on every page, never markup.
func TestScriptsInNamesAreText(t *testing.T) {
	const script = `"><script>alert(1)</script><img src=x onerror=alert(1)>`
	s := newSite(t, nil)
	source := s.source(script)
	event := s.event(hookline.Event{SourceID: source.ID, Type: hookline.Track, Name: script, UserID: script, Payload: []byte(`{"event":"<script>alert(1)</script>"}`)})
	rejection := hookline.Rejection{SourceID: source.ID, Type: script, Name: script, Reason: script, Payload: script}
	if _, err := s.store.AppendEvents(t.Context(), nil, []hookline.Rejection{rejection}); err != nil {
		t.Fatal(err)
	}
	rejections, err := s.store.ListRejections(t.Context(), source.ID, hookline.Cursor{})
	if err != nil || len(rejections.Rows) != 1 {
		t.Fatalf("%v, %v", rejections, err)
	}
	person := s.person(hookline.Person{UserID: script, Attributes: []byte(`{"email":"<script>alert(1)</script>"}`)})
	b := s.as(admin)
	for _, path := range []string{
		"/sources", "/sources/" + source.ID, "/sources/" + source.ID + "/edit", "/sources/" + source.ID + "/delete",
		"/events/" + event.ID, "/rejections/" + rejections.Rows[0].ID,
		"/people", "/people?q=" + url.QueryEscape(script), "/people/" + person.ID, "/people/" + person.ID + "/edit", "/people/" + person.ID + "/delete",
		"/login?next=" + url.QueryEscape(script), "/sources/" + url.PathEscape(script), "/sources/" + source.ID + "?code=" + url.QueryEscape(script) + "&before=" + url.QueryEscape(script),
	} {
		got := b.get(path)
		page := got.Body.String()
		if strings.Contains(page, "<script>alert") || strings.Contains(page, "<img src=x") {
			t.Errorf("%s: markup came through:\n%s", path, page)
		}
		if got.Code >= 500 {
			t.Errorf("%s: %d", path, got.Code)
		}
	}
	b.post("/sources/new", form("name", script+strings.Repeat("x", 300))).want(t, 422, "!<script>alert")
	b.post("/people/"+person.ID+"/edit", form("attributes", script, "version", "1")).want(t, 422, "!<script>alert", "&lt;script&gt;alert")
}

// A policy that forbids what is inline is worth nothing on pages that need it.
func TestNothingInline(t *testing.T) {
	s := newSite(t, nil)
	source := s.source("Website")
	event := s.event(hookline.Event{SourceID: source.ID, Type: hookline.Track, Name: "Signed Up", UserID: "u1"})
	b := s.as(admin)
	for _, path := range []string{"/", "/sources", "/sources/new", "/sources/" + source.ID, "/events/" + event.ID, "/people", "/settings", "/settings/signing-key", "/settings/team", "/settings/team/new", "/account", "/none"} {
		page := b.get(path).Body.String()
		for _, inline := range []string{" style=", " onclick=", " onsubmit=", " hx-on", "<style", "<script>", "javascript:"} {
			if strings.Contains(page, inline) {
				t.Errorf("%s has %q", path, inline)
			}
		}
	}
}
