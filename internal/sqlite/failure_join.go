package sqlite

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"hookline/internal/failure"
	"hookline/internal/hookline"
)

// Which deliveries belong to a failure is written in the unit in which they fail,
// and taken back in the one in which they are delivered at last. What is delivered
// at its first round costs nothing: only somebody who resent it can have brought
// back what had failed.

// failedDelivery is a delivery as far as its failure goes.
type failedDelivery struct {
	key                               int64
	destinationID, actionID, personID string
	mark                              failure.Mark
	at                                time.Time
	late                              bool // it failed long ago, see GatherFailures
}

// destinationDeleted is the reason of what nobody can repair any more.
const destinationDeleted = "The destination was deleted."

// markOf gives the mark of an attempt that failed for good, outside of the
// writer's turn. The zero value for any other.
func markOf(f hookline.Finished) failure.Mark {
	if f.Outcome.State != hookline.StateFailed || f.Outcome.Reason == destinationDeleted {
		return failure.Mark{}
	}
	return failure.OfAttempt(f.Attempt)
}

// followFailure keeps failures true after an attempt.
func (s *Store) followFailure(t *tx, key int64, f hookline.Finished, mark failure.Mark) error {
	if mark.Trouble == "" {
		if isOver(f) {
			return s.leaveFailure(t, key)
		}
		return nil
	}
	d := failedDelivery{key: key, mark: mark, at: f.Attempt.StartedAt.Add(f.Attempt.Duration)}
	var origin hookline.Origin
	err := t.queryRow("select destination_id, action_id, person_id, origin from deliveries where id = $1", key).Scan(&d.destinationID, &d.actionID, &d.personID, &origin)
	if err != nil {
		return fmt.Errorf("read failed delivery: %w", err)
	}
	if origin == hookline.OriginTest {
		return nil
	}
	return s.joinFailure(t, d)
}

// isOver says whether what a delivery may have failed of before is over: it is
// delivered after it was resent; or it had failed because no request could be
// made, and now one was.
func isOver(f hookline.Finished) bool {
	a := f.Attempt
	switch f.Outcome.State {
	case hookline.StateDelivered:
		return a.AskedBy != "" || a.Number > f.Tries+1
	case hookline.StateRetrying:
		return a.AskedBy != "" && a.Number == 1
	}
	return false
}

// joinMade makes a delivery that failed as it was made part of its failure.
func (s *Store) joinMade(t *tx, key int64, d hookline.Delivery) error {
	if d.State != hookline.StateFailed || d.Origin == hookline.OriginTest {
		return nil
	}
	return s.joinFailure(t, failedDelivery{
		key: key, destinationID: d.DestinationID, actionID: d.ActionID, personID: d.PersonID, mark: failure.OfReason(d.Reason), at: d.UpdatedAt,
	})
}

// joinFailure makes a delivery part of the failure that it is alike, and of no
// other. One that had been resolved is open again.
func (s *Store) joinFailure(t *tx, d failedDelivery) error {
	f, err := s.failureAlike(t, d)
	if err != nil {
		return err
	}
	before, err := failureOf(t, d.key)
	if err != nil {
		return err
	}
	if before != f.key {
		if err := s.leaveFailure(t, d.key); err != nil {
			return err
		}
		if err := enterFailure(t, f.key, d); err != nil {
			return err
		}
		f.deliveries++
		if f.people, err = countPerson(t, f, d.personID); err != nil {
			return err
		}
	}
	if err := touchFailure(t, f, d.at); err != nil || f.state != hookline.FailureResolved || d.late {
		return err
	}
	if err := openFailure(t, f.key, d.at); err != nil {
		return err
	}
	return s.noteFailure(t, f.key, hookline.FailureNote{At: d.at, Deed: hookline.DeedReturned})
}

// failureKept is a failure as far as it is counted.
type failureKept struct {
	key                       int64
	state                     hookline.FailureState
	first, last               int64
	deliveries, total, people int
	minutes                   string
}

const failureAlikeQuery = `select id, state, first_at, last_at, deliveries, total, people, minutes from failures
	where destination_id = $1 and action_id = $2 and trouble = $3 and status = $4 and answer = $5`

func findAlike(t *tx, d failedDelivery) (f failureKept, err error) {
	err = t.queryRow(failureAlikeQuery, d.destinationID, d.actionID, string(d.mark.Trouble), d.mark.Status, d.mark.Answer).
		Scan(&f.key, &f.state, &f.first, &f.last, &f.deliveries, &f.total, &f.people, &f.minutes)
	return f, err
}

// maxAlike is how many failures of one action and status may differ by their
// answers alone. A receiver that says something else each time has one more, for
// all the rest.
const maxAlike = 40

// failureAlike finds the failure that a delivery belongs to, or begins it.
func (s *Store) failureAlike(t *tx, d failedDelivery) (failureKept, error) {
	f, err := findAlike(t, d)
	if !errors.Is(err, sql.ErrNoRows) {
		return f, wrapped(err, "read failure")
	}
	var alike int
	err = t.queryRow("select count(*) from failures where destination_id = $1 and action_id = $2 and trouble = $3 and status = $4",
		d.destinationID, d.actionID, string(d.mark.Trouble), d.mark.Status).Scan(&alike)
	if err != nil {
		return f, fmt.Errorf("count failures: %w", err)
	}
	if alike >= maxAlike {
		d.mark.Answer = otherAnswers
		if f, err = findAlike(t, d); !errors.Is(err, sql.ErrNoRows) {
			return f, wrapped(err, "read failure")
		}
	}
	return s.beginFailure(t, d)
}

// otherAnswers stands for answers that are too many to tell apart.
const otherAnswers = "… (answers of many kinds)"

func wrapped(err error, what string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

func (s *Store) beginFailure(t *tx, d failedDelivery) (failureKept, error) {
	at := micros(d.at)
	f := failureKept{key: s.ids.Key(), state: hookline.FailureOpen, first: at, last: at}
	place, err := freePlace(t, at)
	if err != nil {
		return f, err
	}
	_, err = t.exec("insert into failures ("+failureColumns+") values ("+placeholders(17)+")",
		f.key, d.destinationID, d.actionID, string(d.mark.Trouble), d.mark.Status, d.mark.Answer, string(f.state), 0, "", at, at, at, place, 0, 0, 0, "")
	return f, wrapped(err, "insert failure")
}

// freePlace gives the first place from at on that no failure has.
func freePlace(t *tx, at int64) (int64, error) {
	for place := at; ; place++ {
		var taken bool
		if err := t.queryRow("select exists (select 1 from failures where place = $1)", place).Scan(&taken); err != nil || !taken {
			return place, wrapped(err, "find a place")
		}
	}
}

// failureOf gives the key of the failure that a delivery is part of; 0 for none.
func failureOf(t *tx, delivery int64) (key int64, err error) {
	err = t.queryRow("select failure_id from failure_deliveries where delivery_id = $1", delivery).Scan(&key)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return key, wrapped(err, "read failure of delivery")
}

func enterFailure(t *tx, failureKey int64, d failedDelivery) error {
	_, err := t.exec("insert into failure_deliveries (failure_id, delivery_id) values ($1, $2)", failureKey, d.key)
	return wrapped(err, "add to failure")
}

// countPerson counts a delivery about somebody, and gives about how many people
// the failure is then.
func countPerson(t *tx, f failureKept, personID string) (people int, err error) {
	if personID == "" {
		return f.people, nil
	}
	var n int
	err = t.queryRow(`insert into failure_people (person_id, failure_id, deliveries) values ($1, $2, 1)
		on conflict (person_id, failure_id) do update set deliveries = failure_people.deliveries + 1 returning deliveries`, personID, f.key).Scan(&n)
	if err != nil {
		return f.people, fmt.Errorf("count person of failure: %w", err)
	}
	if n == 1 {
		return f.people + 1, nil
	}
	return f.people, nil
}

// touchFailure notes that one more failed at a moment.
func touchFailure(t *tx, f failureKept, at time.Time) error {
	moment := micros(at)
	_, err := t.exec("update failures set first_at = $2, last_at = $3, deliveries = $4, total = $5, people = $6, minutes = $7 where id = $1",
		f.key, min(f.first, moment), max(f.last, moment), f.deliveries, f.total+1, f.people, addMinute(f.minutes, at))
	t.changed(hookline.TopicFailures)
	return wrapped(err, "update failure")
}

// openFailure opens what was resolved. It stands among the newest again.
func openFailure(t *tx, key int64, at time.Time) error {
	place, err := freePlace(t, micros(at))
	if err != nil {
		return err
	}
	_, err = t.exec("update failures set state = 'open', snoozed_until = 0, opened_at = $2, place = $3 where id = $1", key, micros(at), place)
	return wrapped(err, "open failure")
}

func (s *Store) noteFailure(t *tx, failureKey int64, n hookline.FailureNote) error {
	_, err := t.exec("insert into failure_notes (id, failure_id, made_by, made_at, deed, text) values ($1, $2, $3, $4, $5, $6)",
		s.ids.Key(), failureKey, n.By, micros(n.At), string(n.Deed), n.Text)
	return wrapped(err, "insert note of failure")
}
