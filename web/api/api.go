// Package api is the faces for machines: for now, the calls that bring events
// in and the questions whether the house stands.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"

	"hookline/internal/hookline"
	"hookline/internal/ingest"
)

// Store is what the health questions need of a store.
type Store interface {
	// Writable fails when events could not be stored now.
	Writable(ctx context.Context) error
}

// Config is what the faces are made of; every field is needed.
type Config struct {
	Ingester *ingest.Ingester
	Store    Store
	Logger   *slog.Logger
}

type api struct {
	ingester *ingest.Ingester
	store    Store
	logger   *slog.Logger
	bodies   sync.Pool // of *body
}

// New makes one handler for /v1/…, /healthz and /readyz. It answers every path
// and method, always in JSON, and lets no panic out.
func New(c Config) http.Handler {
	a := &api{ingester: c.Ingester, store: c.Store, logger: c.Logger}
	a.bodies.New = func() any { return new(body) }
	return a
}

// ServeHTTP finds the face. There is no mux in between: it would answer some
// paths with redirects, which event senders do not follow.
func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch path := r.URL.Path; {
	case strings.HasPrefix(path, "/v1/"):
		a.serveEvents(w, r)
	case path == "/healthz":
		a.alive(w, r)
	case path == "/readyz":
		a.ready(w, r)
	default:
		refuse(w, hookline.NotFound("page"))
	}
}
