package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"hookline/internal/hookline"
)

// EventsToRemove gives the next events that a deletion removes, and the
// deliveries that were made from them or carry them among others: of these no
// attempt may begin while they are removed.
func (s *Store) EventsToRemove(ctx context.Context, d hookline.Deletion, limit int) (events []string, deliveries []hookline.Delivery, err error) {
	names := d.Names[:max(len(d.Names)-1, 0)] // all but our own id
	if len(names) == 0 {
		return nil, nil, nil
	}
	found, err := s.ListEvents(ctx, hookline.EventFilter{Identities: names}, hookline.Cursor{Before: hookline.KeyID("evt", hookline.KeyOf(d.Upto)+1), Limit: limit})
	if err != nil {
		return nil, nil, err
	}
	for _, e := range found.Rows {
		events = append(events, e.ID)
		of, err := s.deliveriesOfEvent(ctx, e.ID)
		if err != nil {
			return nil, nil, err
		}
		deliveries = append(deliveries, of...)
	}
	return events, deliveries, nil
}

func (s *Store) deliveriesOfEvent(ctx context.Context, id string) ([]hookline.Delivery, error) {
	rows, err := s.reads.QueryContext(ctx, "select "+deliveryColumns+" from deliveries where event_id = $1 and event_id <> 0", hookline.KeyOf(id))
	if err != nil {
		return nil, fmt.Errorf("read deliveries of event: %w", err)
	}
	all, err := collect(rows, scanDelivery)
	if err != nil {
		return nil, err
	}
	batches, err := s.batchesOf(ctx, id)
	for _, key := range batches {
		if key == 0 {
			continue // not in it, or it waits for more
		}
		one, err := s.DeliveryRow(ctx, hookline.KeyID("dlv", key))
		if hookline.KindOf(err) == hookline.KindNotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, one.Delivery)
	}
	return all, err
}

// RemoveEvents removes events as a part of a deletion, with the deliveries that
// were made from them and what batches carry of them.
func (s *Store) RemoveEvents(ctx context.Context, id string, events []string) error {
	return s.changeDeletion(ctx, id, func(t *tx, d *hookline.Deletion) error {
		out, err := s.beginRemoving(t, d)
		if err != nil {
			return err
		}
		index, err := eventsByIdentity.beginLeaving(t)
		if err != nil {
			return err
		}
		for _, event := range events {
			key := hookline.KeyOf(event)
			if err := errors.Join(out.deliveriesOf(key), out.fromBatches(key)); err != nil {
				return err
			}
			if err := out.event(index, key); err != nil {
				return err
			}
		}
		t.changed(hookline.TopicEvents)
		return errors.Join(out.end(), index.end(t))
	})
}

func (r *removing) deliveriesOf(event int64) error {
	keys, err := keysOf(r.t, "select id from deliveries where event_id = $1 and event_id <> 0", event)
	if err != nil {
		return err
	}
	for _, key := range keys {
		if err := r.delivery(key); err != nil {
			return err
		}
	}
	return nil
}

// event removes one, and the memory of its message id, so that the same message
// would be a new one.
func (r *removing) event(index *leaving, key int64) error {
	e, err := scanEvent(r.t.queryRow("select "+eventColumns+" from events where id = $1", key))
	if errors.Is(err, sql.ErrNoRows) {
		return nil // it grew too old meanwhile
	}
	if err != nil {
		return fmt.Errorf("read event: %w", err)
	}
	if _, err := r.t.exec("delete from message_ids where hash = $1 and event_id = $2", messageHash(e, 0), key); err != nil {
		return fmt.Errorf("forget message id: %w", err)
	}
	if _, err := r.t.exec("delete from retained where part = 'events' and key = $1", key); err != nil {
		return fmt.Errorf("forget event: %w", err)
	}
	if _, err := r.t.exec("delete from events where id = $1", key); err != nil {
		return fmt.Errorf("delete event: %w", err)
	}
	r.deletion.Count(hookline.DeletedEvents, 1)
	r.t.changed(hookline.TopicSource(e.SourceID))
	return index.leave(r.t, e.Identity(), key)
}

// batchPart is a part and the delivery that it is in; 0 while it waits.
type batchPart struct {
	hookline.BatchPart
	delivery int64
}

// fromBatches takes an event out of the batches that carry it.
func (r *removing) fromBatches(event int64) error {
	rows, err := r.t.query(partsOfEventQuery, event, longestStretch, int64(1)<<62)
	if err != nil {
		return fmt.Errorf("read batches of event: %w", err)
	}
	parts, err := collect(rows, func(row row) (p batchPart, err error) {
		p.BatchPart, err = scanBatchPart(lastKept{row, &p.delivery})
		return p, err
	})
	if err != nil {
		return err
	}
	for _, p := range parts {
		var kept []hookline.BatchItem
		for _, item := range p.Items {
			if hookline.KeyOf(item.EventID) != event {
				kept = append(kept, item)
			}
		}
		if gone := len(p.Items) - len(kept); gone > 0 {
			if err := r.shrink(p, kept, gone); err != nil {
				return err
			}
		}
	}
	return nil
}

// shrink leaves a part with the items that are kept. A batch with nothing left
// goes; one that was answered loses the answers that name the person.
func (r *removing) shrink(p batchPart, kept []hookline.BatchItem, gone int) error {
	r.deletion.Count(hookline.DeletedParts, gone)
	if err := writePart(r.t, p, kept); err != nil || p.delivery == 0 {
		r.t.changed(hookline.TopicBatches)
		return err
	}
	var left int
	err := r.t.queryRow("update deliveries set batch_size = batch_size - $2 where id = $1 returning batch_size", p.delivery, gone).Scan(&left)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("shrink batch: %w", err)
	}
	if left <= 0 {
		return r.delivery(p.delivery)
	}
	r.touched(hookline.KeyID("dlv", p.delivery))
	return r.blotAnswers(p.delivery)
}

func writePart(t *tx, p batchPart, kept []hookline.BatchItem) error {
	if len(kept) == 0 {
		_, err := t.exec("delete from batch_parts where id = $1", hookline.KeyOf(p.ID))
		return wrapped(err, "delete batch part")
	}
	carried, bodies := writeCarried(kept)
	_, err := t.exec("update batch_parts set items = $2, first_event = $3, last_event = $4, carried = $5, bodies = $6 where id = $1",
		hookline.KeyOf(p.ID), len(kept), hookline.KeyOf(kept[0].EventID), hookline.KeyOf(kept[len(kept)-1].EventID), carried, bodies)
	return wrapped(err, "shrink batch part")
}

// blotAnswers empties the answers to a batch in which somebody is named.
func (r *removing) blotAnswers(delivery int64) error {
	rows, err := r.t.query("select id, answer from attempts where id = $1 or delivery_id = $1 and number > 1", delivery)
	if err != nil {
		return fmt.Errorf("read answers: %w", err)
	}
	type answer struct {
		key  int64
		text []byte
	}
	answers, err := collect(rows, func(row row) (a answer, err error) { return a, row.Scan(&a.key, &a.text) })
	if err != nil {
		return err
	}
	for _, a := range answers {
		if !r.deletion.Names.In(a.text) {
			continue
		}
		if _, err := r.t.exec("update attempts set answer = x'' where id = $1", a.key); err != nil {
			return fmt.Errorf("empty answer: %w", err)
		}
		r.deletion.Count(hookline.DeletedAnswers, 1)
	}
	return nil
}
