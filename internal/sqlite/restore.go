package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Restore puts a copy of the database in file, made by Backup, into folder dir,
// which is made when it is not there. It is checked before it gets its name and
// on disk when Restore returns nil; file stays as it is.
//
// A folder that holds a database already, or one that a process has open, is
// left alone: what is in it may be worth more than the copy. A copy that is
// damaged, no database of Hookline's, or of a newer version is refused, and
// nothing of it stays behind.
func Restore(ctx context.Context, file, dir string) (err error) {
	if err := isWhole(ctx, file); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make data folder: %w", err)
	}
	lock, err := lockFolder(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	for _, name := range []string{File, File + "-wal", File + "-shm"} {
		if _, err := os.Lstat(filepath.Join(dir, name)); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s holds %s already: move it away first, or choose another folder", dir, name)
		}
	}
	return place(ctx, file, dir)
}

// isWhole says whether file is a sound database that this program can run on.
// A copy has no write-ahead log, so nothing is left beside it.
func isWhole(ctx context.Context, file string) (err error) {
	info, err := os.Stat(file)
	if err != nil {
		return fmt.Errorf("find backup: %w", err)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is no file", file)
	}
	if _, err := os.Stat(file + "-wal"); err == nil {
		return fmt.Errorf("%s has a -wal file beside it, so it is the database of a server and no backup: make one with hookline backup", file)
	}
	if err := checkCopy(ctx, file); err != nil {
		return fmt.Errorf("%s cannot be restored: %w", file, err)
	}
	have, err := schemaVersionOfCopy(ctx, file)
	if err != nil {
		return err
	}
	want, err := newestMigration()
	if err == nil && have > want {
		err = fmt.Errorf("%s was made by a newer Hookline (schema %d, this program knows %d): use the newer program", file, have, want)
	}
	return err
}

// schemaVersionOfCopy is schemaVersion for a file that nobody else knows.
func schemaVersionOfCopy(ctx context.Context, file string) (version int64, err error) {
	db, err := openDB(file, 1, "immutable=1", "mode=ro")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return readSchemaVersion(ctx, db, file)
}

// place copies file into dir and names the copy when it is whole.
func place(ctx context.Context, file, dir string) (err error) {
	part, err := os.CreateTemp(dir, ".hookline-restore-*")
	if err != nil {
		return fmt.Errorf("make database file: %w", err)
	}
	defer func() {
		if gone := os.Remove(part.Name()); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
	}()
	if err := errors.Join(pour(ctx, file, part), part.Close()); err != nil {
		return err
	}
	if err := checkCopy(ctx, part.Name()); err != nil {
		return err
	}
	return giveName(part.Name(), filepath.Join(dir, File))
}

// pour fills part with what is in file, and waits until it is on disk.
func pour(ctx context.Context, file string, part *os.File) error {
	from, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("open backup: %w", err)
	}
	defer func() { _ = from.Close() }() // only read
	if _, err := io.Copy(part, untilDone{ctx, from}); err != nil {
		return fmt.Errorf("copy backup: %w", err)
	}
	if err := part.Sync(); err != nil {
		return fmt.Errorf("write database to disk: %w", err)
	}
	return nil
}

// untilDone ends reading when its context does.
type untilDone struct {
	ctx context.Context
	io.Reader
}

func (u untilDone) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.Reader.Read(p)
}
