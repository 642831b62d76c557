package sqlite

import (
	"context"
	"encoding/json"
	"fmt"

	"hookline/internal/hookline"
)

const batchItemColumns = "id, destination_id, action_id, event_id, person_id, batch_key, method, url, headers, body, due_at"

func scanBatchItem(r row) (hookline.BatchItem, error) {
	var i hookline.BatchItem
	var headers string
	var key, event, due int64
	err := r.Scan(&key, &i.DestinationID, &i.ActionID, &event, &i.PersonID, &i.Key, &i.Request.Method, &i.Request.URL, &headers, &i.Request.Body, &due)
	if err != nil {
		return i, err
	}
	i.ID, i.EventID, i.DueAt = hookline.KeyID("bti", key), hookline.KeyID("evt", event), fromMicros(due)
	err = json.Unmarshal([]byte(headers), &i.Request.Headers)
	return i, err
}

func (s *Store) createBatchItem(t *tx, i *hookline.BatchItem) error {
	body := i.Request.Body
	if body == nil {
		body = []byte{}
	}
	key := s.ids.Key()
	_, err := t.exec("insert into batch_items ("+batchItemColumns+", delivery_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0)",
		key, i.DestinationID, i.ActionID, hookline.KeyOf(i.EventID), i.PersonID, i.Key, i.Request.Method, i.Request.URL, headersJSON(i.Request.Headers), body, micros(i.DueAt))
	if err != nil {
		return fmt.Errorf("insert batch item: %w", err)
	}
	i.ID = hookline.KeyID("bti", key)
	t.changed(hookline.TopicBatches)
	return nil
}

// WaitingBatches tells what has been gathered and not yet made into a
// delivery, by action and key.
func (s *Store) WaitingBatches(ctx context.Context) ([]hookline.BatchWaiting, error) {
	rows, err := s.reads.QueryContext(ctx, `select action_id, batch_key, count(*), min(due_at) from batch_items
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

// BatchItems gives at most limit waiting items of an action and key, the
// oldest first.
func (s *Store) BatchItems(ctx context.Context, actionID, key string, limit int) ([]hookline.BatchItem, error) {
	rows, err := s.reads.QueryContext(ctx, "select "+batchItemColumns+` from batch_items
		where delivery_id = 0 and action_id = $1 and batch_key = $2 order by id limit $3`, actionID, key, limit)
	if err != nil {
		return nil, fmt.Errorf("read batch items: %w", err)
	}
	return collect(rows, scanBatchItem)
}

// CreateBatch makes one delivery of waiting items, as one unit: they are in it
// and wait no more, or nothing has happened. It gives the delivery its id, and
// fails with KindConflict when one of them does not wait any longer.
func (s *Store) CreateBatch(ctx context.Context, o hookline.Owed, items []hookline.BatchItem) (hookline.Owed, error) {
	err := s.write(ctx, func(t *tx) error {
		if err := s.createDelivery(t, &o); err != nil {
			return err
		}
		delivery := hookline.KeyOf(o.ID)
		for _, i := range items {
			n, err := t.exec("update batch_items set delivery_id = $1, body = x'' where id = $2 and delivery_id = 0", delivery, hookline.KeyOf(i.ID))
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

// ListBatchEvents tells which events a delivery carried, in the order in which
// they stand in its body.
func (s *Store) ListBatchEvents(ctx context.Context, deliveryID string) ([]hookline.BatchEvent, error) {
	rows, err := s.reads.QueryContext(ctx, `select i.event_id, coalesce(nullif(e.name, ''), e.type, ''), i.person_id,
			coalesce(nullif(p.email, ''), nullif(p.user_id, ''), p.id, '')
		from batch_items i left join events e on e.id = i.event_id left join people p on p.id = i.person_id
		where i.delivery_id = $1 and i.delivery_id <> 0 order by i.id`, hookline.KeyOf(deliveryID))
	if err != nil {
		return nil, fmt.Errorf("read events of batch: %w", err)
	}
	return collect(rows, func(r row) (e hookline.BatchEvent, err error) {
		var event int64
		err = r.Scan(&event, &e.EventName, &e.PersonID, &e.PersonLabel)
		e.EventID = hookline.KeyID("evt", event)
		return e, err
	})
}
