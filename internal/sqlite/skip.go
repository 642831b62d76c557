package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"time"

	"hookline/internal/hookline"
)

// skipAtOnce is how many deliveries one unit looks at: writing goes on between
// the units for everybody else.
const skipAtOnce = 500

// skipEndQuery gives where a stretch of so many deliveries ends.
const skipEndQuery = `select next_attempt_at, id from deliveries where destination_id = $1 and state in ('queued', 'retrying')
	and (next_attempt_at, id) > ($2, $3) order by next_attempt_at, id limit 1 offset $4`

// skipQuery discards what is in a stretch and is not kept: $9 is the oldest
// time of making that is kept, and with $10 a newer delivery counts too. What
// somebody asked to be resent is kept in any case, and so is a batch, which is
// about many people.
var skipQuery = `update deliveries set state = 'discarded', reason = $7, next_attempt_at = 0, updated_at = $6
	where destination_id = $1 and state in ('queued', 'retrying') and (next_attempt_at, id) > ($2, $3) and (next_attempt_at, id) <= ($4, $5)
	and created_at <= $8 and asked_by = ''
	and (created_at < $9 or $10 and batch_size = 0 and person_id <> '' and exists (
		select 1 from ` + deliveriesByPerson.entries("k") + ` cross join deliveries n on n.id = k.delivery_id
		where k.person_id = deliveries.person_id and k.delivery_id > deliveries.id
		and n.destination_id = deliveries.destination_id and n.action_id = deliveries.action_id and n.batch_size = 0 and n.asked_by = ''
		and n.state in ('queued', 'retrying') and n.created_at <= $8))
	returning id, journey_id`

// duePlace is where in what a destination owes a stretch begins or ends.
type duePlace struct {
	due int64
	key int64
}

// theEnd is after everything.
var theEnd = duePlace{due: math.MaxInt64}

// Skip discards what a destination owed when r was asked for and r does not
// keep, each with the reason, and says how many it discarded. It works in small
// units: when it fails in the middle, or the process ends, what was discarded
// stays so, and Skip again does the rest. It fails with KindConflict when the
// destination is not being resumed by r any more.
func (s *Store) Skip(ctx context.Context, destinationID string, r hookline.Resume) (int, error) {
	skipped := 0
	for from := (duePlace{}); from != theEnd; {
		var n int
		var next duePlace
		err := s.write(ctx, func(t *tx) (err error) {
			n, next, err = s.skip(t, destinationID, r, from)
			return err
		})
		if err != nil {
			return skipped, err
		}
		skipped += n
		from = next
	}
	return skipped, nil
}

// skip does one unit and says where the next begins.
func (s *Store) skip(t *tx, destinationID string, r hookline.Resume, from duePlace) (int, duePlace, error) {
	var still int
	err := t.queryRow("select count(*) from destinations where id = $1 and paused_at <> 0 and resume_at = $2", destinationID, micros(r.At)).Scan(&still)
	if err != nil {
		return 0, from, fmt.Errorf("read destination: %w", err)
	}
	if still == 0 {
		return 0, from, errMoved
	}
	if err := deliveriesByPerson.complete(t); err != nil {
		return 0, from, err
	}
	to := theEnd
	err = t.queryRow(skipEndQuery, destinationID, from.due, from.key, skipAtOnce-1).Scan(&to.due, &to.key)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, from, fmt.Errorf("read what is owed: %w", err)
	}
	rows, err := t.query(skipQuery, destinationID, from.due, from.key, to.due, to.key, micros(now()), r.SkipReason(), micros(r.At),
		micros(r.Since), r.Keep == hookline.KeepNewest)
	if err != nil {
		return 0, from, fmt.Errorf("skip deliveries: %w", err)
	}
	skipped, err := collect(rows, func(r row) (d hookline.Delivery, err error) {
		var key, journey int64
		err = r.Scan(&key, &journey)
		d.ID, d.JourneyID = hookline.KeyID("dlv", key), hookline.KeyID("jrn", journey)
		return d, err
	})
	if err != nil {
		return 0, from, fmt.Errorf("skip deliveries: %w", err)
	}
	for _, d := range skipped {
		t.changed(hookline.TopicDelivery(d.ID))
		if err := s.leaveFailure(t, hookline.KeyOf(d.ID)); err != nil {
			return 0, from, err
		}
		if err := endStep(t, d.JourneyID, hookline.KeyOf(d.ID), nil); err != nil {
			return 0, from, err
		}
	}
	if len(skipped) > 0 {
		t.changed(hookline.TopicSent)
	}
	return len(skipped), to, nil
}

// lookedAt is how many deliveries are looked at to tell about how many people
// they are.
const lookedAt = 50_000

// newestQuery counts what KeepNewest keeps of the latest due, and sinceQuery
// what KeepSince keeps: nothing is due before it is made, so what was made then
// or later is due then or later.
const (
	newestQuery = `select count(distinct case when person_id <> '' and batch_size = 0 and asked_by = '' then action_id || ' ' || person_id end)
			+ coalesce(sum(case when person_id = '' or batch_size > 0 or asked_by <> '' then 1 else 0 end), 0)
		from (select action_id, person_id, batch_size, asked_by from deliveries
			where destination_id = $1 and state in ('queued', 'retrying') and next_attempt_at >= 0 order by next_attempt_at desc limit $2) latest`
	sinceQuery = `select count(*) from (select 1 from deliveries where destination_id = $1 and state in ('queued', 'retrying')
		and next_attempt_at >= $2 and created_at >= $2 limit $3) young`
)

// Choices tells how many of what a destination owes each way of resuming would
// send; since is for the one that keeps what was made then or later. Of very
// many only some are looked at: then it is said that there are more.
func (s *Store) Choices(ctx context.Context, destinationID string, since time.Time) (c hookline.Choices, err error) {
	if c.All, err = s.HeldBy(ctx, destinationID); err != nil {
		return c, err
	}
	if err := s.reads.QueryRowContext(ctx, newestQuery, destinationID, lookedAt).Scan(&c.Newest.Count); err != nil {
		return c, fmt.Errorf("count the newest: %w", err)
	}
	c.Newest.More = c.All.Count > lookedAt
	if err := s.reads.QueryRowContext(ctx, sinceQuery, destinationID, micros(since), countedMost+1).Scan(&c.Since.Count); err != nil {
		return c, fmt.Errorf("count the young: %w", err)
	}
	c.Since = countedTo(c.Since)
	return c, nil
}
