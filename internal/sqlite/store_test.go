package sqlite_test

import (
	"testing"

	"hookline/internal/hookline"
	"hookline/internal/sqlite"
	"hookline/internal/sqlite/home"
	"hookline/internal/storetest"
)

// TestStore begins each house with a copy of a new database. The tests of Open
// make theirs from nothing.
func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T, dir string, notify func([]hookline.Topic)) storetest.Store {
		home.Fill(t, dir)
		s, err := sqlite.Open(t.Context(), dir, notify)
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}
