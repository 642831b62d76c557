package sqlite

import (
	"context"
	"fmt"

	"hookline/internal/hookline"
)

// ListMembers gives the members of a segment whom search finds, in the order of
// ListPeople, and as far as that; an empty search gives all, who is known last
// first.
func (s *Store) ListMembers(ctx context.Context, segmentID, search string, c hookline.Cursor) (members hookline.Listing[hookline.Member], err error) {
	if search, err = searchText(search); err != nil {
		return members, err
	}
	who, known, err := s.membersOf(ctx, segmentID)
	if err != nil || !known {
		return members, err
	}
	if search == "" {
		q := newList("select " + personColumns + ", since from segment_members m join people p on p.id = m.person_id")
		q.id = "m.person_id"
		q.where("m.segment = ?", who.segment)
		members, err = list(ctx, s.reads, q, c, scanMember)
	} else {
		members, err = s.lookForPeople(ctx, search, who, c)
	}
	if err != nil {
		return members, err
	}
	people := peopleOf(members.Rows)
	if err := readAnonymousIDs(s.reading(ctx), people); err != nil {
		return members, err
	}
	for i, p := range people {
		members.Rows[i].Person = p
	}
	return members, nil
}

func scanMember(r row) (hookline.Member, error) {
	var since int64
	p, err := scanPerson(withMore{r, []any{&since}})
	return hookline.Member{Person: p, Since: fromMicros(since)}, err
}

// withMore is a row with columns behind those that a scan function knows.
type withMore struct {
	row
	more []any
}

func (w withMore) Scan(into ...any) error { return w.row.Scan(append(into, w.more...)...) }

// moreMovesQuery says whether there are moves that are not looked through.
const moreMovesQuery = "select exists (select 1 from segment_moves order by id desc limit 1 offset $1)"

// LatestMoves gives at most limit of the latest moves of a segment, the newest
// first. They are looked for among the latest LookedMoves of all segments: an
// index by segment would cost each move more than this list is worth. All is
// false when older ones may be missing because of that.
func (s *Store) LatestMoves(ctx context.Context, segmentID string, limit int) (moves []hookline.SegmentMove, all bool, err error) {
	rows, err := s.reads.QueryContext(ctx, `select id, segment_id, person_id, entered, event_id, at
		from (select id, segment_id, person_id, entered, event_id, at from segment_moves order by id desc limit $2)
		where segment_id = $1 order by id desc limit $3`, segmentID, hookline.LookedMoves, limit)
	if err != nil {
		return nil, false, fmt.Errorf("read latest moves: %w", err)
	}
	if moves, err = collect(rows, scanMove); err != nil || len(moves) == limit {
		return moves, true, err
	}
	var more bool
	if err := s.reads.QueryRowContext(ctx, moreMovesQuery, hookline.LookedMoves).Scan(&more); err != nil {
		return nil, false, fmt.Errorf("look for older moves: %w", err)
	}
	return moves, !more, nil
}
