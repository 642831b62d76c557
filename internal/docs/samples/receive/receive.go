// Package receive is the whole of a good receiver: check, do, remember, answer.
package receive

import (
	"io"
	"net/http"
)

// Receiver takes webhooks.
type Receiver struct {
	Verify   func(h http.Header, body []byte) bool // see "Verifying signatures"
	Seen     func(key string) bool                 // was this key remembered?
	Remember func(key string)                      // for a week or so
	Work     func(body []byte) error               // quick: it may only fill a queue
}

// ServeHTTP answers 204 when the work is done, now or before, and 503 when it
// could not be done: Hookline then sends the webhook again.
func (rc Receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 8<<20))
	if err != nil || !rc.Verify(r.Header, body) {
		http.Error(w, "the signature does not fit", http.StatusUnauthorized)
		return
	}
	key := r.Header.Get("X-CIO-Idempotency-Key")
	if !rc.Seen(key) {
		if err := rc.Work(body); err != nil {
			http.Error(w, "try again later", http.StatusServiceUnavailable)
			return
		}
		rc.Remember(key)
	}
	w.WriteHeader(http.StatusNoContent)
}
