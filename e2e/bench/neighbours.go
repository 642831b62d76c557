package main

import (
	"context"
	"fmt"
	"time"
)

// What bad neighbours are measured with: events a second in all, for so long.
const (
	neighbourRate    = 200
	neighbourSeconds = 15
)

// The slow receiver answers just before the time-out of 4 s, so that no retry
// and no breaker takes its load away. A hanging one never answers.
const (
	slowAnswer = 3900 * time.Millisecond
	noAnswer   = time.Hour
)

// measureSlow sends 100/s to a receiver that takes 3.9 s, beside 100/s to a fast
// one at another address, and looks at what the fast one gets.
func (b *bench) measureSlow(ctx context.Context) error {
	slow, err := b.startReceiver(ctx, "-first", "2", "-after", slowAnswer.String())
	if err != nil {
		return err
	}
	defer slow.stop()
	if err := b.receiver.reset(ctx); err != nil {
		return err
	}
	pairs := []pair{{url: b.receiver.hook(0)}, {url: slow.hook(0)}}
	return b.inHouse(ctx, pairs, func(h *house) error {
		s, rate, err := h.beside(ctx, "slow.p99", b.receiver, 0.5)
		if err != nil {
			return err
		}
		b.note("slow.p99", s.P99.Seconds())
		b.note("slow.rate", rate)
		return nil
	})
}

// measureMany sends to 50 destinations in turn, each at an address of its own.
// Every fifth of them hangs.
func (b *bench) measureMany(ctx context.Context) error {
	const healthy, hanging = 40, 10
	good, err := b.startReceiver(ctx, "-first", "10", "-addresses", fmt.Sprint(healthy))
	if err != nil {
		return err
	}
	defer good.stop()
	bad, err := b.startReceiver(ctx, "-first", "60", "-addresses", fmt.Sprint(hanging), "-after", noAnswer.String())
	if err != nil {
		return err
	}
	defer bad.stop()
	var pairs []pair
	for i := range healthy {
		if i%4 == 0 {
			pairs = append(pairs, pair{url: bad.hook(i / 4)})
		}
		pairs = append(pairs, pair{url: good.hook(i)})
	}
	return b.inHouse(ctx, pairs, func(h *house) error {
		s, _, err := h.beside(ctx, "many.p95", good, 0.8)
		if err != nil {
			return err
		}
		b.note("many.p95", s.P95.Seconds())
		return nil
	})
}

// beside sends at the neighbours' rate and gives what a receiver got, of which a
// share of the events is for it. What has not come when our patience ends counts
// as having taken that long.
func (h *house) beside(ctx context.Context, id string, r *receiver, share float64) (s stats, rate float64, err error) {
	seconds := max(2, int(neighbourSeconds*h.b.scale))
	sent, err := h.load(ctx, load{events: neighbourRate * seconds, batch: 1, connections: connections, perSecond: neighbourRate})
	if err != nil {
		return s, 0, err
	}
	due := int(float64(sent.Sent) * share)
	if s, err = r.got(ctx, due, patience); err != nil {
		return s, 0, err
	}
	if s.Events < due {
		s.P95, s.P99 = patience, patience
		h.b.remark(id, fmt.Sprintf("%d of %d had not come after %s", due-s.Events, due, patience))
	}
	return s, float64(s.Events) / s.Last.Sub(sent.Began).Seconds(), nil
}
