package delivery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
	"hookline/internal/signing"
)

// memory is a store of the smallest kind: what the engine needs, kept in a map.
// The promises of the real one are tested by its own suite.
type memory struct {
	mu         sync.Mutex
	owed       map[string]*hookline.Owed
	attempts   []hookline.Attempt
	routing    hookline.Routing
	failFinish int // so many calls of Finish fail first

	routed   *hookline.Routing // the configuration after a change; nil: routing
	health   map[string]hookline.Health
	found    []hookline.Health // all that was kept, in order
	caughtUp []string
}

func newMemory(n int, destination func(i int) string) *memory {
	m := &memory{owed: map[string]*hookline.Owed{}, routing: hookline.Routing{
		Version:      1,
		Destinations: map[string]hookline.Destination{},
		SigningKeys:  []hookline.SigningKey{{Key: "key"}},
	}}
	for i := range n {
		id := fmt.Sprintf("dlv_%05d", i)
		m.owed[id] = &hookline.Owed{
			Delivery: hookline.Delivery{ID: id, State: hookline.StateQueued, DestinationID: destination(i), IdempotencyKey: "key of " + id, RequestNumber: 1},
			Request:  hookline.Request{Method: "POST", URL: "https://" + destination(i) + ".example/", Body: []byte(id)},
		}
		m.routing.Destinations[destination(i)] = hookline.Destination{ID: destination(i), Enabled: true, Timeout: 4 * time.Second}
	}
	return m
}

func (m *memory) Owing(context.Context) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	seen := map[string]bool{}
	var owing []string
	for _, o := range m.owed {
		if o.State.Owed() && !seen[o.DestinationID] {
			seen[o.DestinationID] = true
			owing = append(owing, o.DestinationID)
		}
	}
	return owing, nil
}

func (m *memory) Due(_ context.Context, destinationID string, at time.Time, limit int) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var due []string
	for _, id := range slices.Sorted(keys(m.owed)) {
		o := m.owed[id]
		if o.DestinationID == destinationID && o.State.Owed() && !o.NextAttemptAt.After(at) && len(due) < limit {
			due = append(due, id)
		}
	}
	return due, nil
}

func (m *memory) Owed(_ context.Context, ids []string) ([]hookline.Owed, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var owed []hookline.Owed
	for _, id := range ids {
		if o := m.owed[id]; o.State.Owed() {
			owed = append(owed, *o)
		}
	}
	return owed, nil
}

func keys(m map[string]*hookline.Owed) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func (m *memory) NextDue(_ context.Context, destinationID string, at time.Time) (next time.Time, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, o := range m.owed {
		if o.DestinationID == destinationID && o.State.Owed() && o.NextAttemptAt.After(at) && (next.IsZero() || o.NextAttemptAt.Before(next)) {
			next = o.NextAttemptAt
		}
	}
	return next, nil
}

func (m *memory) Finish(_ context.Context, f hookline.Finished) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.failFinish > 0 {
		m.failFinish--
		return errors.New("the disk is full")
	}
	o := m.owed[f.Attempt.DeliveryID]
	if !o.State.Owed() && o.Origin != hookline.OriginTest || o.Attempts+1 != f.Attempt.Number {
		return hookline.Conflict("not owed")
	}
	o.State, o.Reason, o.NextAttemptAt = f.Outcome.State, f.Outcome.Reason, f.Outcome.RetryAt
	o.Attempts, o.Tries = f.Attempt.Number, o.Tries+1
	f.Attempt.Sets = f.Sets
	m.attempts = append(m.attempts, f.Attempt)
	return nil
}

func (m *memory) ListHealth(context.Context) (map[string]hookline.Health, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.health), nil
}

func (m *memory) SaveHealth(_ context.Context, h hookline.Health) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.health == nil {
		m.health = map[string]hookline.Health{}
	}
	m.health[h.DestinationID] = h
	m.found = append(m.found, h)
	return nil
}

func (m *memory) CaughtUp(_ context.Context, id string) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, o := range m.owed {
		if o.DestinationID == id && o.State.Owed() && !o.NextAttemptAt.After(time.Now()) {
			return false, nil
		}
	}
	m.caughtUp = append(m.caughtUp, id)
	return true, nil
}

// memory gathers nothing; batches have a test of their own on a real store.
func (m *memory) WaitingBatches(context.Context) ([]hookline.BatchWaiting, error) { return nil, nil }

func (m *memory) BatchParts(context.Context, string, string, int) ([]hookline.BatchPart, error) {
	return nil, nil
}

func (m *memory) CreateBatch(_ context.Context, o hookline.Owed, _ []hookline.BatchPart, _ int) (hookline.Owed, error) {
	return o, errors.New("nothing was gathered")
}

func (m *memory) Action(context.Context, string) (hookline.Action, error) {
	return hookline.Action{}, hookline.NotFound("action")
}

func (m *memory) Routing(context.Context) (*hookline.Routing, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.routed != nil {
		return m.routed, nil
	}
	return &m.routing, nil
}

func (m *memory) states() map[hookline.State]int {
	m.mu.Lock()
	defer m.mu.Unlock()
	counts := map[hookline.State]int{}
	for _, o := range m.owed {
		counts[o.State]++
	}
	return counts
}

// receiver answers each request as answer says.
type receiver func(r outbound.Request) (outbound.Response, error)

func (f receiver) Send(_ context.Context, r outbound.Request) (outbound.Response, error) { return f(r) }

func ok(outbound.Request) (outbound.Response, error) { return outbound.Response{Status: 200}, nil }

func one(int) string { return "dst_one" }

// running starts an engine inside a bubble and stops it at the end of the test.
func running(t *testing.T, m *memory, r receiver, cfg Config) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	e := New(m, r, cfg, slog.New(slog.DiscardHandler))
	e.jitter = func() float64 { return 0.5 }
	done := make(chan error, 1)
	go func() { done <- e.Run(ctx) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func TestEngineSendsAllThatIsOwed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(3000, func(i int) string { return fmt.Sprintf("dst_%d", i%7) })
		stop := running(t, m, ok, Config{})
		time.Sleep(5 * time.Second)
		stop()
		if got := m.states()[hookline.StateDelivered]; got != 3000 {
			t.Errorf("delivered %d of 3000: %v", got, m.states())
		}
		if len(m.attempts) != 3000 {
			t.Errorf("%d attempts for 3000 deliveries", len(m.attempts))
		}
	})
}

func TestEngineRetriesOnScheduleWithOneKeyAndFreshSignatures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(1, one)
		var at []time.Time
		begin := time.Now()
		r := func(r outbound.Request) (outbound.Response, error) {
			at = append(at, time.Now())
			key, stamp, signature := value(r, "X-CIO-Idempotency-Key"), value(r, signing.HeaderWorkspaceTime), value(r, signing.HeaderWorkspace)
			if key != "key of dlv_00000" {
				t.Errorf("try %d has the key %q", len(at), key)
			}
			if stamp != signing.Timestamp(time.Now()) || !signing.VerifyWorkspace("key", stamp, signature, r.Body) {
				t.Errorf("try %d: the signature %s of time %s does not verify now", len(at), signature, stamp)
			}
			return outbound.Response{Status: 503}, nil
		}
		stop := running(t, m, r, Config{})
		time.Sleep(4 * time.Hour)
		stop()
		if len(at) != 11 {
			t.Fatalf("%d tries, want 11", len(at))
		}
		wait := time.Duration(0)
		for i, moment := range at {
			if late := moment.Sub(begin) - wait; late < 0 || late > time.Second {
				t.Errorf("try %d came after %s, want about %s", i+1, moment.Sub(begin), wait)
			}
			wait = moment.Sub(begin) + 10*time.Second<<i
		}
		o := m.owed["dlv_00000"]
		if o.State != hookline.StateFailed || o.Attempts != 11 {
			t.Errorf("ended as %s after %d attempts", o.State, o.Attempts)
		}
	})
}

func value(r outbound.Request, name string) string {
	for _, h := range r.Header {
		if h.Name == name {
			return h.Value
		}
	}
	return ""
}

func TestSlowReceiverDoesNotHoldUpOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(2000, func(i int) string {
			if i < 1500 {
				return "dst_slow"
			}
			return "dst_fast"
		})
		begin := time.Now()
		var mu sync.Mutex
		last := time.Duration(0)
		most, now := 0, 0
		r := func(r outbound.Request) (outbound.Response, error) {
			if r.URL == "https://dst_fast.example/" {
				mu.Lock()
				last = time.Since(begin)
				mu.Unlock()
				return outbound.Response{Status: 200}, nil
			}
			mu.Lock()
			now++
			most = max(most, now)
			mu.Unlock()
			time.Sleep(3900 * time.Millisecond)
			mu.Lock()
			now--
			mu.Unlock()
			return outbound.Response{Status: 200}, nil
		}
		stop := running(t, m, r, Config{})
		time.Sleep(10 * time.Minute)
		stop()
		if last > 3*time.Second {
			t.Errorf("the fast receiver got its last request after %s", last)
		}
		if most != 64 {
			t.Errorf("at most %d requests were on their way to the slow receiver, want 64", most)
		}
		if got := m.states()[hookline.StateDelivered]; got != 2000 {
			t.Errorf("delivered %d of 2000", got)
		}
	})
}

func TestStopLetsAttemptsEndAndLeavesTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(300, one)
		begun := 0
		var mu sync.Mutex
		r := func(outbound.Request) (outbound.Response, error) {
			mu.Lock()
			begun++
			mu.Unlock()
			time.Sleep(2 * time.Second)
			return outbound.Response{Status: 200}, nil
		}
		stop := running(t, m, r, Config{PerDestination: 10})
		time.Sleep(time.Second)
		begin := time.Now()
		stop()
		if took := time.Since(begin); took > 2*time.Second {
			t.Errorf("stopping took %s", took)
		}
		states := m.states()
		if states[hookline.StateDelivered] != 10 || begun != 10 || states[hookline.StateQueued] != 290 {
			t.Errorf("%d attempts begun, then %v", begun, states)
		}
	})
}

func TestAttemptIsRecordedWhenTheStoreComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(1, one)
		m.failFinish = 5
		sent := 0
		stop := running(t, m, func(r outbound.Request) (outbound.Response, error) { sent++; return ok(r) }, Config{})
		time.Sleep(time.Minute)
		stop()
		if sent != 1 || m.states()[hookline.StateDelivered] != 1 {
			t.Errorf("sent %d times, then %v", sent, m.states())
		}
	})
}

func TestRefusedAddressIsFinal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(1, one)
		r := func(outbound.Request) (outbound.Response, error) {
			return outbound.Response{}, &outbound.Error{Kind: outbound.KindRefused, Message: "127.0.0.1 is a loopback address"}
		}
		stop := running(t, m, r, Config{})
		time.Sleep(time.Hour)
		stop()
		o := m.owed["dlv_00000"]
		if o.State != hookline.StateFailed || o.Attempts != 1 || o.Reason != "127.0.0.1 is a loopback address." {
			t.Errorf("%s after %d attempts: %s", o.State, o.Attempts, o.Reason)
		}
	})
}

func TestDeletedDestinationGetsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(1, one)
		delete(m.routing.Destinations, "dst_one")
		sent := 0
		stop := running(t, m, func(r outbound.Request) (outbound.Response, error) { sent++; return ok(r) }, Config{})
		time.Sleep(time.Hour)
		stop()
		if o := m.owed["dlv_00000"]; sent != 0 || o.State != hookline.StateFailed || o.Reason != "The destination was deleted." {
			t.Errorf("sent %d times; %s: %s", sent, o.State, o.Reason)
		}
	})
}

func TestDisabledDestinationWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(3, one)
		off := m.routing.Destinations["dst_one"]
		off.Enabled = false
		m.routing.Destinations["dst_one"] = off
		sent := 0
		stop := running(t, m, func(r outbound.Request) (outbound.Response, error) { sent++; return ok(r) }, Config{})
		time.Sleep(time.Hour)
		stop()
		if got := m.states()[hookline.StateQueued]; sent != 0 || got != 3 {
			t.Errorf("sent %d times; %v", sent, m.states())
		}
	})
}

func TestHeadersOfOursWin(t *testing.T) {
	m := newMemory(1, one)
	m.routing.Destinations["dst_one"] = hookline.Destination{ID: "dst_one", SharedSecret: "abc123", StandardSecrets: []string{signing.NewStandardSecret()}, Timeout: time.Second}
	m.owed["dlv_00000"].Request.Headers = []hookline.Header{
		{Name: "content-type", Value: "text/plain"}, {Name: "x-cio-signature", Value: "forged"}, {Name: "X-Two", Value: "1"}, {Name: "X-Two", Value: "2"}, {Name: "user-agent", Value: "Mine"},
	}
	var got outbound.Request
	e := New(m, receiver(func(r outbound.Request) (outbound.Response, error) { got = r; return ok(r) }), Config{Version: "1"}, slog.New(slog.DiscardHandler))
	e.attempt(t.Context(), *m.owed["dlv_00000"])
	var names []string
	for _, h := range got.Header {
		names = append(names, h.Name)
	}
	want := []string{"content-type", "X-Two", "X-Two", "user-agent", "X-CIO-Idempotency-Key", "X-CIO-Timestamp", "X-CIO-Signature", "X-Signature", "webhook-id", "webhook-timestamp", "webhook-signature"}
	if !slices.Equal(names, want) {
		t.Errorf("headers\n got %v\nwant %v", names, want)
	}
	if value(got, signing.HeaderShared) != signing.Shared("abc123", got.Body) || value(got, signing.HeaderStandardID) != "dlv_00000" {
		t.Errorf("signatures: %v", got.Header)
	}
}

// slowReads lets whatever else happens come between what was read and its use.
type slowReads struct{ *memory }

func (m slowReads) Owed(ctx context.Context, ids []string) ([]hookline.Owed, error) {
	owed, err := m.memory.Owed(ctx, ids)
	time.Sleep(50 * time.Millisecond)
	return owed, err
}

// TestWhatIsHandedOverWhileTheTableIsReadGoesOnce: a delivery may be read, taken
// over, sent and recorded before the reader comes to use what it read.
func TestWhatIsHandedOverWhileTheTableIsReadGoesOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(0, one)
		m.routing.Destinations["dst_one"] = hookline.Destination{ID: "dst_one", Enabled: true, Timeout: time.Second}
		sent := 0
		count := func(r outbound.Request) (outbound.Response, error) { sent++; return ok(r) }
		e := New(slowReads{m}, receiver(count), Config{PerDestination: 1}, slog.New(slog.DiscardHandler))
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- e.Run(ctx) }()
		for i := range 200 {
			o := newMemory(i+1, one).owed[fmt.Sprintf("dlv_%05d", i)]
			m.mu.Lock()
			m.owed[o.ID] = o
			m.mu.Unlock()
			e.Nudge()
			time.Sleep(10 * time.Millisecond)
			e.Take([]hookline.Owed{*o})
			time.Sleep(10 * time.Millisecond)
		}
		time.Sleep(time.Minute)
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if sent != 200 || m.states()[hookline.StateDelivered] != 200 {
			t.Errorf("sent %d requests for 200 deliveries: %v", sent, m.states())
		}
	})
}
