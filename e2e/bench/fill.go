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

// copied are the tables that grow with deliveries.
var copied = []string{"events", "message_ids", "deliveries", "requests", "attempts", "events_by_identity", "deliveries_by_person"}

// multiply turns the history in a database into n times as much: n copies, each
// so much older than the next, and what was there is the youngest. Sending it
// all would take longer than anybody waits. Nothing else may have the database
// open.
//
// Keys and times are both microseconds since 1970, so a copy is older by making
// every such number smaller.
func multiply(ctx context.Context, data string, n int) (err error) {
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
	f.do("create temporary table copies as with recursive all_of(copy) as (select 0 union all select copy + 1 from all_of where copy < $1) select copy from all_of", n-1)
	f.enter("events_by_identity", "identity", "event_id", "events")
	f.enter("deliveries_by_person", "person_id", "delivery_id", "deliveries")
	for _, table := range copied {
		f.multiply(table, n)
	}
	return f.err
}

// enter brings the last rows of a table into the index that they would enter
// later, so that every copy of them is in it.
func (f *filler) enter(index, by, row, table string) {
	entered := "coalesce((select event_id from cursors where name = '" + index + "'), 0)"
	f.do("insert into " + index + " (" + by + ", " + row + ") select " + by + ", id from " + table + " where id > " + entered + " and " + by + " <> ''")
	f.do("insert into cursors (name, event_id) select '" + index + "', max(id) from " + table + " where true on conflict (name) do update set event_id = excluded.event_id")
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
// order: all of them at once are sorted before they are put in.
func (f *filler) multiply(table string, n int) {
	slog.Info("copying", "table", table, "copies", n)
	f.do("create temporary table own as select * from " + table)
	f.do("delete from " + table)
	text := f.copyQuery(table)
	if strings.Contains(text, "random()") {
		f.do(text, apart.Microseconds(), 0, n-1)
	} else {
		for i := n - 1; i >= 0; i-- {
			f.do(text, apart.Microseconds(), i, i)
		}
	}
	f.do("drop table own")
}

// copyQuery asks the database for the columns, so that it need not know them. A
// number above this is a moment in microseconds; only the hash of a messageId is
// as large and is none, and is made up.
func (f *filler) copyQuery(table string) string {
	const moment = "1000000000000000"
	values := f.texts(`select case when name = 'hash' then 'random()'
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
