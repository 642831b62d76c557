package sqlite

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"hookline/internal/hookline"
)

// oldDelivery is a delivery as far as its age goes.
type oldDelivery struct {
	state     hookline.State
	updated   int64
	person    string
	batchSize int
}

// restsSince says whether a delivery rests and has done so since before a moment.
// Nothing else is deleted, however old: it is owed, or waits for a person.
func (d oldDelivery) restsSince(before time.Time) bool {
	return (d.state == hookline.StateDelivered || d.state == hookline.StateFailed || d.state == hookline.StateDiscarded) && d.updated < micros(before)
}

// readOld gives a delivery; there is false when it is gone.
func readOld(t *tx, key int64) (d oldDelivery, there bool, err error) {
	err = t.queryRow("select state, updated_at, person_id, batch_size from deliveries where id = $1", key).Scan(&d.state, &d.updated, &d.person, &d.batchSize)
	if errors.Is(err, sql.ErrNoRows) {
		return d, false, nil
	}
	return d, err == nil, wrapped(err, "read old delivery")
}

// eachOld does something with those of deliveries that rest since before a
// moment, and gives those that do not.
func eachOld(t *tx, keys []int64, before time.Time, do func(key int64, d oldDelivery) error) (kept []int64, err error) {
	for _, key := range keys {
		d, there, err := readOld(t, key)
		switch {
		case err != nil:
			return nil, err
		case !there:
		case !d.restsSince(before):
			kept = append(kept, key)
		default:
			if err := do(key, d); err != nil {
				return nil, err
			}
		}
	}
	return kept, nil
}

// The words about number and delivery_id are those of the partial indexes.
var deleteOldDelivery = []string{
	"delete from attempts where id = $1",
	"delete from attempts where number > 1 and delivery_id = $1",
	"delete from requests where id = $1",
	"delete from requests where number > 1 and delivery_id = $1",
	"delete from batch_parts where delivery_id <> 0 and delivery_id = $1",
	"delete from search_open where delivery_id = $1",
	"delete from retained where part = 'bodies' and key = $1",
	"delete from conversions where delivery_id = $1",
	"delete from deliveries where id = $1",
}

// deleteDeliveries deletes old deliveries with all that belongs to them.
func (s *Store) deleteDeliveries(t *tx, keys []int64, before time.Time) ([]int64, error) {
	index, err := deliveriesByPerson.beginLeaving(t)
	if err != nil {
		return nil, err
	}
	kept, err := eachOld(t, keys, before, func(key int64, d oldDelivery) error {
		if err := s.forgetFailed(t, key); err != nil {
			return err
		}
		for _, statement := range deleteOldDelivery {
			if _, err := t.exec(statement, key); err != nil {
				return fmt.Errorf("delete old delivery: %w", err)
			}
		}
		return index.leave(t, d.person, key)
	})
	if err != nil {
		return nil, err
	}
	t.changed(hookline.TopicSent)
	return kept, index.end(t)
}

var emptyOldDelivery = []string{
	"update attempts set answer = x'' where id = $1 and length(answer) > 0",
	"update attempts set answer = x'' where number > 1 and delivery_id = $1 and length(answer) > 0",
	"update requests set body = x'' where id = $1 and length(body) > 0",
	"update requests set body = x'' where number > 1 and delivery_id = $1 and length(body) > 0",
}

// deleteBodies deletes what old deliveries sent and were answered. That they did,
// when, and how it ended stays.
func (s *Store) deleteBodies(t *tx, keys []int64, before time.Time) ([]int64, error) {
	return eachOld(t, keys, before, func(key int64, d oldDelivery) error {
		for _, statement := range emptyOldDelivery {
			if _, err := t.exec(statement, key); err != nil {
				return fmt.Errorf("delete old bodies: %w", err)
			}
		}
		if d.batchSize == 0 {
			return nil
		}
		return emptyParts(t, key)
	})
}

// emptyParts deletes the bodies of a batch. Which events it carried stays.
func emptyParts(t *tx, delivery int64) error {
	rows, err := t.query(partsOfDeliveryQuery, delivery)
	if err != nil {
		return fmt.Errorf("read parts of old batch: %w", err)
	}
	parts, err := collect(rows, scanBatchPart)
	if err != nil {
		return err
	}
	for _, p := range parts {
		for i := range p.Items {
			p.Items[i].Body = nil
		}
		carried, _ := writeCarried(p.Items)
		if _, err := t.exec("update batch_parts set carried = $1, bodies = x'' where id = $2", carried, hookline.KeyOf(p.ID)); err != nil {
			return fmt.Errorf("delete old bodies: %w", err)
		}
	}
	return nil
}

// deleteEvents deletes old events that nothing owed was made from.
func (s *Store) deleteEvents(t *tx, keys []int64, _ time.Time) (kept []int64, err error) {
	index, err := eventsByIdentity.beginLeaving(t)
	if err != nil {
		return nil, err
	}
	owed, err := stretchesOwed(t, keys[0], keys[len(keys)-1])
	if err != nil {
		return nil, err
	}
	for _, key := range keys {
		needed, err := isNeeded(t, key, owed)
		if err != nil {
			return nil, err
		}
		if needed {
			kept = append(kept, key)
			continue
		}
		var identity string
		err = t.queryRow("delete from events where id = $1 returning identity", key).Scan(&identity)
		if errors.Is(err, sql.ErrNoRows) {
			continue // it went with the demo
		}
		if err != nil {
			return nil, fmt.Errorf("delete old event: %w", err)
		}
		if err := index.leave(t, identity, key); err != nil {
			return nil, err
		}
	}
	t.changed(hookline.TopicEvents)
	return kept, index.end(t)
}

// restingStates are those of deliveries that are not owed.
const restingStates = "('delivered', 'failed', 'discarded')"

// Parts are made of a stretch of events each, see partsOfEventQuery.
const stretchesOwedQuery = `select p.first_event, p.last_event from batch_parts p where p.last_event >= $1
	and p.last_event <= coalesce((select id from events where id >= $2 order by id limit 1 offset $3), $4) and p.first_event <= $2
	and (p.delivery_id = 0 or exists (select 1 from deliveries d where d.id = p.delivery_id and d.state not in ` + restingStates + `))`

// stretchesOwed gives the stretches of events that batches carry which have not
// been sent, as far as they touch the events between two keys.
func stretchesOwed(t *tx, from, to int64) ([][2]int64, error) {
	rows, err := t.query(stretchesOwedQuery, from, to, longestStretch, int64(1)<<62)
	if err != nil {
		return nil, fmt.Errorf("read batches of old events: %w", err)
	}
	return collect(rows, func(r row) (s [2]int64, err error) { return s, r.Scan(&s[0], &s[1]) })
}

const eventNeededQuery = "select exists (select 1 from deliveries where event_id = $1 and event_id <> 0 and state not in " + restingStates + ")"

func isNeeded(t *tx, key int64, owed [][2]int64) (needed bool, err error) {
	for _, stretch := range owed {
		if key >= stretch[0] && key <= stretch[1] {
			return true, nil
		}
	}
	err = t.queryRow(eventNeededQuery, key).Scan(&needed)
	return needed, wrapped(err, "read what an old event set off")
}
