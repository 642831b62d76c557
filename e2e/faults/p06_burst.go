package main

import (
	"context"
	"time"
)

// burst is P6: as many events as go, then nothing. Every answer is a 2xx or
// "come back later" (the load looks at each), and the backlog goes away.
func burst(ctx context.Context, w *world) error {
	w.want("calls")
	h, err := newHouse(ctx, w)
	if err != nil {
		return err
	}
	defer h.close()
	l := beginLoad(ctx, h, crew{singles: 48, batches: 16}, w.chance)
	length := time.Duration(w.often(3, 60)) * time.Second
	if err := pause(ctx, length); err != nil {
		return err
	}
	accepted := h.told.count()
	w.inject("calls", l.calls)
	w.inject("calls refused", h.told.refusals())
	l.end(ctx)
	began := time.Now()
	if err := h.finish(ctx); err != nil {
		return err
	}
	w.note("%.0f events/s accepted for %v; what they set off was gone %v later", float64(accepted)/length.Seconds(), length, time.Since(began).Round(time.Millisecond))
	return nil
}
