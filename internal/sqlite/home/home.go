// Package home makes directories for tests that hold a database as its first
// start leaves it. It is started once in a process and copied from then on: with
// the race detector the migrations take seconds.
package home

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"hookline/internal/sqlite"
)

// New gives a directory with a database, which goes when the test ends.
func New(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	Fill(t, dir)
	return dir
}

// Fill puts a database into a directory, unless there is one.
func Fill(t testing.TB, dir string) {
	t.Helper()
	path := filepath.Join(dir, sqlite.File)
	if _, err := os.Stat(path); err == nil {
		return
	}
	image, err := begun()
	if err == nil {
		err = os.WriteFile(path, image, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// begun is the file of a database that was started. Closing leaves nothing
// beside it.
var begun = sync.OnceValues(func() (image []byte, err error) {
	dir, err := os.MkdirTemp("", "hookline-home-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }() // a directory of the system's, which clears it
	store, err := sqlite.Open(context.Background(), dir, nil)
	if err != nil {
		return nil, err
	}
	if err := store.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(dir, sqlite.File))
})
