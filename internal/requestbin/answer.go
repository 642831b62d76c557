package requestbin

import (
	"bytes"
	"encoding/json"
	"net/http"
	"time"

	"hookline/internal/hookline"
)

// wait holds the answer back. It says false when the sender has gone before
// the delay was over: nobody is left to answer.
func wait(w http.ResponseWriter, r *http.Request, delay time.Duration) bool {
	if delay <= 0 {
		return true
	}
	// The server's limit for reading a request would otherwise end the request
	// while it waits. A writer without deadlines has no such limit.
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// answer gives the scripted answer. It is JSON when its body is, else plain
// text: what people type into a script must not run as a page of ours.
func answer(w http.ResponseWriter, status int, script hookline.BinScript) {
	if script.RetryAfter != "" {
		w.Header().Set("Retry-After", script.RetryAfter)
	}
	body := []byte(script.Body)
	if script.BodySize > 0 {
		body = bytes.Repeat([]byte{'x'}, script.BodySize)
	}
	if mayHaveBody(status) {
		w.Header().Set("Content-Type", contentType(body))
	} else {
		body = nil
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // a failed write is a sender that has gone
}

// mayHaveBody is RFC 9110 §6.4.1.
func mayHaveBody(status int) bool {
	return status != http.StatusNoContent && status != http.StatusNotModified
}

func contentType(body []byte) string {
	if json.Valid(body) {
		return "application/json"
	}
	return "text/plain; charset=utf-8"
}
