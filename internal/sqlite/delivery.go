package sqlite

import (
	"context"
	"fmt"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

const deliveryColumns = "id, state, origin, destination_id, action_id, event_id, person_id, idempotency_key, request_number, asked_by, " +
	"tries, attempts, last_status, reason, created_at, next_attempt_at, updated_at, batch_size, action_version, journey_id"

func scanDelivery(r row) (hookline.Delivery, error) {
	var d hookline.Delivery
	var key, event, created, next, updated, journey int64
	err := r.Scan(&key, &d.State, &d.Origin, &d.DestinationID, &d.ActionID, &event, &d.PersonID, &d.IdempotencyKey, &d.RequestNumber, &d.AskedBy,
		&d.Tries, &d.Attempts, &d.LastStatus, &d.Reason, &created, &next, &updated, &d.BatchSize, &d.ActionVersion, &journey)
	d.ID, d.EventID, d.JourneyID = hookline.KeyID("dlv", key), hookline.KeyID("evt", event), hookline.KeyID("jrn", journey)
	d.CreatedAt, d.NextAttemptAt, d.UpdatedAt = fromMicros(created), fromMicros(next), fromMicros(updated)
	return d, err
}

// CreateDelivery records a delivery that no event made, such as a test send,
// and gives it its id.
func (s *Store) CreateDelivery(ctx context.Context, o hookline.Owed) (hookline.Owed, error) {
	err := s.write(ctx, func(t *tx) error {
		t.changed(hookline.TopicDeliveries)
		if err := s.createDelivery(t, &o); err != nil {
			return err
		}
		return s.noteDelivery(ctx, t, o.Delivery, audit.Tested, "")
	})
	return o, err
}

func (s *Store) createDelivery(t *tx, o *hookline.Owed) error {
	key := s.ids.Key()
	if err := insertDelivery(t, key, o.Delivery); err != nil {
		return fmt.Errorf("insert delivery: %w", err)
	}
	o.ID = hookline.KeyID("dlv", key)
	changedDelivery(t, o.Delivery)
	t.told.owed++
	if err := s.joinMade(t, key, o.Delivery); err != nil || o.RequestNumber == 0 {
		return err
	}
	first := hookline.RequestMade{DeliveryID: o.ID, Number: o.RequestNumber, Request: o.Request, ActionVersion: o.ActionVersion, MadeAt: o.CreatedAt}
	if err := s.insertRequest(t, key, first); err != nil {
		return fmt.Errorf("insert request: %w", err)
	}
	return nil
}

const (
	insertAnyDelivery = "insert into deliveries (" + deliveryColumns + ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)"

	// What an event sets off begins alike in all but a few columns. To say so in
	// the statement spares half of what a delivery hands over.
	insertBegun = "insert into deliveries (" + deliveryColumns + ") values ($1, 'queued', 'event', $2, $3, $4, $5, $6, 1, '', 0, 0, 0, '', $7, $7, $7, 0, $8, 0)"
)

func insertDelivery(t *tx, key int64, d hookline.Delivery) error {
	at := micros(d.CreatedAt)
	begun := d
	begun.State, begun.Origin, begun.RequestNumber = hookline.StateQueued, hookline.OriginEvent, 1
	begun.AskedBy, begun.Tries, begun.Attempts, begun.LastStatus, begun.Reason, begun.BatchSize, begun.JourneyID = "", 0, 0, 0, "", 0, ""
	begun.NextAttemptAt, begun.UpdatedAt = d.CreatedAt, d.CreatedAt
	if d == begun {
		_, err := t.exec(insertBegun, key, d.DestinationID, d.ActionID, hookline.KeyOf(d.EventID), d.PersonID, d.IdempotencyKey, at, d.ActionVersion)
		return err
	}
	_, err := t.exec(insertAnyDelivery,
		key, string(d.State), string(d.Origin), d.DestinationID, d.ActionID, hookline.KeyOf(d.EventID), d.PersonID, d.IdempotencyKey, d.RequestNumber, d.AskedBy,
		d.Tries, d.Attempts, d.LastStatus, d.Reason, at, micros(d.NextAttemptAt), micros(d.UpdatedAt), d.BatchSize, d.ActionVersion, hookline.KeyOf(d.JourneyID))
	return err
}

func changedDelivery(t *tx, d hookline.Delivery) {
	t.changed(hookline.TopicSent, hookline.TopicDelivery(d.ID))
	if d.PersonID != "" {
		t.changed(hookline.TopicPerson(d.PersonID))
	}
}

// Requeue makes a delivery due at once because a person asked for it. It fails
// with KindConflict when an attempt is on its way or already asked for, and
// when there is nothing to send or nowhere to send it.
func (s *Store) Requeue(ctx context.Context, q hookline.Requeue) error {
	at := now()
	return s.write(ctx, func(t *tx) error {
		d, err := scanDelivery(t.queryRow("select "+deliveryColumns+" from deliveries where id = $1", hookline.KeyOf(q.DeliveryID)))
		if err := found(err, "delivery"); err != nil {
			return err
		}
		if err := s.requeue(t, d, q, at); err != nil {
			return err
		}
		return s.noteDelivery(ctx, t, d, audit.Resent, resendRemark(q))
	})
}

// requeue is Requeue within a unit, of a delivery as it stands in it. When it
// refuses, it has changed nothing.
func (s *Store) requeue(t *tx, d hookline.Delivery, q hookline.Requeue, at time.Time) error {
	if err := canRequeue(t, d); err != nil {
		return err
	}
	return s.makeDue(t, d, q, at)
}

// makeDue makes a delivery due at once, which somebody may ask for; it refuses
// when there is nothing to send.
func (s *Store) makeDue(t *tx, d hookline.Delivery, q hookline.Requeue, at time.Time) error {
	if err := awaitFirstTry(t, d); err != nil {
		return err
	}
	before := s.ids.Last()
	number, err := s.requeuedRequest(t, q, at)
	if err != nil {
		return err
	}
	if err := fillAgain(t, hookline.KeyOf(d.ID), before); err != nil {
		return err
	}
	if d.Attempts == 0 { // its first try may come after it entered the index of words
		if err := openToSearch(t, hookline.KeyOf(d.ID)); err != nil {
			return err
		}
	}
	changedDelivery(t, d)
	t.changed(hookline.TopicDeliveries)
	_, err = t.exec(`update deliveries set state = 'queued', reason = '', tries = 0, request_number = $2, asked_by = $3,
		next_attempt_at = $4, updated_at = $4 where id = $1`, hookline.KeyOf(d.ID), number, q.AskedBy, micros(at))
	if err != nil {
		return fmt.Errorf("requeue delivery: %w", err)
	}
	return nil
}

func canRequeue(t *tx, d hookline.Delivery) error {
	switch {
	case d.State == hookline.StateQueued:
		return hookline.Conflict("This delivery already waits to be sent.")
	case !d.State.CanResend():
		return hookline.Conflict("A delivery that is " + string(d.State) + " cannot be resent.")
	}
	return destinationThere(t, d)
}

func destinationThere(t *tx, d hookline.Delivery) error {
	var n int
	if err := t.queryRow("select count(*) from destinations where id = $1", d.DestinationID).Scan(&n); err != nil {
		return fmt.Errorf("read destination: %w", err)
	}
	if n == 0 {
		return hookline.Conflict("The destination was deleted, so there is nowhere to send this.")
	}
	return nil
}

// requeuedRequest gives the number of the request to send, after storing it
// when it was made anew.
func (s *Store) requeuedRequest(t *tx, q hookline.Requeue, at time.Time) (int, error) {
	key := hookline.KeyOf(q.DeliveryID)
	var last int
	err := t.queryRow("select coalesce((select max(number) from requests where delivery_id = $1 and number > 1), (select number from requests where id = $1), 0)", key).Scan(&last)
	if err != nil {
		return 0, fmt.Errorf("read requests: %w", err)
	}
	if q.Request != nil {
		made := hookline.RequestMade{DeliveryID: q.DeliveryID, Number: last + 1, Request: *q.Request, ActionVersion: q.ActionVersion, MadeBy: q.AskedBy, MadeAt: at}
		if err := s.insertRequest(t, key, made); err != nil {
			return 0, fmt.Errorf("insert request: %w", err)
		}
		return made.Number, nil
	}
	if last == 0 {
		return 0, hookline.Conflict("No request could be made for this delivery, so there are no original bytes to send. Correct the action and resend it composed anew.")
	}
	return 1, originalThere(t, key)
}
