package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// step is a system call that is part of the work: the program dies as one of
// its threads begins its n-th.
type step struct {
	kind, calls string
	short       []int // the n of the short form
	most        int   // in the long form, every n up to here until runs end unharmed
}

var steps = []step{
	{"writes to the database", "pwrite64", []int{3, 17, 40, 90, 150}, 400},
	{"syncs", "fsync,fdatasync", []int{1, 4, 9}, 60},
	{"connects to receivers", "connect", []int{1, 2}, 12},
	{"sends and answers", "write", []int{2, 9, 25}, 120},
}

// killAtEachStep is F2: dead at the first, second, third … system call of a
// kind, whatever it belongs to. The product needs no hook for that.
func killAtEachStep(ctx context.Context, w *world) error {
	if err := canTrace(ctx); err != nil {
		return err
	}
	h, err := newHouse(ctx, w)
	if err != nil {
		return err
	}
	defer h.close()
	if err := h.restart(ctx); err != nil { // what is copied must be in the file
		return err
	}
	h.kill()
	for _, s := range steps {
		w.want(s.kind)
		unharmed := 0
		for _, n := range w.numbers(s) {
			if unharmed >= 8 {
				break // no thread comes this far
			}
			died, err := killAtStep(ctx, w, h, s, n)
			if err != nil {
				return fmt.Errorf("killed at the %dth of the %s: %w", n, s.kind, err)
			}
			w.inject(s.kind, btoi(died))
			unharmed = (unharmed + 1) * btoi(!died)
		}
	}
	return nil
}

func (w *world) numbers(s step) []int {
	if !w.long {
		return s.short
	}
	all := make([]int, s.most)
	for i := range all {
		all[i] = i + 1
	}
	return all
}

// lively is how long a house is at work before the step is given up.
const lively = 1200 * time.Millisecond

func killAtStep(ctx context.Context, w *world, from *house, s step, n int) (died bool, err error) {
	h, err := from.clone(w)
	if err != nil {
		return false, err
	}
	dir := filepath.Dir(h.data)
	h.under = traced(filepath.Join(dir, "strace"), "-e", "trace="+s.calls, "-e", fmt.Sprintf("inject=%s:signal=KILL:when=%d", s.calls, n))
	h.env = []string{"GOMAXPROCS=1"} // few threads, so that one of them comes to its n-th
	_, err = h.start(ctx)
	if e, ended := err.(*notStarted); ended && e.code < 0 {
		died, err = true, nil
	}
	if err != nil {
		return died, err
	}
	l := beginLoad(ctx, h, crew{singles: 2, batches: 1, pace: 10 * time.Millisecond}, w.chance)
	if !died {
		died = h.hasEnded(lively)
	}
	if err := h.reviveAfter(ctx, l); err != nil {
		return died, err
	}
	if err := h.finish(ctx); err != nil {
		return died, err
	}
	return died, os.RemoveAll(dir)
}

// reviveAfter starts the program again, without what it was run under, and
// ends the load with every call answered.
func (h *house) reviveAfter(ctx context.Context, l *load) error {
	if h.cmd != nil {
		h.kill()
	}
	l.stop()
	l.ended.Wait()
	h.kills++
	h.under, h.env = nil, nil
	if _, err := h.start(ctx); err != nil {
		return err
	}
	l.end(ctx)
	return nil
}
