package delivery

import (
	"context"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
)

// TestHandedOverLate hands a delivery over after it was found in the table and
// sent: who committed it was slow to say so.
func TestHandedOverLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(1, one)
		copied := *m.owed["dlv_00000"]
		var sent atomic.Int64
		e := New(m, receiver(func(r outbound.Request) (outbound.Response, error) { sent.Add(1); return ok(r) }), Config{}, slog.New(slog.DiscardHandler))
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- e.Run(ctx) }()
		e.Expect()
		time.Sleep(2 * time.Second)
		e.Take([]hookline.Owed{copied})
		time.Sleep(2 * time.Second)
		if n := sent.Load(); n != 1 {
			t.Errorf("sent %d times", n)
		}
		// Asked for anew, it is sent anew.
		m.mu.Lock()
		m.owed["dlv_00000"].State, m.owed["dlv_00000"].Tries = hookline.StateQueued, 0
		m.mu.Unlock()
		e.Nudge()
		time.Sleep(2 * time.Second)
		stop()
		if err := <-done; err != nil || sent.Load() != 2 {
			t.Errorf("after a resend sent %d times (%v)", sent.Load(), err)
		}
	})
}
