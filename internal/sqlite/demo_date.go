package sqlite

import (
	"context"
	"fmt"

	"hookline/internal/hookline"
)

// placed is a delivery and the moment at which its last event came in.
type placed struct {
	key     int64
	created int64
	event   int64
}

// DateDemo moves the demo's deliveries and journeys, which were all made just now,
// to the times of their events, as if the engine had run all day. Their ids follow,
// because lists are in the order of ids and ids tell the time. What was signed
// keeps the moment of signing. Deliveries that wait or are on their way stay
// where they are.
func (s *Store) DateDemo(ctx context.Context) error {
	made, err := s.DemoMade(ctx)
	if err != nil || !made.There() {
		return err
	}
	query := `select d.id, d.created_at, max(e.received_at) from deliveries d
		left join batch_parts b on b.delivery_id = d.id and b.delivery_id <> 0
		join events e on e.id = case when d.event_id = 0 then b.last_event else d.event_id end
		where d.destination_id ` + partsOf(made).destinations + ` and d.state in ('delivered', 'failed', 'retrying') and e.received_at < d.created_at
		group by d.id, d.created_at order by d.id`
	return s.write(ctx, func(t *tx) error {
		if err := deliveriesByPerson.complete(t); err != nil { // which finds what is new by its id
			return err
		}
		rows, err := t.query(query)
		if err != nil {
			return fmt.Errorf("read the demo's deliveries: %w", err)
		}
		all, err := collect(rows, scanPlaced)
		if err != nil {
			return err
		}
		for i, p := range all {
			p.event += int64(i) // microseconds, so that the order stays what it was
			if _, err := move(t, p); err != nil {
				return err
			}
		}
		if err := dateDemoJourneys(t, partsOf(made)); err != nil {
			return err
		}
		t.changed(hookline.TopicSent)
		return dateDemoSamples(t, partsOf(made))
	})
}

func scanPlaced(r row) (p placed, err error) {
	err = r.Scan(&p.key, &p.created, &p.event)
	return p, err
}

// dateEntry also puts it into the last run of its index: no older run may have
// newer rows about the same person.
var dateEntry = "update deliveries_by_person set delivery_id = $2, run = (select max(r.run) from " + deliveriesByPerson.runs("r") + ")" +
	" where delivery_id = $1 and person_id = (select person_id from deliveries where id = $1) and run in (select r.run from " + deliveriesByPerson.runs("r") + ")"

// dateForSearch has it looked at by itself where the index of words, which goes by
// ids, has passed by already.
var dateForSearch = "insert into search_open (delivery_id) select $1 where $1 <= " + searchEntered + " on conflict (delivery_id) do nothing"

// move puts one delivery, with its requests and attempts, back in time, and gives
// the key that it has then: of the next moment in which no other was made.
func move(t *tx, p placed) (key int64, err error) {
	if p.event, err = freeKey(t, p.event); err != nil {
		return 0, err
	}
	back := p.created - p.event
	if _, err := t.exec(dateEntry, p.key, p.event); err != nil {
		return 0, fmt.Errorf("date delivery: %w", err)
	}
	for _, statement := range []string{
		"update deliveries set id = $2, created_at = created_at - $3, updated_at = updated_at - $3 where id = $1",
		"update requests set id = case when id = $1 then $2 else id end, delivery_id = $2, made_at = made_at - $3 where id = $1 or delivery_id = $1 and number > 1",
		"update attempts set id = case when id = $1 then $2 else id end, delivery_id = $2, started_at = started_at - $3 where id = $1 or delivery_id = $1 and number > 1",
	} {
		if _, err := t.exec(statement, p.key, p.event, back); err != nil {
			return 0, fmt.Errorf("date delivery: %w", err)
		}
	}
	if _, err := t.exec("update batch_parts set delivery_id = $2 where delivery_id = $1 and delivery_id <> 0", p.key, p.event); err != nil {
		return 0, fmt.Errorf("date batch: %w", err)
	}
	if _, err := t.exec("update failure_deliveries set delivery_id = $2 where delivery_id = $1", p.key, p.event); err != nil {
		return 0, fmt.Errorf("date delivery of failure: %w", err)
	}
	if _, err := t.exec(dateForSearch, p.event); err != nil {
		return 0, fmt.Errorf("date delivery in search index: %w", err)
	}
	return p.event, nil
}

func freeKey(t *tx, key int64) (int64, error) {
	for ; ; key++ {
		var taken bool
		err := t.queryRow("select exists (select 1 from deliveries where id = $1)", key).Scan(&taken)
		if err != nil || !taken {
			return key, wrapped(err, "look for a free key")
		}
	}
}
