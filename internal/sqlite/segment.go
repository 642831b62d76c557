package sqlite

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

const segmentColumns = "id, name, description, manual, condition_text, state, size, version, created_at, updated_at"

func scanSegment(r row) (hookline.Segment, error) {
	var g hookline.Segment
	var created, updated int64
	err := r.Scan(&g.ID, &g.Name, &g.Description, &g.Manual, &g.Condition, &g.State, &g.Size, &g.Version, &created, &updated)
	g.CreatedAt, g.UpdatedAt = fromMicros(created), fromMicros(updated)
	return g, err
}

// ListSegments gives all segments by name.
func (s *Store) ListSegments(ctx context.Context) ([]hookline.Segment, error) {
	rows, err := s.reads.QueryContext(ctx, "select "+segmentColumns+" from segments order by lower(name), id")
	if err != nil {
		return nil, fmt.Errorf("read segments: %w", err)
	}
	return collect(rows, scanSegment)
}

// Segment gives one segment.
func (s *Store) Segment(ctx context.Context, id string) (hookline.Segment, error) {
	g, err := scanSegment(s.reads.QueryRowContext(ctx, "select "+segmentColumns+" from segments where id = $1", id))
	return g, found(err, "segment")
}

func readSegment(t *tx, id string) (hookline.Segment, error) {
	g, err := scanSegment(t.queryRow("select "+segmentColumns+" from segments where id = $1", id))
	return g, found(err, "segment")
}

// CreateSegment adds a segment and gives it its id and times. It fails with
// KindConflict when there are MaxSegments, and with KindInvalid at the name when
// another one has it.
func (s *Store) CreateSegment(ctx context.Context, g hookline.Segment) (hookline.Segment, error) {
	g, err := readySegment(g)
	if err != nil {
		return hookline.Segment{}, err
	}
	return writeFor(ctx, s, func(t *tx) (hookline.Segment, error) {
		if err := errors.Join(roomIn(t, "segments", hookline.MaxSegments), nameIsFree(t, "segments", "segment", g.Name, "")); err != nil {
			return g, err
		}
		g.ID, g.Version, g.Size, g.CreatedAt = s.ids.New("seg"), 1, 0, now()
		g.UpdatedAt, g.State = g.CreatedAt, firstState(g)
		if err := insertSegment(t, g); err != nil {
			return g, err
		}
		return g, s.note(ctx, t, audit.Make(audit.OfSegment(g)))
	})
}

func insertSegment(t *tx, g hookline.Segment) error {
	_, err := t.exec("insert into segments ("+segmentColumns+") values ("+placeholders(10)+")",
		g.ID, g.Name, g.Description, g.Manual, g.Condition, string(g.State), g.Size, g.Version, micros(g.CreatedAt), micros(g.UpdatedAt))
	if err != nil {
		return fmt.Errorf("insert segment: %w", err)
	}
	t.changed(hookline.TopicSegments, hookline.TopicConfig)
	return beginSegment(t, g.ID)
}

// firstState is where a segment stands whose condition is new.
func firstState(g hookline.Segment) hookline.SegmentState {
	if g.Manual {
		return hookline.SegmentReady
	}
	return hookline.SegmentBuilding
}

// UpdateSegment changes name, description and condition. It fails with
// KindConflict when the segment is no longer of the version that was read. Under
// another condition everybody is asked anew. Whether it is manual stays.
func (s *Store) UpdateSegment(ctx context.Context, g hookline.Segment) (hookline.Segment, error) {
	g, err := readySegment(g)
	if err != nil {
		return hookline.Segment{}, err
	}
	return writeFor(ctx, s, func(t *tx) (hookline.Segment, error) {
		before, err := readSegment(t, g.ID)
		switch {
		case err != nil:
			return before, err
		case before.Version != g.Version:
			return before, changedMeanwhile("segment")
		case before.Manual != g.Manual:
			return before, hookline.Conflict("A segment stays manual, or not. Make another one instead.")
		}
		if err := nameIsFree(t, "segments", "segment", g.Name, g.ID); err != nil {
			return before, err
		}
		state := before.State
		if g.Condition != before.Condition {
			state = firstState(g)
		}
		after, err := scanSegment(t.queryRow(`update segments set name = $2, description = $3, condition_text = $4, state = $5, version = version + 1, updated_at = $6
			where id = $1 returning `+segmentColumns, g.ID, g.Name, g.Description, g.Condition, string(state), micros(now())))
		if err != nil {
			return after, fmt.Errorf("update segment: %w", err)
		}
		if g.Condition != before.Condition {
			if err := restartSegment(t, g.ID); err != nil {
				return after, err
			}
		}
		t.changed(hookline.TopicSegments, hookline.TopicConfig, hookline.TopicSegment(g.ID))
		return after, s.noteChange(ctx, t, audit.OfSegment(before), audit.OfSegment(after))
	})
}

// DeleteSegment removes a segment with its memberships. It fails with
// KindConflict while something asks for the segment, see SegmentUses.
func (s *Store) DeleteSegment(ctx context.Context, id string) error {
	return s.write(ctx, func(t *tx) error {
		before, err := readSegment(t, id)
		if err != nil {
			return err
		}
		if err := segmentIsFree(t, id); err != nil {
			return err
		}
		if err := deleteOne(t, "delete from segments where id = $1", id, "segment"); err != nil {
			return err
		}
		if err := endSegment(t, id); err != nil {
			return err
		}
		t.changed(hookline.TopicSegments, hookline.TopicConfig, hookline.TopicSegment(id))
		return s.note(ctx, t, audit.Delete(audit.OfSegment(before)))
	})
}

func readySegment(g hookline.Segment) (hookline.Segment, error) {
	g.Name, g.Description, g.Condition = strings.TrimSpace(g.Name), strings.TrimSpace(g.Description), strings.TrimSpace(g.Condition)
	return g, g.Validate()
}

// changedMeanwhile is what somebody hears who saves what another has changed
// since they opened it.
func changedMeanwhile(noun string) error {
	return hookline.Conflict("Somebody changed this " + noun + " at the same time. Look at it again and repeat your change.")
}

// roomIn fails when a table has as many rows as there may be.
func roomIn(t *tx, table string, most int) error {
	var n int
	if err := t.queryRow("select count(*) from " + table).Scan(&n); err != nil {
		return fmt.Errorf("count %s: %w", table, err)
	}
	if n >= most {
		return hookline.Conflict(fmt.Sprintf("There are %d %s, which is the most there can be. Delete one first.", n, table))
	}
	return nil
}

// nameIsFree fails at the name when another row of table has it; own is the id
// of the one that may.
func nameIsFree(t *tx, table, noun, name, own string) error {
	var taken bool
	if err := t.queryRow("select exists (select 1 from "+table+" where name = $1 and id <> $2)", name, own).Scan(&taken); err != nil {
		return fmt.Errorf("look for the name of a %s: %w", noun, err)
	}
	if taken {
		return hookline.Invalid("The "+noun+" could not be saved.", map[string]string{"name": "Another " + noun + " has this name already. Choose another one."})
	}
	return nil
}
