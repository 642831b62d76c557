package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"hookline/internal/hookline"
)

// The names under which the stage that keeps segments true has its place in the
// event log, and under which changes of segments are counted.
const (
	segmentCursor  = "segments"
	segmentVersion = "segments.version"
)

// changedSegments tells the stage to read anew what there is to do: a round that
// it works out from what was before will not be recorded.
func changedSegments(t *tx) error {
	_, err := t.exec("insert into cursors (name, event_id) values ($1, 1) on conflict (name) do update set event_id = cursors.event_id + 1", segmentVersion)
	if err != nil {
		return fmt.Errorf("count changes of segments: %w", err)
	}
	return nil
}

// beginSegment gives a new segment the number under which its members are kept.
func beginSegment(t *tx, id string) error {
	_, err := t.exec("insert into segment_work (number, segment_id, place, asked) values ((select coalesce(max(number), 0) + 1 from segment_work), $1, '', 0)", id)
	if err != nil {
		return fmt.Errorf("insert segment work: %w", err)
	}
	return changedSegments(t)
}

// restartSegment has everybody asked anew.
func restartSegment(t *tx, id string) error {
	if _, err := t.exec("update segment_work set place = '', asked = 0 where segment_id = $1", id); err != nil {
		return fmt.Errorf("restart segment: %w", err)
	}
	return changedSegments(t)
}

// endSegment leaves the members to the stage, which removes them in stretches.
// Segments that named this one have everybody asked anew.
func endSegment(t *tx, id string) error {
	rows, err := t.query("select id from segments where condition_text like $1", `%"`+id+`"%`)
	if err != nil {
		return fmt.Errorf("read segments that name a segment: %w", err)
	}
	naming, err := collect(rows, func(r row) (id string, err error) { return id, r.Scan(&id) })
	if err != nil {
		return err
	}
	for _, other := range naming {
		if _, err := t.exec("update segments set state = $2 where id = $1", other, string(hookline.SegmentBuilding)); err != nil {
			return fmt.Errorf("restart segment: %w", err)
		}
		if err := restartSegment(t, other); err != nil {
			return err
		}
	}
	return changedSegments(t)
}

// SegmentPlan gives what the stage that keeps segments true has to do.
func (s *Store) SegmentPlan(ctx context.Context) (p hookline.SegmentPlan, err error) {
	// First the version: who plans with what is newer than it, hears so.
	if p.Version, err = readCursor(s.reads.QueryRowContext(ctx, "select event_id from cursors where name = $1", segmentVersion)); err != nil {
		return p, err
	}
	var key int64
	err = s.reads.QueryRowContext(ctx, "select event_id from cursors where name = $1", segmentCursor).Scan(&key)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return p, fmt.Errorf("read cursor of segments: %w", err)
	}
	p.Begun, p.Cursor = err == nil, hookline.KeyID("evt", key)
	rows, err := s.reads.QueryContext(ctx, "select w.number, w.place, "+prefixColumns("g", segmentColumns)+" from segments g join segment_work w on w.segment_id = g.id order by w.number")
	if err != nil {
		return p, fmt.Errorf("read segments: %w", err)
	}
	if p.Segments, err = collect(rows, scanSegmentWork); err != nil {
		return p, err
	}
	rows, err = s.reads.QueryContext(ctx, "select number, name, times, place, before_key from counted_deeds where times > 0 order by number")
	if err != nil {
		return p, fmt.Errorf("read counted deeds: %w", err)
	}
	p.Deeds, err = collect(rows, scanCountedDeed)
	return p, err
}

func scanSegmentWork(r row) (w hookline.SegmentWork, err error) {
	w.Segment, err = scanSegment(prefixed{prefixed{r, &w.Number}, &w.Place})
	return w, err
}

func scanCountedDeed(r row) (d hookline.CountedDeed, err error) {
	var place, before int64
	err = r.Scan(&d.Number, &d.Event, &d.Times, &place, &before)
	d.Place, d.Before = hookline.KeyID("evt", place), hookline.KeyID("evt", before)
	return d, err
}

// CountDeeds begins to count what has no number, and no longer counts what the
// numbers in drop stand for. Who follows nothing yet begins where fanout is. It
// fails with KindConflict when the segments are no longer of this version.
func (s *Store) CountDeeds(ctx context.Context, version int64, begin []hookline.CountedDeed, drop []int64) error {
	return s.write(ctx, func(t *tx) error {
		if err := ofVersion(t, version); err != nil {
			return err
		}
		_, err := t.exec("insert into cursors (name, event_id) values ($1, coalesce((select event_id from cursors where name = $2), 0)) on conflict (name) do nothing", segmentCursor, fanoutCursor)
		if err != nil {
			return fmt.Errorf("begin to follow events: %w", err)
		}
		for _, d := range begin {
			_, err := t.exec(`insert into counted_deeds (number, name, times, place, before_key)
				values ((select coalesce(max(number), 0) + 1 from counted_deeds), $1, $2, 0, (select event_id from cursors where name = $3))`, d.Event, d.Times, segmentCursor)
			if err != nil {
				return fmt.Errorf("begin to count deeds: %w", err)
			}
		}
		for _, number := range drop {
			if _, err := t.exec("update counted_deeds set times = 0 where number = $1", number); err != nil {
				return fmt.Errorf("drop counted deeds: %w", err)
			}
		}
		return changedSegments(t)
	})
}

// ForgetSegments follows events no longer, because no segment asks for any.
func (s *Store) ForgetSegments(ctx context.Context, version int64) error {
	return s.write(ctx, func(t *tx) error {
		if err := ofVersion(t, version); err != nil {
			return err
		}
		for _, statement := range []string{
			"delete from cursors where name = '" + segmentCursor + "'", "delete from segment_asks", "delete from segment_due", "update counted_deeds set times = 0",
		} {
			if _, err := t.exec(statement); err != nil {
				return fmt.Errorf("forget segments: %w", err)
			}
		}
		return changedSegments(t)
	})
}

func ofVersion(t *tx, version int64) error {
	now, err := readCursor(t.queryRow("select event_id from cursors where name = $1", segmentVersion))
	if err == nil && now != version {
		return errMoved
	}
	return err
}

// SegmentProgress tells how far the first counts of segments have come, by their
// ids. Who is ready is not among them.
func (s *Store) SegmentProgress(ctx context.Context) (map[string]hookline.SegmentProgress, error) {
	rows, err := s.reads.QueryContext(ctx, "select w.segment_id, w.asked from segments g join segment_work w on w.segment_id = g.id where g.state = $1", string(hookline.SegmentBuilding))
	if err != nil {
		return nil, fmt.Errorf("read segment progress: %w", err)
	}
	progress := map[string]hookline.SegmentProgress{}
	_, err = collect(rows, func(r row) (none struct{}, err error) {
		var id string
		var p hookline.SegmentProgress
		err = r.Scan(&id, &p.Done)
		progress[id] = p
		return none, err
	})
	if err != nil || len(progress) == 0 {
		return progress, err
	}
	var people int
	if err := s.reads.QueryRowContext(ctx, "select count(*) from people").Scan(&people); err != nil {
		return nil, fmt.Errorf("count people: %w", err)
	}
	for id, p := range progress {
		p.Of = max(people, p.Done)
		progress[id] = p
	}
	return progress, nil
}
