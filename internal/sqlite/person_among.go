package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// among is who is looked through: everybody, which is its zero value, or the
// members of a segment.
type among struct {
	segment int64 // segment_work.number
	size    int   // of the segment
}

func (a among) everybody() bool { return a.segment == 0 }

// membersOf is among the members of a segment; known is false when there is no such
// segment.
func (s *Store) membersOf(ctx context.Context, segmentID string) (a among, known bool, err error) {
	err = s.reads.QueryRowContext(ctx, "select w.number, g.size from segment_work w join segments g on g.id = w.segment_id where g.id = $1", segmentID).Scan(&a.segment, &a.size)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return a, false, nil
	case err != nil:
		return a, false, fmt.Errorf("read segment: %w", err)
	}
	return a, true, nil
}

// id is the column that orders them.
func (a among) id() string {
	if a.everybody() {
		return "id"
	}
	return "person_id"
}

// rows is "from … where …" of their ids.
func (a among) rows(q *listQuery) string {
	if a.everybody() {
		return " from people where 1 = 1"
	}
	return " from segment_members where segment = " + q.arg(a.segment)
}

// selected is "select … from … where …" of all that scanMember reads. The members
// are gone through, and never the people for each of whom it is looked whether
// they are one.
func (a among) selected(q *listQuery) string {
	if a.everybody() {
		return "select " + personColumns + ", 0" + a.rows(q)
	}
	return "select " + personColumns + ", since from segment_members cross join people on id = person_id where segment = " + q.arg(a.segment)
}
