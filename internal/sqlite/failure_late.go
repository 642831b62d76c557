package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"hookline/internal/failure"
)

// failuresCursor is the newest delivery of those from before there were failures
// that has not been looked at; there is no such cursor when all have been.
const failuresCursor = "failures"

// What failed before there were failures is gathered some at a time, with a rest
// in between for whatever else is to be written.
const (
	gatherAtOnce = 100
	gatherRest   = 50 * time.Millisecond
)

// The comparisons repeat the words of the partial index deliveries_open.
const gatherQuery = `select id, destination_id, action_id, person_id, reason, request_number, updated_at from deliveries
	where state <> 'delivered' and state <> 'queued' and state = 'failed' and id <= $1 and origin <> 'test' and reason <> $2
	order by id desc limit $3`

// GatherFailures makes what failed before there were failures part of them, the
// newest first, until all is done or ctx ends. Where it is stays written, so a
// restart goes on from there.
func (s *Store) GatherFailures(ctx context.Context) error {
	for ctx.Err() == nil {
		n, err := s.gatherSome(ctx)
		if err == nil && n == 0 {
			return nil
		}
		rest := gatherRest
		if err != nil {
			rest = enterAgain
		}
		select {
		case <-ctx.Done():
		case <-time.After(rest):
		}
	}
	return nil
}

// gatherSome gathers the next ones, as one unit, and says how many it looked at.
func (s *Store) gatherSome(ctx context.Context) (int, error) {
	from, err := readCursor(s.reads.QueryRowContext(ctx, "select event_id from cursors where name = $1", failuresCursor))
	if err != nil || from == 0 {
		return 0, err
	}
	rows, err := s.reads.QueryContext(ctx, gatherQuery, from, destinationDeleted, gatherAtOnce)
	if err != nil {
		return 0, fmt.Errorf("read failed deliveries: %w", err)
	}
	failed, err := collect(rows, scanGathered)
	if err != nil {
		return 0, err
	}
	for i := range failed {
		if err := s.markGathered(ctx, &failed[i]); err != nil {
			return 0, err
		}
	}
	return len(failed), s.write(ctx, func(t *tx) error { return s.gather(t, failed) })
}

// gathered is a delivery that failed before there were failures.
type gathered struct {
	failedDelivery
	reason string
	made   bool // it has a request
}

func scanGathered(r row) (g gathered, err error) {
	var request int
	var at int64
	err = r.Scan(&g.key, &g.destinationID, &g.actionID, &g.personID, &g.reason, &request, &at)
	g.at, g.late, g.made = fromMicros(at), true, request > 0
	return g, err
}

const lastAttemptQuery = attemptSelect + " where id = $1 or delivery_id = $1 and number > 1 order by number desc limit 1"

// markGathered finds out of what a delivery failed by its last attempt.
func (s *Store) markGathered(ctx context.Context, g *gathered) error {
	g.mark = failure.OfReason(g.reason)
	if !g.made {
		return nil
	}
	a, err := scanAttempt(s.reads.QueryRowContext(ctx, lastAttemptQuery, g.key))
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read last attempt: %w", err)
	}
	g.mark = failure.OfAttempt(a)
	return nil
}

// gather makes those that still stand as failed, and whose destination is there,
// part of their failures; and moves the cursor.
func (s *Store) gather(t *tx, failed []gathered) error {
	for _, g := range failed {
		var still bool
		err := t.queryRow(`select exists (select 1 from deliveries d join destinations t on t.id = d.destination_id where d.id = $1 and d.state = 'failed')
			and not exists (select 1 from failure_deliveries where delivery_id = $1)`, g.key).Scan(&still)
		if err != nil {
			return fmt.Errorf("read failed delivery: %w", err)
		}
		if !still {
			continue
		}
		if err := s.joinFailure(t, g.failedDelivery); err != nil {
			return err
		}
	}
	if len(failed) < gatherAtOnce {
		_, err := t.exec("delete from cursors where name = $1", failuresCursor)
		return wrapped(err, "end cursor")
	}
	return setCursor(t, failuresCursor, failed[len(failed)-1].key-1)
}
