package delivery

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
)

// CancelDelivery is what the real store does.
func (m *memory) CancelDelivery(_ context.Context, id, by string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	o := m.owed[id]
	if o == nil || !o.State.Owed() {
		return hookline.Conflict("It is not owed.")
	}
	o.State, o.Reason = hookline.StateFailed, o.CancelledReason(by, time.Now())
	return nil
}

// slow answers after a while, and counts what it was sent.
type slow struct {
	takes time.Duration
	sent  chan string
}

func (s slow) Send(_ context.Context, r outbound.Request) (outbound.Response, error) {
	s.sent <- string(r.Body)
	time.Sleep(s.takes)
	return outbound.Response{Status: 503}, nil
}

func crm(int) string { return "crm" }

func TestCancelEndsTheRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, receiver := newMemory(1, crm), slow{time.Second, make(chan string, 100)}
		e := New(store, receiver, Config{}, slog.New(slog.DiscardHandler))
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- e.Run(ctx) }()
		d := store.owed["dlv_00000"].Delivery
		time.Sleep(500 * time.Millisecond)
		if err := e.Cancel(ctx, d, "ana"); hookline.KindOf(err) != hookline.KindConflict {
			t.Errorf("while an attempt is on its way: %v", err)
		}
		time.Sleep(5 * time.Second) // it waits for its second try
		if err := e.Cancel(ctx, d, "ana"); err != nil {
			t.Errorf("between two tries: %v", err)
		}
		if err := e.Cancel(ctx, d, "ana"); hookline.KindOf(err) != hookline.KindConflict {
			t.Errorf("a second time: %v", err)
		}
		time.Sleep(24 * time.Hour)
		if n := len(receiver.sent); n != 1 {
			t.Errorf("%d attempts were made, want 1", n)
		}
		store.mu.Lock() // somebody resends it
		store.owed[d.ID].State, store.owed[d.ID].Tries = hookline.StateQueued, 0
		store.mu.Unlock()
		e.Nudge()
		time.Sleep(time.Minute)
		if n := len(receiver.sent); n < 2 {
			t.Error("after it was resent nothing was sent")
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func TestCancelTakesOutOfTheLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, receiver := newMemory(3, crm), slow{time.Minute, make(chan string, 100)}
		e := New(store, receiver, Config{PerDestination: 1}, slog.New(slog.DiscardHandler))
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- e.Run(ctx) }()
		time.Sleep(10 * time.Second) // the first is on its way, the others wait behind it in memory
		if err := e.Cancel(ctx, store.owed["dlv_00001"].Delivery, "ana"); err != nil {
			t.Error(err)
		}
		time.Sleep(3 * time.Minute)
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		close(receiver.sent)
		for body := range receiver.sent {
			if body == "dlv_00001" {
				t.Error("what was cancelled was sent")
			}
		}
		if d := e.dispatcher; d.waiting < 0 || d.bytes < 0 || len(d.withheld) != 0 {
			t.Errorf("%d wait with %d bytes, %d are withheld", d.waiting, d.bytes, len(d.withheld))
		}
	})
}

// unwilling is a store that cannot write.
type unwilling struct{ *memory }

func (unwilling) CancelDelivery(context.Context, string, string) error {
	return errors.New("the disk is full")
}

func TestWhatCouldNotBeCancelledIsStillSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, receiver := newMemory(2, crm), slow{time.Minute, make(chan string, 100)}
		e := New(unwilling{store}, receiver, Config{PerDestination: 1}, slog.New(slog.DiscardHandler))
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- e.Run(ctx) }()
		time.Sleep(10 * time.Second)
		if err := e.Cancel(ctx, store.owed["dlv_00001"].Delivery, "ana"); err == nil {
			t.Error("it says that it was cancelled")
		}
		time.Sleep(90 * time.Second)
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		close(receiver.sent)
		seen := false
		for body := range receiver.sent {
			seen = seen || body == "dlv_00001"
		}
		if !seen {
			t.Error("what is still owed was never sent")
		}
	})
}
