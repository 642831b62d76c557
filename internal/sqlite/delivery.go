package sqlite

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"hookline/internal/hookline"
)

const deliveryColumns = "id, state, origin, destination_id, action_id, event_id, person_id, idempotency_key, request_number, asked_by, " +
	"tries, attempts, last_status, reason, created_at, next_attempt_at, updated_at, batch_size"

func scanDelivery(r row) (hookline.Delivery, error) {
	var d hookline.Delivery
	var created, next, updated int64
	err := r.Scan(&d.ID, &d.State, &d.Origin, &d.DestinationID, &d.ActionID, &d.EventID, &d.PersonID, &d.IdempotencyKey, &d.RequestNumber, &d.AskedBy,
		&d.Tries, &d.Attempts, &d.LastStatus, &d.Reason, &created, &next, &updated, &d.BatchSize)
	d.CreatedAt, d.NextAttemptAt, d.UpdatedAt = fromMicros(created), fromMicros(next), fromMicros(updated)
	return d, err
}

// CreateDelivery records a delivery that no event made, such as a test send,
// and gives it its id.
func (s *Store) CreateDelivery(ctx context.Context, o hookline.Owed) (hookline.Owed, error) {
	err := s.write(ctx, func(t *tx) error { return s.createDelivery(t, &o) })
	return o, err
}

func (s *Store) createDelivery(t *tx, o *hookline.Owed) error {
	o.ID = s.ids.New("dlv")
	_, err := t.exec("insert into deliveries ("+deliveryColumns+") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
		o.ID, string(o.State), string(o.Origin), o.DestinationID, o.ActionID, o.EventID, o.PersonID, o.IdempotencyKey, o.RequestNumber, o.AskedBy,
		o.Tries, o.Attempts, o.LastStatus, o.Reason, micros(o.CreatedAt), micros(o.NextAttemptAt), micros(o.UpdatedAt), o.BatchSize)
	if err != nil {
		return fmt.Errorf("insert delivery: %w", err)
	}
	changedDelivery(t, o.Delivery)
	if o.RequestNumber == 0 {
		return nil
	}
	return insertRequest(t, hookline.RequestMade{DeliveryID: o.ID, Number: o.RequestNumber, Request: o.Request, MadeAt: o.CreatedAt})
}

func changedDelivery(t *tx, d hookline.Delivery) {
	t.changed(hookline.TopicSent, hookline.TopicDelivery(d.ID))
	if d.PersonID != "" {
		t.changed(hookline.TopicPerson(d.PersonID))
	}
	if d.State == hookline.StateQueued || d.State == hookline.StateRetrying {
		t.changed(hookline.TopicDeliveries)
	}
}

// Recover gives back what was on its way when the last process ended without
// a word: it is due again at once, with the same key. It returns how many.
func (s *Store) Recover(ctx context.Context) (int64, error) {
	return s.giveBack(ctx, "state = 'sending'")
}

// GiveBack makes a claimed delivery due again; no attempt was made.
func (s *Store) GiveBack(ctx context.Context, id string) error {
	_, err := s.giveBack(ctx, "state = 'sending' and id = $1", id)
	return err
}

const giveBackQuery = "update deliveries set state = case when tries = 0 then 'queued' else 'retrying' end where "

func (s *Store) giveBack(ctx context.Context, where string, args ...any) (n int64, err error) {
	err = s.writeFirst(ctx, func(t *tx) error {
		n, err = affected(t.exec(giveBackQuery+where, args...))
		if err != nil {
			return fmt.Errorf("give back deliveries: %w", err)
		}
		t.changed(hookline.TopicSent, hookline.TopicDeliveries)
		return nil
	})
	return n, err
}

// Claim marks at most limit deliveries as sending, the longest due first, and
// gives them with their requests. Those of the destinations in except wait.
func (s *Store) Claim(ctx context.Context, at time.Time, limit int, except []string) (claimed []hookline.Owed, err error) {
	err = s.writeFirst(ctx, func(t *tx) error {
		claimed, err = claim(t, at, limit, except)
		return err
	})
	if err != nil {
		return nil, err
	}
	return claimed, nil
}

func claim(t *tx, at time.Time, limit int, except []string) ([]hookline.Owed, error) {
	text, args := claimQuery(at, limit, except)
	rows, err := t.query(text, args...)
	if err != nil {
		return nil, fmt.Errorf("claim deliveries: %w", err)
	}
	deliveries, err := collect(rows, scanDelivery)
	if err != nil {
		return nil, err
	}
	// "returning" keeps no order.
	slices.SortFunc(deliveries, func(a, b hookline.Delivery) int {
		return cmp.Or(a.NextAttemptAt.Compare(b.NextAttemptAt), cmp.Compare(a.ID, b.ID))
	})
	claimed := make([]hookline.Owed, len(deliveries))
	for i, d := range deliveries {
		made, err := scanRequest(t.queryRow("select "+requestColumns+" from requests where delivery_id = $1 and number = $2", d.ID, d.RequestNumber))
		if err != nil {
			return nil, fmt.Errorf("read request of %s: %w", d.ID, err)
		}
		claimed[i] = hookline.Owed{Delivery: d, Request: made.Request}
		t.changed(hookline.TopicDelivery(d.ID))
	}
	if len(claimed) > 0 {
		t.changed(hookline.TopicSent)
	}
	return claimed, nil
}

func claimQuery(at time.Time, limit int, except []string) (string, []any) {
	not := newList("")
	not.args = []any{micros(at), limit}
	for _, id := range except {
		not.where("destination_id <> ?", id)
	}
	text := "select id from deliveries where state in ('queued', 'retrying') and next_attempt_at <= $1"
	for _, term := range not.terms {
		text += " and " + term
	}
	return "update deliveries set state = 'sending', updated_at = $1 where id in (" + text +
		" order by next_attempt_at limit $2) returning " + deliveryColumns, not.args
}

const nextDueQuery = "select coalesce(min(next_attempt_at), 0) from deliveries where state in ('queued', 'retrying')"

// NextDue gives the time of the earliest attempt that is due or will be; the
// zero time when none is owed.
func (s *Store) NextDue(ctx context.Context) (time.Time, error) {
	var at int64
	err := s.reads.QueryRowContext(ctx, nextDueQuery).Scan(&at)
	if err != nil {
		return time.Time{}, fmt.Errorf("read next due: %w", err)
	}
	return fromMicros(at), nil
}

// Finish records an attempt and what follows from it, as one unit.
func (s *Store) Finish(ctx context.Context, f hookline.Finished) error {
	return s.writeFirst(ctx, func(t *tx) error {
		a, o := f.Attempt, f.Outcome
		n, err := affected(t.exec(`update deliveries set state = $2, reason = $3, last_status = $4, next_attempt_at = $5, updated_at = $6,
			attempts = $7, tries = tries + 1, asked_by = '' where id = $1 and state = 'sending'`,
			a.DeliveryID, string(o.State), o.Reason, a.Status, micros(o.RetryAt), micros(a.StartedAt.Add(a.Duration)), a.Number))
		if err != nil {
			return fmt.Errorf("finish delivery: %w", err)
		}
		if n == 0 {
			return hookline.Conflict("This delivery is not being sent.")
		}
		changedDelivery(t, hookline.Delivery{ID: a.DeliveryID, State: o.State})
		return insertAttempt(t, a)
	})
}

// Requeue makes a delivery due at once because a person asked for it. It fails
// with KindConflict when an attempt is on its way or already asked for, and
// when there is nothing to send or nowhere to send it.
func (s *Store) Requeue(ctx context.Context, q hookline.Requeue) error {
	at := now()
	return s.write(ctx, func(t *tx) error {
		d, err := scanDelivery(t.queryRow("select "+deliveryColumns+" from deliveries where id = $1", q.DeliveryID))
		if err := found(err, "delivery"); err != nil {
			return err
		}
		if err := canRequeue(t, d); err != nil {
			return err
		}
		number, err := requeuedRequest(t, q, at)
		if err != nil {
			return err
		}
		d.State = hookline.StateQueued
		changedDelivery(t, d)
		_, err = t.exec(`update deliveries set state = 'queued', reason = '', tries = 0, request_number = $2, asked_by = $3,
			next_attempt_at = $4, updated_at = $4 where id = $1`, d.ID, number, q.AskedBy, micros(at))
		return err
	})
}

func canRequeue(t *tx, d hookline.Delivery) error {
	switch {
	case d.State == hookline.StateSending:
		return hookline.Conflict("This delivery is being sent right now. Wait for the answer, then decide.")
	case d.State == hookline.StateQueued:
		return hookline.Conflict("This delivery already waits to be sent.")
	case !d.State.CanResend():
		return hookline.Conflict("A delivery that is " + string(d.State) + " cannot be resent.")
	}
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
func requeuedRequest(t *tx, q hookline.Requeue, at time.Time) (int, error) {
	var last int
	if err := t.queryRow("select coalesce(max(number), 0) from requests where delivery_id = $1", q.DeliveryID).Scan(&last); err != nil {
		return 0, fmt.Errorf("read requests: %w", err)
	}
	if q.Request != nil {
		made := hookline.RequestMade{DeliveryID: q.DeliveryID, Number: last + 1, Request: *q.Request, MadeBy: q.AskedBy, MadeAt: at}
		return made.Number, insertRequest(t, made)
	}
	if last == 0 {
		return 0, hookline.Conflict("No request could be made for this delivery, so there are no original bytes to send. Correct the action and resend it composed anew.")
	}
	return 1, nil
}

const requestColumns = "delivery_id, number, method, url, headers, body, made_by, made_at"

func insertRequest(t *tx, m hookline.RequestMade) error {
	headers, err := json.Marshal(m.Request.Headers)
	if err != nil {
		return fmt.Errorf("encode headers: %w", err)
	}
	body := m.Request.Body
	if body == nil {
		body = []byte{}
	}
	_, err = t.exec("insert into requests ("+requestColumns+") values ($1, $2, $3, $4, $5, $6, $7, $8)",
		m.DeliveryID, m.Number, m.Request.Method, m.Request.URL, string(headers), body, m.MadeBy, micros(m.MadeAt))
	if err != nil {
		return fmt.Errorf("insert request: %w", err)
	}
	return nil
}

func scanRequest(r row) (hookline.RequestMade, error) {
	var m hookline.RequestMade
	var headers string
	var at int64
	err := r.Scan(&m.DeliveryID, &m.Number, &m.Request.Method, &m.Request.URL, &headers, &m.Request.Body, &m.MadeBy, &at)
	if err != nil {
		return m, err
	}
	m.MadeAt = fromMicros(at)
	err = json.Unmarshal([]byte(headers), &m.Request.Headers)
	return m, err
}

const attemptColumns = "delivery_id, number, request_number, asked_by, sent, started_at, duration_us, timings, status, " +
	"answer_headers, answer, answer_too_large, outcome, reason"

func insertAttempt(t *tx, a hookline.Attempt) error {
	sent, err1 := json.Marshal(a.Sent)
	timings, err2 := json.Marshal(a.Timings)
	answerHeaders, err3 := json.Marshal(a.AnswerHeaders)
	if err := errors.Join(err1, err2, err3); err != nil {
		return fmt.Errorf("encode attempt: %w", err)
	}
	answer := a.Answer
	if answer == nil {
		answer = []byte{}
	}
	_, err := t.exec("insert into attempts ("+attemptColumns+") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
		a.DeliveryID, a.Number, a.RequestNumber, a.AskedBy, string(sent), micros(a.StartedAt), a.Duration.Microseconds(), string(timings), a.Status,
		string(answerHeaders), answer, a.AnswerTooLarge, string(a.Outcome), a.Reason)
	if err != nil {
		return fmt.Errorf("insert attempt: %w", err)
	}
	return nil
}

func scanAttempt(r row) (hookline.Attempt, error) {
	var a hookline.Attempt
	var sent, timings, answerHeaders string
	var started, duration int64
	err := r.Scan(&a.DeliveryID, &a.Number, &a.RequestNumber, &a.AskedBy, &sent, &started, &duration, &timings, &a.Status,
		&answerHeaders, &a.Answer, &a.AnswerTooLarge, &a.Outcome, &a.Reason)
	if err != nil {
		return a, err
	}
	a.StartedAt, a.Duration = fromMicros(started), time.Duration(duration)*time.Microsecond
	err = errors.Join(json.Unmarshal([]byte(sent), &a.Sent), json.Unmarshal([]byte(timings), &a.Timings), json.Unmarshal([]byte(answerHeaders), &a.AnswerHeaders))
	return a, err
}
