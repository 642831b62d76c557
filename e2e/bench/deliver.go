package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// How many events are sent through to the receiver.
const (
	throughSingles = 30_000
	throughBatches = 60_000
)

// settle is how long after the last request the house is left alone, so that the
// work which a delivery still needs is counted as well.
const settle = 500 * time.Millisecond

func (b *bench) measureSingles(ctx context.Context) error {
	return b.sendThrough(ctx, "singles", load{events: b.share(throughSingles, 1), batch: 1, connections: connections})
}

func (b *bench) measureBatches(ctx context.Context) error {
	return b.sendThrough(ctx, "batches", load{events: b.share(throughBatches, 100), batch: 100, connections: 8})
}

// sendThrough measures the whole way, from a call to the receiver's request,
// as fast as it goes: each event becomes one request.
func (b *bench) sendThrough(ctx context.Context, id string, l load) error {
	return b.inRounds(ctx, func() error {
		return b.inHouse(ctx, []pair{{url: b.receiver.hook(0)}}, func(h *house) error {
			return h.measureThrough(ctx, id, l)
		})
	})
}

func (h *house) measureThrough(ctx context.Context, id string, l load) error {
	b := h.b
	if err := h.warm(ctx, b.receiver, load{events: warming, batch: l.batch, connections: l.connections}); err != nil {
		return err
	}
	before, noProc := h.cpu()
	p, err := h.through(ctx, b.receiver, l)
	if err != nil {
		return err
	}
	time.Sleep(settle)
	b.note("accepted."+id+".delivering", p.accepted)
	b.note("delivered."+id, p.delivered)
	if noProc == nil {
		after, err := h.cpu()
		if err != nil {
			return err
		}
		b.note("cpu."+id, (after-before).Seconds()/float64(p.Requests))
	}
	if m, err := h.memory(); err == nil {
		b.note("memory.busy", m.peak)
		b.remark("memory.busy", "PSS afterwards "+inUnit(asSize, m.proportional))
	}
	if err := h.stop(); err != nil { // which writes back what the log of the database still holds
		return err
	}
	return h.noteSize("size.new", l.events+warming)
}

// warming is how many events are sent before a measurement, to open connections.
const warming = 200

// warm sends a few events through and forgets them.
func (h *house) warm(ctx context.Context, r *receiver, l load) error {
	if err := r.reset(ctx); err != nil {
		return err
	}
	if _, err := h.load(ctx, l); err != nil {
		return err
	}
	if _, err := r.gotAll(ctx, l.events); err != nil {
		return err
	}
	return r.reset(ctx)
}

// passage is what was seen of events on their whole way, in events a second.
type passage struct {
	accepted  float64
	delivered float64
	stats
}

// through sends events through. Each must come, and come once.
func (h *house) through(ctx context.Context, r *receiver, l load) (p passage, err error) {
	sent, err := h.load(ctx, l)
	if err != nil {
		return p, err
	}
	s, err := r.gotAll(ctx, l.events)
	if err == nil && s.Again > 0 {
		err = fmt.Errorf("%d of %d events came more than once, and nothing had failed", s.Again, s.Events)
	}
	return passage{sent.perSecond(), float64(s.Events) / s.Last.Sub(sent.Began).Seconds(), s}, err
}

// noteSize notes how large the database has become for each delivery in it.
func (h *house) noteSize(id string, deliveries int) error {
	size, err := h.size()
	h.b.note(id, size/float64(deliveries))
	return err
}

// size is that of the database and of what is not written back into it yet.
func (h *house) size() (float64, error) {
	files, err := filepath.Glob(filepath.Join(h.data, "*.db*"))
	if err != nil {
		return 0, err
	}
	sum := 0.0
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			return 0, err
		}
		sum += float64(info.Size())
	}
	return sum, nil
}
