package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"hookline/internal/hookline"
)

const replayColumns = "token_id, key, hash, status, body, at"

func scanReplay(r row) (hookline.Replay, error) {
	var p hookline.Replay
	var at int64
	err := r.Scan(&p.TokenID, &p.Key, &p.Hash, &p.Status, &p.Body, &at)
	p.At = fromMicros(at)
	return p, err
}

// BeginReplay notes that a creating call comes, or gives the one that came
// before under the same token and key, as it was: of two who race, one is the
// first. Those older than hookline.ReplayFor are swept out and do not count.
func (s *Store) BeginReplay(ctx context.Context, p hookline.Replay) (before hookline.Replay, known bool, err error) {
	err = s.write(ctx, func(t *tx) error {
		if _, err := t.exec("delete from replays where at <= $1", micros(p.At.Add(-hookline.ReplayFor))); err != nil {
			return fmt.Errorf("sweep replays: %w", err)
		}
		before, err = scanReplay(t.queryRow("select "+replayColumns+" from replays where token_id = $1 and key = $2", p.TokenID, p.Key))
		if known = err == nil; known {
			return nil
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("read replay: %w", err)
		}
		_, err = t.exec("insert into replays ("+replayColumns+") select id, $2, $3, 0, $4, $5 from tokens where id = $1",
			p.TokenID, p.Key, p.Hash, []byte{}, micros(p.At))
		if err != nil {
			return fmt.Errorf("insert replay: %w", err)
		}
		return nil
	})
	return before, known, err
}

// EndReplay keeps the answer to a call that BeginReplay noted; a status of 0
// says that the call came to nothing and forgets it.
func (s *Store) EndReplay(ctx context.Context, p hookline.Replay) error {
	return s.write(ctx, func(t *tx) error {
		statement, args := "update replays set status = $3, body = $4 where token_id = $1 and key = $2", []any{p.TokenID, p.Key, p.Status, p.Body}
		if p.Status == 0 {
			statement, args = "delete from replays where token_id = $1 and key = $2", args[:2]
		}
		if _, err := t.exec(statement, args...); err != nil {
			return fmt.Errorf("keep replay: %w", err)
		}
		return nil
	})
}
