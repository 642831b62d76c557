package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// backupUnderLoad is F11: hookline backup while events come in, and hookline
// restore of each copy, which must be one moment, whole, with all in it that
// was answered before.
func backupUnderLoad(ctx context.Context, w *world) error {
	w.want("backups", "restores")
	h, err := newHouse(ctx, w)
	if err != nil {
		return err
	}
	defer h.close()
	l := beginLoad(ctx, h, crew{singles: 4, batches: 1, pace: 5 * time.Millisecond}, w.chance)
	if err := pause(ctx, 1500*time.Millisecond); err != nil {
		return err
	}
	alone, beside := l.p99(), time.Duration(0)
	for i := range w.often(3, 30) {
		file := filepath.Join(filepath.Dir(h.data), fmt.Sprintf("copy-%d.db", i))
		before := h.told.snapshot()
		if _, err := h.tell(ctx, "backup", file); err != nil {
			return err
		}
		beside = max(beside, l.p99())
		w.inject("backups", 1)
		if err := h.restores(ctx, w, file, before); err != nil {
			return fmt.Errorf("copy %d: %w", i+1, err)
		}
		w.inject("restores", 1)
		l.p99() // what came while the copy was compared says nothing of backups
		if err := pause(ctx, time.Duration(w.often(200, 3000))*time.Millisecond); err != nil {
			return err
		}
	}
	w.note("ingest p99: %v alone, %v at most beside a backup", alone.Round(time.Millisecond), beside.Round(time.Millisecond))
	l.end(ctx)
	if limit := max(2*alone, 250*time.Millisecond); w.long && beside > limit {
		return errors.Join(fmt.Errorf("beside a backup p99 was %v, %v is the limit", beside, limit), h.finish(ctx))
	}
	return h.finish(ctx)
}

// restores puts a copy into a folder of its own and looks at it.
func (h *house) restores(ctx context.Context, w *world, file string, before *told) error {
	dir, err := w.dir()
	if err != nil {
		return err
	}
	data := filepath.Join(dir, "data")
	if _, err := h.tell(ctx, "restore", file, "--data", data); err != nil {
		return err
	}
	s, err := readStored(ctx, data, nil)
	if err != nil {
		return err
	}
	stored := map[string]bool{}
	for _, e := range s.events {
		stored[e.MessageID] = true
	}
	var missing []violation
	for message := range before.accepted {
		if !stored[message] {
			missing = append(missing, violation{"I1", "message " + message + " was answered 2xx before the backup began and is not in it"})
		}
	}
	err = toldOf(append(missing, checkStored(s, h.expectation())...))
	return errors.Join(err, os.RemoveAll(dir), os.Remove(file))
}
