package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"hookline/internal/sqlite"
)

// soakFor is how long P9 takes: a night.
const soakFor = 8 * time.Hour

// soak is P9: a tenth of the load for a night with a kill every ten minutes.
// Memory and the write-ahead log do not grow, and the ledgers agree.
func soak(ctx context.Context, w *world) error {
	w.want("SIGKILL")
	for began := time.Now(); time.Since(began) < soakFor; {
		if err := soakHour(ctx, w); err != nil {
			return fmt.Errorf("after %v: %w", time.Since(began).Round(time.Minute), err)
		}
	}
	return nil
}

// soakHour uses one database: comparing costs more the more is stored.
func soakHour(ctx context.Context, w *world) error {
	h, err := newHouse(ctx, w)
	if err != nil {
		return err
	}
	defer h.close()
	l := beginLoad(ctx, h, crew{singles: 2, batches: 1, supporters: 1, pausers: 1, pace: 50 * time.Millisecond}, w.chance)
	for range 6 {
		if err := pause(ctx, 10*time.Minute); err != nil {
			return err
		}
		memory, err := peakOf(h.pid())
		if err != nil || memory > 256<<20 {
			return errors.Join(err, fmt.Errorf("the program held %d MB", memory>>20))
		}
		if info, err := os.Stat(filepath.Join(h.data, sqlite.File+"-wal")); err == nil && info.Size() > 200<<20 {
			return fmt.Errorf("the write-ahead log has %d MB", info.Size()>>20)
		}
		if _, err := killRound(ctx, w, h, l, nil); err != nil {
			return err
		}
	}
	l.end(ctx)
	return h.finish(ctx)
}
