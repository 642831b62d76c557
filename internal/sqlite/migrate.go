package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"

	"hookline/migrations"

	"github.com/pressly/goose/v3"
)

// migrateFile brings the schema of the file at path up to date, which it makes
// when it is not there.
func migrateFile(ctx context.Context, path string) (err error) {
	db, err := openDB(path, 1)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return migrate(ctx, db)
}

// migrate brings the schema up to date. A schema that is newer than this
// program is left alone and refused.
func migrate(ctx context.Context, db *sql.DB) error {
	files, err := fs.Sub(migrations.SQLite, "sqlite")
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, files)
	if err != nil {
		return fmt.Errorf("prepare migrations: %w", err)
	}
	have, err := provider.GetDBVersion(ctx)
	if err != nil {
		return fmt.Errorf("read schema version: %w", err)
	}
	sources := provider.ListSources()
	if newest := sources[len(sources)-1].Version; have > newest {
		return fmt.Errorf("this database was made by a newer Hookline (schema %d, this program knows %d): start the newer program", have, newest)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}
