package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"hookline/internal/sqlite"
)

// nobody is a user without rights, for a machine on which we are root.
const nobody = 65534

// refusal is a folder that the program must refuse.
type refusal struct {
	kind string
	make func(w *world, data string) error
	says []string // besides the path
	user bool     // as a user without rights
}

func refusals() []refusal {
	file := func(data string) string { return filepath.Join(data, sqlite.File) }
	return []refusal{
		{"not a database", func(w *world, data string) error {
			return os.WriteFile(file(data), garbage(64<<10, w.chance), 0o600)
		}, []string{"not a database"}, false},
		{"a damaged first page", func(w *world, data string) error {
			return errors.Join(newDatabase(w, data), damage(file(data), 100, 4000))
		}, []string{"malformed"}, false},
		{"a newer schema", func(w *world, data string) error {
			return errors.Join(newDatabase(w, data), setSchema(context.Background(), file(data), 9999))
		}, []string{"newer Hookline", "9999"}, false},
		{"a folder in place of the file", func(_ *world, data string) error { return os.MkdirAll(file(data), 0o755) }, []string{"unable to open"}, false},
		{"a file in place of the folder", func(_ *world, data string) error {
			return errors.Join(os.Remove(data), os.WriteFile(data, []byte("precious"), 0o644))
		}, []string{"not a directory"}, false},
		{"a folder that may not be written", func(_ *world, data string) error { return os.Chmod(data, 0o555) }, []string{"permission denied"}, true},
		{"a database of another owner", func(w *world, data string) error {
			return errors.Join(newDatabase(w, data), os.Chmod(file(data), 0o000), os.Chmod(data, 0o777), os.Chmod(filepath.Join(data, "hookline.lock"), 0o666))
		}, []string{"unable to open"}, true},
		{"a database that may only be read", func(w *world, data string) error {
			return errors.Join(newDatabase(w, data), os.Chmod(file(data), 0o444), os.Chmod(data, 0o777), os.Chmod(filepath.Join(data, "hookline.lock"), 0o666))
		}, []string{"readonly"}, true},
	}
}

// newDatabase lets the program itself make one.
func newDatabase(w *world, data string) error {
	p := &program{binary: w.binary, data: data}
	_, err := p.start(context.Background())
	if err != nil {
		return err
	}
	_, err = p.terminate(syscall.SIGTERM, exitLimit)
	return err
}

func damage(file string, from, n int64) error {
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(bytes.Repeat([]byte{0x5a}, int(n)), from)
	return errors.Join(err, f.Close())
}

// unusableFiles is F9: the program ends within two seconds, says which path
// and why, and leaves every file as it was.
func unusableFiles(ctx context.Context, w *world) error {
	for _, r := range refusals() {
		w.want(r.kind)
		if err := refuse(ctx, w, r); err != nil {
			return fmt.Errorf("%s: %w", r.kind, err)
		}
		w.inject(r.kind, 1)
	}
	return nil
}

func refuse(ctx context.Context, w *world, r refusal) error {
	dir, err := w.dir()
	if err != nil {
		return err
	}
	data := filepath.Join(dir, "data")
	if err := errors.Join(os.MkdirAll(data, 0o755), r.make(w, data)); err != nil {
		return err
	}
	before, err := contents(data)
	if err != nil {
		return err
	}
	p := &program{binary: w.binary, data: data}
	if r.user && os.Getuid() == 0 {
		p.user = &syscall.Credential{Uid: nobody, Gid: nobody}
	}
	_, err = p.start(ctx)
	var ended *notStarted
	if !errors.As(err, &ended) {
		if err == nil {
			p.kill()
		}
		return fmt.Errorf("it started: %w", err)
	}
	if ended.code <= 0 || ended.took > 2*time.Second {
		return fmt.Errorf("it ended with %d after %v\n%s", ended.code, ended.took, ended.log)
	}
	for _, word := range append(r.says, data) {
		if !strings.Contains(ended.log, word) {
			return fmt.Errorf("I8: it does not say %q:\n%s", word, ended.log)
		}
	}
	after, err := contents(data)
	if err == nil && before != after {
		err = errors.New("it changed what it refused")
	}
	return errors.Join(err, p.log.trouble())
}

// contents tells of the files that somebody may miss, not of locks and indexes
// that SQLite makes anew.
func contents(path string) (string, error) {
	var all strings.Builder
	err := filepath.WalkDir(path, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(file, ".lock") || strings.HasSuffix(file, "-shm") {
			return err
		}
		content, err := os.ReadFile(file)
		if strings.HasSuffix(file, "-wal") && len(content) == 0 {
			return err
		}
		fmt.Fprintf(&all, "%s %d %x\n", file, len(content), sha256Of(nil, string(content)))
		return err
	})
	return all.String(), err
}
