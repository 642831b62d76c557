package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"time"
)

// failingDisk is F6: syncs and writes fail for a while, as on a dying disk.
// Nothing is answered 2xx that is not stored, others are told to come back,
// and when it is over work goes on.
func failingDisk(ctx context.Context, w *world) error {
	if err := canTrace(ctx); err != nil {
		return err
	}
	for _, f := range []struct{ kind, calls, how string }{
		{"syncs that fail (EIO)", "fsync,fdatasync", "error=EIO"},
		{"writes that fail (ENOSPC)", "pwrite64", "error=ENOSPC"},
		{"writes that fail (EIO)", "pwrite64", "error=EIO"},
	} {
		w.want(f.kind)
		if err := failFor(ctx, w, f.kind, f.calls, f.how); err != nil {
			return fmt.Errorf("%s: %w", f.kind, err)
		}
	}
	return nil
}

func failFor(ctx context.Context, w *world, kind, calls, how string) error {
	h, err := newHouse(ctx, w)
	if err != nil {
		return err
	}
	defer h.close()
	l := beginLoad(ctx, h, crew{singles: 3, batches: 1, pace: 5 * time.Millisecond}, w.chance)
	if err := pause(ctx, 300*time.Millisecond); err != nil {
		return err
	}
	m, err := meddle(h, filepath.Join(filepath.Dir(h.data), "strace"), calls, how)
	if err != nil {
		return err
	}
	trouble := pause(ctx, time.Duration(w.often(2500, 15_000))*time.Millisecond)
	notReady := h.notReady(ctx)
	failed, err := m.undo()
	w.inject(kind, failed)
	if err := errors.Join(trouble, notReady, err); err != nil {
		return err
	}
	if h.told.refusals() == 0 {
		return errors.New("no call was refused while nothing could be stored")
	}
	w.inject("calls refused 503", h.told.refusals())
	return h.goesOn(ctx, l)
}

// notReady wants /readyz to say 503 while nothing can be stored.
func (h *house) notReady(ctx context.Context) error {
	status, err := h.status(ctx, "/readyz")
	if err == nil && status != http.StatusServiceUnavailable {
		err = fmt.Errorf("I8: /readyz answers %d while nothing can be stored", status)
	}
	return err
}

func (h *house) status(ctx context.Context, path string) (int, error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, h.address()+path, nil)
	if err != nil {
		return 0, err
	}
	answer, err := h.api.http.Do(q)
	if err != nil {
		return 0, err
	}
	return answer.StatusCode, answer.Body.Close()
}

// recovers is how soon a house must take events again when it can.
const recovers = 10 * time.Second

// goesOn wants the house, not restarted, to take events again, to finish what
// it owes, and its ledgers to agree.
func (h *house) goesOn(ctx context.Context, l *load) error {
	before, began := h.told.count(), time.Now()
	for h.told.count() == before {
		if time.Since(began) > recovers {
			return fmt.Errorf("no event was taken within %v after the fault was over\n%s", recovers, h.log.tail())
		}
		if err := pause(ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
	l.end(ctx)
	return h.finish(ctx)
}
