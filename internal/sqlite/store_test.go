package sqlite_test

import (
	"os"
	"path/filepath"
	"testing"

	"hookline/internal/hookline"
	"hookline/internal/sqlite"
	"hookline/internal/storetest"
)

// TestStore begins each house with a copy of a new database: making one anew
// for each promise would take longer than checking it. The tests of Open make
// theirs from nothing.
func TestStore(t *testing.T) {
	empty := newDatabase(t)
	storetest.Run(t, func(t *testing.T, home string, notify func([]hookline.Topic)) storetest.Store {
		path := filepath.Join(home, sqlite.File)
		if _, err := os.Stat(path); os.IsNotExist(err) {
			if err := os.WriteFile(path, empty, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		s, err := sqlite.Open(t.Context(), home, notify)
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}

// newDatabase gives the file that a first start makes. Closing leaves nothing
// beside it.
func newDatabase(t *testing.T) []byte {
	dir := t.TempDir()
	s, err := sqlite.Open(t.Context(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(dir, sqlite.File))
	if err != nil {
		t.Fatal(err)
	}
	return content
}
