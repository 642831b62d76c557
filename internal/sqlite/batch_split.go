package sqlite

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

// splitAtOnce is how many deliveries one unit makes of a batch.
const splitAtOnce = 500

// SplitBatch makes a delivery of each event that a batch carried, with the body
// that it had there, as a batch of one, due at once because somebody asked. It
// works in small units, and says how many deliveries it made. Each has a key of
// its own, which is the same whenever the batch is split. It fails with
// KindConflict when the delivery is no batch, has not come to rest, or has
// nowhere to go.
func (s *Store) SplitBatch(ctx context.Context, deliveryID, askedBy string) (int, error) {
	row, err := s.DeliveryRow(ctx, deliveryID)
	if err != nil {
		return 0, err
	}
	d := row.Delivery
	if emptied, err := s.emptiedTo(ctx, hookline.KeyOf(deliveryID)); err != nil || emptied > 0 {
		return 0, errors.Join(err, hookline.Conflict(hookline.BodyDeleted))
	}
	parts, err := s.partsOf(ctx, hookline.KeyOf(deliveryID))
	if err != nil {
		return 0, err
	}
	if len(parts) == 0 {
		return 0, hookline.Conflict("This delivery is no batch, so there are no events to send one by one.")
	}
	made := 0
	for _, p := range parts {
		for from := 0; from < len(p.Items); from += splitAtOnce {
			items := p.Items[from:min(len(p.Items), from+splitAtOnce)]
			if err := s.write(ctx, func(t *tx) error { return s.splitItems(t, d, p, items, askedBy) }); err != nil {
				return made, err
			}
			made += len(items)
		}
	}
	return made, s.write(ctx, func(t *tx) error {
		return s.noteDelivery(ctx, t, d, audit.Resent, "each of its "+strconv.Itoa(made)+" events on its own")
	})
}

func (s *Store) splitItems(t *tx, d hookline.Delivery, p hookline.BatchPart, items []hookline.BatchItem, askedBy string) error {
	stored, err := scanDelivery(t.queryRow("select "+deliveryColumns+" from deliveries where id = $1", hookline.KeyOf(d.ID)))
	if err := found(err, "delivery"); err != nil {
		return err
	}
	if !stored.State.Final() {
		return hookline.Conflict("This batch is still being sent. Wait for its end, then decide.")
	}
	if err := canRequeue(t, stored); err != nil {
		return err
	}
	if err := s.leaveFailure(t, hookline.KeyOf(d.ID)); err != nil { // what fails of it from now on fails by itself
		return err
	}
	at := now()
	for _, item := range items {
		o := hookline.Owed{Request: p.Request, Delivery: hookline.Delivery{
			State: hookline.StateQueued, Origin: d.Origin, DestinationID: d.DestinationID, ActionID: d.ActionID, ActionVersion: p.ActionVersion, PersonID: item.PersonID,
			IdempotencyKey: splitKey(d.IdempotencyKey, item.EventID), RequestNumber: 1, AskedBy: askedBy, BatchSize: 1,
			CreatedAt: at, NextAttemptAt: at, UpdatedAt: at,
		}}
		if err := s.createDelivery(t, &o); err != nil {
			return err
		}
		one := p
		one.Items = []hookline.BatchItem{item}
		if err := s.createBatchPart(t, &one); err != nil {
			return err
		}
		if _, err := t.exec("update batch_parts set delivery_id = $1 where id = $2", hookline.KeyOf(o.ID), hookline.KeyOf(one.ID)); err != nil {
			return fmt.Errorf("split batch: %w", err)
		}
	}
	t.changed(hookline.TopicDeliveries)
	return nil
}

func splitKey(batch, eventID string) string {
	sum := sha256.Sum256([]byte(batch + "/" + eventID))
	return hex.EncodeToString(sum[:16])
}
