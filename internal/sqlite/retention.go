package sqlite

import (
	"context"
	"fmt"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

// What is deleted by its age goes in small steps, from the oldest on, and writes
// down how far it has come: a restart goes on from there. What it has passed and
// had to keep is in the table retained and looked at again each time.
const (
	retainEvery  = time.Hour
	retainAtOnce = 100 // rows in one unit
	retainShare  = 19  // rests so many times as long as a unit took: a twentieth of the writer's time
	retainRest   = 20 * time.Millisecond
)

// The parts of what is deleted by its age; pages are those of the index of words
// that nothing leads to any more.
const (
	partEvents     = "events"
	partBodies     = "bodies"
	partDeliveries = "deliveries"
	partPages      = "pages"
)

func retentionCursor(part string) string { return "retention_" + part }

// Retention says how long things are kept.
func (s *Store) Retention(ctx context.Context) (hookline.Retention, error) {
	setting, err := s.Setting(ctx, hookline.SettingRetention)
	if err != nil {
		return hookline.Retention{}, err
	}
	return hookline.ReadRetention(setting)
}

// SetRetention changes how long things are kept. What is too old from then on is
// deleted soon.
func (s *Store) SetRetention(ctx context.Context, r hookline.Retention) error {
	if err := r.Validate(); err != nil {
		return err
	}
	err := s.write(ctx, func(t *tx) error {
		setting, err := readSetting(t, hookline.SettingRetention)
		if err != nil {
			return err
		}
		before, err := hookline.ReadRetention(setting)
		if err != nil {
			return err
		}
		if _, err := t.exec("insert into settings (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value",
			hookline.SettingRetention, hookline.WriteRetention(r)); err != nil {
			return fmt.Errorf("save retention: %w", err)
		}
		return s.noteChange(ctx, t, audit.OfRetention(before), audit.OfRetention(r))
	})
	if err == nil {
		select {
		case s.retain <- struct{}{}:
		default:
		}
	}
	return err
}

// KeepRetention deletes what is too old until ctx ends, unless the clock has
// leapt: then it waits, as RetentionHold says. What it has not come to
// is kept longer, so an error is no more than a delay.
func (s *Store) KeepRetention(ctx context.Context) error {
	for ctx.Err() == nil {
		again := retainEvery
		holds, err := s.holdRetention(ctx, now(), time.Now())
		if err == nil && !holds {
			err = s.ApplyRetention(ctx, now(), rested)
		}
		if err != nil {
			again = time.Minute
		}
		select {
		case <-ctx.Done():
		case <-s.retain:
		case <-time.After(again):
		}
	}
	return nil
}

// rested rests after a unit that took so long.
func rested(ctx context.Context, took time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(max(retainShare*took, retainRest)):
		return nil
	}
}

// ApplyRetention deletes what is too old at a moment, in small units, and calls
// rest after each. It ends early with rest's error; called again, it goes on.
func (s *Store) ApplyRetention(ctx context.Context, at time.Time, rest func(ctx context.Context, took time.Duration) error) error {
	r, err := s.Retention(ctx)
	if err != nil {
		return err
	}
	for _, p := range []struct {
		name string
		days int
		do   func(t *tx, keys []int64, before time.Time) (kept []int64, err error)
	}{
		{partDeliveries, r.Deliveries, s.deleteDeliveries},
		{partBodies, r.Bodies, s.deleteBodies},
		{partEvents, r.Events, s.deleteEvents},
	} {
		if p.days == 0 {
			continue
		}
		sweep := sweep{store: s, part: p.name, before: hookline.Cutoff(at, p.days), do: p.do, rest: rest}
		if err := sweep.run(ctx); err != nil {
			return fmt.Errorf("delete old %s: %w", p.name, err)
		}
	}
	if r.Deliveries > 0 {
		if err := s.trimPresses(ctx, hookline.Cutoff(at, r.Deliveries), rest); err != nil {
			return err
		}
	}
	if r.Events > 0 {
		if err := s.trimReceived(ctx, hookline.Cutoff(at, r.Events), rest); err != nil {
			return err
		}
	}
	return s.dropSegments(ctx, rest)
}

// timed runs a unit and rests after it.
func (s *Store) timed(ctx context.Context, rest func(context.Context, time.Duration) error, unit func(*tx) (int, error)) (n int, err error) {
	began := time.Now()
	if n, err = writeFor(ctx, s, unit); err != nil {
		return 0, err
	}
	return n, rest(ctx, time.Since(began))
}
