package sqlite

import (
	"context"
	"fmt"

	"hookline/internal/hookline"
)

// usesQuery finds what asks for segments: ids are like nothing else that could
// stand in a condition, so to hold one is to ask for it.
const usesQuery = `select g.id, 'action', a.id, a.name, a.destination_id from segments g join actions a on instr(a.trigger_text, g.id) > 0
	where $1 in ('', g.id)
	union all
	select g.id, 'campaign', c.id, c.name, '' from segments g
	join campaigns c on instr(c.trigger_doc, g.id) > 0 or instr(c.exit_text, g.id) > 0 or instr(c.goal, g.id) > 0 or instr(c.steps, g.id) > 0
	where $1 in ('', g.id)
	union all
	select g.id, 'segment', o.id, o.name, '' from segments g join segments o on o.id <> g.id and instr(o.condition_text, g.id) > 0
	where $1 in ('', g.id)
	order by 2, 4, 3`

// SegmentUses gives what asks for a segment; "" stands for all segments.
func (s *Store) SegmentUses(ctx context.Context, id string) ([]hookline.SegmentUse, error) {
	rows, err := s.reads.QueryContext(ctx, usesQuery, id)
	if err != nil {
		return nil, fmt.Errorf("read uses of segments: %w", err)
	}
	return collect(rows, scanSegmentUse)
}

func scanSegmentUse(r row) (hookline.SegmentUse, error) {
	var u hookline.SegmentUse
	err := r.Scan(&u.SegmentID, &u.Kind, &u.ID, &u.Name, &u.DestinationID)
	return u, err
}

// segmentIsFree fails while something asks for a segment.
func segmentIsFree(t *tx, id string) error {
	rows, err := t.query(usesQuery, id)
	if err != nil {
		return fmt.Errorf("read uses of a segment: %w", err)
	}
	uses, err := collect(rows, scanSegmentUse)
	if err == nil && len(uses) > 0 {
		err = hookline.SegmentInUse(uses)
	}
	return err
}
