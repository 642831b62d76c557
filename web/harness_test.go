package web

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"hookline/internal/access"
	"hookline/internal/compose"
	"hookline/internal/health"
	"hookline/internal/hookline"
	"hookline/internal/ingest"
	"hookline/internal/outbound"
	"hookline/internal/secret"
	"hookline/internal/shortcut"
	"hookline/internal/sqlite"
	"hookline/internal/sqlite/home"
	"hookline/static"
)

const password = "correct horse battery"

// site is a whole web face over a database of its own.
type site struct {
	t       *testing.T
	store   *sqlite.Store
	desk    *access.Desk
	hub     *Hub
	handler http.Handler
	users   map[hookline.Role]hookline.User
	log     *strings.Builder
	ids     hookline.IDs
}

// newSite makes a site without users; change may be nil.
func newSite(t *testing.T, change func(*Config)) *site {
	t.Helper()
	hub, dir := NewHub(), home.New(t)
	store, err := sqlite.Open(t.Context(), dir, func(topics []hookline.Topic) { hub.Notify(topics...) })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	references := secret.NewReferences("test")
	keys, err := secret.NewKeys(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	s := &site{t: t, store: store, desk: access.New(access.Config{Store: store, Keys: keys}), hub: hub, users: map[hookline.Role]hookline.User{}, log: &strings.Builder{}}
	c := Config{
		Store: store, Desk: s.desk, Hub: hub, PublicURL: "https://hooks.example.com",
		API: says("api"), Receiver: says("receiver"), Log: slog.New(slog.NewTextHandler(s.log, nil)),
		Composer: compose.NewReferring(references), Presser: shortcut.New(store, compose.NewReferring(references)), Guard: strictGuard(t, nobody{}), Demo: &noDemo{}, Keys: keys, Secrets: references, Ingester: ingest.New(store, ingest.Limits{}), Health: health.New(store, slog.New(slog.DiscardHandler)),
	}
	if change != nil {
		change(&c)
	}
	if s.handler, err = New(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	return s
}

// strictGuard judges addresses as the house does when nothing is opened.
func strictGuard(t *testing.T, names outbound.Resolver) *outbound.Client {
	t.Helper()
	client, err := outbound.New(outbound.Config{Resolver: names})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// nobody is a name server that knows no name.
type nobody struct{}

func (nobody) LookupNetIP(_ context.Context, _, name string) ([]netip.Addr, error) {
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func says(text string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) })
}

// as is a browser in which a user of this role is signed in; "" is one in which nobody is, beside an administrator
// who exists.
func (s *site) as(role hookline.Role) *browser {
	s.t.Helper()
	if s.users[hookline.Admin].ID == "" {
		s.addUser(hookline.Admin)
	}
	b := s.browser()
	if role == anyone {
		return b
	}
	if s.users[role].ID == "" {
		s.addUser(role)
	}
	if got := b.post("/login", form("email", s.users[role].Email, "password", password)); got.Code != http.StatusSeeOther {
		s.t.Fatalf("sign in as %s: %d", role, got.Code)
	}
	return b
}

func (s *site) addUser(role hookline.Role) {
	s.t.Helper()
	user, err := s.desk.AddUser(s.t.Context(), hookline.User{Email: string(role) + "@example.com", Role: role}, password)
	if err != nil {
		s.t.Fatal(err)
	}
	s.users[role] = user
}

func (s *site) source(name string) hookline.Source {
	s.t.Helper()
	source, err := s.store.CreateSource(s.t.Context(), hookline.Source{Name: name, Enabled: true})
	if err != nil {
		s.t.Fatal(err)
	}
	return source
}

// browser keeps cookies, and sends what browsers send with a form.
type browser struct {
	site    *site
	cookies map[string]*http.Cookie
	header  http.Header
}

func (s *site) browser() *browser {
	return &browser{site: s, cookies: map[string]*http.Cookie{}, header: http.Header{"Sec-Fetch-Site": {"same-origin"}}}
}

// htmx is the same browser asking by htmx.
func (b *browser) htmx() *browser { return b.with("HX-Request", "true") }

func (b *browser) with(name, value string) *browser {
	header := b.header.Clone()
	header.Set(name, value)
	return &browser{site: b.site, cookies: b.cookies, header: header}
}

// answer is what came back.
type answer struct {
	*httptest.ResponseRecorder
	asked string
}

func (b *browser) get(path string) *answer { return b.do(http.MethodGet, path, nil) }

func (b *browser) post(path string, form url.Values) *answer {
	return b.do(http.MethodPost, path, strings.NewReader(form.Encode()))
}

func (b *browser) do(method, path string, body io.Reader) *answer {
	b.site.t.Helper()
	r := httptest.NewRequestWithContext(b.site.t.Context(), method, "https://hooks.example.com"+path, body)
	for name, values := range b.header {
		r.Header[name] = values
	}
	if method == http.MethodPost && r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, cookie := range b.cookies {
		r.AddCookie(cookie)
	}
	w := httptest.NewRecorder()
	b.site.handler.ServeHTTP(w, r)
	for _, cookie := range w.Result().Cookies() {
		b.cookies[cookie.Name] = cookie
	}
	checkHeaders(b.site.t, method+" "+path, w.Header())
	return &answer{w, method + " " + path}
}

// checkHeaders runs on every answer of every test: there is none without these.
func checkHeaders(t *testing.T, asked string, h http.Header) {
	t.Helper()
	for name, want := range map[string]string{
		"Content-Security-Policy":   static.Policy,
		"X-Content-Type-Options":    "nosniff",
		"Referrer-Policy":           "same-origin",
		"X-Frame-Options":           "DENY",
		"Strict-Transport-Security": "max-age=31536000",
	} {
		if got := h.Get(name); got != want {
			t.Errorf("%s: %s is %q, want %q", asked, name, got, want)
		}
	}
}

// want checks the status, that each text is in the page, and that no text behind "!" is.
func (a *answer) want(t *testing.T, status int, texts ...string) {
	t.Helper()
	if a.Code != status {
		t.Errorf("%s: status %d, want %d\n%s", a.asked, a.Code, status, a.seen())
		return
	}
	page := a.Body.String()
	for _, text := range texts {
		absent := strings.HasPrefix(text, "!")
		if strings.Contains(page, strings.TrimPrefix(text, "!")) == absent {
			t.Errorf("%s: the page should have %q:\n%s", a.asked, text, a.seen())
		}
	}
}

// seen is the part of a page that differs from page to page, and not too much of it.
func (a *answer) seen() string {
	page := a.Body.String()
	if at := strings.Index(page, "<main"); at >= 0 {
		page = page[at:]
	}
	return page[:min(len(page), 4000)]
}

func (a *answer) wantRedirect(t *testing.T, to string) {
	t.Helper()
	if a.Code != http.StatusSeeOther || a.Header().Get("Location") != to {
		t.Errorf("%s: %d to %q, want 303 to %q\n%s", a.asked, a.Code, a.Header().Get("Location"), to, a.seen())
	}
}

// form makes url.Values of names and values in turn.
func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

// event puts an event into the log and gives it back as stored.
func (s *site) event(e hookline.Event) hookline.Event {
	s.t.Helper()
	if e.MessageID == "" {
		e.MessageID = hookline.Secret()
	}
	if e.Payload == nil {
		e.Payload = fmt.Appendf(nil, `{"type":%q,"event":%q}`, e.Type, e.Name)
	}
	if _, err := s.store.AppendEvents(s.t.Context(), []hookline.Event{e}, nil); err != nil {
		s.t.Fatal(err)
	}
	events, err := s.store.ListEvents(s.t.Context(), hookline.EventFilter{SourceIDs: []string{e.SourceID}}, hookline.Cursor{Limit: 1})
	if err != nil || len(events.Rows) != 1 {
		s.t.Fatalf("%v, %v", events, err)
	}
	return events.Rows[0]
}

// person makes a person by the way in which events make one.
func (s *site) person(p hookline.Person) hookline.Person {
	s.t.Helper()
	cursor, err := s.store.FanoutCursor(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	p.ID, p.CreatedAt, p.UpdatedAt = s.ids.New("per"), time.Now(), time.Now()
	change := hookline.PersonChange{Person: p, Identities: []string{hookline.UserIdentity(p.UserID)}}
	if err := s.store.RecordFanout(s.t.Context(), hookline.Fanout{From: cursor, To: cursor, People: []hookline.PersonChange{change}}); err != nil {
		s.t.Fatal(err)
	}
	made, err := s.store.PersonByIdentity(s.t.Context(), hookline.UserIdentity(p.UserID))
	if err != nil {
		s.t.Fatal(err)
	}
	return made
}

// testServer is a server for tests of single pieces of it.
func testServer(t *testing.T) *server {
	t.Helper()
	return &server{log: slog.New(slog.NewTextHandler(t.Output(), nil))}
}

func request(t *testing.T, method, path string) *http.Request {
	t.Helper()
	return httptest.NewRequestWithContext(t.Context(), method, path, nil)
}

func (s *site) serve(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

// plain posts a form without a browser around it.
func (s *site) plain(method, path string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(s.t.Context(), method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.serve(r)
}

func prefixes(t *testing.T, texts ...string) []netip.Prefix {
	t.Helper()
	var all []netip.Prefix
	for _, text := range texts {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, prefix)
	}
	return all
}

// delivery puts a delivery into the Sent list, of a new destination "CRM" and its action.
func (s *site) delivery(d hookline.Delivery) (id string) {
	s.t.Helper()
	ctx := s.t.Context()
	destination, err := s.store.CreateDestination(ctx, hookline.Destination{
		Name: "CRM", Enabled: true, SignatureMode: hookline.SignWhole, Timeout: hookline.DefaultTimeout,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	template := hookline.NewTemplate()
	template.URL = "https://crm.example.com/hook"
	action, err := s.store.CreateAction(ctx, hookline.Action{DestinationID: destination.ID, Name: "Tell the CRM", Enabled: true, Template: template})
	if err != nil {
		s.t.Fatal(err)
	}
	d.Origin, d.DestinationID, d.ActionID = hookline.OriginEvent, destination.ID, action.ID
	d.IdempotencyKey, d.CreatedAt, d.UpdatedAt = hookline.Secret(), time.Now(), time.Now()
	made, err := s.store.CreateDelivery(ctx, hookline.Owed{Delivery: d})
	if err != nil {
		s.t.Fatal(err)
	}
	return made.ID
}
