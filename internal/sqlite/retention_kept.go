package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"hookline/internal/hookline"
)

// Kept says how much there is, and how much a Retention would delete of it now.
// It reads one moment of the database.
func (s *Store) Kept(ctx context.Context, r hookline.Retention) (k hookline.Kept, err error) {
	db, err := s.reads.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return k, fmt.Errorf("read what is kept: %w", err)
	}
	defer func() { _ = db.Rollback() }() // it has changed nothing
	at := now()
	for _, part := range []struct {
		to    *hookline.KeptPart
		table string
		from  string // a cursor behind which nothing is left
		rest  bool   // only what rests is deleted
		days  int
	}{
		{&k.Events, "events", "", false, r.Events},
		{&k.Bodies, "deliveries", retentionCursor(partBodies), true, r.Bodies},
		{&k.Deliveries, "deliveries", "", true, r.Deliveries},
	} {
		if *part.to, err = keptOf(ctx, db, part.table, part.from); err != nil || part.days == 0 {
			if err != nil {
				return k, err
			}
			continue
		}
		if part.to.Deletes, err = deletesOf(ctx, db, part.table, part.from, part.rest, hookline.Cutoff(at, part.days)); err != nil {
			return k, err
		}
	}
	err = db.QueryRowContext(ctx, "select (select page_count from pragma_page_count) * page_size, (select freelist_count from pragma_freelist_count) * page_size from pragma_page_size").
		Scan(&k.Size, &k.Free)
	return k, wrapped(err, "read size of database")
}

// after is a condition for what no cursor has passed.
func after(cursor string) string {
	if cursor == "" {
		return "id > 0"
	}
	return "id > coalesce((select event_id from cursors where name = '" + cursor + "'), 0)"
}

func keptOf(ctx context.Context, db *sql.Tx, table, cursor string) (p hookline.KeptPart, err error) {
	var oldest int64
	err = db.QueryRowContext(ctx, "select coalesce(min(id), 0), count(*) from (select id from "+table+" where "+after(cursor)+" order by id limit $1)", hookline.MaxKeptCount).
		Scan(&oldest, &p.Count)
	p.Oldest = fromMicros(oldest)
	return p, wrapped(err, "count what is kept")
}

func deletesOf(ctx context.Context, db *sql.Tx, table, cursor string, rests bool, before time.Time) (n int, err error) {
	query, args := "select count(*) from (select id from "+table+" where "+after(cursor)+" and id < $1 and id < (select max(id) from "+table+")", []any{hookline.KeyAt(before), hookline.MaxKeptCount}
	if rests {
		query += " and state in " + restingStates + " and updated_at < $3"
		args = append(args, micros(before))
	}
	err = db.QueryRowContext(ctx, query+" order by id limit $2)", args...).Scan(&n)
	return n, wrapped(err, "count what is old")
}
