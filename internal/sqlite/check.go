package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Check reads the whole of a database file and says what is wrong with it: a
// page that is damaged, an index that disagrees with its table, a row that
// refers to one that is not there. It changes nothing but what SQLite itself
// does on opening: what is left in the write-ahead log counts as part of it.
func Check(ctx context.Context, file string) (err error) {
	db, err := openDB(file, 1, readsOnly)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return sound(ctx, db)
}

// sound asks SQLite itself.
func sound(ctx context.Context, db *sql.DB) error {
	var verdict string
	if err := db.QueryRowContext(ctx, "pragma integrity_check(1)").Scan(&verdict); err != nil {
		return fmt.Errorf("check the database: %w", err)
	}
	if verdict != "ok" {
		return fmt.Errorf("the database is damaged: %s", verdict)
	}
	rows, err := db.QueryContext(ctx, "pragma foreign_key_check")
	if err != nil {
		return fmt.Errorf("check references: %w", err)
	}
	stray, err := collect(rows, func(r row) (table string, err error) {
		var rowid, parent, key sql.NullString
		return table, r.Scan(&table, &rowid, &parent, &key)
	})
	if err == nil && len(stray) > 0 {
		err = fmt.Errorf("the database is damaged: %d rows, the first one of %s, refer to what is not there", len(stray), stray[0])
	}
	return err
}
