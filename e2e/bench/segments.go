package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/sqlite"
)

// followed is how many events are sent to a house with segments, and to one
// without. Each of them is counted by ten of the segments.
const followed = 60_000

// measureSegments measures what fifty segments cost: the rate at which events are
// accepted, worked out and followed by the segments, and in turn the rate without
// any, so that both have the same machine.
func (b *bench) measureSegments(ctx context.Context) error {
	l := load{events: b.share(followed, 100), batch: 100, connections: 8}
	return b.inRounds(ctx, func() error {
		with, err := b.rateFollowed(ctx, l, true)
		if err != nil {
			return err
		}
		without, err := b.rateFollowed(ctx, l, false)
		if err != nil {
			return err
		}
		b.note("segments.rate", with)
		b.note("segments.share", with/without)
		return nil
	})
}

func (b *bench) rateFollowed(ctx context.Context, l load, segments bool) (rate float64, err error) {
	err = b.inHouse(ctx, []pair{{}}, func(h *house) error {
		if _, err := h.load(ctx, load{events: 10 * people, batch: 100, connections: 8}); err != nil { // who is known from then on
			return err
		}
		if err := h.stop(); err != nil {
			return err
		}
		if segments {
			if err := h.addSegments(ctx); err != nil {
				return fmt.Errorf("make segments: %w", err)
			}
		}
		if err := h.startAgain(ctx); err != nil {
			return err
		}
		if err := h.untilFollowed(ctx, segments); err != nil {
			return err
		}
		r, err := h.load(ctx, l)
		if err != nil {
			return err
		}
		if err := h.untilFollowed(ctx, segments); err != nil {
			return err
		}
		rate = float64(r.Sent) / time.Since(r.Began).Seconds()
		return nil
	})
	return rate, err
}

// addSegments makes fifty segments, as a company has them.
func (h *house) addSegments(ctx context.Context) (err error) {
	store, err := sqlite.Open(ctx, h.data, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	for i := range 50 {
		condition := fmt.Sprintf(`person.plan = "plan-%d" and person.orders >= %d`, i%7, i)
		switch {
		case i < 10:
			condition = fmt.Sprintf(`did("Order Completed", within %d days) >= %d`, 7*(1+i), 1+i%3)
		case i < 15:
			condition = fmt.Sprintf(`!did("Signed Up", within %d days) and person.plan != "plan-%d"`, 1+i, i)
		}
		if _, err := store.CreateSegment(ctx, hookline.Segment{Name: fmt.Sprint("Segment ", i), Condition: condition}); err != nil {
			return err
		}
	}
	return nil
}

// untilFollowed waits until every event is worked out, and where there are
// segments, until these are ready and have followed.
func (h *house) untilFollowed(ctx context.Context, segments bool) (err error) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(h.data, sqlite.File)+"?_pragma=query_only(1)&_pragma=busy_timeout(5000)")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	query := `select coalesce((select max(id) from events), 0) <= coalesce((select event_id from cursors where name = $1), 0)
		and not exists (select 1 from segments where state = 'building')`
	name := "fanout"
	if segments {
		name = "segments"
	}
	for began := time.Now(); time.Since(began) < 2*time.Minute && ctx.Err() == nil; time.Sleep(5 * time.Millisecond) {
		var all bool
		if err := db.QueryRowContext(ctx, query, name).Scan(&all); err != nil || all {
			return err
		}
	}
	return errors.New("the events were not followed within two minutes")
}
