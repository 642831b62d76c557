// Package requestbin is the built-in receiver: it keeps what is sent to a bin,
// answers as the bin's script says, and tells which signatures hold.
package requestbin

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"hookline/internal/hookline"
)

// Store is what the receiver reads and writes.
type Store interface {
	// NextBinAnswer gives the status to answer now and the script for the rest;
	// it counts the failures that the script asks for down.
	NextBinAnswer(ctx context.Context, binID string) (status int, script hookline.BinScript, err error)
	// AppendBinRequest keeps a request and gives it its id.
	AppendBinRequest(ctx context.Context, q hookline.BinRequest) (hookline.BinRequest, error)
}

// Prefix is the path below which bins receive: /b/{bin} and everything under it.
const Prefix = "/b/"

// Path is where the bin with this id receives.
func Path(binID string) string { return Prefix + binID }

// Receiver is the http.Handler of all bins. It takes every method, sets no
// cookie, lets no other site's script read an answer, and never answers HTML.
type Receiver struct {
	store Store
	log   *slog.Logger
}

// New makes a receiver.
func New(store Store, log *slog.Logger) *Receiver {
	return &Receiver{store: store, log: log}
}

// ServeHTTP keeps the request before it waits or answers, so that it is seen
// even when the sender gives up meanwhile.
func (rc *Receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	at := time.Now()
	status, script, err := rc.store.NextBinAnswer(r.Context(), binID(r))
	if err != nil {
		rc.refuse(w, r, err)
		return
	}
	q := read(w, r)
	q.BinID, q.ReceivedAt, q.Status = binID(r), at, status
	// A sender that has gone does not unmake what it sent.
	if _, err := rc.store.AppendBinRequest(context.WithoutCancel(r.Context()), q); err != nil {
		rc.refuse(w, r, err)
		return
	}
	if wait(w, r, script.Delay) {
		answer(w, status, script)
	}
}

func binID(r *http.Request) string {
	id, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, Prefix), "/")
	return id
}

// refuse answers in place of the script: there is no such bin, or nothing can
// be kept right now.
func (rc *Receiver) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if hookline.KindOf(err) == hookline.KindNotFound {
		plain(w, http.StatusNotFound, "There is no such bin. It may have been deleted: copy the URL again from the bin's page.")
		return
	}
	rc.log.ErrorContext(r.Context(), "keep bin request", "bin", binID(r), "error", err)
	w.Header().Set("Retry-After", "1")
	plain(w, http.StatusServiceUnavailable, "This request could not be kept. Send it again in a moment.")
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n")) // a failed write is a sender that has gone
}
