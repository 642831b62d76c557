package main

import "context"

// How long an event takes to become a request is measured at this rate, over so
// many events.
const (
	steadyRate   = 50
	steadyEvents = 600
)

// measureSteady measures the time from a call to the receiver's request while
// there is little to do.
func (b *bench) measureSteady(ctx context.Context) error {
	return b.inHouse(ctx, []pair{{url: b.receiver.hook(0)}}, func(h *house) error {
		l := load{events: steadyRate, batch: 1, connections: 8, perSecond: steadyRate}
		if err := h.warm(ctx, b.receiver, l); err != nil {
			return err
		}
		l.events = b.share(steadyEvents, 1)
		p, err := h.through(ctx, b.receiver, l)
		if err != nil {
			return err
		}
		b.note("steady.p50", p.P50.Seconds())
		b.note("steady.p99", p.P99.Seconds())
		return nil
	})
}
