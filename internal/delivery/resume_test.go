package delivery

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hookline/internal/hookline"
)

// halted is a store of destinations, some of which are being resumed.
type halted struct {
	mu       sync.Mutex
	routing  hookline.Routing
	did      []string
	slow     string // whose skipping takes an hour
	unread   int    // so many of the next readings fail
	fails    int    // and so many of the next changes
	conflict bool
}

func newHalted(resuming ...string) *halted {
	h := &halted{routing: hookline.Routing{Destinations: map[string]hookline.Destination{"dst_paused": {Paused: hookline.Pause{At: noon}}, "dst_open": {}}}}
	for _, id := range resuming {
		h.routing.Destinations[id] = hookline.Destination{Paused: hookline.Pause{At: noon}, Resume: hookline.Resume{At: noon, Keep: hookline.KeepNewest, By: id}}
	}
	return h
}

func (h *halted) Routing(context.Context) (*hookline.Routing, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.unread > 0 {
		h.unread--
		return nil, errors.New("no disk")
	}
	now := hookline.Routing{Destinations: map[string]hookline.Destination{}}
	for id, d := range h.routing.Destinations {
		now.Destinations[id] = d
	}
	return &now, nil
}

func (h *halted) Skip(ctx context.Context, id string, r hookline.Resume) (int, error) {
	if h.slow == id {
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(time.Hour):
		}
	}
	return 3, h.do("skip", id, r)
}

func (h *halted) FinishResume(_ context.Context, id string, r hookline.Resume) error {
	if err := h.do("finish", id, r); err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.routing.Destinations[id] = hookline.Destination{Resume: r}
	return nil
}

func (h *halted) do(what, id string, r hookline.Resume) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if now := h.routing.Destinations[id]; !now.Resuming() && r.By == id {
		return hookline.Conflict("It is not being resumed any more.") // as the store does to who looked just before that
	}
	h.did = append(h.did, what+" "+id)
	switch {
	case r.By != id:
		return errors.New("this is the wish for " + r.By)
	case h.conflict:
		d := h.routing.Destinations[id]
		d.Resume = hookline.Resume{}
		h.routing.Destinations[id] = d
		return hookline.Conflict("Paused again.")
	case h.fails > 0:
		h.fails--
		return errors.New("no disk")
	}
	return nil
}

func (h *halted) done() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.did)
}

// resuming runs a resumer for a while, and gives what it did and said.
func resuming(t *testing.T, h *halted, span time.Duration) (did []string, log string) {
	t.Helper()
	var text strings.Builder
	ctx, stop := context.WithCancel(t.Context())
	r := NewResumer(h, slog.New(slog.NewTextHandler(&text, nil)))
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	time.Sleep(span)
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	return h.done(), text.String()
}

func TestResumerSkipsThenFinishes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		did, log := resuming(t, newHalted("dst_1"), time.Minute)
		if want := []string{"skip dst_1", "finish dst_1"}; !slices.Equal(did, want) {
			t.Errorf("did %v, want %v", did, want)
		}
		if !strings.Contains(log, "destination=dst_1") || !strings.Contains(log, "skipped=3") {
			t.Errorf("the log says %s", log)
		}
	})
}

func TestResumerTriesAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHalted("dst_1")
		h.unread, h.fails = 2, 1
		did, _ := resuming(t, h, time.Minute)
		if want := []string{"skip dst_1", "skip dst_1", "finish dst_1"}; !slices.Equal(did, want) {
			t.Errorf("did %v, want %v", did, want)
		}
	})
}

func TestResumerLetsWhoPausesAgainHaveIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHalted("dst_1")
		h.conflict = true
		did, log := resuming(t, h, time.Minute)
		if want := []string{"skip dst_1"}; !slices.Equal(did, want) || log != "" {
			t.Errorf("did %v, want %v; the log says %s", did, want, log)
		}
	})
}

func TestResumerIsNotHeldUpByOneThatTakesLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHalted("dst_slow", "dst_1")
		h.slow = "dst_slow"
		did, _ := resuming(t, h, time.Minute)
		if want := []string{"skip dst_1", "finish dst_1"}; !slices.Equal(did, want) {
			t.Errorf("did %v, want %v", did, want)
		}
		did, _ = resuming(t, h, 2*time.Hour) // after a restart
		if got := did[len(did)-2:]; !slices.Equal(got, []string{"skip dst_slow", "finish dst_slow"}) {
			t.Errorf("after a restart it did %v", got)
		}
	})
}

func TestResumerHearsANudge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHalted()
		ctx, stop := context.WithCancel(t.Context())
		r := NewResumer(h, slog.New(slog.DiscardHandler))
		ended := make(chan error, 1)
		go func() { ended <- r.Run(ctx) }()
		synctest.Wait()
		begin := time.Now()
		h.mu.Lock()
		h.routing.Destinations["dst_1"] = hookline.Destination{Paused: hookline.Pause{At: noon}, Resume: hookline.Resume{At: noon, By: "dst_1"}}
		h.mu.Unlock()
		r.Nudge()
		r.Nudge() // one is enough, and a second does not block
		synctest.Wait()
		if len(h.done()) != 2 || time.Since(begin) > 0 {
			t.Errorf("%s after the nudge it did %v", time.Since(begin), h.done())
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
