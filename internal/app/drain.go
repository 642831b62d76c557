package app

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"
)

// How long a stop waits for connections on which no call is under way. With a
// socket that was handed over, whoever comes meanwhile waits for the next
// process, so both are short.
const (
	freshGrace = time.Second            // for the first call on a connection that was just made
	idleGrace  = 200 * time.Millisecond // for one more call on a connection that is kept alive
	lookAgain  = 5 * time.Millisecond
)

// connections knows how each open connection stands, be it with package express
// or with net/http. http.Server.Shutdown alone would drop calls without an answer:
// those it reads after it began, also the first one of a connection it has
// accepted. So a stop first closes the listener, then drains, and only then shuts
// down.
type connections struct {
	mu       sync.Mutex
	states   map[net.Conn]http.ConnState
	draining bool
}

// track is for http.Server.ConnState.
func (c *connections) track(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if state == http.StateClosed || state == http.StateHijacked {
		delete(c.states, conn)
		return
	}
	if c.states == nil {
		c.states = map[net.Conn]http.ConnState{}
	}
	c.states[conn] = state
}

// handler tells who calls during a drain not to call again here.
func (c *connections) handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c.isDraining() {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

func (c *connections) isDraining() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.draining
}

// drain accepts nobody any more, and waits until no call is under way and none
// is likely to come, or ctx ends. A socket that was handed over stays open in
// other hands.
func (c *connections) drain(ctx context.Context, listener net.Listener) {
	c.mu.Lock()
	c.draining = true
	c.mu.Unlock()
	_ = listener.Close() // Serve hears of it
	began := time.Now()
	again := time.NewTicker(lookAgain)
	defer again.Stop()
	for ctx.Err() == nil && !c.quiet(time.Since(began)) {
		select {
		case <-ctx.Done():
		case <-again.C:
		}
	}
	c.closeQuiet()
}

// closeQuiet closes the connections on which no call is under way. Shutdown
// knows only net/http's, and would wait for those on which nobody ever called
// (https://go.dev/issue/22682).
func (c *connections) closeQuiet() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for conn, state := range c.states {
		if state == http.StateNew || state == http.StateIdle {
			_ = conn.Close() // it holds nothing that could be lost
		}
	}
}

func (c *connections) quiet(waited time.Duration) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, state := range c.states {
		switch {
		case state == http.StateActive, state == http.StateNew && waited < freshGrace, state == http.StateIdle && waited < idleGrace:
			return false
		}
	}
	return true
}
