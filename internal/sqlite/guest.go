package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"hookline/internal/hookline"
	"hookline/migrations"

	"github.com/pressly/goose/v3"
)

// ErrNoDatabase is what errors.Is finds when a folder holds no database.
var ErrNoDatabase = errors.New("there is no Hookline database")

// patience is how long a guest waits for its turn to write, in milliseconds. A
// server under load commits group after group, so the gaps are short.
const patience = 30_000

// watchEvery is how often Watch looks.
const watchEvery = 500 * time.Millisecond

// OpenGuest opens the database in folder dir for a command that reads or
// changes a little and goes, whether or not a server has the folder open: it
// takes no lock, and the server notices what it changed (see Watch). Guests
// must not append events: only the ids of one process grow in the order of its
// commits, which the event log relies on.
//
// A schema that this program does not know is refused. An older one is brought
// up to date, but not under a server that runs. Without a database it fails
// with ErrNoDatabase.
func OpenGuest(ctx context.Context, dir string) (*Store, error) {
	path := filepath.Join(dir, File)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w in folder %s", ErrNoDatabase, dir)
	} else if err != nil {
		return nil, fmt.Errorf("find database: %w", err)
	}
	if err := schemaForGuest(ctx, dir); err != nil {
		return nil, err
	}
	s := &Store{notify: func([]hookline.Topic) {}, late: newLateness(), segment: usualSegment}
	if err := s.openGuest(ctx, path); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Store) openGuest(ctx context.Context, path string) error {
	var err error
	if s.writer, err = newWriter(path, s.committed, fmt.Sprintf("busy_timeout(%d)", patience)); err != nil {
		return fmt.Errorf("open database %s: %w", path, err)
	}
	if s.reads, err = openDB(path, readers, readerCache, readsOnly); err != nil {
		return err
	}
	return s.continueIDs(ctx)
}

// schemaForGuest makes sure that the schema is this program's.
func schemaForGuest(ctx context.Context, dir string) error {
	have, err := schemaVersion(ctx, filepath.Join(dir, File))
	if err != nil {
		return err
	}
	want, err := newestMigration()
	switch {
	case err != nil:
		return err
	case have == want:
		return nil
	case have > want:
		return fmt.Errorf("this database was made by a newer Hookline (schema %d, this program knows %d): use the newer program", have, want)
	}
	owner, err := Open(ctx, dir, nil)
	if err != nil {
		return fmt.Errorf("bring the database up to date (schema %d, this program wants %d): %w", have, want, err)
	}
	return owner.Close()
}

// schemaVersion gives the number of the last migration that was made.
func schemaVersion(ctx context.Context, path string) (version int64, err error) {
	db, err := openDB(path, 1, readsOnly)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return readSchemaVersion(ctx, db, path)
}

func readSchemaVersion(ctx context.Context, db *sql.DB, path string) (int64, error) {
	var last sql.NullInt64
	if err := db.QueryRowContext(ctx, "select max(version_id) from goose_db_version").Scan(&last); err != nil {
		return 0, fmt.Errorf("%s is not a Hookline database: %w", path, err)
	}
	return last.Int64, nil
}

// newestMigration gives the number of the last migration that this program has.
func newestMigration() (int64, error) {
	files, err := fs.Glob(migrations.SQLite, "sqlite/*.sql")
	if err != nil {
		return 0, fmt.Errorf("read migrations: %w", err)
	}
	var newest int64
	for _, file := range files {
		version, err := goose.NumericComponent(file)
		if err != nil {
			return 0, fmt.Errorf("read migrations: %w", err)
		}
		newest = max(newest, version)
	}
	return newest, nil
}

// Watch looks twice a second whether a guest has committed something, and then
// raises the topics that guests' changes may be about. It returns when ctx
// ends. What it finds is a hint like any other, so when the store cannot be
// asked it looks again later.
func (s *Store) Watch(ctx context.Context) error {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	var seen int64 // 0 is no version: what changed before the first look counts as well
	for {
		_ = s.write(ctx, func(t *tx) error { return lookForGuests(t, &seen) })
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// lookForGuests asks the one connection that writes: to it data_version
// changes exactly when another connection has committed.
func lookForGuests(t *tx, seen *int64) error {
	var version int64
	if err := t.queryRow("pragma data_version").Scan(&version); err != nil {
		return fmt.Errorf("look for changes of guests: %w", err)
	}
	if version != *seen {
		*seen = version
		t.changed(hookline.TopicConfig, hookline.TopicDeliveries, hookline.TopicSent)
	}
	return nil
}
