package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"hookline/internal/failure"
	"hookline/internal/hookline"
)

const dueQuery = "select id from deliveries where destination_id = $1 and state in ('queued', 'retrying') and next_attempt_at <= $2 " +
	"order by next_attempt_at, id limit $3"

// Due gives the ids of at most limit deliveries that a destination is owed now,
// the longest due first.
func (s *Store) Due(ctx context.Context, destinationID string, at time.Time, limit int) ([]string, error) {
	rows, err := s.reads.QueryContext(ctx, dueQuery, destinationID, micros(at), limit)
	if err != nil {
		return nil, fmt.Errorf("read due deliveries: %w", err)
	}
	return collect(rows, func(r row) (string, error) {
		var key int64
		err := r.Scan(&key)
		return hookline.KeyID("dlv", key), err
	})
}

const nextDueQuery = "select coalesce(min(next_attempt_at), 0) from deliveries where destination_id = $1 and state in ('queued', 'retrying') and next_attempt_at > $2"

// NextDue gives the time of the first attempt that a destination is owed after
// at; the zero time when it is owed none.
func (s *Store) NextDue(ctx context.Context, destinationID string, at time.Time) (time.Time, error) {
	var next int64
	err := s.reads.QueryRowContext(ctx, nextDueQuery, destinationID, micros(at)).Scan(&next)
	if err != nil {
		return time.Time{}, fmt.Errorf("read next due: %w", err)
	}
	return fromMicros(next), nil
}

// The index deliveries_due is walked from destination to destination, so its
// cost is that of as many look-ups, however much each is owed.
const owingQuery = `with recursive owing (id) as (
		select min(destination_id) from deliveries where state in ('queued', 'retrying')
		union all
		select (select min(destination_id) from deliveries where state in ('queued', 'retrying') and destination_id > owing.id) from owing where owing.id is not null
	) select id from owing where id is not null`

// Owing gives the ids of the destinations that are owed something, now or
// later; one may have been deleted.
func (s *Store) Owing(ctx context.Context) ([]string, error) {
	rows, err := s.reads.QueryContext(ctx, owingQuery)
	if err != nil {
		return nil, fmt.Errorf("read who is owed: %w", err)
	}
	return collect(rows, func(r row) (id string, err error) { return id, r.Scan(&id) })
}

var owedQuery = "select " + prefixColumns("d", deliveryColumns) + ", r.method, r.url, r.headers, r.body" +
	" from deliveries d join requests r on r.id = " + currentRequest + " where d.id = $1 and d.state in ('queued', 'retrying')"

// Owed gives those of the deliveries that are still owed, with their requests,
// in the order of ids.
func (s *Store) Owed(ctx context.Context, ids []string) ([]hookline.Owed, error) {
	owed := make([]hookline.Owed, 0, len(ids))
	for _, id := range ids {
		o, err := scanOwed(s.reads.QueryRowContext(ctx, owedQuery, hookline.KeyOf(id)))
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read delivery %s: %w", id, err)
		}
		if err := s.withBody(ctx, hookline.KeyOf(id), o.BatchSize, &o.Request); err != nil {
			return nil, err
		}
		owed = append(owed, o)
	}
	return owed, nil
}

func scanOwed(r row) (o hookline.Owed, err error) {
	var headers string
	o.Delivery, err = scanDelivery(suffixed{r, []any{&o.Request.Method, &o.Request.URL, &headers, &o.Request.Body}})
	if err != nil {
		return o, err
	}
	return o, json.Unmarshal([]byte(headers), &o.Request.Headers)
}

// Finish records an attempt and what follows from it, as one unit. When
// somebody has asked for something else while it was on its way, that stands,
// and the attempt is only added to the others. Of a test, which is never owed,
// the first attempt decides.
func (s *Store) Finish(ctx context.Context, f hookline.Finished) error {
	mark := markOf(f)
	return s.writeFirst(ctx, func(t *tx) error { return s.finish(t, f, mark) })
}

func (s *Store) finish(t *tx, f hookline.Finished, mark failure.Mark) error {
	a, o := f.Attempt, f.Outcome
	key := hookline.KeyOf(a.DeliveryID)
	set, doubt, err := setFromAnswer(t, key, f)
	if err != nil {
		return err
	}
	o.Reason, a.Reason = hookline.WithDoubt(o.Reason, doubt), hookline.WithDoubt(a.Reason, doubt)
	n, err := finishDelivery(t, key, f, o)
	if err != nil {
		return fmt.Errorf("finish delivery: %w", err)
	}
	if n == 0 {
		a.Number, err = overtaken(t, key)
	} else if err = s.followFailure(t, key, f, mark); err == nil && o.State.Final() {
		err = endStep(t, f.JourneyID, key, goodAnswer(f))
	}
	if err != nil {
		return err
	}
	changedDelivery(t, hookline.Delivery{ID: a.DeliveryID, State: o.State})
	if err := s.insertAttempt(t, key, a); err != nil {
		return fmt.Errorf("insert attempt: %w", err)
	}
	return recordSets(t, key, a.Number, set)
}

const (
	finishSets = "update deliveries set state = $1, reason = $2, last_status = $3, next_attempt_at = $4, updated_at = $5, " +
		"attempts = attempts + 1, tries = tries + 1, asked_by = '' where id = $6 and tries = $7 and attempts = $8 and request_number = $9 and "
	finishOwed = finishSets + "state in ('queued', 'retrying')"
	finishTest = finishSets + "state = 'failed' and origin = 'test' and attempts = 0"
)

// finishDelivery writes an outcome at the delivery that the attempt was made of;
// 0 when that has been asked for anew.
func finishDelivery(t *tx, key int64, f hookline.Finished, o hookline.Outcome) (n int64, err error) {
	a := f.Attempt
	for _, statement := range []string{finishOwed, finishTest} {
		n, err = t.exec(statement, string(o.State), o.Reason, a.Status, micros(o.RetryAt), micros(a.StartedAt.Add(a.Duration)),
			key, f.Tries, a.Number-1, a.RequestNumber)
		if n > 0 || err != nil {
			return n, err
		}
	}
	return 0, nil
}

// overtaken counts an attempt that ended after its delivery had been asked for
// anew, and gives its number.
func overtaken(t *tx, key int64) (number int, err error) {
	err = t.queryRow("update deliveries set attempts = attempts + 1 where id = $1 returning attempts", key).Scan(&number)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, hookline.Conflict("This delivery is gone.")
	}
	if err != nil {
		return 0, fmt.Errorf("count attempt: %w", err)
	}
	return number, nil
}
