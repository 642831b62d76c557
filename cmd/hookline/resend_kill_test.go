package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/sqlite"
)

// The run of this test: so many deliveries, of which some are refused and some
// are taken at the second try only, and how often the program is killed in it.
const (
	resentMany = 2000
	resendRate = 1000
	kills      = 5
)

// receiver counts what it is sent, by key.
type receiver struct {
	mu   sync.Mutex
	seen map[string]int
}

// statusOf is what the nth request with the key of delivery i is answered.
func statusOf(i, n int) int {
	switch {
	case i%25 == 7:
		return http.StatusNotFound
	case i%10 == 3 && n == 1:
		return http.StatusServiceUnavailable
	}
	return http.StatusOK
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	key := q.Header.Get("X-CIO-Idempotency-Key")
	r.mu.Lock()
	r.seen[key]++
	n := r.seen[key]
	r.mu.Unlock()
	var i int
	if _, err := fmt.Sscanf(key, "key-%d", &i); err != nil {
		w.WriteHeader(http.StatusTeapot)
		return
	}
	w.WriteHeader(statusOf(i, n))
}

// TestARunSurvivesKills kills the program again and again while a run goes on.
// Every delivery is made due exactly once by it, what reaches the receiver twice
// bears the same key, and in the end all is counted.
func TestARunSurvivesKills(t *testing.T) {
	r := &receiver{seen: map[string]int{}}
	server := httptest.NewServer(r)
	defer server.Close()
	data := t.TempDir()
	furnish(t, data, server.URL+"/")
	id, deliveries := oweFailed(t, data)

	var log bytes.Buffer
	killed := 0
	for range kills {
		cmd := serving(t, data, &log)
		startReady(t, cmd)
		r.seesMore(t, 1) // however long a slow machine takes to come to it
		pause(t, 100*time.Millisecond+rand.N(300*time.Millisecond))
		must(t, cmd.Process.Signal(syscall.SIGKILL))
		_ = cmd.Wait() // it was killed
		if run := storedRun(t, data, id); run.State == hookline.ResendRunning && run.Looked() > 0 {
			killed++
		}
	}
	if killed < 2 {
		t.Errorf("only %d of %d kills were in the middle of the run", killed, kills)
	}
	run := runToItsEnd(t, data, id, &log)
	failed := 0
	for i := range resentMany {
		if i%25 == 7 {
			failed++
		}
	}
	if run.State != hookline.ResendFinished || run.Matched != resentMany || run.Looked() != resentMany || run.Open() != 0 ||
		run.Counts[hookline.ResentDelivered] != resentMany-failed || run.Counts[hookline.ResentFailed] != failed {
		t.Errorf("ended as %+v", run)
	}
	r.check(t, data, deliveries)
}

// serving is the program with the house's data.
func serving(t *testing.T, data string, log *bytes.Buffer) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	cmd := exec.Command(self, "serve", "--addr", "127.0.0.1:0", "--data", data, "--allow-cidr", "127.0.0.1/32", "--retry-base", "100ms", "--log-level", "error")
	cmd.Env = append(os.Environ(), asProgram+"=1")
	cmd.Stderr = log
	return cmd
}

// oweFailed records failed deliveries and begins a run over them.
func oweFailed(t *testing.T, data string) (runID string, ids []string) {
	t.Helper()
	ctx := t.Context()
	store, err := sqlite.Open(ctx, data, nil)
	must(t, err)
	destinations, err := store.ListDestinations(ctx)
	must(t, err)
	actions, err := store.ListActions(ctx, destinations[0].ID)
	must(t, err)
	owed := make([]hookline.Owed, resentMany)
	for i := range owed {
		owed[i] = hookline.Owed{
			Delivery: hookline.Delivery{
				State: hookline.StateFailed, Origin: hookline.OriginEvent, DestinationID: destinations[0].ID, ActionID: actions[0].ID,
				IdempotencyKey: fmt.Sprintf("key-%d", i), RequestNumber: 1, Reason: "The receiver was down.", CreatedAt: time.Now(), UpdatedAt: time.Now(),
			},
			Request: hookline.Request{Method: "POST", URL: actions[0].Template.URL, Body: []byte("before")},
		}
	}
	must(t, store.RecordFanout(ctx, hookline.Fanout{Deliveries: owed}))
	run, err := store.CreateResend(ctx, hookline.ResendWish{
		Filter: hookline.DeliveryFilter{State: hookline.StateFailed}, Mode: hookline.ResendCurrent, PerSecond: resendRate, By: "ana@example.com",
	})
	must(t, err)
	must(t, store.Close())
	for _, o := range owed {
		ids = append(ids, o.ID)
	}
	return run.ID, ids
}

func storedRun(t *testing.T, data, id string) hookline.ResendRun {
	t.Helper()
	store, err := sqlite.Open(t.Context(), data, nil)
	must(t, err)
	defer func() { must(t, store.Close()) }()
	run, err := store.ResendRun(t.Context(), id)
	must(t, err)
	return run
}

// count is how many requests came.
func (r *receiver) count() (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, times := range r.seen {
		n += times
	}
	return n
}

// seesMore waits until so many more requests came; a run that is over sends none
// any more.
func (r *receiver) seesMore(t *testing.T, more int) {
	t.Helper()
	for began, want := time.Now(), r.count()+more; r.count() < want && time.Since(began) < 20*time.Second; {
		pause(t, time.Millisecond)
	}
}

// runToItsEnd lets the program run until it is done. It gives up only when nothing
// has come on for a minute.
func runToItsEnd(t *testing.T, data, id string, log *bytes.Buffer) hookline.ResendRun {
	t.Helper()
	cmd := serving(t, data, log)
	startReady(t, cmd)
	defer end(t, cmd)
	store, err := sqlite.OpenGuest(t.Context(), data)
	must(t, err)
	defer func() { must(t, store.Close()) }()
	before, since := hookline.ResendRun{}, time.Now()
	for {
		run, err := store.ResendRun(t.Context(), id)
		must(t, err)
		if run.Looked() != before.Looked() || run.Open() != before.Open() {
			before, since = run, time.Now()
		}
		if run.State.Over() && run.Open() == 0 || time.Since(since) > time.Minute {
			return run
		}
		pause(t, 100*time.Millisecond)
	}
}

// check compares what the receiver saw with what is stored: every delivery was
// made anew once, and only what was on its way at a kill came once more.
func (r *receiver) check(t *testing.T, data string, ids []string) {
	t.Helper()
	store, err := sqlite.Open(t.Context(), data, nil)
	must(t, err)
	defer func() { must(t, store.Close()) }()
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.seen) != resentMany {
		t.Errorf("the receiver saw %d keys, want %d", len(r.seen), resentMany)
	}
	again := 0
	for i, id := range ids {
		d, err := store.DeliveryRow(t.Context(), id)
		must(t, err)
		made, err := store.ListRequests(t.Context(), id)
		must(t, err)
		want := hookline.StateDelivered
		if i%25 == 7 {
			want = hookline.StateFailed
		}
		if d.State != want || len(made) != 2 || d.IdempotencyKey != fmt.Sprintf("key-%d", i) {
			t.Errorf("delivery %d is %s with %d requests and the key %s, want %s, 2 requests and its own key", i, d.State, len(made), d.IdempotencyKey, want)
		}
		// An answer that a kill left unrecorded is asked for once more, and at most once at each kill. How many those are
		// is a matter of how soon the disk has what was answered.
		switch n := r.seen[d.IdempotencyKey] - d.Attempts; {
		case n > kills:
			t.Errorf("delivery %d was attempted %d times and came %d times, at %d kills", i, d.Attempts, r.seen[d.IdempotencyKey], kills)
		case n > 0:
			again += n
		case n < 0:
			t.Errorf("delivery %d was attempted %d times and came %d times", i, d.Attempts, r.seen[d.IdempotencyKey])
		}
	}
	t.Logf("%d deliveries resent across %d kills; %d requests came once more, with the same key", len(ids), kills, again)
}
