package main

import (
	"context"
	"fmt"
	"strconv"
)

// stored is how many deliveries there are when what grows with them is
// measured. So many of them are made by sending, the others are copies.
const (
	stored    = 10_000_000
	storedOwn = 20_000
)

// refusedEach says that one in so many of the stored deliveries has failed.
const refusedEach = 100

// measureStored measures pages and the rate with many deliveries stored, and in
// turn the rate with none, so that both have the same machine.
func (b *bench) measureStored(ctx context.Context) error {
	r, err := b.startReceiver(ctx, "-first", "5", "-refuse", strconv.Itoa(refusedEach))
	if err != nil {
		return err
	}
	defer r.stop()
	return b.inHouse(ctx, []pair{{url: r.hook(0)}}, func(h *house) error {
		if err := h.fill(ctx, r); err != nil {
			return err
		}
		if err := h.startAgain(ctx); err != nil {
			return err
		}
		if err := h.measurePages(ctx); err != nil {
			return err
		}
		return b.inRounds(ctx, func() error { return h.besideNone(ctx, r) })
	})
}

// fill makes the stored deliveries. The process is stopped when it returns.
func (h *house) fill(ctx context.Context, r *receiver) error {
	own := h.b.share(storedOwn, 1000)
	if _, err := h.load(ctx, load{events: own, batch: 100, connections: 8}); err != nil {
		return err
	}
	if _, err := r.gotAll(ctx, own); err != nil {
		return err
	}
	if err := h.stop(); err != nil {
		return err
	}
	if err := h.addViewer(ctx); err != nil {
		return err
	}
	if err := multiply(ctx, h.data, stored/storedOwn); err != nil {
		return fmt.Errorf("fill the database: %w", err)
	}
	if err := completeIndexes(ctx, h.data); err != nil {
		return fmt.Errorf("index the database: %w", err)
	}
	return h.noteSize("size.stored", own*stored/storedOwn)
}

func (h *house) startAgain(ctx context.Context) error {
	if err := h.start(); err != nil {
		return err
	}
	_, err := h.answers(ctx, "/readyz")
	return err
}

// besideNone measures the rate with many stored and then the rate with none.
func (h *house) besideNone(ctx context.Context, r *receiver) error {
	if h.cmd == nil {
		if err := h.startAgain(ctx); err != nil {
			return err
		}
	}
	many, err := h.rateOfBatches(ctx, r)
	if err != nil {
		return err
	}
	if err := h.stop(); err != nil {
		return err
	}
	return h.b.inHouse(ctx, []pair{{url: r.hook(0)}}, func(empty *house) error {
		none, err := empty.rateOfBatches(ctx, r)
		h.b.note("stored.rate", many)
		h.b.note("stored.share", many/none)
		return err
	})
}

func (h *house) rateOfBatches(ctx context.Context, r *receiver) (float64, error) {
	l := load{events: warming, batch: 100, connections: 8}
	if err := h.warm(ctx, r, l); err != nil {
		return 0, err
	}
	l.events = h.b.share(throughBatches, 100)
	p, err := h.through(ctx, r, l)
	return p.delivered, err
}
