package main

import (
	"context"
	"fmt"
)

// How many events are sent into a source that nothing is connected to.
const (
	intakeSingles = 30_000
	intakeBatches = 120_000
)

// measureIntake measures what is accepted, durable, while nothing is to be sent.
func (b *bench) measureIntake(ctx context.Context) error {
	loads := map[string]load{
		"accepted.singles": {events: b.share(intakeSingles, 1), batch: 1, connections: connections},
		"accepted.batches": {events: b.share(intakeBatches, 100), batch: 100, connections: 8},
	}
	for id, l := range loads {
		err := b.inRounds(ctx, func() error {
			return b.inHouse(ctx, []pair{{}}, func(h *house) error { return h.takeIn(ctx, id, l) })
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (h *house) takeIn(ctx context.Context, id string, l load) error {
	warm := load{events: warming, batch: l.batch, connections: l.connections}
	if _, err := h.load(ctx, warm); err != nil {
		return err
	}
	r, err := h.load(ctx, l)
	if err != nil {
		return err
	}
	accepted, err := h.counter(ctx, "hookline_events_total", `result="accepted"`)
	if err != nil {
		return err
	}
	if want := float64(warm.events + r.Sent); accepted != want {
		return fmt.Errorf("%.0f events were answered with 200, and hookline counts %.0f as accepted", want, accepted)
	}
	h.b.note(id, r.perSecond())
	return nil
}
