package sqlite

import (
	"context"
	"fmt"
	"time"

	"hookline/internal/hookline"
)

const failureColumns = "id, destination_id, action_id, trouble, status, answer, state, snoozed_until, assigned_to, first_at, last_at, opened_at, place, " +
	"deliveries, total, people, minutes"

// scanFailure reads a failure as it is stored; see shownAt.
func scanFailure(r row) (f hookline.Failure, minutes string, err error) {
	var key, snoozed, first, last, opened, place int64
	err = r.Scan(&key, &f.DestinationID, &f.ActionID, &f.Trouble, &f.Status, &f.Answer, &f.State, &snoozed, &f.AssignedTo, &first, &last, &opened, &place,
		&f.Deliveries, &f.Total, &f.People, &minutes)
	f.ID, f.Place = hookline.KeyID("flr", key), hookline.KeyID("flr", place)
	f.SnoozedUntil, f.FirstAt, f.LastAt, f.OpenedAt = fromMicros(snoozed), fromMicros(first), fromMicros(last), fromMicros(opened)
	return f, minutes, err
}

var failureRows = "select " + prefixColumns("f", failureColumns) + `, coalesce(t.name, ''), coalesce(a.name, ''), coalesce(a.version, 0), coalesce(u.email, '')
	from failures f
	left join destinations t on t.id = f.destination_id
	left join actions a on a.id = f.action_id
	left join users u on u.id = f.assigned_to`

// scanFailureRow gives a failure as it is shown at a moment: what was snoozed
// until then is open.
func scanFailureRow(at time.Time) func(row) (hookline.FailureRow, error) {
	return func(r row) (w hookline.FailureRow, err error) {
		var minutes string
		w.Failure, minutes, err = scanFailure(suffixed{r, []any{&w.DestinationName, &w.ActionName, &w.VersionInUse, &w.Assignee}})
		if w.State == hookline.FailureSnoozed && !w.SnoozedUntil.After(at) {
			w.State, w.SnoozedUntil = hookline.FailureOpen, time.Time{}
		}
		w.Minutes = readMinutes(minutes, at)
		for _, n := range w.Minutes {
			w.Recent += n
		}
		return w, err
	}
}

// ListFailures gives the failures that fit the filter, those that were opened
// last first. The cursor names them by their places.
func (s *Store) ListFailures(ctx context.Context, f hookline.FailureFilter, c hookline.Cursor) (hookline.Listing[hookline.FailureRow], error) {
	at := now()
	l, err := list(ctx, s.reads, selectFailures(f, at), c, scanFailureRow(at))
	if err != nil {
		return l, err
	}
	for i := range l.Rows {
		if l.Rows[i].About, err = s.aboutOf(ctx, l.Rows[i].ID); err != nil {
			return hookline.Listing[hookline.FailureRow]{}, err
		}
	}
	return l, nil
}

func selectFailures(f hookline.FailureFilter, at time.Time) *listQuery {
	q := newList(failureRows)
	q.id, q.keyed = "f.place", true
	switch f.State {
	case hookline.FailureOpen:
		q.where("(f.state = 'open' or f.state = 'snoozed' and f.snoozed_until <= ?)", micros(at))
	case hookline.FailureSnoozed:
		q.where("f.state = 'snoozed' and f.snoozed_until > ?", micros(at))
	case hookline.FailureResolved:
		q.where("f.state = 'resolved'")
	}
	if f.Unresolved {
		q.where("f.state <> 'resolved'")
	}
	if f.AssignedTo != "" {
		q.where("f.assigned_to = ?", f.AssignedTo)
	}
	if f.DestinationID != "" {
		q.where("f.destination_id = ?", f.DestinationID)
	}
	return q
}

// Failure gives one failure as a list shows it.
func (s *Store) Failure(ctx context.Context, id string) (hookline.FailureRow, error) {
	w, err := scanFailureRow(now())(s.reads.QueryRowContext(ctx, failureRows+" where f.id = $1", hookline.KeyOf(id)))
	if err := found(err, "failure"); err != nil {
		return w, err
	}
	w.About, err = s.aboutOf(ctx, w.ID)
	return w, err
}

// The people of a failure's newest deliveries, the latest first.
const aboutQuery = `select p.id, coalesce(nullif(p.email, ''), nullif(p.user_id, ''), p.id) from (
		select person_id, max(delivery_id) latest from (
			select k.delivery_id, d.person_id from failure_deliveries k cross join deliveries d on d.id = k.delivery_id
			where k.failure_id = $1 order by k.delivery_id desc limit 50
		) newest where person_id <> '' group by person_id
	) one join people p on p.id = one.person_id order by one.latest desc limit 5`

func (s *Store) aboutOf(ctx context.Context, id string) ([]hookline.PersonNamed, error) {
	rows, err := s.reads.QueryContext(ctx, aboutQuery, hookline.KeyOf(id))
	if err != nil {
		return nil, fmt.Errorf("read people of failure: %w", err)
	}
	return collect(rows, func(r row) (p hookline.PersonNamed, err error) { return p, r.Scan(&p.ID, &p.Label) })
}

const countOpenFailuresQuery = "select count(*) from failures where state <> 'resolved' and (state = 'open' or snoozed_until <= $1)"

// CountOpenFailures counts the failures that are open now.
func (s *Store) CountOpenFailures(ctx context.Context) (n int, err error) {
	if err := s.reads.QueryRowContext(ctx, countOpenFailuresQuery, micros(now())).Scan(&n); err != nil {
		return 0, fmt.Errorf("count failures: %w", err)
	}
	return n, nil
}

const failureNotesQuery = "select id, made_by, made_at, deed, text from failure_notes where failure_id = $1 order by id desc limit $2"

// shownNotes is how many of a failure's notes are given.
const shownNotes = 200

// ListFailureNotes gives what was done with a failure, the latest first, at most
// the last 200 deeds.
func (s *Store) ListFailureNotes(ctx context.Context, id string) ([]hookline.FailureNote, error) {
	rows, err := s.reads.QueryContext(ctx, failureNotesQuery, hookline.KeyOf(id), shownNotes)
	if err != nil {
		return nil, fmt.Errorf("read notes of failure: %w", err)
	}
	return collect(rows, func(r row) (n hookline.FailureNote, err error) {
		var key, at int64
		err = r.Scan(&key, &n.By, &at, &n.Deed, &n.Text)
		n.ID, n.At = hookline.KeyID("fnt", key), fromMicros(at)
		return n, err
	})
}

const oldestOfFailureQuery = "select delivery_id from failure_deliveries where failure_id = $1 order by delivery_id limit 1"

// FailureBegan tells what is known of a failure's beginning: the oldest delivery
// that is part of it, and whether that was set off by an event whose like its
// source had not sent among the events before it. "" when nothing is left of it.
func (s *Store) FailureBegan(ctx context.Context, id string) (deliveryID string, newKind bool, err error) {
	var key int64
	err = s.reads.QueryRowContext(ctx, oldestOfFailureQuery, hookline.KeyOf(id)).Scan(&key)
	if hookline.KindOf(found(err, "failure")) == hookline.KindNotFound {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("read oldest of failure: %w", err)
	}
	var before, alike int
	if err := s.reads.QueryRowContext(ctx, likeItQuery, key, lookedBack).Scan(&before, &alike); err != nil {
		return "", false, fmt.Errorf("read events before: %w", err)
	}
	return hookline.KeyID("dlv", key), before >= enoughBefore && alike == 0, nil
}

// Of the events before that of a delivery, so many are looked at, and of fewer
// than a handful nothing is said: there everything is new.
const (
	lookedBack   = 1000
	enoughBefore = 20
)

const likeItQuery = `select count(*), coalesce(sum(case when b.type = its.type and b.name = its.name then 1 else 0 end), 0)
	from (select e.id, e.source_id, e.type, e.name from deliveries d join events e on e.id = d.event_id where d.id = $1 and d.event_id <> 0) its
	cross join events b on b.source_id = its.source_id and b.id < its.id
	and b.id >= coalesce((select id from events where source_id = its.source_id and id < its.id order by id desc limit 1 offset $2), 0)`
