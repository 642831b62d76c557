//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// The newsletter accepts the new token; its action has the old one until it is repaired.
const (
	oldToken = "old-key-0017"
	newToken = "new-key-0018"
)

// ledger is what a CRM and a newsletter got. They take only what is right, and remember all.
type ledger struct {
	t   *testing.T
	url string

	mu    sync.Mutex
	keys  map[string]map[string]bool // by message: the idempotency keys it came with
	taken map[string][]taken         // by message
}

// taken is a request that was answered 200.
type taken struct {
	Path  string
	Name  string `json:"name"`
	Email string `json:"email"`
}

func newLedger(t *testing.T) *ledger {
	l := &ledger{t: t, keys: map[string]map[string]bool{}, taken: map[string][]taken{}}
	server := httptest.NewServer(l)
	t.Cleanup(server.Close)
	l.url = server.URL
	return l
}

func (l *ledger) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	body, err := io.ReadAll(q.Body)
	if err != nil {
		return // whoever sent it was killed
	}
	one := taken{Path: q.URL.Path}
	if err := json.Unmarshal(body, &one); err != nil {
		http.Error(w, `{"error":"this is no JSON"}`, http.StatusBadRequest)
		return
	}
	message := q.Header.Get("X-Message")
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.keys[message] == nil {
		l.keys[message] = map[string]bool{}
	}
	l.keys[message][q.Header.Get("X-CIO-Idempotency-Key")] = true
	switch {
	case one.Path == "/news" && q.Header.Get("Authorization") != "Bearer "+newToken:
		http.Error(w, `{"error":"unknown key"}`, http.StatusUnauthorized)
	case one.Email == "":
		http.Error(w, fmt.Sprintf(`{"field":"email","is":"missing","request":"%d"}`, len(l.keys)), http.StatusUnprocessableEntity)
	default:
		l.taken[message] = append(l.taken[message], one)
	}
}

// count is how many messages were taken at least once.
func (l *ledger) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.taken)
}

// agree wants each of so many messages to have been taken, under one key whatever happened, and at most as many again
// as a kill can leave unrecorded.
func (l *ledger) agree(messages, again int) {
	l.t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.taken) != messages {
		l.t.Errorf("%d messages were taken, want %d", len(l.taken), messages)
	}
	twice := 0
	for message, all := range l.taken {
		if len(l.keys[message]) != 1 {
			l.t.Errorf("%s came with %d idempotency keys", message, len(l.keys[message]))
		}
		twice += len(all) - 1
	}
	if twice > again {
		l.t.Errorf("%d were taken twice, at most %d can have been on their way at a kill", twice, again)
	}
}

// of is what was taken last of a message.
func (l *ledger) of(message string) taken {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := l.taken[message]
	if len(all) == 0 {
		return taken{}
	}
	return all[len(all)-1]
}

// batches sends calls in batches of 100 as an app would.
func (s *story) batches(calls []string) {
	s.t.Helper()
	for len(calls) > 0 {
		n := min(100, len(calls))
		call(s.t, s.url, s.writeKey, "batch", `{"batch":[`+strings.Join(calls[:n], ",")+`]}`)
		calls = calls[n:]
	}
}
