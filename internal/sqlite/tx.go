package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"hookline/internal/hookline"
)

// tx is the open transaction as a unit sees it. It is used by the writer's
// goroutine only.
type tx struct {
	conn     *sql.Conn
	prepared map[string]*sql.Stmt
	topics   []hookline.Topic // with repeats
}

// group runs each unit in a savepoint of one transaction and commits it.
func (t *tx) group(units []*unit) error {
	if _, err := t.exec("begin immediate"); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	for _, u := range units {
		if err := t.one(u); err != nil {
			_, undo := t.exec("rollback")
			return errors.Join(err, undo)
		}
	}
	if _, err := t.exec("commit"); err != nil {
		_, undo := t.exec("rollback")
		return errors.Join(fmt.Errorf("commit: %w", err), undo)
	}
	return nil
}

// one runs a unit; the error is about the transaction, never about the unit.
func (t *tx) one(u *unit) error {
	if _, err := t.exec("savepoint unit"); err != nil {
		return fmt.Errorf("begin unit: %w", err)
	}
	before := len(t.topics)
	if u.err = t.guarded(u.do); u.err != nil {
		t.topics = t.topics[:before]
		if _, err := t.exec("rollback to unit"); err != nil {
			// On a full or broken disk SQLite undoes the whole transaction by
			// itself, so the others have to hear why as well.
			return fmt.Errorf("undo unit: %w", errors.Join(err, u.err))
		}
	}
	if _, err := t.exec("release unit"); err != nil {
		return fmt.Errorf("end unit: %w", err)
	}
	return nil
}

// guarded turns a panic in a unit into an error: one faulty unit must not end
// the only writer.
func (t *tx) guarded(do func(*tx) error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("write: panic: %v", r)
		}
	}()
	err = do(t)
	if err != nil && hookline.KindOf(err) == hookline.KindInternal {
		return unavailable(err)
	}
	return err
}

// changed notes what the commit will have changed.
func (t *tx) changed(topics ...hookline.Topic) { t.topics = append(t.topics, topics...) }

// takeTopics gives each topic once.
func (t *tx) takeTopics() []hookline.Topic {
	topics := slices.Compact(slices.Sorted(slices.Values(t.topics)))
	t.topics = t.topics[:0]
	return topics
}

// exec runs a statement, which is prepared once and kept.
func (t *tx) exec(query string, args ...any) (sql.Result, error) {
	stmt, err := t.stmt(query)
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(context.Background(), args...)
}

// query runs a statement that gives rows; the caller closes them before the
// next statement.
func (t *tx) query(query string, args ...any) (*sql.Rows, error) {
	stmt, err := t.stmt(query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(context.Background(), args...)
}

func (t *tx) queryRow(query string, args ...any) row {
	stmt, err := t.stmt(query)
	if err != nil {
		return failedRow{err}
	}
	return stmt.QueryRowContext(context.Background(), args...)
}

func (t *tx) stmt(query string) (*sql.Stmt, error) {
	if stmt := t.prepared[query]; stmt != nil {
		return stmt, nil
	}
	stmt, err := t.conn.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, fmt.Errorf("prepare %.60q: %w", query, err)
	}
	t.prepared[query] = stmt
	return stmt, nil
}

func (t *tx) close() error {
	errs := make([]error, 0, len(t.prepared)+1)
	for _, stmt := range t.prepared {
		errs = append(errs, stmt.Close())
	}
	return errors.Join(append(errs, t.conn.Close())...)
}

// row is what a scan function reads from: a row of one, or one of many.
type row interface{ Scan(dest ...any) error }

type failedRow struct{ err error }

func (r failedRow) Scan(...any) error { return r.err }

// affected gives the number of rows that a statement changed.
func affected(result sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}
