package sqlite

import (
	"context"
	"fmt"

	"hookline/internal/hookline"
)

// DateDemoJourneys moves the demo's journeys, and what they sent, to the times of
// the events by which people came into its segments. Orders that come in after it
// come after the webhooks, so that they can convert.
func (s *Store) DateDemoJourneys(ctx context.Context) error {
	made, err := s.DemoMade(ctx)
	if err != nil || !made.There() {
		return err
	}
	return s.write(ctx, func(t *tx) error {
		if err := deliveriesByPerson.complete(t); err != nil { // which finds what is new by its id
			return err
		}
		t.changed(hookline.TopicSent)
		return dateDemoJourneys(t, partsOf(made))
	})
}

// dateDemoJourneys passes over what was moved before: that is from before people
// came into the segments, which was just now.
func dateDemoJourneys(t *tx, p demoParts) error {
	rows, err := t.query(`select d.id, d.created_at, max(e.received_at) from deliveries d ` + p.cameIn("d.person_id", "d.created_at") + `
		where d.journey_id <> 0 and d.destination_id ` + p.destinations + ` and d.state in ('delivered', 'failed', 'draft') group by d.id, d.created_at order by d.id`)
	if err != nil {
		return fmt.Errorf("read what the demo's journeys sent: %w", err)
	}
	all, err := collect(rows, scanPlaced)
	if err != nil {
		return err
	}
	for _, one := range all {
		if err := moveStep(t, p, one); err != nil {
			return err
		}
	}
	_, err = t.exec(`update journeys set began_at = began_at - back, updated_at = updated_at - back, version = version + 1,
			wake_at = wake_at - case when wake_at = 0 then 0 else back end, due_at = due_at - case when due_at = 0 then 0 else back end,
			ended_at = ended_at - case when ended_at = 0 then 0 else back end
		from (select j.id journey, j.began_at - min(e.received_at) back from journeys j ` + p.cameIn("j.person_id", "j.began_at") + `
			where j.campaign_id ` + p.campaigns + ` group by j.id, j.began_at) where id = journey`)
	if err != nil {
		return fmt.Errorf("date the demo's journeys: %w", err)
	}
	t.changed(hookline.TopicJourneys)
	return dateDemoMembers(t, p)
}

// dateDemoMembers has people in the demo's segments since the events by which
// they came in.
func dateDemoMembers(t *tx, p demoParts) error {
	_, err := t.exec(`update segment_members set since = came from (
			select w.number, m.person_id person, e.received_at came from segment_moves m
			join segment_work w on w.segment_id = m.segment_id join events e on e.id = m.event_id
			where m.entered = 1 and m.segment_id ` + p.segments + `
		) where segment = number and person_id = person and since > came`)
	return wrapped(err, "date who is in the demo's segments")
}

// cameIn joins the events by which a person had come into the demo's segments at
// a moment.
func (p demoParts) cameIn(person, moment string) string {
	return "join segment_moves m on m.person_id = " + person + " and m.entered = 1 and m.at <= " + moment + " and m.segment_id " + p.segments +
		" join events e on e.id = m.event_id and e.received_at < " + moment
}

// moveStep is move for what a journey sent: it and the person name the delivery.
func moveStep(t *tx, p demoParts, one placed) error {
	key, err := move(t, one)
	if err != nil {
		return err
	}
	if _, err := t.exec("update journeys set delivery_id = $2, version = version + 1 where delivery_id = $1 and campaign_id "+p.campaigns, one.key, key); err != nil {
		return fmt.Errorf("date step of journey: %w", err)
	}
	var person string
	if err := t.queryRow("select person_id from deliveries where id = $1", key).Scan(&person); err != nil {
		return fmt.Errorf("read person of delivery: %w", err)
	}
	_, err = t.exec("update people set setters = replace(setters, $2, $3) where id = $1", person, hookline.KeyID("dlv", one.key), hookline.KeyID("dlv", key))
	if err != nil {
		return fmt.Errorf("date what set attributes: %w", err)
	}
	t.changedPerson(person) // who keeps them in mind reads them anew
	return nil
}
