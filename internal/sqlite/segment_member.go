package sqlite

import (
	"context"
	"fmt"
	"strconv"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

// numberOfSegment is the number under which a segment's members are kept, as a
// subquery.
const numberOfSegment = "(select w.number from segment_work w join segments g on g.id = w.segment_id where g.id = $1)"

// SegmentsOf gives the segments that a person is in, those they entered last
// first.
func (s *Store) SegmentsOf(ctx context.Context, personID string) ([]hookline.Membership, error) {
	rows, err := s.reads.QueryContext(ctx, `select g.id, m.person_id, m.since from segment_members m join segment_work w on w.number = m.segment
		join segments g on g.id = w.segment_id where m.person_id = $1 order by m.since desc, g.id`, personID)
	if err != nil {
		return nil, fmt.Errorf("read memberships: %w", err)
	}
	return collect(rows, func(r row) (m hookline.Membership, err error) {
		var since int64
		err = r.Scan(&m.SegmentID, &m.PersonID, &since)
		m.Since = fromMicros(since)
		return m, err
	})
}

// MembershipsOf gives the ids of the segments that each of some people is in; who
// is in none is not among them.
func (s *Store) MembershipsOf(ctx context.Context, personIDs []string) (map[string][]string, error) {
	all := map[string][]string{}
	query := `select m.person_id, g.id from segment_members m join segment_work w on w.number = m.segment
		join segments g on g.id = w.segment_id where m.person_id in `
	err := s.byPerson(ctx, query, personIDs, func(r row) error {
		var person, segment string
		err := r.Scan(&person, &segment)
		all[person] = append(all[person], segment)
		return err
	})
	return all, err
}

// MembersAfter gives at most limit members of a segment by their ids, those that
// follow afterPersonID, in the order of ids.
func (s *Store) MembersAfter(ctx context.Context, segmentID, afterPersonID string, limit int) ([]string, error) {
	rows, err := s.reads.QueryContext(ctx, "select person_id from segment_members where segment = "+numberOfSegment+" and person_id > $2 order by person_id limit $3", segmentID, afterPersonID, limit)
	if err != nil {
		return nil, fmt.Errorf("read members: %w", err)
	}
	return collect(rows, func(r row) (id string, err error) { return id, r.Scan(&id) })
}

// LastSegmentMove gives the id of the last move so far, "" before the first: who
// wants only what moves from now on begins there.
func (s *Store) LastSegmentMove(ctx context.Context) (string, error) {
	var last int64
	if err := s.reads.QueryRowContext(ctx, "select coalesce(max(id), 0) from segment_moves").Scan(&last); err != nil {
		return "", fmt.Errorf("read last move: %w", err)
	}
	return hookline.KeyID("smv", last), nil
}

// SegmentMovesAfter gives at most limit moves that follow the one named, in the
// order in which people moved.
func (s *Store) SegmentMovesAfter(ctx context.Context, id string, limit int) ([]hookline.SegmentMove, error) {
	rows, err := s.reads.QueryContext(ctx, "select id, segment_id, person_id, entered, event_id, at from segment_moves where id > $1 order by id limit $2", hookline.KeyOf(id), limit)
	if err != nil {
		return nil, fmt.Errorf("read moves: %w", err)
	}
	return collect(rows, scanMove)
}

func scanMove(r row) (m hookline.SegmentMove, err error) {
	var key, event, at int64
	err = r.Scan(&key, &m.SegmentID, &m.PersonID, &m.Entered, &event, &at)
	m.ID, m.EventID, m.At = hookline.KeyID("smv", key), hookline.KeyID("evt", event), fromMicros(at)
	return m, err
}

// PutMembers puts people into a manual segment; who is in it, or is not known,
// is passed over. KindConflict: the segment fills itself.
func (s *Store) PutMembers(ctx context.Context, segmentID string, personIDs []string) error {
	return s.changeMembers(ctx, segmentID, personIDs, true)
}

// RemoveMembers takes people out of a manual segment; who is not in it is passed
// over. KindConflict: the segment fills itself.
func (s *Store) RemoveMembers(ctx context.Context, segmentID string, personIDs []string) error {
	return s.changeMembers(ctx, segmentID, personIDs, false)
}

func (s *Store) changeMembers(ctx context.Context, segmentID string, personIDs []string, entered bool) error {
	return s.write(ctx, func(t *tx) error {
		g, err := readSegment(t, segmentID)
		if err != nil {
			return err
		}
		if !g.Manual {
			return hookline.Conflict("This segment fills itself by its condition. Change the condition, or make a manual segment.")
		}
		var number int64
		if err := t.queryRow("select number from segment_work where segment_id = $1", g.ID).Scan(&number); err != nil {
			return fmt.Errorf("read segment work: %w", err)
		}
		at, changed := now(), 0
		for _, id := range personIDs {
			moved, err := s.move(t, g.ID, hookline.MemberChange{Segment: number, PersonID: id, Entered: entered, At: at})
			if err == nil && moved {
				changed++
				err = t.askIfNamed(g.ID, id)
			}
			if err != nil {
				return err
			}
		}
		if changed == 0 {
			return nil
		}
		return s.note(ctx, t, audit.OfSegment(g).Say(audit.Changed, membersChanged(changed, entered)))
	})
}

// membersChanged tells in the audit log how many were put in, or taken out.
func membersChanged(n int, entered bool) string {
	words := strconv.Itoa(n) + " people"
	if n == 1 {
		words = "1 person"
	}
	if entered {
		return words + " put in by hand"
	}
	return words + " taken out by hand"
}

// askIfNamed has a person asked whose membership another segment asks for.
func (t *tx) askIfNamed(segmentID, personID string) error {
	var named bool
	if err := t.queryRow("select exists (select 1 from segments where condition_text like $1)", `%"`+segmentID+`"%`).Scan(&named); err != nil || !named {
		return err
	}
	return askPerson(t, personID)
}

// move makes somebody a member, or no longer one, and notes that they moved. It
// says whether they did: who is in already, or is nobody, does not.
func (s *Store) move(t *tx, segmentID string, c hookline.MemberChange) (moved bool, err error) {
	change := "delete from segment_members where segment = $1 and person_id = $2"
	args := []any{c.Segment, c.PersonID}
	if c.Entered {
		change = "insert into segment_members (segment, person_id, since) select $1, p.id, $3 from people p where p.id = $2 on conflict (segment, person_id) do nothing"
		args = append(args, micros(c.At))
	}
	n, err := t.exec(change, args...)
	if err != nil || n == 0 {
		return false, err
	}
	by := -1
	if c.Entered {
		by = 1
	}
	if err := resize(t, c.Segment, by); err != nil {
		return true, err
	}
	t.changed(hookline.TopicSegment(segmentID))
	if c.Silent {
		return true, nil
	}
	if err := wakeJourneysOf(t, c.PersonID); err != nil {
		return true, err
	}
	_, err = t.exec("insert into segment_moves (id, segment_id, person_id, entered, event_id, at) values ($1, $2, $3, $4, $5, $6)",
		s.ids.Key(), segmentID, c.PersonID, c.Entered, hookline.KeyOf(c.EventID), micros(c.At))
	if err != nil {
		return true, fmt.Errorf("insert move: %w", err)
	}
	t.changed(hookline.TopicMoves)
	return true, nil
}
