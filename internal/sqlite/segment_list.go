package sqlite

import (
	"context"
	"fmt"
	"strings"

	"hookline/internal/hookline"
)

// ListMembers gives the members of a segment whose user id or e-mail address
// begins with search, who is known last first; an empty search gives all.
func (s *Store) ListMembers(ctx context.Context, segmentID, search string, c hookline.Cursor) (hookline.Listing[hookline.Member], error) {
	q := newList("select " + personColumns + ", since from segment_members m join people p on p.id = m.person_id")
	q.id = "m.person_id"
	q.where("m.segment = (select number from segment_work where segment_id = ?)", segmentID)
	if search = strings.TrimSpace(search); search != "" {
		if len(search) > maxSearch {
			return hookline.Listing[hookline.Member]{}, hookline.Invalid("This search is too long: at most 1,000 characters.", nil)
		}
		begins := likeText(search) + "%"
		q.where(`(lower(user_id) like lower(?) escape '\' or lower(email) like lower(?) escape '\')`, begins, begins)
	}
	members, err := list(ctx, s.reads, q, c, scanMember)
	if err != nil {
		return members, err
	}
	people := make([]hookline.Person, len(members.Rows))
	for i, m := range members.Rows {
		people[i] = m.Person
	}
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
