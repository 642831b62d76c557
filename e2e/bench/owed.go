package main

import (
	"context"
	"fmt"
	"time"
)

// owed is how many deliveries are owed when the process is stopped.
const owed = 1_000_000

// drainFor is how long the backlog is worked off.
const drainFor = 10 * time.Second

// measureOwed lets deliveries pile up before a receiver that is slow and never
// fails, so that nothing is retried, and then looks at memory, at two restarts
// and at how fast it is worked off once the receiver is fast.
func (b *bench) measureOwed(ctx context.Context) error {
	r, err := b.startReceiver(ctx, "-first", "4", "-after", slowAnswer.String())
	if err != nil {
		return err
	}
	defer r.stop()
	return b.inHouse(ctx, []pair{{url: r.hook(0)}}, func(h *house) error {
		if err := h.pileUp(ctx); err != nil {
			return err
		}
		if err := h.stop(); err != nil {
			return err
		}
		if err := r.answerAfter(ctx, 0); err != nil {
			return err
		}
		if err := h.restart(ctx, "restart", r); err != nil {
			return err
		}
		if err := h.workOff(ctx, r); err != nil {
			return err
		}
		if err := h.kill(); err != nil {
			return err
		}
		return h.restart(ctx, "revive", r)
	})
}

// pileUp returns when all events have been accepted and worked out.
func (h *house) pileUp(ctx context.Context) error {
	n := h.b.share(owed, 1000)
	if _, err := h.load(ctx, load{events: n, batch: 500, connections: 4}); err != nil {
		return err
	}
	if err := h.waitFor(ctx, "hookline_fanout_lag_seconds", func(lag float64) bool { return lag == 0 }); err != nil {
		return err
	}
	if err := h.waitFor(ctx, "hookline_deliveries_owed", func(owed float64) bool { return owed > 0.9*float64(n) }); err != nil {
		return err
	}
	m, err := h.memory()
	if err != nil {
		h.b.remark("memory.owed", err.Error())
		return nil
	}
	h.b.note("memory.owed", m.peak)
	h.b.remark("memory.owed", fmt.Sprintf("at the end %s, PSS %s", inUnit(asSize, m.resident), inUnit(asSize, m.proportional)))
	return nil
}

// restart starts the process that had ended, and notes how long it is until it
// listens and until the receiver has the first request.
func (h *house) restart(ctx context.Context, id string, r *receiver) error {
	if err := r.reset(ctx); err != nil {
		return err
	}
	began := time.Now()
	if err := h.start(); err != nil {
		return err
	}
	if _, err := h.answers(ctx, "/healthz"); err != nil {
		return err
	}
	h.b.note(id+".listening", time.Since(began).Seconds())
	s, err := r.gotAll(ctx, 1)
	if err != nil {
		return err
	}
	h.b.note(id+".first", s.First.Sub(began).Seconds())
	return nil
}

// workOff notes at which rate the backlog goes down.
func (h *house) workOff(ctx context.Context, r *receiver) error {
	before, err := r.got(ctx, 0, 0)
	if err != nil {
		return err
	}
	began := time.Now()
	time.Sleep(time.Duration(float64(drainFor) * h.b.scale))
	after, err := r.got(ctx, 0, 0)
	if err != nil {
		return err
	}
	h.b.note("owed.rate", float64(after.Events-before.Events)/time.Since(began).Seconds())
	return nil
}
