package sqlite

import (
	"context"
	"fmt"
	"strings"
	"time"

	"hookline/internal/hookline"
)

// aDay is a day's length in keys.
const aDay = int64(24 * time.Hour / time.Microsecond)

// numbersQuery counts within each step, state and day by the index that has
// them in this order, so that nothing is sorted and no row is looked up.
func numbersQuery(steps int) string {
	values := make([]string, steps)
	for i := range values {
		values[i] = fmt.Sprintf("(cast($%d as text))", i+3)
	}
	return `with recursive days (day) as (select cast($1 as bigint) union all select day + 1 from days where day < $2),
		steps (id) as (values ` + strings.Join(values, ", ") + `),
		states (state) as (values ('draft'), ('queued'), ('retrying'), ('delivered'), ('failed'), ('discarded'))
	select * from (
		select s.id, days.day, a.state, (select count(*) from deliveries x where x.origin = 'campaign' and x.destination_id = s.id and x.state = a.state
			and x.id >= days.day * ` + fmt.Sprint(aDay) + ` and x.id < (days.day + 1) * ` + fmt.Sprint(aDay) + `) as n from steps s cross join days cross join states a
		union all
		select s.id, days.day, 'converted', (select count(*) from conversions c where c.destination_id = s.id
			and c.delivery_id >= days.day * ` + fmt.Sprint(aDay) + ` and c.delivery_id < (days.day + 1) * ` + fmt.Sprint(aDay) + `) from steps s cross join days
	) counted where n > 0 order by 2, 1`
}

// ListNumbers gives what the deliveries of webhook steps came to that were made
// on the days from since until and with until, by the destinations that the
// steps own. Days on which nothing was made are left out. Tests do not count.
func (s *Store) ListNumbers(ctx context.Context, destinationIDs []string, since, until time.Time) ([]hookline.DayNumbers, error) {
	if len(destinationIDs) == 0 {
		return nil, nil
	}
	args := []any{hookline.KeyAt(since) / aDay, hookline.KeyAt(until) / aDay}
	for _, id := range destinationIDs {
		args = append(args, id)
	}
	rows, err := s.reads.QueryContext(ctx, numbersQuery(len(destinationIDs)), args...)
	if err != nil {
		return nil, fmt.Errorf("count numbers: %w", err)
	}
	defer rows.Close()
	var all []hookline.DayNumbers
	for rows.Next() {
		var id, state string
		var day int64
		var n int
		if err := rows.Scan(&id, &day, &state, &n); err != nil {
			return nil, fmt.Errorf("scan numbers: %w", err)
		}
		at := time.UnixMicro(day * aDay).UTC()
		if last := len(all) - 1; last < 0 || all[last].DestinationID != id || !all[last].Day.Equal(at) {
			all = append(all, hookline.DayNumbers{DestinationID: id, Day: at})
		}
		one := &all[len(all)-1].Numbers
		if state == "converted" {
			one.Converted = n
		} else {
			one.Count(hookline.State(state), n)
		}
	}
	return all, rows.Err()
}

// CountWentOn tells, by the destinations that webhook steps own, how many people
// went on without the answer: their webhook failed and was not delivered since.
func (s *Store) CountWentOn(ctx context.Context, destinationIDs []string) (map[string]int, error) {
	if len(destinationIDs) == 0 {
		return map[string]int{}, nil
	}
	q := newList("select d.destination_id, count(distinct d.person_id) from deliveries d")
	q.where("d.origin = 'campaign' and d.state = 'failed'")
	q.in("d.destination_id", destinationIDs)
	rows, err := s.reads.QueryContext(ctx, q.text+" where "+strings.Join(q.terms, " and ")+" group by d.destination_id", q.args...)
	if err != nil {
		return nil, fmt.Errorf("count who went on: %w", err)
	}
	defer rows.Close()
	counts := map[string]int{}
	for rows.Next() {
		var id string
		var n int
		if err := rows.Scan(&id, &n); err != nil {
			return nil, fmt.Errorf("scan count: %w", err)
		}
		counts[id] = n
	}
	return counts, rows.Err()
}
