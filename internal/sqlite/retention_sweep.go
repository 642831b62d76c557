package sqlite

import (
	"context"
	"fmt"
	"time"

	"hookline/internal/hookline"
)

// sweep goes once through what is too old of one part: what it has never come to,
// and what it had to keep.
type sweep struct {
	store  *Store
	part   string
	before time.Time // what is older goes
	do     func(t *tx, keys []int64, before time.Time) (kept []int64, err error)
	rest   func(ctx context.Context, took time.Duration) error
}

func (w sweep) run(ctx context.Context) error {
	for {
		n, err := w.store.timed(ctx, w.rest, w.advance)
		if err != nil {
			return err
		}
		if n < retainAtOnce {
			break
		}
	}
	for from := int64(0); ; {
		n, err := w.store.timed(ctx, w.rest, func(t *tx) (n int, err error) {
			n, from, err = w.again(t, from)
			return n, err
		})
		if err != nil || n < retainAtOnce {
			return err
		}
	}
}

// The last row of a table stays, whatever its age: new keys follow it. So does
// the event that fanout has come to.
const (
	nextOldDeliveries = "select id from deliveries where id > $1 and id < $2 and id < (select max(id) from deliveries) order by id limit $3"
	nextOldEvents     = "select id from events where id > $1 and id < $2 and id < (select max(id) from events) and " +
		"id < coalesce((select event_id from cursors where name = '" + fanoutCursor + "'), 0) order by id limit $3"
	nextRetained = "select key from retained where part = $1 and key > $2 order by key limit $3"
)

// advance deals with the next rows, and says how many they were.
func (w sweep) advance(t *tx) (int, error) {
	from, err := readCursor(t.queryRow("select event_id from cursors where name = $1", retentionCursor(w.part)))
	if err != nil {
		return 0, err
	}
	query := nextOldDeliveries
	if w.part == partEvents {
		query = nextOldEvents
	}
	keys, err := keysOf(t, query, from, hookline.KeyAt(w.before), retainAtOnce)
	if err != nil || len(keys) == 0 {
		return 0, err
	}
	kept, err := w.do(t, keys, w.before)
	if err != nil {
		return 0, err
	}
	for _, key := range kept {
		if err := retain(t, w.part, key); err != nil {
			return 0, err
		}
	}
	return len(keys), setCursor(t, retentionCursor(w.part), keys[len(keys)-1])
}

// again deals with what had to be kept, after a key, and says how far it came.
func (w sweep) again(t *tx, from int64) (n int, last int64, err error) {
	keys, err := keysOf(t, nextRetained, w.part, from, retainAtOnce)
	if err != nil || len(keys) == 0 {
		return 0, from, err
	}
	kept, err := w.do(t, keys, w.before)
	if err != nil {
		return 0, from, err
	}
	stays := map[int64]bool{}
	for _, key := range kept {
		stays[key] = true
	}
	for _, key := range keys {
		if stays[key] {
			continue
		}
		if err := release(t, w.part, key); err != nil {
			return 0, from, err
		}
	}
	return len(keys), keys[len(keys)-1], nil
}

func keysOf(t *tx, query string, args ...any) ([]int64, error) {
	rows, err := t.query(query, args...)
	if err != nil {
		return nil, fmt.Errorf("read what is old: %w", err)
	}
	return collect(rows, scanKey)
}

// retain notes that something is older than what was deleted and kept.
func retain(t *tx, part string, key int64) error {
	_, err := t.exec("insert into retained (part, key, emptied) values ($1, $2, 0) on conflict (part, key) do nothing", part, key)
	return wrapped(err, "retain what is old")
}

func release(t *tx, part string, key int64) error {
	_, err := t.exec("delete from retained where part = $1 and key = $2", part, key)
	return wrapped(err, "release what is old")
}

// leaving takes rows out of a late index within one unit. Rows leave about in the
// order in which they entered, so the run of the one before is looked into first.
type leaving struct {
	late
	run  int64 // of the one before; 0: none
	upTo int64 // rows up to this key are in the index
	runs []int64
}

func (l late) beginLeaving(t *tx) (*leaving, error) {
	out := &leaving{late: l}
	if err := t.queryRow("select " + l.entered()).Scan(&out.upTo); err != nil {
		return nil, fmt.Errorf("read %s: %w", l.name, err)
	}
	var err error
	out.runs, err = keysOf(t, "select run from late_runs where name = $1 order by run", l.name)
	return out, err
}

// leave takes a row out, which is no longer needed to be there.
func (l *leaving) leave(t *tx, by string, key int64) error {
	if by == "" || key > l.upTo {
		return nil
	}
	if l.run > 0 {
		if n, err := l.leaveRun(t, l.run, by, key); err != nil || n > 0 {
			return err
		}
	}
	for _, run := range l.runs {
		n, err := l.leaveRun(t, run, by, key)
		if err != nil {
			return err
		}
		if n > 0 {
			err := l.end(t)
			l.run = run
			return err
		}
	}
	return nil
}

func (l *leaving) leaveRun(t *tx, run int64, by string, key int64) (int64, error) {
	n, err := t.exec("delete from "+l.name+" where run = $1 and "+l.by+" = $2 and "+l.row+" = $3", run, by, key)
	return n, wrapped(err, "take out of "+l.name)
}

// end forgets the run that rows left last when it is empty, unless it is the one
// that rows enter.
func (l *leaving) end(t *tx) error {
	if l.run == 0 || l.run == l.runs[len(l.runs)-1] {
		return nil
	}
	_, err := t.exec("delete from late_runs where name = $1 and run = $2 and not exists (select 1 from "+l.name+" where run = $2)", l.name, l.run)
	return wrapped(err, "forget run of "+l.name)
}
