package main

import (
	"context"
	"fmt"
)

// gathered is how many events go through an action that gathers 1,000 of them
// for each request. It is a multiple of that, so that no rest waits for the
// action's window.
const (
	gathered    = 60_000
	gatheredFor = 1000 // one request
)

// measureGather measures how many events leave in batches, with the settings
// that an action has when batches are switched on.
func (b *bench) measureGather(ctx context.Context) error {
	return b.inRounds(ctx, func() error {
		return b.inHouse(ctx, []pair{{url: b.receiver.hook(0), batched: true}}, func(h *house) error {
			l := load{events: gatheredFor, batch: 100, connections: 8}
			if err := h.warm(ctx, b.receiver, l); err != nil {
				return err
			}
			l.events = b.share(gathered, gatheredFor)
			p, err := h.through(ctx, b.receiver, l)
			if err != nil {
				return err
			}
			b.note("gathered", p.delivered)
			b.remark("gathered", fmt.Sprintf("%s events a request", thousands(float64(p.Events)/float64(p.Requests))))
			return nil
		})
	})
}
