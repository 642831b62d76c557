package delivery

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
)

// configured is a memory whose configuration changes while the engine runs.
type configured struct {
	*memory
	e *Engine
}

// change makes a new configuration, as a commit would; whoever has the one
// before it keeps that as it was.
func (c *configured) change(change func(*hookline.Destination)) {
	c.mu.Lock()
	next := c.routing
	if c.routed != nil {
		next = *c.routed
	}
	next.Version++
	next.Destinations = maps.Clone(next.Destinations)
	d := next.Destinations["dst_one"]
	change(&d)
	next.Destinations["dst_one"] = d
	c.routed = &next
	c.mu.Unlock()
	c.e.Nudge()
}

// last is what was kept last of the receiver.
func (c *configured) last() hookline.Health {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.found[len(c.found)-1]
}

// begin is change before the engine runs.
func (c *configured) begin(change func(*hookline.Destination)) {
	d := c.routing.Destinations["dst_one"]
	change(&d)
	c.routing.Destinations["dst_one"] = d
}

// run starts an engine and gives what stops it.
func (c *configured) run(t *testing.T, r receiver, cfg Config) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	c.e = New(c.memory, r, cfg, slog.New(slog.DiscardHandler))
	c.e.jitter = func() float64 { return 0.5 }
	done := make(chan error, 1)
	go func() { done <- c.e.Run(ctx) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// sends is a receiver that notes when each request came, and answers by number.
type sends struct {
	mu     sync.Mutex
	at     []time.Time
	answer func(n int) (outbound.Response, error)
}

func (s *sends) send(outbound.Request) (outbound.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = append(s.at, time.Now())
	if s.answer == nil {
		return outbound.Response{Status: 200}, nil
	}
	return s.answer(len(s.at))
}

func (s *sends) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.at)
}

func TestAPausedDestinationHoldsAndGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := &configured{memory: newMemory(300, one)}, &sends{}
		c.begin(func(d *hookline.Destination) { d.Paused = hookline.Pause{At: noon} })
		stop := c.run(t, s.send, Config{})
		time.Sleep(time.Hour)
		if n := s.count(); n != 0 {
			t.Errorf("%d were sent during the pause", n)
		}
		c.e.dispatcher.mu.Lock()
		if d := c.e.dispatcher; d.waiting != 0 || d.bytes != 0 {
			t.Errorf("%d deliveries of a paused destination are kept in memory, %d bytes", d.waiting, d.bytes)
		}
		c.e.dispatcher.mu.Unlock()
		c.change(func(d *hookline.Destination) {
			d.Paused, d.Resume = hookline.Pause{}, hookline.Resume{At: noon, PerSecond: 100}
		})
		time.Sleep(time.Second)
		if n := s.count(); n < 95 || n > 110 {
			t.Errorf("%d were sent in the first second, want about 100", n)
		}
		time.Sleep(5 * time.Second)
		stop()
		if n := c.states()[hookline.StateDelivered]; n != 300 {
			t.Errorf("%d of 300 were delivered", n)
		}
		if len(c.caughtUp) == 0 {
			t.Error("nobody said that it has caught up")
		}
	})
}

// TestWhatWasSkippedIsNotSent: while it was paused and resumed between two
// looks, a part of what is in memory was skipped in the table.
func TestWhatWasSkippedIsNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := &configured{memory: newMemory(200, one)}, &sends{}
		c.begin(func(d *hookline.Destination) { d.MaxPerSecond = 1 })
		stop := c.run(t, s.send, Config{})
		time.Sleep(10 * time.Second)
		c.mu.Lock()
		for id, o := range c.owed {
			if o.State.Owed() && id > "dlv_00099" {
				o.State = hookline.StateDiscarded
			}
		}
		c.mu.Unlock()
		c.change(func(d *hookline.Destination) { d.MaxPerSecond, d.Resume = 0, hookline.Resume{At: time.Now()} })
		time.Sleep(10 * time.Second)
		stop()
		if n := s.count(); n != 100 {
			t.Errorf("%d were sent, want the 100 that were not skipped", n)
		}
	})
}

func TestABrokenReceiverIsLeftAloneAndComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := &configured{memory: newMemory(200, one)}, &sends{}
		back := false
		s.answer = func(int) (outbound.Response, error) {
			if back {
				return outbound.Response{Status: 200}, nil
			}
			return outbound.Response{}, &outbound.Error{Kind: outbound.KindConnect, Message: "nobody answers"}
		}
		stop := c.run(t, s.send, Config{PerDestination: 5})
		time.Sleep(25 * time.Second)
		if n := s.count(); n < brokenInRow || n > brokenInRow+5 {
			t.Errorf("%d were sent before it was found to be broken, want %d and those on their way", n, brokenInRow)
		}
		before := s.count()
		time.Sleep(10 * time.Second) // one try after 30 s, in vain
		if n := s.count(); n != before+1 {
			t.Errorf("%d tries when half a minute was over, want one", n-before)
		}
		if h := c.last(); h.Breaker != hookline.BreakerOpen || h.Openings != 2 || h.NextTry.Before(time.Now()) {
			t.Errorf("kept is %+v", h)
		}
		s.mu.Lock()
		back = true
		s.mu.Unlock()
		time.Sleep(10 * time.Minute)
		stop()
		if n := c.states()[hookline.StateDelivered]; n != 200 {
			t.Errorf("%d of 200 were delivered: %v", n, c.states())
		}
		if h := c.last(); !h.Well() {
			t.Errorf("kept is %+v, want that all is well", h)
		}
	})
}

func TestARestartRemembersABrokenReceiver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := &configured{memory: newMemory(10, one)}, &sends{}
		now := time.Now()
		c.health = map[string]hookline.Health{"dst_one": {DestinationID: "dst_one", Breaker: hookline.BreakerOpen, Since: now, OpenedAt: now, NextTry: now.Add(5 * time.Minute), Openings: 4}}
		stop := c.run(t, s.send, Config{})
		time.Sleep(4 * time.Minute)
		if n := s.count(); n != 0 {
			t.Errorf("%d were sent before its time", n)
		}
		c.change(func(d *hookline.Destination) { d.VouchedAt = time.Now() })
		time.Sleep(10 * time.Second)
		stop()
		if n := s.count(); n != 10 {
			t.Errorf("%d of 10 were sent after somebody vouched", n)
		}
	})
}

func TestRetryAfterHoldsTheWholeDestination(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := &configured{memory: newMemory(50, one)}, &sends{}
		s.answer = func(n int) (outbound.Response, error) {
			if n == 1 {
				return outbound.Response{Status: 429, Header: http.Header{"Retry-After": {"120"}}}, nil
			}
			return outbound.Response{Status: 200}, nil
		}
		stop := c.run(t, s.send, Config{PerDestination: 1})
		time.Sleep(119 * time.Second)
		if n := s.count(); n != 1 {
			t.Errorf("%d were sent while it wanted to be left alone, want the first", n)
		}
		time.Sleep(10 * time.Second)
		stop()
		if n := c.states()[hookline.StateDelivered]; n != 50 {
			t.Errorf("%d of 50 were delivered", n)
		}
	})
}

func TestADestinationsOwnLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &configured{memory: newMemory(40, one)}
		c.begin(func(d *hookline.Destination) { d.MaxConcurrent, d.MaxTries, d.RetryBase = 3, 2, time.Second })
		var mu sync.Mutex
		now, most := 0, 0
		stop := c.run(t, func(outbound.Request) (outbound.Response, error) {
			mu.Lock()
			now++
			most = max(most, now)
			mu.Unlock()
			time.Sleep(time.Second)
			mu.Lock()
			defer mu.Unlock()
			now--
			return outbound.Response{Status: 404 + 96*(most%2)}, nil // 500 or 404
		}, Config{})
		time.Sleep(time.Hour)
		stop()
		if most != 3 {
			t.Errorf("%d were on their way at once, want 3", most)
		}
		for id, o := range c.owed {
			if o.Attempts > 2 {
				t.Errorf("%s was tried %d times, want twice at most", id, o.Attempts)
			}
		}
	})
}
