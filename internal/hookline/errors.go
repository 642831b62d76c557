package hookline

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Kind says what sort of trouble an Error is; the faces (pages, API) turn it
// into a status.
type Kind string

// The kinds of trouble.
const (
	KindInvalid      Kind = "invalid"      // what was given cannot be taken: 422 (400 where it is not even readable)
	KindUnauthorized Kind = "unauthorized" // nobody is signed in, or the key is unknown: 401
	KindForbidden    Kind = "forbidden"    // signed in, but not allowed: 403
	KindNotFound     Kind = "not_found"    // there is no such thing, or no longer: 404
	KindConflict     Kind = "conflict"     // its state does not allow it now: 409
	KindTooLarge     Kind = "too_large"    // over a size limit: 413
	KindThrottled    Kind = "throttled"    // too often; try again after RetryAfter: 429
	KindUnavailable  Kind = "unavailable"  // cannot be stored right now; try again after RetryAfter: 503
	KindInternal     Kind = "internal"     // a fault of ours; only the log knows more: 500
)

// Error is trouble that a person is told about. Message is one or more whole
// sentences that say what to do; it never holds an internal detail, which
// travels in Cause and ends in the log.
type Error struct {
	Kind       Kind
	Message    string
	Fields     map[string]string // field name → what is wrong with it, for forms
	RetryAfter time.Duration     // for KindThrottled and KindUnavailable
	Cause      error
}

// Error gives the message, the fields and the cause in one line, for the log.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Message)
	for _, name := range slices.Sorted(maps.Keys(e.Fields)) {
		fmt.Fprintf(&b, " (%s: %s)", name, e.Fields[name])
	}
	if e.Cause != nil {
		fmt.Fprintf(&b, ": %v", e.Cause)
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Invalid makes a KindInvalid error; fields may be nil.
func Invalid(message string, fields map[string]string) *Error {
	return &Error{Kind: KindInvalid, Message: message, Fields: fields}
}

// NotFound makes a KindNotFound error that names the noun: "There is no such source."
func NotFound(noun string) *Error {
	return &Error{Kind: KindNotFound, Message: "There is no such " + noun + ". It may have been deleted."}
}

// Conflict makes a KindConflict error.
func Conflict(message string) *Error { return &Error{Kind: KindConflict, Message: message} }

// Forbidden makes a KindForbidden error.
func Forbidden(message string) *Error { return &Error{Kind: KindForbidden, Message: message} }

// KindOf gives the kind of the first Error in err's chain, KindInternal for
// any other error, and "" for nil.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return KindInternal
}

// fields gathers what is wrong with each field and becomes an error when
// anything is.
type fields map[string]string

func (f fields) check(ok bool, name, message string) {
	if _, known := f[name]; !ok && !known {
		f[name] = message
	}
}

func (f fields) err(message string) error {
	if len(f) == 0 {
		return nil
	}
	return Invalid(message, f)
}
