package sqlite

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hookline/internal/hookline"
)

func openGuest(t *testing.T, dir string) *Store {
	t.Helper()
	s, err := OpenGuest(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close guest: %v", err)
		}
	})
	return s
}

// TestOwnerNoticesGuest changes the configuration beside a store that runs,
// which must not go on answering from memory.
func TestOwnerNoticesGuest(t *testing.T) {
	dir := t.TempDir()
	told := make(chan []hookline.Topic, 100)
	owner := openAnew(t, dir, func(topics []hookline.Topic) { told <- topics })
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- owner.Watch(ctx) }()
	wantConfig(t, told) // the signing key of a new house
	wantConfig(t, told) // the first look
	before, err := owner.Routing(t.Context())
	if err != nil {
		t.Fatal(err)
	}

	guest := openGuest(t, dir)
	source, err := guest.CreateSource(t.Context(), hookline.Source{Name: "Website", Enabled: true})
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	wantConfig(t, told)
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("it took %v to notice", took)
	}
	if known, err := owner.SourceByWriteKey(t.Context(), source.WriteKey); err != nil || known.ID != source.ID {
		t.Errorf("the owner does not know the new write key: %v", err)
	}
	if after, err := owner.Routing(t.Context()); err != nil || after.Version == before.Version {
		t.Errorf("the routing is still version %d (%v)", before.Version, err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func wantConfig(t *testing.T, told chan []hookline.Topic) {
	t.Helper()
	limit := time.After(10 * time.Second)
	for {
		select {
		case topics := <-told:
			if slices.Contains(topics, hookline.TopicConfig) {
				return
			}
		case <-limit:
			t.Fatal("the owner did not notice within 10 s")
		}
	}
}

// TestOwnWritesAreNoGuests makes sure that a busy server does not read its
// configuration anew twice a second.
func TestOwnWritesAreNoGuests(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	var seen int64
	look := func(t *tx) error { return lookForGuests(t, &seen) }
	if err := s.write(t.Context(), look); err != nil {
		t.Fatal(err)
	}
	version := s.config.Load()
	for range 3 {
		if err := errors.Join(s.SetSetting(t.Context(), "a", "x"), s.write(t.Context(), look)); err != nil {
			t.Fatal(err)
		}
	}
	if now := s.config.Load(); now != version {
		t.Errorf("the version of the configuration went from %d to %d", version, now)
	}
}

// TestGuestGetsItsTurn writes beside a server that commits without a pause.
func TestGuestGetsItsTurn(t *testing.T) {
	dir := t.TempDir()
	owner := openStore(t, dir, nil)
	guest := openGuest(t, dir)
	ctx, stop := context.WithCancel(t.Context())
	var load sync.WaitGroup
	for range 8 {
		load.Go(func() {
			for ctx.Err() == nil {
				if err := owner.SetSetting(t.Context(), "busy", "x"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 5 {
		if err := guest.SetSetting(t.Context(), "guest", "x"); err != nil {
			t.Error(err)
		}
	}
	stop()
	load.Wait()
}

func TestGuestNeedsDatabase(t *testing.T) {
	dir := t.TempDir()
	if _, err := OpenGuest(t.Context(), dir); !errors.Is(err, ErrNoDatabase) || !strings.Contains(err.Error(), dir) {
		t.Errorf("open: %v, want ErrNoDatabase with the folder", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("the folder now holds %v (%v)", left, err)
	}
	path := filepath.Join(dir, File)
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenGuest(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "not a Hookline database") {
		t.Errorf("open an empty file: %v", err)
	}
}

func TestGuestAndSchema(t *testing.T) {
	for name, test := range map[string]struct {
		statement string
		says      string
	}{
		"newer":               {"insert into goose_db_version (version_id, is_applied) values (9999, 1)", "newer Hookline"},
		"older, server there": {"delete from goose_db_version where version_id > 1", "in use by another Hookline"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			owner := openStore(t, dir, nil)
			err := owner.write(t.Context(), func(t *tx) error {
				_, err := t.exec(test.statement)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := OpenGuest(t.Context(), dir); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("open: %v, want %q", err, test.says)
			}
		})
	}
}

// TestGuestMigrates finds a database of the first version with nobody there.
func TestGuestMigrates(t *testing.T) {
	dir := t.TempDir()
	old, err := os.ReadFile(filepath.Join("..", "..", "migrations", "sqlite", "0001_house.sql"))
	if err != nil {
		t.Fatal(err)
	}
	makeOld(t, filepath.Join(dir, File), string(old))
	guest := openGuest(t, dir)
	if _, err := guest.CreateSource(t.Context(), hookline.Source{Name: "Website"}); err != nil {
		t.Error(err)
	}
	var wait int
	err = guest.write(t.Context(), func(t *tx) error { return t.queryRow("pragma busy_timeout").Scan(&wait) })
	if err != nil || wait != patience {
		t.Errorf("it waits %d ms for its turn (%v), want %d", wait, err, patience)
	}
	have, err := schemaVersion(t.Context(), filepath.Join(dir, File))
	if want, _ := newestMigration(); err != nil || have != want {
		t.Errorf("schema %d (%v), want %d", have, err, want)
	}
}

// makeOld makes a database as the first program did.
func makeOld(t *testing.T, path, statements string) {
	t.Helper()
	db, err := openDB(path, 1)
	if err != nil {
		t.Fatal(err)
	}
	statements += `; create table goose_db_version (id integer primary key autoincrement, version_id integer not null,
		is_applied integer not null, tstamp timestamp default (datetime('now')));
		insert into goose_db_version (version_id, is_applied) values (0, 1), (1, 1)`
	if _, err := db.ExecContext(t.Context(), statements); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}
