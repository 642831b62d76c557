package sqlite

import (
	"context"
	"encoding/json"
	"fmt"

	"hookline/internal/hookline"
)

const batchPartColumns = "id, destination_id, action_id, batch_key, method, url, headers, due_at, items, first_event, last_event, carried, bodies, action_version, delivery_id"

func scanBatchPart(r row) (hookline.BatchPart, error) {
	var p hookline.BatchPart
	var headers, carried string
	var bodies []byte
	var key, due, items, first, last, delivery int64
	err := r.Scan(&key, &p.DestinationID, &p.ActionID, &p.Key, &p.Request.Method, &p.Request.URL, &headers, &due, &items, &first, &last,
		&carried, &bodies, &p.ActionVersion, &delivery)
	if err != nil {
		return p, err
	}
	p.ID, p.DueAt = hookline.KeyID("bpt", key), fromMicros(due)
	if p.Items, err = readCarried(carried, bodies); err != nil {
		return p, err
	}
	return p, json.Unmarshal([]byte(headers), &p.Request.Headers)
}

// createBatchPart adds a part and gives it its id.
func (s *Store) createBatchPart(t *tx, p *hookline.BatchPart) error {
	key := s.ids.Key()
	carried, bodies := writeCarried(p.Items)
	_, err := t.exec("insert into batch_parts ("+batchPartColumns+") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0)",
		key, p.DestinationID, p.ActionID, p.Key, p.Request.Method, p.Request.URL, headersJSON(p.Request.Headers), micros(p.DueAt), len(p.Items),
		hookline.KeyOf(p.Items[0].EventID), hookline.KeyOf(p.Items[len(p.Items)-1].EventID), carried, bodies, p.ActionVersion)
	if err != nil {
		return fmt.Errorf("insert batch part: %w", err)
	}
	p.ID = hookline.KeyID("bpt", key)
	t.changed(hookline.TopicBatches)
	return nil
}

// WaitingBatches tells what has been gathered and not yet made into a
// delivery, by action and key.
func (s *Store) WaitingBatches(ctx context.Context) ([]hookline.BatchWaiting, error) {
	rows, err := s.reads.QueryContext(ctx, `select action_id, batch_key, sum(items), min(due_at) from batch_parts
		where delivery_id = 0 group by action_id, batch_key order by action_id, batch_key`)
	if err != nil {
		return nil, fmt.Errorf("read waiting batches: %w", err)
	}
	return collect(rows, func(r row) (w hookline.BatchWaiting, err error) {
		var due int64
		err = r.Scan(&w.ActionID, &w.Key, &w.Count, &due)
		w.DueAt = fromMicros(due)
		return w, err
	})
}

// BatchParts gives the waiting parts of an action and key, the oldest first, as
// many as it takes for that many items.
func (s *Store) BatchParts(ctx context.Context, actionID, key string, items int) ([]hookline.BatchPart, error) {
	rows, err := s.reads.QueryContext(ctx, "select "+batchPartColumns+` from batch_parts
		where delivery_id = 0 and action_id = $1 and batch_key = $2 order by id`, actionID, key)
	if err != nil {
		return nil, fmt.Errorf("read batch parts: %w", err)
	}
	defer rows.Close()
	var parts []hookline.BatchPart
	for items > 0 && rows.Next() {
		p, err := scanBatchPart(rows)
		if err != nil {
			return nil, fmt.Errorf("scan batch part: %w", err)
		}
		parts = append(parts, p)
		items -= len(p.Items)
	}
	return parts, rows.Err()
}

// CreateBatch makes one delivery of waiting parts, of the last of them only the
// first items, as one unit: they are in it and wait no more, or nothing has
// happened. It gives the delivery its id, and fails with KindConflict when one
// of them does not wait any longer. The request's body stays with the parts.
func (s *Store) CreateBatch(ctx context.Context, o hookline.Owed, parts []hookline.BatchPart, ofLast int) (hookline.Owed, error) {
	err := s.write(ctx, func(t *tx) error {
		stored := o
		stored.Request.Body = nil
		if err := s.createDelivery(t, &stored); err != nil {
			return err
		}
		o.ID = stored.ID
		if err := s.splitPart(t, parts[len(parts)-1], ofLast); err != nil {
			return err
		}
		for _, p := range parts {
			n, err := t.exec("update batch_parts set delivery_id = $1 where id = $2 and delivery_id = 0", hookline.KeyOf(o.ID), hookline.KeyOf(p.ID))
			if err != nil {
				return fmt.Errorf("close batch: %w", err)
			}
			if n == 0 {
				return errMoved
			}
		}
		return nil
	})
	return o, err
}

// splitPart leaves the first items in a part and makes another of the rest.
func (s *Store) splitPart(t *tx, p hookline.BatchPart, first int) error {
	if first == len(p.Items) {
		return nil
	}
	rest := p
	rest.Items = p.Items[first:]
	carried, bodies := writeCarried(p.Items[:first])
	_, err := t.exec("update batch_parts set items = $1, last_event = $2, carried = $3, bodies = $4 where id = $5 and delivery_id = 0",
		first, hookline.KeyOf(p.Items[first-1].EventID), carried, bodies, hookline.KeyOf(p.ID))
	if err != nil {
		return fmt.Errorf("split batch part: %w", err)
	}
	return s.createBatchPart(t, &rest)
}

const partsOfDeliveryQuery = "select " + batchPartColumns + " from batch_parts where delivery_id = $1 and delivery_id <> 0 order by id"

// partsOf gives the parts of a batch, in the order of its body.
func (s *Store) partsOf(ctx context.Context, delivery int64) ([]hookline.BatchPart, error) {
	rows, err := s.reads.QueryContext(ctx, partsOfDeliveryQuery, delivery)
	if err != nil {
		return nil, fmt.Errorf("read parts of batch: %w", err)
	}
	return collect(rows, scanBatchPart)
}

// withBody puts the body of a batch together when its request has none of its own.
func (s *Store) withBody(ctx context.Context, delivery int64, batchSize int, r *hookline.Request) error {
	if batchSize == 0 || len(r.Body) > 0 {
		return nil
	}
	parts, err := s.partsOf(ctx, delivery)
	if err != nil {
		return err
	}
	var items []hookline.BatchItem
	for _, p := range parts {
		items = append(items, p.Items...)
	}
	r.Body = hookline.JoinBodies(items)
	return nil
}
