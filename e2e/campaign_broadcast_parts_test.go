//go:build e2e

package e2e

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"hookline/internal/sqlite"
)

// holdsAt keeps a broadcast from getting further than so many people, for as long as somebody looks at it: the database
// refuses what goes beyond, as a full disk would, and the house tries again and again until it is let go.
func (s *broadcastStory) holdsAt(people int) (letGo func()) {
	s.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(s.data, sqlite.File)+"?_pragma=busy_timeout(5000)")
	s.must("open the database", err)
	do := func(statement string) {
		_, err := db.ExecContext(s.t.Context(), statement)
		s.must(statement, err)
	}
	do(fmt.Sprintf(`create trigger held before update of looked on broadcasts when new.looked > %d begin select raise(abort, 'held by the story'); end`, people))
	return func() {
		do("drop trigger held")
		s.must("close the database", db.Close())
	}
}

// writesTime puts a day and a time of a morning into the field of a time, which takes them part by part from its first
// on. Whether the day or the month comes first, and whether the morning has to be said, is as the browser's language has
// it: the days of this story are as well read either way.
func (s *broadcastStory) writesTime(day, clock string) {
	s.t.Helper()
	s.write("Time", "")
	for range 6 {
		s.presses("ArrowLeft")
	}
	s.types(day)
	s.presses("ArrowRight") // a year may have more digits
	s.types(clock + "a")
}

func nextYear() int { return time.Now().UTC().Year() + 1 }

// wantsMany waits until the receiver has got so many requests, and wants none of them twice.
func (c *crm) wantsMany(t *testing.T, requests int) {
	t.Helper()
	count := func() (all, different int) {
		c.mu.Lock()
		defer c.mu.Unlock()
		seen := map[string]bool{}
		for _, got := range c.got {
			seen[got] = true
		}
		return len(c.got), len(seen)
	}
	all, different := count()
	for began := time.Now(); all < requests && time.Since(began) < 30*time.Second; all, different = count() {
		time.Sleep(20 * time.Millisecond)
	}
	if all != requests || different != requests {
		t.Errorf("the receiver got %d requests, %d of them different, want %d", all, different, requests)
	}
}
