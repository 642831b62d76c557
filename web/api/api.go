// Package api is the faces for machines: the calls that bring events in, the
// management API, the addresses that requests come from, the questions whether
// the house stands, and its metrics.
//
// The management API begins at manage_routes.go, the one table from which
// calls are served and the OpenAPI document is made.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"

	"hookline/internal/hookline"
	"hookline/internal/ingest"
	"hookline/internal/metrics"
)

// Store is what the questions about the instance need of a store.
type Store interface {
	infoStore
	// Writable fails when events could not be stored now.
	Writable(ctx context.Context) error
}

// Config is what the faces are made of. Ingester, Store and Logger are needed.
type Config struct {
	Ingester *ingest.Ingester
	Store    Store
	Metrics  *metrics.Metrics // nil: nothing is counted, and there is no /metrics
	Version  string           // of the build, as /healthz tells it
	Logger   *slog.Logger

	// Bearer says which token of the management API this is, or why it is
	// none. With nil only programs on this machine may read the metrics.
	Bearer func(ctx context.Context, token string) (hookline.Token, error)

	// Management answers /api/…, see NewManagement; nil: there is none.
	Management http.Handler
}

// API is one handler for /v1/…, /api/…, /healthz, /readyz and /metrics. Make it with [New].
type API struct {
	ingester *ingest.Ingester
	store    Store
	metrics  *metrics.Metrics
	version  string
	logger   *slog.Logger
	bearer   func(ctx context.Context, token string) (hookline.Token, error)
	scrape   http.Handler // of metrics
	manage   http.Handler
	bodies   sync.Pool // of *body
	shares   shares
}

// New makes the faces. They answer every path and method, all but the metrics in JSON, and let no panic out.
func New(c Config) *API {
	a := &API{ingester: c.Ingester, store: c.Store, metrics: c.Metrics, version: c.Version, logger: c.Logger, bearer: c.Bearer, manage: c.Management}
	if c.Metrics != nil {
		a.scrape = c.Metrics.Handler()
	}
	a.bodies.New = func() any { return new(body) }
	return a
}

// ServeHTTP finds the face. There is no mux in between: it would answer some
// paths with redirects, which event senders do not follow.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch path := r.URL.Path; {
	case path == addressesPath:
		a.addresses(w, r)
	case strings.HasPrefix(path, "/v1/"):
		a.serveEvents(w, r)
	case strings.HasPrefix(path, "/api/") && a.manage != nil:
		a.manage.ServeHTTP(w, r)
	case path == "/healthz":
		a.alive(w, r)
	case path == "/readyz":
		a.ready(w, r)
	case path == "/metrics" && a.scrape != nil:
		a.tellMetrics(w, r)
	default:
		refuse(w, hookline.NotFound("page"))
	}
}
