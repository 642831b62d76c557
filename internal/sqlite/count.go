package sqlite

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"hookline/internal/hookline"
)

// An hour, as times are stored.
const hourMicros = int64(time.Hour / time.Microsecond)

const countByHourQuery = "select created_at / $3, state, count(*) from deliveries where id >= $1 and id < $2 group by 1, 2 order by 1, 2"

// CountByHour counts the deliveries made since a time, by the hour in which
// they were made and by state, the oldest hour first. Hours without deliveries
// are left out. An hour with very many may be told as it was a moment ago.
func (s *Store) CountByHour(ctx context.Context, since time.Time) ([]hookline.HourCount, error) {
	var all []hookline.HourCount
	end := now().Add(2 * time.Hour) // ids may be a little ahead of the clock
	recent := end.Add(-longestTallied).Truncate(time.Hour)
	for from := since; from.Before(end); {
		until := from.Truncate(time.Hour).Add(time.Hour)
		switch {
		case from.Before(recent): // all of it in one go
			until = recent
		case !until.Before(end):
			until = end.Add(time.Hour)
		}
		counts, err := s.hours.get(from, func() ([]hookline.HourCount, error) { return s.countHours(ctx, from, until) })
		if err != nil {
			return nil, err
		}
		all = append(all, counts...)
		from = until
	}
	return all, nil
}

func (s *Store) countHours(ctx context.Context, from, until time.Time) ([]hookline.HourCount, error) {
	rows, err := s.reads.QueryContext(ctx, countByHourQuery, hookline.KeyAt(from), hookline.KeyAt(until), hourMicros)
	if err != nil {
		return nil, fmt.Errorf("count deliveries by hour: %w", err)
	}
	return collect(rows, func(r row) (c hookline.HourCount, err error) {
		var hour int64
		err = r.Scan(&hour, &c.State, &c.Count)
		c.Hour = fromMicros(hour * hourMicros)
		return c, err
	})
}

// tallies keeps counts that were dear to make, each for a time that grows with
// what it cost: pages which look again at each change spend a small share of a
// processor on them, however much there is to count.
type tallies struct {
	mu   sync.Mutex
	kept map[time.Time]tally
}

type tally struct {
	counts []hookline.HourCount
	until  time.Time
}

const (
	dear      = 50 * time.Millisecond // what takes less is counted each time
	keptTimes = 20                    // times as long as it took

	longestTallied = 72 * time.Hour // what is older is counted in one piece
)

func (t *tallies) get(hour time.Time, count func() ([]hookline.HourCount, error)) ([]hookline.HourCount, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	began := time.Now()
	if known, ok := t.kept[hour]; ok && began.Before(known.until) {
		return known.counts, nil
	}
	counts, err := count()
	if err != nil {
		return nil, err
	}
	delete(t.kept, hour)
	if took := time.Since(began); took > dear {
		if t.kept == nil || len(t.kept) > 100 {
			t.kept = map[time.Time]tally{}
		}
		t.kept[hour] = tally{counts, time.Now().Add(keptTimes * took)}
	}
	return counts, nil
}

const countEventsQuery = "select count(*) from events where id >= $1"

// CountEvents counts the events taken since a time.
func (s *Store) CountEvents(ctx context.Context, since time.Time) (int, error) {
	var n int
	if err := s.reads.QueryRowContext(ctx, countEventsQuery, hookline.KeyAt(since)).Scan(&n); err != nil {
		return 0, fmt.Errorf("count events: %w", err)
	}
	return n, nil
}

// CountPeople counts everybody.
func (s *Store) CountPeople(ctx context.Context) (int, error) {
	var n int
	if err := s.reads.QueryRowContext(ctx, "select count(*) from people").Scan(&n); err != nil {
		return 0, fmt.Errorf("count people: %w", err)
	}
	return n, nil
}

// medianOf is how many deliveries a median is taken of.
const medianOf = 500

const tookQuery = "select updated_at - created_at from deliveries where id >= $1 and state = 'delivered' order by id desc limit $2"

// MedianTime gives the time that the middle one of the last 500 deliveries
// took from being owed to being delivered, and false when none was delivered
// since that time.
func (s *Store) MedianTime(ctx context.Context, since time.Time) (time.Duration, bool, error) {
	rows, err := s.reads.QueryContext(ctx, tookQuery, hookline.KeyAt(since), medianOf)
	if err != nil {
		return 0, false, fmt.Errorf("read times to deliver: %w", err)
	}
	took, err := collect(rows, func(r row) (micros int64, err error) {
		err = r.Scan(&micros)
		return micros, err
	})
	if err != nil || len(took) == 0 {
		return 0, false, err
	}
	slices.Sort(took)
	return time.Duration(took[len(took)/2]) * time.Microsecond, true, nil
}

// oldestFailing is how old a delivery may be whose failure still counts: tries
// end about three hours after they began.
const oldestFailing = 4 * time.Hour

// The comparisons repeat the words of the partial index deliveries_open:
// only then is it used.
const failingQuery = `select f.destination_id, t.name, f.failures, f.reason from (
		select destination_id, reason,
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
		err = r.Scan(&f.DestinationID, &f.Name, &f.Failures, &f.Reason)
		return f, err
	})
}
