package sqlite

import (
	"errors"
	"fmt"
	"slices"

	"hookline/internal/hookline"
	"hookline/internal/sqlite/direct"
)

// tx is the open transaction as a unit sees it. It is used by the writer's
// goroutine only.
type tx struct {
	conn     *direct.Conn
	prepared map[string]*statement
	days     map[int64]bool // whether messages of a day may be remembered, see hasMessages
	told     told
	changes  int // statements that may have changed something, in this transaction
}

// openTx connects to the database at path.
func openTx(path string, pragmas []string) (*tx, error) {
	conn, err := direct.Open(fileURI(path))
	if err != nil {
		return nil, err
	}
	t := &tx{conn: conn, prepared: map[string]*statement{}, days: map[int64]bool{}}
	for _, pragma := range pragmas {
		if _, err := t.exec("pragma " + pragma); err != nil {
			return nil, errors.Join(fmt.Errorf("set %s: %w", pragma, err), t.close())
		}
	}
	return t, nil
}

// told is what a transaction will have done, for those who follow it.
type told struct {
	topics   []hookline.Topic        // with repeats
	appended []hookline.Event        // to the event log, in its order
	people   []hookline.PersonChange // Deleted stands for all that is to be read anew
	owed     int                     // deliveries that were made
	fanned   int64                   // the last event that fanout has done; 0: as before
}

// until is what was told before a unit that failed.
func (t told) until(before told) told {
	return told{t.topics[:len(before.topics)], t.appended[:len(before.appended)], t.people[:len(before.people)], before.owed, before.fanned}
}

// group runs units in one transaction and commits it. A unit that fails before
// it has changed anything is left out. If one fails later, everything is undone
// and the units run again, each in a savepoint, so that it is undone alone: that
// is rare, and savepoints for all would cost more than they are worth.
func (t *tx) group(units []*unit) error {
	err := t.attempt(units, t.bare)
	if errors.Is(err, errHalfDone) {
		return t.attempt(units, t.saved)
	}
	return err
}

// errHalfDone says that a unit failed after it had changed something.
var errHalfDone = errors.New("a unit failed half-way")

func (t *tx) attempt(units []*unit, run func(*unit) error) error {
	t.told, t.changes = told{topics: t.told.topics[:0]}, 0
	if _, err := t.exec("begin immediate"); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	for _, u := range units {
		if err := run(u); err != nil {
			_, undo := t.exec("rollback")
			return errors.Join(err, undo)
		}
	}
	if err := errors.Join(t.ask(), t.wakeJourneys()); err != nil {
		_, undo := t.exec("rollback")
		return errors.Join(err, undo)
	}
	if _, err := t.exec("commit"); err != nil {
		_, undo := t.exec("rollback")
		return errors.Join(fmt.Errorf("commit: %w", err), undo)
	}
	return nil
}

// bare runs a unit as it is; the error is errHalfDone.
func (t *tx) bare(u *unit) error {
	changes, before := t.changes, t.told
	if u.err = t.guarded(u.do); u.err == nil {
		return nil
	}
	if t.changes != changes {
		return errHalfDone
	}
	t.told = t.told.until(before)
	return nil
}

// saved runs a unit in a savepoint; the error is about the transaction, never
// about the unit.
func (t *tx) saved(u *unit) error {
	if _, err := t.exec("savepoint unit"); err != nil {
		return fmt.Errorf("begin unit: %w", err)
	}
	before := t.told
	if u.err = t.guarded(u.do); u.err != nil {
		t.told = t.told.until(before)
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
func (t *tx) changed(topics ...hookline.Topic) { t.told.topics = append(t.told.topics, topics...) }

// changedPerson notes a person who is to be read anew, with every name.
func (t *tx) changedPerson(id string) {
	t.changed(hookline.TopicPerson(id))
	t.told.people = append(t.told.people, hookline.PersonChange{Person: hookline.Person{ID: id}, Deleted: true})
}

// take gives what was told, each topic once.
func (t *tx) take() told {
	slices.Sort(t.told.topics)
	all := t.told
	all.topics = slices.Clone(slices.Compact(t.told.topics))
	return all
}

// exec runs a statement, which is prepared once and kept, and gives the number
// of rows that it changed.
func (t *tx) exec(query string, args ...any) (int64, error) {
	s, err := t.statement(query)
	if err != nil {
		return 0, err
	}
	return s.Exec(args...)
}

// query runs a statement that gives rows; the caller closes them before the
// next statement.
func (t *tx) query(query string, args ...any) (rows, error) {
	s, err := t.statement(query)
	if err != nil {
		return nil, err
	}
	given, err := s.Query(args...)
	if err != nil {
		return nil, err
	}
	return unitRows{given}, nil
}

// queryRow is query for at most one row.
func (t *tx) queryRow(query string, args ...any) row {
	given, err := t.query(query, args...)
	if err != nil {
		return failedRow{err}
	}
	return onlyRow{given}
}

// statement prepares a query, or finds it prepared.
func (t *tx) statement(query string) (*statement, error) {
	s := t.prepared[query]
	if s == nil {
		var err error
		if s, err = prepare(t.conn, query); err != nil {
			return nil, fmt.Errorf("prepare %.60q: %w", query, err)
		}
		t.prepared[query] = s
	}
	if !s.reads {
		t.changes++
	}
	return s, nil
}

func (t *tx) close() error {
	errs := make([]error, 0, len(t.prepared)+1)
	for _, s := range t.prepared {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, t.conn.Close())...)
}
