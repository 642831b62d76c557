package sqlite_test

import (
	"testing"

	"hookline/internal/hookline"
	"hookline/internal/sqlite"
	"hookline/internal/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T, home string, notify func([]hookline.Topic)) storetest.Store {
		s, err := sqlite.Open(t.Context(), home, notify)
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}
