package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"hookline/internal/hookline"
)

// RecordSegments records what one round of the stage found, whole or not at all.
// It fails with KindConflict when the cursor or a segment has changed since, or
// when somebody it is about is gone, or became somebody: then the round is worked
// out again.
func (s *Store) RecordSegments(ctx context.Context, r hookline.SegmentRound) error {
	return s.write(ctx, func(t *tx) error {
		if err := errors.Join(ofVersion(t, r.Version), moveSegmentCursor(t, r.From, r.To)); err != nil {
			return err
		}
		if err := recordDeeds(t, r); err != nil {
			return err
		}
		if err := s.recordChanges(t, r.Changes); err != nil {
			return err
		}
		for _, d := range r.Due {
			if err := recordDue(t, d); err != nil {
				return err
			}
		}
		for _, a := range r.Asked {
			if _, err := t.exec("delete from segment_asks where person_id = $1 and times = $2", a.PersonID, a.Times); err != nil {
				return fmt.Errorf("note that a person was asked: %w", err)
			}
		}
		return recordBuilt(t, r.Built)
	})
}

func moveSegmentCursor(t *tx, from, to string) error {
	at, err := readCursor(t.queryRow("select event_id from cursors where name = $1", segmentCursor))
	if err != nil {
		return err
	}
	if at != hookline.KeyOf(from) {
		return errMoved
	}
	if from == to {
		return nil
	}
	return setCursor(t, segmentCursor, hookline.KeyOf(to))
}

func recordDeeds(t *tx, r hookline.SegmentRound) error {
	for _, d := range r.Deeds {
		if err := replaceDeeds(t, d); err != nil {
			return err
		}
	}
	for _, c := range r.Counted {
		if _, err := t.exec("update counted_deeds set place = $2 where number = $1", c.Deed, hookline.KeyOf(c.Place)); err != nil {
			return fmt.Errorf("move the place of a deed: %w", err)
		}
	}
	return nil
}

// replaceDeeds fails when a person is gone, or a name that led to nobody leads to
// somebody, or the deeds are not those any more from which they were worked out.
func replaceDeeds(t *tx, d hookline.DeedsOf) error {
	statement := replaceDeedsOfNobody
	if isPersonID(d.Owner) {
		statement = replaceDeedsOfPerson
	}
	n, err := t.exec(statement, d.Owner, d.Deed, d.Total, packTimes(d.Times), d.Was)
	if err != nil {
		return fmt.Errorf("save deeds: %w", err)
	}
	if n == 0 {
		return errMoved
	}
	return nil
}

const (
	replaceDeedsOfPerson = "insert into deeds (" + deedColumns + ") select $1, $2, $3, $4 where exists (select 1 from people where id = $1)" + overDeeds
	replaceDeedsOfNobody = "insert into deeds (" + deedColumns + ") select $1, $2, $3, $4 where not exists (select 1 from identities where identity = $1)" + overDeeds
	overDeeds            = " on conflict (owner, deed) do update set total = excluded.total, times = excluded.times where deeds.total = $5"
)

func isPersonID(owner string) bool { return len(owner) > 4 && owner[:4] == "per_" }

// recordChanges passes over whoever moved already, in a merge, say, and over who
// is gone.
func (s *Store) recordChanges(t *tx, changes []hookline.MemberChange) error {
	segments := map[int64]string{}
	for _, c := range changes {
		if _, known := segments[c.Segment]; !known {
			var id string
			err := t.queryRow("select segment_id from segment_work where number = $1", c.Segment).Scan(&id)
			if errors.Is(err, sql.ErrNoRows) {
				return errMoved
			}
			if err != nil {
				return fmt.Errorf("read segment work: %w", err)
			}
			segments[c.Segment] = id
		}
		if _, err := s.move(t, segments[c.Segment], c); err != nil {
			return err
		}
	}
	if len(changes) > 0 {
		t.changed(hookline.TopicSegments)
	}
	return nil
}

func recordDue(t *tx, d hookline.DueChange) error {
	statement, args := "delete from segment_due where person_id = $1", []any{d.PersonID}
	if !d.At.IsZero() {
		statement = "insert into segment_due (person_id, due_at) select p.id, $2 from people p where p.id = $1 on conflict (person_id) do update set due_at = excluded.due_at"
		args = append(args, micros(d.At))
	}
	if _, err := t.exec(statement, args...); err != nil {
		return fmt.Errorf("note when to ask a person: %w", err)
	}
	return nil
}

func recordBuilt(t *tx, built []hookline.BuildPlace) error {
	for _, b := range built {
		var id string
		err := t.queryRow("update segment_work set place = $2, asked = asked + $3 where number = $1 returning segment_id", b.Segment, b.Place, b.Asked).Scan(&id)
		if err != nil {
			return fmt.Errorf("move the place of a segment: %w", err)
		}
		t.changed(hookline.TopicSegment(id))
		if !b.Ready {
			continue
		}
		if _, err := t.exec("update segments set state = $2 where id = $1", id, string(hookline.SegmentReady)); err != nil {
			return fmt.Errorf("finish the first count of a segment: %w", err)
		}
		if err := changedSegments(t); err != nil {
			return err
		}
	}
	if len(built) > 0 {
		t.changed(hookline.TopicSegments)
	}
	return nil
}

// swept is how many rows of what nobody asks for any more are looked through in
// one unit.
const swept = 5000

// SweepSegments removes some of what is left of deleted segments and of deeds
// that nobody asks for any more, and of moves before a moment; place is what the
// last call gave, "" for the first. More is false when nothing is left.
func (s *Store) SweepSegments(ctx context.Context, place string, before time.Time) (next string, more bool, err error) {
	err = s.write(ctx, func(t *tx) error {
		next, more = "", false
		n, err := sweepMembers(t)
		if err != nil || n > 0 {
			more = n > 0
			return err
		}
		next, err = sweepDeeds(t, place)
		more = next != ""
		if err != nil || more {
			return err
		}
		removed, err := t.exec("delete from segment_moves where id in (select id from segment_moves where id < $1 order by id limit $2)", hookline.KeyAt(before), swept)
		more = removed == swept
		return err
	})
	return next, more, err
}

// sweepMembers removes members of deleted segments, and says how many.
func sweepMembers(t *tx) (int64, error) {
	var number int64
	err := t.queryRow("select number from segment_work where not exists (select 1 from segments g where g.id = segment_work.segment_id) limit 1").Scan(&number)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("look for deleted segments: %w", err)
	}
	n, err := t.exec("delete from segment_members where segment = $1 and person_id in (select person_id from segment_members where segment = $1 order by person_id limit $2)", number, swept)
	if err == nil && n < swept {
		_, err = t.exec("delete from segment_work where number = $1", number)
		n = max(n, 1)
	}
	if err != nil {
		return 0, fmt.Errorf("remove the members of a deleted segment: %w", err)
	}
	return n, nil
}

// sweepDeeds walks over the deeds while there are kinds that were dropped, and
// removes these kinds at the end.
func sweepDeeds(t *tx, place string) (next string, err error) {
	var dropped bool
	if err := t.queryRow("select exists (select 1 from counted_deeds where times = 0)").Scan(&dropped); err != nil || !dropped {
		return "", err
	}
	err = t.queryRow("select owner from deeds where owner > $1 order by owner limit 1 offset $2", place, swept).Scan(&next)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		_, err = t.exec("delete from deeds where owner > $1 and deed in (select number from counted_deeds where times = 0)", place)
		if err == nil {
			_, err = t.exec("delete from counted_deeds where times = 0")
		}
	case err == nil:
		_, err = t.exec("delete from deeds where owner > $1 and owner <= $2 and deed in (select number from counted_deeds where times = 0)", place, next)
	}
	if err != nil {
		return "", fmt.Errorf("remove dropped deeds: %w", err)
	}
	return next, nil
}
