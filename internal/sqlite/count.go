package sqlite

import (
	"context"
	"fmt"
	"time"

	"hookline/internal/hookline"
)

// CountPeople counts everybody.
func (s *Store) CountPeople(ctx context.Context) (int, error) {
	var n int
	if err := s.reads.QueryRowContext(ctx, "select count(*) from people").Scan(&n); err != nil {
		return 0, fmt.Errorf("count people: %w", err)
	}
	return n, nil
}

// oldestFailing is how old a delivery may be whose failure still counts: tries
// end about three hours after they began.
const oldestFailing = 4 * time.Hour

// The comparisons repeat the words of the partial index deliveries_open:
// only then is it used.
const failingQuery = `select f.destination_id, t.name, f.failures, f.reason, f.last_status from (
		select destination_id, reason, last_status,
			count(*) over (partition by destination_id) failures,
			row_number() over (partition by destination_id order by updated_at desc, id desc) latest
		from deliveries
		where state <> 'delivered' and state <> 'queued' and state in ('retrying', 'failed') and origin <> 'test' and id >= $1 and updated_at >= $2
	) f join destinations t on t.id = f.destination_id
	where f.latest = 1 order by f.failures desc, t.name limit $3`

// FailingDestinations gives the destinations with deliveries whose last
// attempt ended since that time and failed, those with the most first, at most
// limit of them.
func (s *Store) FailingDestinations(ctx context.Context, since time.Time, limit int) ([]hookline.Failing, error) {
	rows, err := s.reads.QueryContext(ctx, failingQuery, hookline.KeyAt(since.Add(-oldestFailing)), micros(since), limit)
	if err != nil {
		return nil, fmt.Errorf("read failing destinations: %w", err)
	}
	return collect(rows, func(r row) (f hookline.Failing, err error) {
		err = r.Scan(&f.DestinationID, &f.Name, &f.Failures, &f.Reason, &f.Status)
		return f, err
	})
}
