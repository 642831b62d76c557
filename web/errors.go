package web

import (
	"errors"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"hookline/internal/hookline"
	"hookline/views/ui"
)

// errForeign answers a form that came from another site's page.
var errForeign = hookline.Forbidden("This came from another site, so nothing was changed. Open Hookline itself and try again.")

// errNoUsers says that the first administrator is still to be made.
var errNoUsers = &hookline.Error{Kind: hookline.KindUnauthorized, Message: "Make the first administrator."}

var statusOf = map[hookline.Kind]int{
	hookline.KindInvalid:      http.StatusUnprocessableEntity,
	hookline.KindUnauthorized: http.StatusUnauthorized,
	hookline.KindForbidden:    http.StatusForbidden,
	hookline.KindNotFound:     http.StatusNotFound,
	hookline.KindConflict:     http.StatusConflict,
	hookline.KindTooLarge:     http.StatusRequestEntityTooLarge,
	hookline.KindThrottled:    http.StatusTooManyRequests,
	hookline.KindUnavailable:  http.StatusServiceUnavailable,
	hookline.KindInternal:     http.StatusInternalServerError,
}

// statusLeft is in the log for a request whose sender did not wait for the answer, as servers commonly have it.
const statusLeft = 499

var titleOf = map[hookline.Kind]string{
	hookline.KindUnauthorized: "Please sign in",
	hookline.KindForbidden:    "You may not do this",
	hookline.KindNotFound:     "Not found",
	hookline.KindConflict:     "Not possible now",
	hookline.KindTooLarge:     "Too large",
	hookline.KindThrottled:    "Too many tries",
	hookline.KindUnavailable:  "Try again in a moment",
	hookline.KindInternal:     "Something went wrong",
}

// fail is the one place where an error becomes an answer: the way in for who is signed out, a sentence for scripts,
// which show it on the page there is, and a page of its own for everybody else. What an error hides in its cause goes
// to the log and nowhere else.
func (s *server) fail(w http.ResponseWriter, r *http.Request, err error) {
	traceOf(r).problem = err
	if r.Context().Err() != nil { // who asked has left: nobody reads the answer, and nothing is wrong
		w.WriteHeader(statusLeft)
		return
	}
	told := toldOf(err)
	if told.Kind == hookline.KindUnauthorized && !isHTMX(r) && r.URL.Path != "/live" {
		http.Redirect(w, r, s.wayIn(r, err), http.StatusSeeOther)
		return
	}
	retryAfter(w, told.RetryAfter)
	status, text := statusOf[told.Kind], told.Message
	if told.Kind == hookline.KindInternal {
		text += " Number: " + traceOf(r).id + "."
	}
	if isHTMX(r) || r.URL.Path == "/live" {
		http.Error(w, text, status)
		return
	}
	f := ui.Failure{Page: ui.Page{Title: titleOf[told.Kind], Narrow: true}, Status: status, Text: text}
	if visitor(r).user.ID != "" {
		f.Page = s.page(w, r, f.Page)
	}
	if err := s.showStatus(w, r, status, view{page: ui.ErrorPage(f)}); err != nil {
		s.log.ErrorContext(r.Context(), "show failure", "request", traceOf(r).id, "problem", err)
	}
}

// retryAfter says when to try again, in whole seconds (RFC 9110 §10.2.3); 0 says nothing.
func retryAfter(w http.ResponseWriter, wait time.Duration) {
	if wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	}
}

// toldOf is what may be told of an error.
func toldOf(err error) *hookline.Error {
	if e, ok := errors.AsType[*hookline.Error](err); ok && statusOf[e.Kind] != 0 {
		if titleOf[e.Kind] == "" { // an invalid form that its handler did not show again
			return &hookline.Error{Kind: hookline.KindConflict, Message: e.Message}
		}
		return e
	}
	return &hookline.Error{
		Kind:    hookline.KindInternal,
		Message: "This is a fault of ours, and nothing you did. Try again; if it happens again, tell whoever runs Hookline this number.",
	}
}

// wayIn is the page on which a visitor can become somebody, and after which they come back.
func (s *server) wayIn(r *http.Request, err error) string {
	if errors.Is(err, errNoUsers) {
		return "/setup"
	}
	if r.Method != http.MethodGet || r.URL.Path == "/" {
		return "/login"
	}
	return "/login?" + url.Values{"next": {r.URL.RequestURI()}}.Encode()
}
