package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"time"

	"hookline/internal/hookline"
	"hookline/migrations"

	"github.com/pressly/goose/v3"
)

// All SQL of this program is here: what makes databases that no Hookline of
// today would make. Everything else goes through the store or the API.

func withDatabase(file string, do func(*sql.DB) error) error {
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=journal_mode(WAL)")
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	return errors.Join(do(db), db.Close())
}

// setSchema makes a database look as if a newer Hookline had made it.
func setSchema(ctx context.Context, file string, version int) error {
	return withDatabase(file, func(db *sql.DB) error {
		_, err := db.ExecContext(ctx, "insert into goose_db_version (version_id, is_applied) values ($1, 1)", version)
		return err
	})
}

// What the old database holds.
const (
	oldEvents = 400 // each with a delivery
	oldFailed = 40  // of the deliveries; the others are delivered
)

// oldDatabase makes a database as the first Hookline did, with data in it.
// The first migration never changes, so this holds for good.
func oldDatabase(ctx context.Context, file string) error {
	return withDatabase(file, func(db *sql.DB) error {
		files, err := fs.Sub(migrations.SQLite, "sqlite")
		if err != nil {
			return err
		}
		provider, err := goose.NewProvider(goose.DialectSQLite3, db, files)
		if err != nil {
			return err
		}
		if _, err := provider.UpTo(ctx, 1); err != nil {
			return fmt.Errorf("make an old database: %w", err)
		}
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		if err := fillOld(ctx, tx); err != nil {
			return errors.Join(fmt.Errorf("fill the old database: %w", err), tx.Rollback())
		}
		return tx.Commit()
	})
}

func fillOld(ctx context.Context, tx *sql.Tx) error {
	var ids hookline.IDs
	at := time.Now().Add(-time.Hour).UnixMicro()
	source, destination, action := ids.New("src"), ids.New("dst"), ids.New("act")
	exec := func(query string, args ...any) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	}
	err := errors.Join(
		exec("insert into sources values ($1, 'Old', 'old-key', 1, $2, $2)", source, at),
		exec("insert into destinations values ($1, 'Old', 1, '', 'whole', '[]', 4000, $2, $2)", destination, at),
		exec("insert into destination_sources values ($1, $2)", destination, source),
		exec("insert into actions values ($1, $2, 'Old', 1, '', 'POST', 'http://127.0.0.1:9/', '[]', '', 0, $3, $3)", action, destination, at),
	)
	if err != nil {
		return err
	}
	last := ""
	for i := range oldEvents {
		event, delivery := ids.New("evt"), ids.New("dlv")
		state, status := "delivered", 200
		if i < oldFailed {
			state, status = "failed", 410
		}
		message := fmt.Sprint("old-", i)
		h := fnv.New64a()
		h.Write([]byte(source + "\x00" + message))
		last = event
		err = errors.Join(err,
			exec("insert into events values ($1, $2, 'track', $3, 'u1', '', 'user:u1', 'Old', $4, $4, $5)", event, source, message, at, `{"event":"Old","messageId":"`+message+`"}`),
			exec("insert into message_ids values ($1, $2, $3)", int64(h.Sum64()), event, at),
			exec("insert into deliveries values ($1, $2, 'event', $3, $4, $5, '', $6, 1, '', 1, 1, $7, '', $8, 0, $8)", delivery, state, destination, action, event, "key of "+event, status, at),
			exec("insert into requests values ($1, 1, 'POST', 'http://127.0.0.1:9/', '[]', cast('{}' as blob), '', $2)", delivery, at),
			exec("insert into attempts values ($1, 1, 1, '', '[]', $2, 1000, '{}', $3, '[]', cast('' as blob), 0, $4, '')", delivery, at, status, state),
		)
	}
	return errors.Join(err, exec("insert into cursors values ('fanout', $1)", last))
}
