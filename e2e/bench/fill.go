package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"hookline/internal/sqlite"
)

// apart is how much history each copy stands for: 500 of them are ten days.
const apart = 30 * time.Minute

// remembered is how long messageIds are.
const remembered = 48 * time.Hour

// copied are the tables that grow with deliveries.
var copied = []string{"events", "message_ids", "deliveries", "requests", "attempts"}

// multiply turns the history in a database into n times as much: n copies, each
// so much older than the next, and what was there is the youngest. Sending it
// all would take longer than anybody waits. Nothing else may have the database
// open.
//
// Keys and times are both microseconds since 1970, so a copy is older by making
// every such number smaller.
func multiply(ctx context.Context, data string, n int) error {
	return withFiller(ctx, data, func(f *filler) {
		f.do("create temporary table copies as with recursive all_of(copy) as (select 0 union all select copy + 1 from all_of where copy < $1) select copy from all_of", n-1)
		for _, table := range copied {
			f.multiply(table, n)
		}
		f.enterLate()
		for _, table := range []string{"search_segments", "search_pages", "search_open"} {
			f.do("delete from " + table)
		}
		f.do("delete from cursors where name = 'search'") // which begins anew, see completeIndexes
	})
}

// withFiller works on a database that nothing else has open, as fast as it can.
func withFiller(ctx context.Context, data string, do func(*filler)) (err error) {
	db, err := sql.Open("sqlite", filepath.Join(data, sqlite.File))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1) // the pragmas are the connection's
	f := filler{ctx: ctx, db: db}
	f.do("pragma journal_mode = off")
	f.do("pragma synchronous = off")
	f.do("pragma cache_size = -500000")
	do(&f)
	return f.err
}

// enterLate makes the late indexes anew.
func enterLate(ctx context.Context, data string) error {
	return withFiller(ctx, data, (*filler).enterLate)
}

func (f *filler) enterLate() {
	f.enter("events_by_identity", "identity", "event_id", "events")
	f.enter("deliveries_by_person", "person_id", "delivery_id", "deliveries")
}

// runRows is how many rows enter a run of a late index.
const runRows = 64_000

// enter makes a late index anew, run by run, as it grows in life.
func (f *filler) enter(index, by, row, table string) {
	slog.Info("indexing", "table", table)
	f.do("delete from " + index)
	f.do("delete from late_runs where name = $1", index)
	last := int64(0)
	for i := 0; f.err == nil; i++ {
		f.do("insert into "+index+" (run, "+by+", "+row+") select $1, "+by+", id from (select "+by+", id from "+table+
			" where id > $2 and "+by+" <> '' order by id limit $3) order by "+by+", id", i, last, runRows)
		f.do("insert into late_runs (name, run, rows) select $1, run, count(*) from "+index+" where run = $2 group by run", index, i)
		next := f.number("select coalesce(max("+row+"), 0) from "+index+" where run = $1", i)
		if next == 0 {
			break
		}
		last = next
	}
	f.do("insert into cursors (name, event_id) select '" + index + "', max(id) from " + table + " where true on conflict (name) do update set event_id = excluded.event_id")
}

func (f *filler) number(query string, args ...any) (n int64) {
	if f.err == nil {
		f.err = f.db.QueryRowContext(f.ctx, query, args...).Scan(&n)
	}
	return n
}

// filler does one thing after the other until something fails.
type filler struct {
	ctx context.Context
	db  *sql.DB
	err error
}

func (f *filler) do(text string, args ...any) {
	if f.err != nil {
		return
	}
	if _, err := f.db.ExecContext(f.ctx, text, args...); err != nil {
		f.err = fmt.Errorf("%s: %w", text, err)
	}
}

// multiply moves a table's rows out and puts them back n times, the oldest
// first, so that the table grows at its end as it does in life. Hashes are in no
// order: all of them at once are sorted before they are put in, and those that
// are older than messages are remembered are left out.
func (f *filler) multiply(table string, n int) {
	slog.Info("copying", "table", table, "copies", n)
	f.do("create temporary table own as select * from " + table)
	f.do("delete from " + table)
	text := f.copyQuery(table)
	if strings.Contains(text, "random()") {
		f.do(text, apart.Microseconds(), 0, min(n, int(remembered/apart))-1)
	} else {
		for i := n - 1; i >= 0; i-- {
			f.do(text, apart.Microseconds(), i, i)
		}
	}
	f.do("drop table own")
}

// copyQuery asks the database for the columns, so that it need not know them. A
// number above this is a moment in microseconds; only the hash of a messageId is
// as large and is none, and is made up below the day of its copy.
func (f *filler) copyQuery(table string) string {
	const moment = "1000000000000000"
	values := f.texts(`select case when name = 'hash' then '(received_at - copy * $1) / 86400000000 % 32768 * 281474976710656 + (random() & 281474976710655)'
		when upper(type) = 'INTEGER' then 'case when ' || name || ' > ` + moment + ` then ' || name || ' - copy * $1 else ' || name || ' end'
		else name end from pragma_table_info('` + table + `') order by cid`)
	return "insert into " + table + " select " + strings.Join(values, ", ") + " from own, copies where copy between $2 and $3 order by 1"
}

func (f *filler) texts(query string) []string {
	if f.err != nil {
		return nil
	}
	rows, err := f.db.QueryContext(f.ctx, query)
	if err != nil {
		f.err = fmt.Errorf("%s: %w", query, err)
		return nil
	}
	defer rows.Close()
	var texts []string
	for rows.Next() {
		var text string
		if f.err = rows.Scan(&text); f.err != nil {
			return nil
		}
		texts = append(texts, text)
	}
	f.err = rows.Err()
	return texts
}
