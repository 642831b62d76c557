package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"hookline/internal/hookline"
	"hookline/internal/sqlite"
)

// migrateAndKill is F12: a database of the first version is brought up to date
// by a program that dies on the way. The next start completes it, and nothing
// of what was in it is lost. (That an older program refuses it is in F9.)
func migrateAndKill(ctx context.Context, w *world) error {
	if err := canTrace(ctx); err != nil {
		return err
	}
	old, err := w.dir()
	if err != nil {
		return err
	}
	if err := oldDatabase(ctx, filepath.Join(old, sqlite.File)); err != nil {
		return err
	}
	for _, s := range []step{
		{"writes of a migration", "pwrite64", []int{1, 12, 40, 100}, 2000},
		{"syncs of a migration", "fsync,fdatasync", []int{1, 2, 4}, 100},
	} {
		w.want(s.kind)
		unharmed := 0
		for _, n := range w.numbers(s) {
			if unharmed >= 8 {
				break
			}
			died, err := migrateKilledAt(ctx, w, old, s.calls, n)
			if err != nil {
				return fmt.Errorf("killed at the %dth of the %s: %w", n, s.kind, err)
			}
			w.inject(s.kind, btoi(died))
			unharmed = (unharmed + 1) * btoi(!died)
		}
	}
	return nil
}

func migrateKilledAt(ctx context.Context, w *world, old, calls string, n int) (died bool, err error) {
	dir, err := w.dir()
	if err != nil {
		return false, err
	}
	p := &program{binary: w.binary, data: filepath.Join(dir, "data")}
	if err := copyFolder(old, p.data); err != nil {
		return false, err
	}
	p.under = traced(filepath.Join(dir, "strace"), "-e", "trace="+calls, "-e", fmt.Sprintf("inject=%s:signal=KILL:when=%d", calls, n))
	p.env = []string{"GOMAXPROCS=1"}
	_, err = p.start(ctx)
	var ended *notStarted
	switch {
	case err == nil:
		p.kill()
	case errors.As(err, &ended) && ended.code < 0:
		died = true
	default:
		return false, err
	}
	p.under, p.env = nil, nil
	if _, err := p.start(ctx); err != nil {
		return died, err
	}
	if _, err := p.terminate(syscall.SIGTERM, exitLimit); err != nil {
		return died, err
	}
	s, err := readStored(ctx, p.data, nil)
	if err != nil {
		return died, err
	}
	return died, errors.Join(asInOldDatabase(s), p.log.trouble(), os.RemoveAll(dir))
}

func asInOldDatabase(s *stored) error {
	states, keys := map[hookline.State]int{}, map[string]bool{}
	var wrong error
	for _, d := range s.deliveries {
		states[d.State]++
		// Ids may be others afterwards; keys, which receivers know, may not.
		keys[d.IdempotencyKey] = true
		if len(d.Attempts) != 1 || len(d.Bodies) != 1 || d.Bodies[0] != "{}" || !strings.HasPrefix(d.IdempotencyKey, "key of evt_") {
			wrong = fmt.Errorf("delivery %s has %d attempts, %d requests, key %q", d.ID, len(d.Attempts), len(d.Bodies), d.IdempotencyKey)
		}
	}
	if len(s.events) != oldEvents || len(keys) != oldEvents || states[hookline.StateFailed] != oldFailed || states[hookline.StateDelivered] != oldEvents-oldFailed {
		wrong = errors.Join(wrong, fmt.Errorf("of %d events %d are left, and deliveries by state are %v", oldEvents, len(s.events), states))
	}
	return errors.Join(s.unsound, wrong)
}
