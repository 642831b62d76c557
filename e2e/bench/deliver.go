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
	return b.measureThrough(ctx, "singles", load{events: b.share(throughSingles, 1), batch: 1, connections: connections})
}

func (b *bench) measureBatches(ctx context.Context) error {
	return b.measureThrough(ctx, "batches", load{events: b.share(throughBatches, 100), batch: 100, connections: 8})
}

// measureThrough measures the whole way, from a call to the receiver's request,
// as fast as it goes: each event becomes one request.
func (b *bench) measureThrough(ctx context.Context, id string, l load) error {
	return b.inRounds(func() error {
		return b.inHouse(ctx, []pair{{url: b.receiver.hook(0)}}, func(h *house) error {
			if err := h.warm(ctx, load{events: 200, batch: l.batch, connections: l.connections}); err != nil {
				return err
			}
			return h.sendThrough(ctx, id, l)
		})
	})
}

// warm sends a few events through and forgets them.
func (h *house) warm(ctx context.Context, l load) error {
	if err := h.b.receiver.reset(ctx); err != nil {
		return err
	}
	if _, err := h.load(ctx, l); err != nil {
		return err
	}
	if _, err := h.b.receiver.gotAll(ctx, l.events); err != nil {
		return err
	}
	return h.b.receiver.reset(ctx)
}

func (h *house) sendThrough(ctx context.Context, id string, l load) error {
	before, noProc := h.cpu()
	r, s, err := h.through(ctx, l)
	if err != nil {
		return err
	}
	time.Sleep(settle)
	b := h.b
	b.note("accepted."+id+".delivering", r.perSecond())
	b.note("delivered."+id, float64(s.Events)/s.Last.Sub(r.Began).Seconds())
	if noProc == nil {
		after, err := h.cpu()
		if err != nil {
			return err
		}
		b.note("cpu."+id, (after-before).Seconds()/float64(s.Requests))
	}
	if m, err := h.memory(); err == nil {
		b.note("memory.busy", m.peak)
		b.remark("memory.busy", "PSS afterwards "+inUnit(asSize, m.proportional))
	}
	return h.noteSize(id, l.events)
}

// through sends events through and gives what the load generator and the
// receiver say of them. Each must come, and come once.
func (h *house) through(ctx context.Context, l load) (result, stats, error) {
	r, err := h.load(ctx, l)
	if err != nil {
		return r, stats{}, err
	}
	s, err := h.b.receiver.gotAll(ctx, l.events)
	if err == nil && s.Again > 0 {
		err = fmt.Errorf("%d of %d events came more than once, and nothing had failed", s.Again, s.Events)
	}
	return r, s, err
}

// noteSize notes how large the database has become for each delivery in it.
func (h *house) noteSize(id string, deliveries int) error {
	size, err := h.size()
	h.b.note("size."+id, size/float64(deliveries))
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
