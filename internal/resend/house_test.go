package resend_test

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"testing"
	"time"

	"hookline/internal/compose"
	"hookline/internal/delivery"
	"hookline/internal/hookline"
	"hookline/internal/outbound"
	"hookline/internal/resend"
	"hookline/internal/sqlite"
	"hookline/internal/sqlite/home"

	"github.com/google/go-cmp/cmp"
)

// house is a database, and those who work on it.
type house struct {
	*sqlite.Store
	t    *testing.T
	home string

	mu     sync.Mutex
	engine *delivery.Engine
	runner *resend.Runner
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, home: home.New(t)}
	h.open()
	t.Cleanup(func() { h.must(h.Close()) })
	return h
}

func (h *house) open() {
	h.t.Helper()
	var err error
	h.Store, err = sqlite.Open(h.t.Context(), h.home, h.told)
	h.must(err)
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// told nudges whoever works, as the app does.
func (h *house) told(topics []hookline.Topic) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, topic := range topics {
		switch {
		case h.engine == nil:
		case topic == hookline.TopicDeliveries, topic == hookline.TopicConfig:
			h.engine.Nudge()
		case topic == hookline.TopicResends:
			h.runner.Nudge()
		}
	}
}

// work lets an engine and a runner work until stop is called.
func (h *house) work(sender delivery.Sender) (stop func()) {
	h.t.Helper()
	log := slog.New(slog.NewTextHandler(h.t.Output(), &slog.HandlerOptions{Level: slog.LevelError}))
	engine := delivery.New(h.Store, sender, delivery.Config{Schedule: delivery.Schedule{Base: 20 * time.Millisecond, Retries: 3}}, log)
	runner := resend.New(resend.Config{Store: h.Store, Composer: delivery.NewResender(h.Store, compose.New()), Sending: engine.IsSending, Log: log})
	h.mu.Lock()
	h.engine, h.runner = engine, runner
	h.mu.Unlock()
	ctx, cancel := context.WithCancel(context.WithoutCancel(h.t.Context()))
	var all sync.WaitGroup
	for _, run := range []func(context.Context) error{engine.Run, runner.Run} {
		all.Go(func() {
			if err := run(ctx); err != nil {
				h.t.Error(err)
			}
		})
	}
	return sync.OnceFunc(func() {
		cancel()
		all.Wait()
	})
}

func (h *house) destination(name string) hookline.Destination {
	h.t.Helper()
	d, err := h.CreateDestination(h.t.Context(), hookline.Destination{Name: name, Enabled: true, SignatureMode: hookline.SignWhole, Timeout: time.Second})
	h.must(err)
	return d
}

// owe records deliveries of a destination in a state, numbered from one on: their
// keys and bodies tell the number.
func (h *house) owe(destinationID string, state hookline.State, from, n int) {
	h.t.Helper()
	const atOnce = 5000
	for ; n > 0; from, n = from+atOnce, n-atOnce {
		owed := make([]hookline.Owed, min(n, atOnce))
		for i := range owed {
			owed[i] = hookline.Owed{
				Delivery: hookline.Delivery{
					State: state, Origin: hookline.OriginEvent, DestinationID: destinationID, IdempotencyKey: key(from + i), RequestNumber: 1,
					Attempts: 1, LastStatus: 503, CreatedAt: time.Now(), UpdatedAt: time.Now(),
				},
				Request: hookline.Request{Method: "POST", URL: "https://crm.example.com/", Body: []byte(key(from + i))},
			}
		}
		h.must(h.RecordFanout(h.t.Context(), hookline.Fanout{Deliveries: owed}))
	}
}

// resendAll begins a run of what failed.
func (h *house) resendAll(change func(*hookline.ResendWish)) hookline.ResendRun {
	h.t.Helper()
	w := hookline.ResendWish{Filter: hookline.DeliveryFilter{State: hookline.StateFailed}, Mode: hookline.ResendOriginal, By: "ana@example.com"}
	if change != nil {
		change(&w)
	}
	run, err := h.CreateResend(h.t.Context(), w)
	h.must(err)
	return run
}

// await waits until a run is as it should be.
func (h *house) await(id, what string, is func(hookline.ResendRun) bool) hookline.ResendRun {
	h.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for began := time.Now(); ; <-tick.C {
		run, err := h.ResendRun(h.t.Context(), id)
		h.must(err)
		if is(run) {
			return run
		}
		if time.Since(began) > time.Minute {
			h.t.Fatalf("not %s after a minute: %+v", what, run)
		}
	}
}

func ended(run hookline.ResendRun) bool { return run.State.Over() && run.Open() == 0 }

// wantCounts compares the outcomes that any delivery came to.
func (h *house) wantCounts(run hookline.ResendRun, want map[hookline.ResendOutcome]int) {
	h.t.Helper()
	got := maps.Clone(run.Counts)
	maps.DeleteFunc(got, func(_ hookline.ResendOutcome, n int) bool { return n == 0 })
	if diff := cmp.Diff(want, got); diff != "" {
		h.t.Errorf("counts (-want +got):\n%s", diff)
	}
}

// sender answers at once, and remembers what it was sent.
type sender struct {
	mu     sync.Mutex
	sent   map[string]int // requests by idempotency key
	bodies map[string]string
	answer func(r outbound.Request, n int) int // the status of the nth request with its key; nil: 200
}

func (s *sender) Send(ctx context.Context, r outbound.Request) (outbound.Response, error) {
	key := ""
	for _, h := range r.Header {
		if h.Name == "X-CIO-Idempotency-Key" {
			key = h.Value
		}
	}
	s.mu.Lock()
	if s.sent == nil {
		s.sent, s.bodies = map[string]int{}, map[string]string{}
	}
	s.sent[key]++
	s.bodies[key] = string(r.Body)
	n := s.sent[key]
	s.mu.Unlock()
	if s.answer == nil {
		return outbound.Response{Status: 200}, ctx.Err()
	}
	return outbound.Response{Status: s.answer(r, n)}, ctx.Err()
}

func (s *sender) requests(key string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sent[key]
}

func (s *sender) total() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, sent := range s.sent {
		n += sent
	}
	return n
}

func key(i int) string { return fmt.Sprintf("key-%06d", i) }
