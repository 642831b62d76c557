package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"hookline/internal/hookline"
)

// ListRhythms gives how events usually come.
func (s *Store) ListRhythms(ctx context.Context) ([]hookline.Rhythm, error) {
	rows, err := s.reads.QueryContext(ctx, "select source_id, type, name, last_at, quiet from event_rhythms")
	if err != nil {
		return nil, fmt.Errorf("read rhythms: %w", err)
	}
	return collect(rows, func(r row) (one hookline.Rhythm, err error) {
		var last int64
		var text string
		if err := r.Scan(&one.SourceID, &one.Type, &one.Name, &last, &text); err != nil {
			return one, err
		}
		one.LastAt, one.Quiet = fromMicros(last), map[int64]time.Duration{}
		kept := map[int64]int64{}
		err = json.Unmarshal([]byte(text), &kept)
		for day, ms := range kept {
			one.Quiet[day] = time.Duration(ms) * time.Millisecond
		}
		return one, err
	})
}

const saveRhythmQuery = `insert into event_rhythms (source_id, type, name, last_at, quiet) select id, $2, $3, $4, $5 from sources where id = $1
	on conflict (source_id, type, name) do update set last_at = excluded.last_at, quiet = excluded.quiet`

// SaveRhythms keeps these as they are, and forgets all that did not come since a
// time. Those of a source which was deleted are forgotten.
func (s *Store) SaveRhythms(ctx context.Context, changed []hookline.Rhythm, forget time.Time) error {
	if len(changed) == 0 {
		return nil
	}
	return s.write(ctx, func(t *tx) error {
		for _, one := range changed {
			kept := map[int64]int64{}
			for day, gap := range one.Quiet {
				kept[day] = gap.Milliseconds()
			}
			text, err := json.Marshal(kept)
			if err != nil {
				return fmt.Errorf("write rhythm: %w", err)
			}
			if _, err := t.exec(saveRhythmQuery, one.SourceID, string(one.Type), one.Name, micros(one.LastAt), string(text)); err != nil {
				return fmt.Errorf("save rhythm: %w", err)
			}
		}
		if _, err := t.exec("delete from event_rhythms where last_at < $1", micros(forget)); err != nil {
			return fmt.Errorf("forget rhythms: %w", err)
		}
		return nil
	})
}
