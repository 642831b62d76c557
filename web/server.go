// Package web serves the pages that people use: it reads requests, asks the store, and shows views.
//
// Where to start reading: routes.go lists every address; a subject's handlers are in the file that bears its name.
package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"hookline/internal/access"
	"hookline/internal/audit"
	"hookline/internal/backtest"
	"hookline/internal/compose"
	"hookline/internal/delivery"
	"hookline/internal/docs"
	"hookline/internal/hookline"
	"hookline/internal/recipe"
	"hookline/internal/secret"
	"hookline/static"
)

// Store is what all subjects together need of a store; each says in its own file which part.
type Store interface {
	settingStore
	overviewStore
	sourceStore
	eventStore
	debuggerStore
	personStore
	attributeStore
	attributeIndexStore
	segmentStore
	importStore
	deletionStore
	destinationStore
	actionStore
	campaignStore
	broadcastStore
	journeyStore
	versionStore
	sentStore
	draftStore
	numbersStore
	sentCountStore
	savedViewStore
	resendStore
	shareStore
	failureStore
	binStore
	signingKeyStore
	teamStore
	tokenStore
	reportingStore
	alertStore
	signatureStore
	auditStore
	secretStore
	retentionStore
	shortcutStore
	backtest.Store
}

// Config is what the pages need from outside. All but TrustedProxies and Log must be set.
type Config struct {
	Store    Store
	Desk     *access.Desk
	Hub      *Hub
	API      http.Handler // the faces for machines: /v1/, /api/, /healthz, /readyz, /metrics
	Receiver http.Handler // the bins' receiver: /b/

	Composer  *compose.Composer
	Guard     Guard
	Resender  Resender
	Canceller Canceller
	Tester    Tester
	Presser   Presser
	Reporter  Reporter
	Ingester  Ingester
	Sender    Sender
	Health    Charts
	Watch     Watch
	Demo      Demo
	Keys      Keys
	Secrets   *secret.References // how requests refer to secrets
	Schedule  delivery.Schedule  // when what failed is tried again, as the engine was told

	// PublicURL is where people reach Hookline, such as https://hooks.example.com. Links and code samples begin
	// with it, and with https the cookie is marked Secure.
	PublicURL string
	// TrustedProxies are the networks whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix
	Version        string // of the build, as the settings show it
	Log            *slog.Logger
}

// server holds what the handlers share. Nothing in it changes after New.
type server struct {
	Config
	base    *url.URL // PublicURL
	secure  bool     // reached by https
	cookies *cookieJar
	log     *slog.Logger
	manual  *docs.Manual
	recipes *recipe.Gallery
	tester  *backtest.Tester
	presses hookline.IDs // of presses that pages ask for
}

// New puts all pages together. It makes the cookie keys on the first start, and refuses keys it cannot use.
func New(ctx context.Context, c Config) (http.Handler, error) {
	s := &server{Config: c, log: c.Log, tester: backtest.New(c.Store, c.Composer)}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if err := s.readPublicURL(); err != nil {
		return nil, err
	}
	cookies, err := newCookieJar(ctx, c.Store, jarOptions{secure: s.secure, maxAge: c.Desk.Absolute()})
	if err != nil {
		return nil, err
	}
	s.cookies = cookies
	if s.manual, err = readManual(s.base.String()); err != nil {
		return nil, err
	}
	if s.recipes, err = recipe.New(); err != nil {
		return nil, err
	}
	return s.observe(s.secureHeaders(s.recoverPanic(s.split(s.people(s.pages()))))), nil
}

var errPublicURL = errors.New("the public URL must look like https://hooks.example.com, without a path")

func (s *server) readPublicURL() error {
	base, err := url.Parse(s.PublicURL)
	if err != nil {
		return fmt.Errorf("read public URL: %w", err)
	}
	if (base.Scheme != "http" && base.Scheme != "https") || base.Host == "" || (base.Path != "" && base.Path != "/") {
		return fmt.Errorf("read public URL %q: %w", s.PublicURL, errPublicURL)
	}
	base.Path = ""
	s.base, s.secure = base, base.Scheme == "https"
	return nil
}

// split sends machines to their faces and people to the pages. Machines carry keys, not cookies, so neither sessions
// nor the protection against forged forms concern them. No http.ServeMux stands before them: it answers untidy paths
// with redirects, which senders of events and webhooks do not follow.
func (s *server) split(pages http.Handler) http.Handler {
	files := static.Handler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch path := r.URL.Path; {
		case strings.HasPrefix(path, "/api/"):
			s.API.ServeHTTP(w, r.WithContext(audit.With(r.Context(), s.actor(r, hookline.User{}))))
		case strings.HasPrefix(path, "/v1/"), path == "/healthz", path == "/readyz", path == "/metrics":
			s.API.ServeHTTP(w, r)
		case strings.HasPrefix(path, "/b/"):
			s.Receiver.ServeHTTP(w, r)
		case strings.HasPrefix(path, "/static/"):
			files.ServeHTTP(w, r)
		default:
			pages.ServeHTTP(w, r)
		}
	})
}

// pages is the table of routes at work; what is not in it goes nowhere.
func (s *server) pages() http.Handler {
	mux := http.NewServeMux()
	for _, route := range s.routes() {
		mux.Handle(route.pattern, s.guard(route))
	}
	mux.Handle("/", s.guard(route{least: anyone, handle: s.elsewhere()}))
	return mux
}

// people is around every page: what comes from another site's page may change nothing, a form has a size limit, and
// the cookie says who it is.
func (s *server) people(next http.Handler) http.Handler {
	origin := http.NewCrossOriginProtection()
	// It was parsed by readPublicURL, so it is a valid origin.
	if err := origin.AddTrustedOrigin(s.base.String()); err != nil {
		panic(fmt.Sprintf("trust the public URL: %v", err))
	}
	origin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, errForeign)
	}))
	return noStore(origin.Handler(limitBody(s.recognise(next))))
}
