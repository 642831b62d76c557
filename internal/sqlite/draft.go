package sqlite

import (
	"context"
	"fmt"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

// SendDraft makes a draft due at once, with the request that was just composed,
// because a person pressed Send; who was held by it is sending from now on. It
// fails with KindConflict when it is no draft any more, and when its destination
// is gone.
func (s *Store) SendDraft(ctx context.Context, q hookline.Requeue) error {
	at := now()
	return s.write(ctx, func(t *tx) error {
		d, err := draftOf(t, q.DeliveryID)
		if err != nil {
			return err
		}
		if err := s.sendDraft(t, d, q, at); err != nil {
			return err
		}
		return s.noteDelivery(ctx, t, d, audit.Sent, "")
	})
}

// sendDraft is SendDraft within a unit. When it refuses, it has changed nothing.
func (s *Store) sendDraft(t *tx, d hookline.Delivery, q hookline.Requeue, at time.Time) error {
	if err := destinationThere(t, d); err != nil {
		return err
	}
	if err := s.makeDue(t, d, q, at); err != nil {
		return err
	}
	return sendHeld(t, d.JourneyID, hookline.KeyOf(d.ID))
}

// DiscardDraft throws a draft away, because a person asked; the reason says who
// and when, and who was held by it goes on. It fails with KindConflict when it
// is no draft any more.
func (s *Store) DiscardDraft(ctx context.Context, id, by string) error {
	at := now()
	return s.write(ctx, func(t *tx) error {
		d, err := draftOf(t, id)
		if err != nil {
			return err
		}
		if err := discardDraft(t, d, by, at); err != nil {
			return err
		}
		return s.noteDelivery(ctx, t, d, audit.Discarded, "")
	})
}

// discardDraft is DiscardDraft within a unit.
func discardDraft(t *tx, d hookline.Delivery, by string, at time.Time) error {
	_, err := t.exec("update deliveries set state = 'discarded', reason = $2, updated_at = $3 where id = $1",
		hookline.KeyOf(d.ID), hookline.DiscardedReason(by, at), micros(at))
	if err != nil {
		return fmt.Errorf("discard draft: %w", err)
	}
	changedDelivery(t, d)
	return endStep(t, d.JourneyID, hookline.KeyOf(d.ID), nil)
}

// draftOf reads a draft within a unit.
func draftOf(t *tx, id string) (hookline.Delivery, error) {
	d, err := scanDelivery(t.queryRow("select "+deliveryColumns+" from deliveries where id = $1", hookline.KeyOf(id)))
	if err := found(err, "draft"); err != nil {
		return d, err
	}
	if d.State != hookline.StateDraft {
		return d, hookline.ErrNoDraft
	}
	return d, nil
}

const countDraftsQuery = "select count(*) from (select 1 from deliveries where state = 'draft' and state <> 'delivered' and state <> 'queued' limit $1) some"

// CountDrafts counts the drafts there are, up to most.
func (s *Store) CountDrafts(ctx context.Context, most int) (hookline.Waiting, error) {
	var n int
	if err := s.reads.QueryRowContext(ctx, countDraftsQuery, most+1).Scan(&n); err != nil {
		return hookline.Waiting{}, fmt.Errorf("count drafts: %w", err)
	}
	return hookline.Waiting{Count: min(n, most), More: n > most}, nil
}
