package sqlite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

// StopDemo makes the demo's sources refuse calls, so that what they have sent
// can be worked out to its end.
func (s *Store) StopDemo(ctx context.Context) error {
	made, err := s.DemoMade(ctx)
	if err != nil || !made.There() {
		return err
	}
	return s.write(ctx, func(t *tx) error {
		_, err := t.exec("update sources set enabled = false where id " + partsOf(made).sources)
		if err != nil {
			return fmt.Errorf("stop the demo's sources: %w", err)
		}
		t.changed(hookline.TopicConfig)
		return nil
	})
}

// RemoveDemo takes the demo workspace away, as one unit, with everything in it
// and everything that it made:
//
//   - its sources, bins and destinations, with every action in those;
//   - what those destinations were owed and sent, and what its bins received;
//   - its campaigns with every journey and conversion, its segments with who is
//     in them, and its shortcuts with every press;
//   - what its sources sent, and its message ids; but an event that a delivery
//     of another destination was made from stays with that delivery;
//   - the people who came by it. Who was there before, who is known to another
//     source, and who was sent something by another destination stays.
//
// An attempt that is on its way ends unrecorded. It fails with KindNotFound
// when there is no demo, and with KindConflict while events of it have not
// been worked out: their people would otherwise come back. So it does while
// something that is not of the demo asks for one of its segments.
func (s *Store) RemoveDemo(ctx context.Context) error {
	return s.write(ctx, func(t *tx) error {
		made, err := readDemo(t)
		if err == nil {
			made, err = ownedByDemo(t, made)
		}
		if err != nil {
			return err
		}
		if err := errors.Join(eventsByIdentity.complete(t), deliveriesByPerson.complete(t)); err != nil {
			return err
		}
		parts := partsOf(made)
		var waiting int
		if err := t.queryRow(parts.waitingEvents(), fanoutCursor).Scan(&waiting); err != nil {
			return fmt.Errorf("count the demo's events: %w", err)
		}
		if waiting > 0 {
			return hookline.Conflict("Events of the demo are still being worked out. Try again in a moment.")
		}
		if err := errors.Join(forgetMessages(t, parts), noteCarried(t, parts), removeDemoSamples(t, parts, true), forgetDemoCampaigns(t, made)); err != nil {
			return err
		}
		people, err := peopleOfDemo(t, made)
		if err != nil {
			return err
		}
		for _, statement := range append(parts.campaignRemoval(), parts.removal()...) {
			if _, err := t.exec(statement); err != nil {
				return fmt.Errorf("remove demo: %w", err)
			}
		}
		return errors.Join(removePeople(t, people), removeDemoSegments(t, made), retreat(t), tellRemoved(t, made), s.note(ctx, t, audit.Delete(audit.OfDemo())))
	})
}

func readDemo(t *tx) (made hookline.DemoMade, err error) {
	var text string
	err = t.queryRow("select value from settings where key = $1", demoSetting).Scan(&text)
	if err := found(err, "demo"); err != nil {
		return made, err
	}
	if err := json.Unmarshal([]byte(text), &made); err != nil {
		return made, fmt.Errorf("read what the demo consists of: %w", err)
	}
	return made, nil
}

// removal lists the statements in the order in which they work: each finds its
// rows by those that later ones delete. The words about delivery_id and number
// are those of the partial indexes.
func (p demoParts) removal() []string {
	deliveries := "(select id from deliveries where destination_id " + p.destinations + ")"
	failures := "(select id from failures where destination_id " + p.destinations + ")"
	events := "source_id " + p.sources + ` and not exists (select 1 from deliveries d where d.event_id = events.id)
		and id not in (select event_id from carried)`
	return []string{
		"delete from attempts where id in " + deliveries,
		"delete from attempts where number > 1 and delivery_id in " + deliveries,
		"delete from requests where id in " + deliveries,
		"delete from requests where number > 1 and delivery_id in " + deliveries,
		"delete from batch_parts where delivery_id <> 0 and delivery_id in " + deliveries,
		"delete from batch_parts where delivery_id = 0 and destination_id " + p.destinations,
		"delete from deliveries_by_person where (run, person_id, delivery_id) in (select r.run, d.person_id, d.id from " + deliveriesByPerson.runs("r") + " cross join deliveries d where d.destination_id " + p.destinations + ")",
		"delete from failure_deliveries where failure_id in " + failures,
		"delete from failure_people where failure_id in " + failures,
		"delete from failure_notes where failure_id in " + failures,
		"delete from failures where destination_id " + p.destinations,
		"delete from search_open where delivery_id in " + deliveries,
		"delete from deliveries where destination_id " + p.destinations,
		"delete from events_by_identity where (run, identity, event_id) in (select r.run, events.identity, events.id from " + eventsByIdentity.runs("r") + " cross join events where " + events + ")",
		"delete from events where " + events,
		"delete from rejections where source_id " + p.sources,
		"delete from duplicates where source_id " + p.sources,
		"delete from destinations where id " + p.destinations, // with their actions
		"delete from bins where id " + p.bins,                 // with what they received
		"delete from sources where id " + p.sources,
		"delete from attribute_counts", // the demo's people are among those: they are counted anew
		"delete from attribute_survey",
		"delete from settings where key = '" + demoSetting + "'",
	}
}

// forgetMessages forgets the message ids of the demo's events. They are found
// by their hash: there is no index by event.
func forgetMessages(t *tx, p demoParts) error {
	rows, err := t.query("select id, source_id, message_id, received_at from events where source_id " + p.sources)
	if err != nil {
		return fmt.Errorf("read the demo's events: %w", err)
	}
	events, err := collect(rows, func(r row) (e hookline.Event, err error) {
		var key, at int64
		err = r.Scan(&key, &e.SourceID, &e.MessageID, &at)
		e.ID, e.ReceivedAt = hookline.KeyID("evt", key), fromMicros(at)
		return e, err
	})
	if err != nil {
		return err
	}
	for _, e := range events {
		if _, err := t.exec("delete from message_ids where hash = $1 and event_id = $2", messageHash(e, 0), hookline.KeyOf(e.ID)); err != nil {
			return fmt.Errorf("forget message id: %w", err)
		}
	}
	return nil
}

// noteCarried lists in a temporary table the demo's events that batches of other
// destinations carry, or will.
func noteCarried(t *tx, p demoParts) error {
	for _, statement := range []string{
		"create temporary table if not exists carried (event_id integer not null primary key)", "delete from carried",
	} {
		if _, err := t.exec(statement); err != nil {
			return fmt.Errorf("note events in batches: %w", err)
		}
	}
	rows, err := t.query("select " + batchPartColumns + " from batch_parts where destination_id not " + p.destinations +
		" and last_event >= (select min(id) from events where source_id " + p.sources + ")")
	if err != nil {
		return fmt.Errorf("read batches: %w", err)
	}
	parts, err := collect(rows, scanBatchPart)
	if err != nil {
		return err
	}
	for _, part := range parts {
		for _, i := range part.Items {
			if _, err := t.exec("insert into carried (event_id) values ($1) on conflict do nothing", hookline.KeyOf(i.EventID)); err != nil {
				return fmt.Errorf("note events in batches: %w", err)
			}
		}
	}
	return nil
}

// peopleOfDemo gives the ids of the people whom only the demo knows. Ids tell
// who was there before it; the times of demo people do not, since the demo
// makes its events in the past.
func peopleOfDemo(t *tx, made hookline.DemoMade) ([]string, error) {
	p := partsOf(made)
	others, events := "not "+p.destinations, eventsByIdentity.entries("k")
	rows, err := t.query(`select p.id from people p
		where p.id in (select i.person_id from events e join identities i on i.identity = e.identity where e.source_id `+p.sources+` and e.identity <> '')
		and p.id >= $1
		and not exists (select 1 from identities i cross join `+events+` and k.identity = i.identity join events e on e.id = k.event_id
			where i.person_id = p.id and e.source_id not `+p.sources+`)
		and not exists (select 1 from `+deliveriesByPerson.entries("k")+` join deliveries d on d.id = k.delivery_id
			where k.person_id = p.id and d.destination_id `+others+`)
		and not exists (select 1 from identities i cross join `+events+` and k.identity = i.identity
			join carried c on c.event_id = k.event_id where i.person_id = p.id)`,
		hookline.IDAt("per", made.MadeAt))
	if err != nil {
		return nil, fmt.Errorf("read the demo's people: %w", err)
	}
	return collect(rows, func(r row) (id string, err error) {
		err = r.Scan(&id)
		return id, err
	})
}

func removePeople(t *tx, ids []string) error {
	for _, id := range ids {
		t.changedPerson(id)
		if err := removePerson(t, id); err != nil {
			return err
		}
	}
	return nil
}

// retreat moves the cursors to the last row left before each: the same place,
// and one that exists. A stretch that fanout is working out hears of it and is
// worked out again, by what is configured now. The stage of segments hears that they
// have changed, and gives up its place itself.
func retreat(t *tx) error {
	for name, of := range map[string]string{
		fanoutCursor: "events", eventsByIdentity.name: "events", deliveriesByPerson.name: "deliveries", goalsCursor: "events",
		string(hookline.JourneysFromEvents): "events", string(hookline.JourneysFromMoves): "segment_moves",
	} {
		_, err := t.exec("update cursors set event_id = coalesce((select max(r.id) from "+of+" r where r.id <= cursors.event_id), 0) where name = $1", name)
		if err == nil {
			_, err = t.exec("delete from cursors where name = $1 and event_id = 0", name)
		}
		if err != nil {
			return fmt.Errorf("move cursor: %w", err)
		}
	}
	return nil
}

func tellRemoved(t *tx, made hookline.DemoMade) error {
	t.changed(hookline.TopicConfig, hookline.TopicSent, hookline.TopicFailures, hookline.TopicJourneys)
	for _, id := range made.SourceIDs {
		t.changed(hookline.TopicSource(id))
	}
	for _, id := range made.BinIDs {
		t.changed(hookline.TopicBin(id))
	}
	return nil
}
