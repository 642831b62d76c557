package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// late is an index that is a table of its own, and that rows enter some
// thousands at a time, in its order. An index of SQLite's would be changed with
// each row, at a place of its own: each change would write a page, and most of
// what is written would be these. Rows that have not entered it yet are the last
// ones of their table, and few enough to be looked through.
//
// It is kept in runs, one for each some ten thousand rows, so that the rows of a
// stretch lie on few pages however large it has become. Who looks for somebody
// looks into each run, the newest first.
type late struct {
	name string // of the table, and of the cursor that tells the last row that was looked at
	by   string // its second column, after the run
	row  string // its third column, the key of a row of of
	of   string // the table that is indexed, which has a column by as well
}

var (
	eventsByIdentity   = late{name: "events_by_identity", by: "identity", row: "event_id", of: "events"}
	deliveriesByPerson = late{name: "deliveries_by_person", by: "person_id", row: "delivery_id", of: "deliveries"}
)

// lateRows is how many rows enter a late index together, and about how many the
// last rows of a table are that have not.
const lateRows = 4000

// runRows is about how many rows a run has.
const runRows = 16 * lateRows

// runs are the index's runs, as a table called alias.
func (l late) runs(alias string) string {
	return "(select run from late_runs where name = '" + l.name + "') " + alias
}

// entries are the index's entries, as a table called alias, for a from clause: one
// run after the other, so that who asks for one value of the column by seeks in
// each run and reads no more. More conditions may follow with and.
func (l late) entries(alias string) string {
	return "late_runs " + alias + "_run cross join " + l.name + " " + alias + " on " + alias + "_run.name = '" + l.name + "' and " + alias + ".run = " + alias + "_run.run"
}

// entered is the key up to which rows are in the index, as an expression.
func (l late) entered() string {
	return "coalesce((select event_id from cursors where name = '" + l.name + "'), 0)"
}

// stretchQuery counts the next rows that are not in the index, at most as many
// as enter it together, and gives the last one's key.
func (l late) stretchQuery() string {
	return "select count(*), coalesce(max(id), 0) from (select id from " + l.of + " where id > " + l.entered() + " order by id limit $1)"
}

func (l late) enterQuery() string {
	return "insert into " + l.name + " (run, " + l.by + ", " + l.row + ") select $2, " + l.by + ", id from " + l.of +
		" where id > " + l.entered() + " and id <= $1 and " + l.by + " <> '' order by " + l.by + ", id"
}

// enter brings the next rows into the index and says how many they were.
func (l late) enter(t *tx) (int, error) {
	var n int
	var last int64
	if err := t.queryRow(l.stretchQuery(), lateRows).Scan(&n, &last); err != nil {
		return 0, fmt.Errorf("read what %s lacks: %w", l.name, err)
	}
	if n == 0 {
		return 0, nil
	}
	run, err := l.grow(t, n)
	if err == nil {
		_, err = t.exec(l.enterQuery(), last, run)
	}
	if err != nil {
		return 0, fmt.Errorf("add to %s: %w", l.name, err)
	}
	return n, setCursor(t, l.name, last)
}

// grow gives the run that n rows enter: the last one, until it is full.
func (l late) grow(t *tx, n int) (run int64, err error) {
	var rows int
	err = t.queryRow("select run, rows from late_runs where name = $1 order by run desc limit 1", l.name).Scan(&run, &rows)
	switch {
	case errors.Is(err, sql.ErrNoRows):
	case err != nil:
		return 0, err
	case rows >= runRows:
		run++
	}
	_, err = t.exec("insert into late_runs (name, run, rows) values ($1, $2, $3) on conflict (name, run) do update set rows = late_runs.rows + excluded.rows", l.name, run, n)
	return run, err
}

// complete brings every row into the index, within one unit that will go by it
// alone.
func (l late) complete(t *tx) error {
	for {
		if n, err := l.enter(t); err != nil || n < lateRows {
			return err
		}
	}
}

// lateness counts what was committed and is not in the late indexes yet.
type lateness struct {
	events, deliveries atomic.Int64
	full               chan struct{} // one of them has enough for a stretch
}

func newLateness() *lateness { return &lateness{full: make(chan struct{}, 1)} }

func (l *lateness) add(events, deliveries int) {
	if max(l.events.Add(int64(events)), l.deliveries.Add(int64(deliveries))) >= lateRows {
		select {
		case l.full <- struct{}{}:
		default:
		}
	}
}

// enterAgain is how long after an error a late index is tried again.
const enterAgain = time.Second

// KeepIndexes brings rows into the late indexes until ctx ends. What it has not
// come to is found all the same, only slower, so an error is no more than a
// delay.
func (s *Store) KeepIndexes(ctx context.Context) error {
	for ctx.Err() == nil {
		if err := s.enterAll(ctx); err != nil {
			select {
			case <-ctx.Done():
			case <-time.After(enterAgain):
			}
			continue
		}
		select {
		case <-ctx.Done():
		case <-s.late.full:
		}
	}
	return nil
}

// enterAll brings in all that there is, a stretch in a unit of its own.
func (s *Store) enterAll(ctx context.Context) error {
	return errors.Join(
		s.enterRest(ctx, eventsByIdentity, &s.late.events),
		s.enterRest(ctx, deliveriesByPerson, &s.late.deliveries),
	)
}

// enterRest counts anew before it begins: what is committed meanwhile may be
// counted and be in the index already, but never the other way round.
func (s *Store) enterRest(ctx context.Context, l late, waiting *atomic.Int64) error {
	waiting.Store(0)
	for {
		if n, err := writeFor(ctx, s, l.enter); err != nil || n < lateRows {
			return err
		}
	}
}

// byLate narrows a list to the rows that a late index has for any of values. The
// terms so far and those to come are about the rows themselves.
func (q *listQuery) byLate(l late, values []string) {
	q.late = l
	q.want(values)
}

// lateStatement is the statement of a list that goes by a late index: for each
// value the first rows of the index, and the first of the rows that are not in it.
func (q *listQuery) lateStatement(keyset, order, limit string) string {
	l, own := q.late, q.id
	terms := ""
	for _, term := range q.terms {
		terms += " and " + term
	}
	entry := keyset
	if entry != "" {
		entry = " and k." + l.row + keyset
		terms += " and " + own + keyset
	}
	from := l.of + q.alias
	return q.wanted + q.text + " where " + own + " in (select one.id from wanted join " + l.of + " one on one.id in (" +
		"select k." + l.row + " from " + l.entries("k") + " cross join " + from + " on " + own + " = k." + l.row +
		" where k." + l.by + " = wanted.value" + entry + terms + " order by k_run.run" + order + ", k." + l.row + order + limit + ")" +
		" union all select id from (select " + own + " as id from " + from + " where " + own + " > " + l.entered() +
		" and " + q.column(l.by) + " in (select value from wanted where value <> '')" + terms + " order by " + own + order + limit + "))" +
		" order by " + own + order + limit
}

// column names a column of the list's table.
func (q *listQuery) column(name string) string {
	if q.alias == "" {
		return q.late.of + "." + name
	}
	return q.alias[1:] + "." + name
}
