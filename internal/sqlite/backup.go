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
)

// Backup writes a copy of the database in folder dir to file: one moment of
// it, complete in itself, checked and on disk when Backup returns nil. It works
// while a server runs on the folder, and with a database of any version. While
// it runs the server's write-ahead log grows, because the copy reads one moment.
//
// A file that is there already is never touched. progress, which may be nil, is
// called a few times a second with about how many bytes are written, of about
// how many.
func Backup(ctx context.Context, dir, file string, progress func(done, total int64)) error {
	source := filepath.Join(dir, File)
	if _, err := os.Stat(source); err != nil {
		return fmt.Errorf("%w in folder %s", ErrNoDatabase, dir)
	}
	if err := mustBeFree(file); err != nil {
		return err
	}
	// The copy gets its name only when it is whole: a backup that was broken
	// off must not look like one.
	part, err := os.CreateTemp(filepath.Dir(file), ".hookline-backup-*")
	if err != nil {
		return fmt.Errorf("make backup file: %w", err)
	}
	err = copyInto(ctx, source, part, progress)
	if err = errors.Join(err, part.Close()); err == nil {
		err = giveName(part.Name(), file)
	}
	if gone := os.Remove(part.Name()); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}

func mustBeFree(file string) error {
	_, err := os.Lstat(file)
	switch {
	case err == nil:
		return fmt.Errorf("%s exists already: give a new name, or remove it first", file)
	case errors.Is(err, fs.ErrNotExist):
		return nil
	}
	return fmt.Errorf("look for %s: %w", file, err)
}

// copyInto fills part, checks it, and waits until it is on disk.
func copyInto(ctx context.Context, source string, part *os.File, progress func(done, total int64)) (err error) {
	db, err := openDB(source, 1)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	stop, err := follow(ctx, db, part, progress)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "vacuum into $1", part.Name())
	stop()
	if err != nil {
		return fmt.Errorf("copy database: %w", err)
	}
	if err := checkCopy(ctx, part.Name()); err != nil {
		return err
	}
	if err := part.Sync(); err != nil {
		return fmt.Errorf("write backup to disk: %w", err)
	}
	return nil
}

// follow tells how far the copy has come, by the size of its file, until stop
// is called.
func follow(ctx context.Context, db *sql.DB, part *os.File, progress func(done, total int64)) (stop func(), err error) {
	var pages, free, size int64
	for pragma, into := range map[string]*int64{"page_count": &pages, "freelist_count": &free, "page_size": &size} {
		if err := db.QueryRowContext(ctx, "pragma "+pragma).Scan(into); err != nil {
			return nil, fmt.Errorf("measure database: %w", err)
		}
	}
	if progress == nil {
		return func() {}, nil
	}
	total := (pages - free) * size
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				progress(total, total)
				return
			case <-tick.C:
				if info, err := part.Stat(); err == nil {
					progress(min(info.Size(), total), total)
				}
			}
		}
	}()
	return func() { close(done); <-ended }, nil
}

// checkCopy reads the whole copy. It opens it as a file that nobody else
// knows, so that nothing is left beside it.
func checkCopy(ctx context.Context, path string) (err error) {
	db, err := openDB(path, 1, "immutable=1", "mode=ro")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := sound(ctx, db); err != nil {
		return fmt.Errorf("check the copy: %w; a copy is as the database itself is, so look at that with sqlite3 and pragma integrity_check", err)
	}
	return nil
}

// giveName gives the copy its name, and never takes that of another file. A
// link fails when the name is taken; where there are no links, a look must do.
func giveName(part, file string) error {
	if err := os.Link(part, file); err != nil {
		if taken := mustBeFree(file); taken != nil {
			return taken
		}
		if err := os.Rename(part, file); err != nil {
			return fmt.Errorf("name the backup: %w", err)
		}
	}
	return syncFolder(filepath.Dir(file))
}

// syncFolder makes a new name in a folder last through a loss of power.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("open folder %s: %w", dir, err)
	}
	return errors.Join(f.Sync(), f.Close())
}
