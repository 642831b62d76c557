package sqlite

import (
	"context"
	"fmt"

	"hookline/internal/hookline"
)

// RemoveDeliveries removes deliveries with all that was sent and answered, as a
// part of a deletion. The caller sees to it that no attempt of them begins.
func (s *Store) RemoveDeliveries(ctx context.Context, id string, deliveries []hookline.Delivery) error {
	return s.changeDeletion(ctx, id, func(t *tx, d *hookline.Deletion) error {
		out, err := s.beginRemoving(t, d)
		if err != nil {
			return err
		}
		for _, one := range deliveries {
			if err := out.delivery(hookline.KeyOf(one.ID)); err != nil {
				return err
			}
		}
		return out.end()
	})
}

// removing removes deliveries within one unit.
type removing struct {
	*Store
	t        *tx
	deletion *hookline.Deletion
	index    *leaving
}

func (s *Store) beginRemoving(t *tx, d *hookline.Deletion) (*removing, error) {
	index, err := deliveriesByPerson.beginLeaving(t)
	return &removing{Store: s, t: t, deletion: d, index: index}, err
}

func (r *removing) end() error {
	r.t.changed(hookline.TopicSent)
	return r.index.end(r.t)
}

// What of a delivery is counted, and what goes with it. The words about number
// and delivery_id are those of the partial indexes.
var (
	countedOfDelivery = []struct {
		what   hookline.Deleted
		remove string
	}{
		{hookline.DeletedRequests, "delete from requests where id = $1"},
		{hookline.DeletedRequests, "delete from requests where number > 1 and delivery_id = $1"},
		{hookline.DeletedAnswers, "delete from attempts where id = $1"},
		{hookline.DeletedAnswers, "delete from attempts where number > 1 and delivery_id = $1"},
		{hookline.DeletedParts, "delete from batch_parts where delivery_id <> 0 and delivery_id = $1"},
	}
	restOfDelivery = []string{
		"delete from search_open where delivery_id = $1",
		"delete from retained where key = $1 and part in ('bodies', 'deliveries')",
		"delete from shares where delivery_id = $1",
		"delete from reports_awaited where delivery_id = $1 and webhook_id in (select id from reporting_webhooks)",
		"update resend_deliveries set note = '' where delivery_id = $1 and resend_id in (select id from resends)",
	}
)

// delivery removes one, wherever it is by now.
func (r *removing) delivery(key int64) error {
	one, err := scanDelivery(r.t.queryRow("select "+deliveryColumns+" from deliveries where id = $1", key))
	if err = found(err, "delivery"); hookline.KindOf(err) == hookline.KindNotFound {
		return nil // it grew too old meanwhile
	}
	if err != nil {
		return err
	}
	if err := r.forgetFailed(r.t, key); err != nil {
		return err
	}
	for _, part := range countedOfDelivery {
		n, err := r.t.exec(part.remove, key)
		if err != nil {
			return fmt.Errorf("remove delivery: %w", err)
		}
		r.deletion.Count(part.what, int(n))
	}
	for _, remove := range append(restOfDelivery, "delete from deliveries where id = $1") {
		if _, err := r.t.exec(remove, key); err != nil {
			return fmt.Errorf("remove delivery: %w", err)
		}
	}
	return r.removed(one)
}

// removed counts a delivery and notes where it was.
func (r *removing) removed(one hookline.Delivery) error {
	d := r.deletion
	d.Count(hookline.DeletedDeliveries, 1)
	if one.State.Owed() || one.State == hookline.StateDraft || one.State == hookline.StateHeld {
		d.Count(hookline.DeletedOwed, 1)
	}
	r.touched(one.ID)
	_, err := r.t.exec("insert into deletion_keys (deletion_id, idempotency_key) values ($1, $2) on conflict do nothing", d.ID, one.IdempotencyKey)
	if err != nil {
		return fmt.Errorf("note key of delivery: %w", err)
	}
	r.t.changed(hookline.TopicDelivery(one.ID))
	return r.index.leave(r.t, one.PersonID, hookline.KeyOf(one.ID))
}

// touched notes that the index of words has something of a delivery that it must
// forget.
func (r *removing) touched(id string) {
	d := r.deletion
	if d.FirstDelivery == "" || id < d.FirstDelivery {
		d.FirstDelivery = id
	}
	d.LastDelivery = max(d.LastDelivery, id)
}
