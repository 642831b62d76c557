package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"time"

	"hookline/internal/hookline"
)

// trimReceived deletes what else sources sent before a moment: calls that were
// refused, and those that came again.
func (s *Store) trimReceived(ctx context.Context, before time.Time, rest func(context.Context, time.Duration) error) error {
	for table, prefix := range map[string]string{"rejections": "rej", "duplicates": "dup"} {
		statement := "delete from " + table + " where id in (select id from " + table + " where id < $1 order by id limit $2)"
		for {
			n, err := s.timed(ctx, rest, func(t *tx) (int, error) {
				n, err := t.exec(statement, hookline.KeyID(prefix, hookline.KeyAt(before)), retainAtOnce)
				return int(n), wrapped(err, "delete old "+table)
			})
			if err != nil {
				return err
			}
			if n < retainAtOnce {
				break
			}
		}
	}
	return nil
}

// A segment of the index of words is about deliveries between its oldest and its
// end. When none of these is left, nothing leads to it.
const deadSegmentQuery = `select number from search_segments g
	where not exists (select 1 from deliveries d where d.id >= g.oldest and d.id <= g.to_key) order by number limit 1`

// dropSegments deletes segments of the index of words whose deliveries are gone,
// and then their pages, some at a time.
func (s *Store) dropSegments(ctx context.Context, rest func(context.Context, time.Duration) error) error {
	for {
		n, err := s.timed(ctx, rest, dropSegment)
		if err != nil {
			return fmt.Errorf("delete from search index: %w", err)
		}
		if n == 0 {
			break
		}
	}
	for {
		n, err := s.timed(ctx, rest, dropPages)
		if err != nil || n == 0 {
			return err
		}
	}
}

func dropSegment(t *tx) (int, error) {
	var number int64
	err := t.queryRow(deadSegmentQuery).Scan(&number)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err == nil {
		_, err = t.exec("delete from search_segments where number = $1", number)
	}
	if err != nil {
		return 0, err
	}
	return 1, retain(t, partPages, number)
}

// dropPages deletes some pages of a segment that is gone; 0 when none is left.
func dropPages(t *tx) (int, error) {
	numbers, err := keysOf(t, nextRetained, partPages, 0, 1)
	if err != nil || len(numbers) == 0 {
		return 0, err
	}
	var again bool // a new segment has taken the number
	if err := t.queryRow("select exists (select 1 from search_segments where number = $1)", numbers[0]).Scan(&again); err != nil {
		return 0, err
	}
	n := int64(0)
	if !again {
		n, err = t.exec("delete from search_pages where id in (select id from search_pages where id >= $1 and id < $2 order by id limit $3)",
			numbers[0]*pagesEach, (numbers[0]+1)*pagesEach, retainAtOnce)
	}
	if err != nil || n == retainAtOnce {
		return int(n), wrapped(err, "delete pages of search index")
	}
	return 1, release(t, partPages, numbers[0])
}

// emptiedQuery gives the key up to which the requests and attempts of a delivery
// have lost their bodies.
const emptiedQuery = `select case when $1 > coalesce((select event_id from cursors where name = 'retention_bodies'), 0) then 0
	else coalesce((select emptied from retained where part = 'bodies' and key = $1), $2) end`

func emptiedTo(r row) (key int64, err error) {
	err = r.Scan(&key)
	return key, wrapped(err, "read what was deleted")
}

func (s *Store) emptiedTo(ctx context.Context, delivery int64) (int64, error) {
	return emptiedTo(s.reads.QueryRowContext(ctx, emptiedQuery, delivery, int64(math.MaxInt64)))
}

// emptied gives how many rows of a delivery, in the order of their numbers, have
// lost their bodies; table is requests or attempts.
func (s *Store) emptied(ctx context.Context, table string, delivery int64) (n int, err error) {
	to, err := s.emptiedTo(ctx, delivery)
	if err != nil || to == 0 {
		return 0, err
	}
	err = s.reads.QueryRowContext(ctx, "select count(*) from "+table+" where id <= $2 and (id = $1 or delivery_id = $1 and number > 1)", delivery, to).Scan(&n)
	return n, wrapped(err, "count what was deleted")
}

// fillAgain notes that a delivery whose bodies were deleted is getting new ones,
// which have greater keys than before.
func fillAgain(t *tx, delivery, before int64) error {
	emptied, err := emptiedTo(t.queryRow(emptiedQuery, delivery, int64(math.MaxInt64)))
	if err != nil || emptied != math.MaxInt64 {
		return err
	}
	_, err = t.exec("insert into retained (part, key, emptied) values ('bodies', $1, $2)", delivery, before)
	return wrapped(err, "note what was deleted")
}

// originalThere says no when the original bytes of a delivery were deleted.
func originalThere(t *tx, delivery int64) error {
	emptied, err := emptiedTo(t.queryRow(emptiedQuery, delivery, int64(math.MaxInt64)))
	if err == nil && emptied >= delivery {
		return hookline.Conflict(hookline.BodyDeleted)
	}
	return err
}
