package sqlite

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"hookline/internal/hookline"
)

// ask notes everybody whom the transaction changed otherwise than by events, so
// that segments ask them again: events are followed by themselves. While there is
// no segment that asks anybody, nothing is noted.
func (t *tx) ask() error {
	looked := false
	for _, c := range t.told.people {
		if !c.Deleted && len(c.Merged) == 0 {
			continue
		}
		if !looked {
			var asks bool
			if err := t.queryRow("select exists (select 1 from segments where manual = false)").Scan(&asks); err != nil || !asks {
				return err
			}
			looked = true
		}
		if err := askPerson(t, c.Person.ID); err != nil {
			return err
		}
	}
	return nil
}

func askPerson(t *tx, id string) error {
	_, err := t.exec("insert into segment_asks (person_id, times) values ($1, 1) on conflict (person_id) do update set times = segment_asks.times + 1", id)
	if err != nil {
		return fmt.Errorf("have a person asked: %w", err)
	}
	t.changed(hookline.TopicAsks)
	return nil
}

// claimDeeds gives a person what was done under a name that led to nobody.
func claimDeeds(t *tx, identity, personID string) error {
	if !strings.HasPrefix(identity, hookline.AnonymousIdentity("")) {
		return nil // every other name makes a person at once
	}
	moved, err := moveDeeds(t, identity, personID)
	if err != nil || !moved {
		return err
	}
	return askPerson(t, personID)
}

// mergeStanding gives a person the memberships and deeds of somebody who became
// them. That is no move: they are one. Whether they belong there is asked again.
func mergeStanding(t *tx, from, into string) error {
	if _, err := moveDeeds(t, from, into); err != nil {
		return err
	}
	rows, err := t.query("select segment, since from segment_members where person_id = $1", from)
	if err != nil {
		return fmt.Errorf("read memberships: %w", err)
	}
	type membership struct{ segment, since int64 }
	theirs, err := collect(rows, func(r row) (m membership, err error) { return m, r.Scan(&m.segment, &m.since) })
	if err != nil {
		return err
	}
	for _, m := range theirs {
		if _, err := addMember(t, m.segment, into, m.since); err != nil {
			return err
		}
	}
	return removeStanding(t, from)
}

// removeStanding takes everything away that is kept of a person for segments.
func removeStanding(t *tx, id string) error {
	rows, err := t.query("select segment from segment_members where person_id = $1", id)
	if err != nil {
		return fmt.Errorf("read memberships: %w", err)
	}
	segments, err := collect(rows, scanKey)
	for _, segment := range segments {
		err = errors.Join(err, removeMember(t, segment, id))
	}
	if err != nil {
		return err
	}
	for _, statement := range []string{"delete from deeds where owner = $1", "delete from segment_due where person_id = $1"} {
		if _, err := t.exec(statement, id); err != nil {
			return fmt.Errorf("remove a person from segments: %w", err)
		}
	}
	return nil
}

// addMember says whether the person was not in the segment before.
func addMember(t *tx, segment int64, personID string, since int64) (added bool, err error) {
	n, err := t.exec("insert into segment_members (segment, person_id, since) values ($1, $2, $3) on conflict (segment, person_id) do nothing", segment, personID, since)
	if err != nil {
		return false, fmt.Errorf("add a member: %w", err)
	}
	if n > 0 {
		err = resize(t, segment, 1)
	}
	return n > 0, err
}

func removeMember(t *tx, segment int64, personID string) error {
	n, err := t.exec("delete from segment_members where segment = $1 and person_id = $2", segment, personID)
	if err != nil {
		return fmt.Errorf("remove a member: %w", err)
	}
	if n > 0 {
		err = resize(t, segment, -1)
	}
	return err
}

func resize(t *tx, segment int64, by int) error {
	_, err := t.exec("update segments set size = size + $2 where id = (select segment_id from segment_work where number = $1)", segment, by)
	if err != nil {
		return fmt.Errorf("count members: %w", err)
	}
	return nil
}

// standingsAtOnce is how many people one query looks up.
const standingsAtOnce = 100

// Standings gives what is kept of people for segments, by their ids; of whom
// nothing is kept there is none.
func (s *Store) Standings(ctx context.Context, personIDs []string) (map[string]hookline.SegmentStanding, error) {
	standings := make(map[string]hookline.SegmentStanding, len(personIDs))
	err := s.byPerson(ctx, "select person_id, segment from segment_members where person_id in ", personIDs, func(r row) error {
		var id string
		var segment int64
		err := r.Scan(&id, &segment)
		one := standings[id]
		one.Members = append(one.Members, segment)
		standings[id] = one
		return err
	})
	if err != nil {
		return nil, err
	}
	err = s.byPerson(ctx, "select "+deedColumns+" from deeds where owner in ", personIDs, func(r row) error {
		d, err := scanDeeds(r)
		one := standings[d.Owner]
		if one.Deeds == nil {
			one.Deeds = map[int64]hookline.Deeds{}
		}
		one.Deeds[d.Deed] = d.Deeds
		standings[d.Owner] = one
		return err
	})
	if err != nil {
		return nil, err
	}
	err = s.byPerson(ctx, "select person_id, due_at from segment_due where person_id in ", personIDs, func(r row) error {
		var id string
		var due int64
		err := r.Scan(&id, &due)
		one := standings[id]
		one.DueAt = fromMicros(due)
		standings[id] = one
		return err
	})
	return standings, err
}

// byPerson runs a query that ends with "in" for some people at a time.
func (s *Store) byPerson(ctx context.Context, query string, personIDs []string, each func(row) error) error {
	query += "(" + placeholders(standingsAtOnce) + ")"
	args := make([]any, standingsAtOnce) // always as many, so that the statement's text is one
	for len(personIDs) > 0 {
		n := min(standingsAtOnce, len(personIDs))
		for i := range args {
			args[i] = ""
			if i < n {
				args[i] = personIDs[i]
			}
		}
		personIDs = personIDs[n:]
		rows, err := s.reads.QueryContext(ctx, query, args...)
		if err != nil {
			return fmt.Errorf("read standings: %w", err)
		}
		if _, err := collect(rows, func(r row) (none struct{}, err error) { return none, each(r) }); err != nil {
			return err
		}
	}
	return nil
}
