package main

import (
	"hash/fnv"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// receiver is what webhooks are sent to. It remembers all it got. How it
// answers depends on the path and on what is sent, so a run can be repeated.
type receiver struct {
	server *http.Server
	url    string

	mu    sync.Mutex
	got   []arrival
	tries map[string]int // by idempotency key
	slow  time.Duration  // how long every answer takes
	well  bool           // it fails no more
}

func newReceiver() (*receiver, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &receiver{url: "http://" + listener.Addr().String(), tries: map[string]int{}}
	r.server = &http.Server{Handler: r, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = r.server.Serve(listener) }() // it ends when it is closed
	return r, nil
}

func (r *receiver) close() { _ = r.server.Close() }

func (r *receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	body, err := io.ReadAll(q.Body)
	if err != nil {
		return // the sender was killed in the middle: nothing was received
	}
	a := arrival{At: time.Now(), Path: q.URL.Path, Header: q.Header, Body: string(body)}
	at, status, slow := r.enter(a)
	if slow > 0 {
		time.Sleep(slow)
	}
	if status == hang {
		select {
		case <-q.Context().Done():
		case <-time.After(10 * slowTimeout):
		}
		return // its status stays 0: the sender had no answer
	}
	r.answer(at, status)
	w.WriteHeader(status)
}

func (r *receiver) enter(a arrival) (at, status int, slow time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got = append(r.got, a)
	r.tries[a.key()]++
	try := r.tries[a.key()]
	if r.well {
		try += failingTries
	}
	return len(r.got) - 1, answerTo(a, try), r.slow
}

func (r *receiver) answer(at, status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if at < len(r.got) { // or else the book was begun anew
		r.got[at].Status = status
	}
}

// hang is no answer at all.
const hang = 0

// failingTries is how many tries of a message can fail that is not refused for
// good.
const failingTries = 2

// answerTo decides: a share of first tries fails in the way of the path, and
// some messages are refused for good. Second tries nearly always succeed, or
// what is left at the end would be failures only, which open a breaker.
func answerTo(a arrival, try int) int {
	h := fnv.New32a()
	_, _ = io.WriteString(h, a.key())
	share := h.Sum32() % 100
	switch path := strings.Trim(a.Path, "/"); {
	case path == "gone" && share < 15:
		return http.StatusGone
	case path == "slow" && share < 5 && try == 1:
		return hang
	case path != "gone" && (share < 8 && try == 1 || share == 0 && try == 2):
		return http.StatusServiceUnavailable
	case path != "gone" && share < 10 && try == 1:
		return http.StatusTooManyRequests
	}
	return http.StatusOK
}

func (r *receiver) reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got, r.tries, r.well = nil, map[string]int{}, false
}

// slowDown lets every answer take so long.
func (r *receiver) slowDown(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.slow = d
}

// recover ends the failures of tries. What is refused for good still is.
func (r *receiver) recover() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.slow, r.well = 0, true
}

// ledger gives all that came so far.
func (r *receiver) ledger() []arrival {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.got)
}

func (r *receiver) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.got)
}

// answered counts by status and by whether it was a batch, for the tally.
func (r *receiver) answered() (statuses map[int]int, batches int) {
	statuses = map[int]int{}
	for _, a := range r.ledger() {
		statuses[a.Status]++
		if strings.HasPrefix(a.Body, "[") {
			batches++
		}
	}
	return statuses, batches
}
