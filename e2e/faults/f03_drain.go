package main

import (
	"context"
	"fmt"
	"os"
	"syscall"
	"time"
)

// exitLimit is how long a stop may take: the last attempts need their whole
// time-out.
const exitLimit = 6 * time.Second

// drainUnderLoad is F3: asked to stop in the middle of everything. Attempts on
// their way are finished and recorded, so nothing is sent twice.
func drainUnderLoad(ctx context.Context, w *world) error {
	h, err := newHouse(ctx, w)
	if err != nil {
		return err
	}
	defer h.close()
	l := beginLoad(ctx, h, crew{singles: 4, batches: 1, supporters: 1, pausers: 1, pace: time.Millisecond}, w.chance)
	ways := []struct {
		kind    string
		signals []os.Signal
		slow    time.Duration // how long receivers take meanwhile
	}{
		{"SIGTERM", []os.Signal{syscall.SIGTERM}, 0},
		{"SIGTERM with slow receivers", []os.Signal{syscall.SIGTERM}, 3 * time.Second},
		{"SIGTERM twice", []os.Signal{syscall.SIGTERM, syscall.SIGTERM}, 0},
		{"SIGINT", []os.Signal{os.Interrupt}, 0},
	}
	longest := time.Duration(0)
	for round := range w.often(5, 50) {
		way := ways[round%len(ways)]
		w.want(way.kind)
		h.receiver.slowDown(way.slow)
		if err := pause(ctx, w.between(200*time.Millisecond, 800*time.Millisecond)); err != nil {
			return err
		}
		took, err := h.stopBy(way.signals)
		if err != nil {
			return fmt.Errorf("round %d, %s: %w", round+1, way.kind, err)
		}
		w.inject(way.kind, 1)
		longest = max(longest, took)
		h.receiver.slowDown(0)
		if _, err := h.start(ctx); err != nil {
			return err
		}
	}
	l.end(ctx)
	w.note("the longest stop took %v; %d messages accepted, no request came twice", longest.Round(time.Millisecond), h.told.count())
	return h.finish(ctx) // without a kill no request may have come twice
}

// stopBy sends the signals, a moment apart, and wants a good end.
func (h *house) stopBy(signals []os.Signal) (time.Duration, error) {
	began := time.Now()
	for _, s := range signals {
		if err := h.cmd.Process.Signal(s); err != nil {
			return 0, fmt.Errorf("ask hookline to stop: %w", err)
		}
		time.Sleep(20 * time.Millisecond)
	}
	return h.endsWell(began, exitLimit)
}
