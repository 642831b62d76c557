package web

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"hookline/internal/hookline"
	"hookline/static"
)

// maxForm is the largest form: twice what the largest template needs when each letter is written as %xx.
const maxForm = 1 << 20

// trace gathers what the one log line of a request tells.
type trace struct {
	id      string
	user    string // the id of who is signed in
	problem error
}

type traceKey struct{}

// traceOf never gives nil, so that a handler may be tested without the middleware.
func traceOf(r *http.Request) *trace {
	if t, ok := r.Context().Value(traceKey{}).(*trace); ok {
		return t
	}
	return &trace{}
}

// observe gives each request a number, which pages show when something breaks, and writes one line when it ends. The
// line has the path without the query, and neither cookies nor headers.
func (s *server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t := &trace{id: hookline.Secret()[:12]}
		w.Header().Set("X-Request-Id", t.id)
		rec := &recorder{ResponseWriter: w}
		started := time.Now()
		r = r.WithContext(context.WithValue(r.Context(), traceKey{}, t))
		next.ServeHTTP(rec, r)
		s.logRequest(r, rec, time.Since(started))
	})
}

func (s *server) logRequest(r *http.Request, rec *recorder, took time.Duration) {
	t := traceOf(r)
	level := slog.LevelInfo
	switch {
	case r.Context().Err() != nil: // nobody waits for the answer any more, so none was made
	case rec.status >= 500:
		level = slog.LevelError
	case forMachines(r.URL.Path):
		level = slog.LevelDebug // they write lines of their own
	}
	if !s.log.Enabled(r.Context(), level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("request", t.id), slog.String("method", r.Method), slog.String("path", r.URL.Path),
		slog.Int("status", rec.status), slog.Duration("took", took),
	}
	if t.user != "" {
		attrs = append(attrs, slog.String("user", t.user))
	}
	if t.problem != nil {
		attrs = append(attrs, slog.String("problem", t.problem.Error()))
	}
	s.log.LogAttrs(r.Context(), level, "request", attrs...)
}

func forMachines(path string) bool {
	for _, prefix := range []string{"/v1/", "/api/", "/b/", "/static/", "/healthz", "/readyz", "/metrics"} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}

// recoverPanic turns a panic into the page for faults of ours; where the answer has begun, the connection is cut so
// that nobody takes half a page for a whole one.
func (s *server) recoverPanic(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			trouble := recover()
			if trouble == nil {
				return
			}
			if trouble == http.ErrAbortHandler {
				panic(trouble)
			}
			s.log.ErrorContext(r.Context(), "panic", "request", traceOf(r).id, "panic", trouble, "stack", string(debug.Stack()))
			if rec, ok := w.(*recorder); ok && rec.status != 0 {
				panic(http.ErrAbortHandler)
			}
			s.fail(w, r, fmt.Errorf("panic: %v", trouble))
		}()
		next.ServeHTTP(w, r)
	})
}

// SecureHeader is on every answer, also on errors, files and what machines get. Nobody may change its values.
func SecureHeader(https bool) http.Header {
	h := http.Header{
		"Content-Security-Policy": {static.Policy},
		"X-Content-Type-Options":  {"nosniff"},
		// Not "no-referrer": browsers would then send "Origin: null" with our own forms.
		"Referrer-Policy":            {"same-origin"},
		"X-Frame-Options":            {"DENY"},
		"Cross-Origin-Opener-Policy": {"same-origin"},
	}
	if https {
		h["Strict-Transport-Security"] = []string{"max-age=31536000"}
	}
	return h
}

func (s *server) secureHeaders(next http.Handler) http.Handler {
	header := SecureHeader(s.secure)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		maps.Copy(w.Header(), header)
		next.ServeHTTP(w, r)
	})
}

// noStore keeps pages with data out of every cache, also the browser's, so that "back" after signing out shows nothing.
func noStore(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Add("Vary", "Cookie, HX-Request")
		next.ServeHTTP(w, r)
	})
}

// limitBody bounds what a form may be; only one takes a file.
func limitBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		limit := int64(maxForm)
		if r.URL.Path == newImportPath {
			limit = maxUpload
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		next.ServeHTTP(w, r)
	})
}

// recorder remembers the status of an answer. Unwrap lets http.ResponseController reach what is below.
type recorder struct {
	http.ResponseWriter
	status int
}

func (rec *recorder) Unwrap() http.ResponseWriter { return rec.ResponseWriter }

func (rec *recorder) WriteHeader(status int) {
	if rec.status == 0 && (status >= 200 || status == http.StatusSwitchingProtocols) {
		rec.status = status
	}
	rec.ResponseWriter.WriteHeader(status)
}

func (rec *recorder) Write(b []byte) (int, error) {
	if rec.status == 0 {
		rec.status = http.StatusOK
	}
	return rec.ResponseWriter.Write(b)
}
