package sqlite

import (
	"database/sql"
	"errors"
	"fmt"

	"hookline/internal/hookline"
)

// leaveFailure takes a delivery out of the failure that it is part of, if it is.
// A failure of which nothing is left is resolved.
func (s *Store) leaveFailure(t *tx, delivery int64) error {
	return s.leaveFailureBy(t, delivery, hookline.DeedMended)
}

// forgetFailed is leaveFailure for a delivery that is deleted because it is old.
func (s *Store) forgetFailed(t *tx, delivery int64) error {
	return s.leaveFailureBy(t, delivery, hookline.DeedForgotten)
}

// leaveFailureBy says by which deed a failure ended of which nothing is left.
func (s *Store) leaveFailureBy(t *tx, delivery int64, deed hookline.FailureDeed) error {
	key, err := failureOf(t, delivery)
	if err != nil || key == 0 {
		return err
	}
	if _, err := t.exec("delete from failure_deliveries where failure_id = $1 and delivery_id = $2", key, delivery); err != nil {
		return fmt.Errorf("take out of failure: %w", err)
	}
	gone, err := uncountPerson(t, key, delivery)
	if err != nil {
		return err
	}
	var left int
	var state hookline.FailureState
	err = t.queryRow("update failures set deliveries = deliveries - 1, people = people - $2 where id = $1 returning deliveries, state", key, gone).Scan(&left, &state)
	if err != nil {
		return fmt.Errorf("update failure: %w", err)
	}
	t.changed(hookline.TopicFailures)
	if left > 0 || state == hookline.FailureResolved {
		return nil
	}
	if err := resolveFailure(t, key); err != nil {
		return err
	}
	return s.noteFailure(t, key, hookline.FailureNote{At: now(), Deed: deed})
}

func resolveFailure(t *tx, key int64) error {
	_, err := t.exec("update failures set state = 'resolved', snoozed_until = 0 where id = $1", key)
	return wrapped(err, "resolve failure")
}

// uncountPerson is the inverse of countPerson; it gives 1 when nothing else of the
// failure is about that person.
func uncountPerson(t *tx, key, delivery int64) (gone int, err error) {
	var person string
	var left int
	err = t.queryRow(`update failure_people set deliveries = deliveries - 1
		where person_id = (select person_id from deliveries where id = $2) and failure_id = $1 returning person_id, deliveries`, key, delivery).Scan(&person, &left)
	switch {
	case errors.Is(err, sql.ErrNoRows): // it is about nobody
		return 0, nil
	case err != nil:
		return 0, fmt.Errorf("uncount person of failure: %w", err)
	case left > 0:
		return 0, nil
	}
	_, err = t.exec("delete from failure_people where person_id = $1 and failure_id = $2", person, key)
	return 1, wrapped(err, "uncount person of failure")
}

// mergeFailures makes what failures count of one person count for another.
func mergeFailures(t *tx, from, into string) error {
	rows, err := t.query("select failure_id, deliveries from failure_people where person_id = $1", from)
	if err != nil {
		return fmt.Errorf("read failures of person: %w", err)
	}
	type part struct {
		key int64
		n   int
	}
	parts, err := collect(rows, func(r row) (p part, err error) { return p, r.Scan(&p.key, &p.n) })
	if err != nil || len(parts) == 0 {
		return err
	}
	if _, err := t.exec("delete from failure_people where person_id = $1", from); err != nil {
		return fmt.Errorf("merge person of failures: %w", err)
	}
	for _, p := range parts {
		var n int
		err := t.queryRow(`insert into failure_people (person_id, failure_id, deliveries) values ($1, $2, $3)
			on conflict (person_id, failure_id) do update set deliveries = failure_people.deliveries + excluded.deliveries returning deliveries`, into, p.key, p.n).Scan(&n)
		if err == nil && n > p.n { // both were among them
			_, err = t.exec("update failures set people = people - 1 where id = $1", p.key)
		}
		if err != nil {
			return fmt.Errorf("merge person of failures: %w", err)
		}
	}
	return nil
}

// closeFailures resolves what failed of a destination that is deleted: nobody can
// repair it any more.
func closeFailures(t *tx, destinationID string) error {
	_, err := t.exec("update failures set state = 'resolved', snoozed_until = 0 where destination_id = $1 and state <> 'resolved'", destinationID)
	t.changed(hookline.TopicFailures)
	return wrapped(err, "resolve failures of destination")
}
