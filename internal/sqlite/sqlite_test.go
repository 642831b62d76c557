package sqlite

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"hookline/internal/hookline"
)

func TestOpenRefusesFolderInUse(t *testing.T) {
	dir := t.TempDir()
	first := openStore(t, dir, nil)
	_, err := Open(t.Context(), dir, nil)
	if err == nil || !strings.Contains(err.Error(), "process "+strconv.Itoa(os.Getpid())) {
		t.Fatalf("second open: %v, want an error that names the process", err)
	}
	if err := first.SetSetting(t.Context(), "a", "x"); err != nil {
		t.Errorf("the first one does not go on: %v", err)
	}
}

func TestOpenTakesFolderOfDeadProcess(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "hookline.lock"), []byte("1"), 0o600); err != nil {
		t.Fatal(err)
	}
	openStore(t, dir, nil)
}

func TestOpenRefusesNewerSchema(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(t.Context(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = s.write(t.Context(), func(t *tx) error {
		_, err := t.exec("insert into goose_db_version (version_id, is_applied) values (9999, 1)")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = Open(t.Context(), dir, nil)
	if err == nil || !strings.Contains(err.Error(), "newer Hookline") || !strings.Contains(err.Error(), "9999") {
		t.Errorf("open: %v, want an error that tells of the newer schema", err)
	}
}

func TestOpenRefusesWhatIsNoDatabase(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, File)
	for range 2 { // the refusal gives the folder back
		if err := os.WriteFile(path, []byte(strings.Repeat("not a database", 1000)), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), dir, nil); err == nil || !strings.Contains(err.Error(), path) {
			t.Fatalf("open: %v, want an error that names the file", err)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	openStore(t, dir, nil)
}

// TestFolderNames opens folders whose names mean something in a URL.
func TestFolderNames(t *testing.T) {
	for _, name := range []string{"with blank", "100%", "a?b", "a#b", "ü&=+"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), name)
			openAnew(t, dir, nil)
			if _, err := os.Stat(filepath.Join(dir, File)); err != nil {
				t.Error(err)
			}
		})
	}
}

// pragma asks a reader.
func pragma(t *testing.T, s *Store, name string) string {
	t.Helper()
	var value string
	if err := s.reads.QueryRowContext(t.Context(), "pragma "+name).Scan(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

// TestPragmas checks what the promises rest on: SQLite says nothing about a
// pragma that it does not know.
func TestPragmas(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	for name, want := range map[string]string{"journal_mode": "wal", "query_only": "1", "busy_timeout": "5000"} {
		if got := pragma(t, s, name); got != want {
			t.Errorf("readers: %s = %s, want %s", name, got, want)
		}
	}
	for name, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"} {
		var text string
		var number int64
		if err := s.write(t.Context(), func(u *tx) error {
			if u.queryRow("pragma "+name).Scan(&number) == nil {
				return nil
			}
			return u.queryRow("pragma " + name).Scan(&text)
		}); err != nil {
			t.Fatal(err)
		}
		if got := cmp.Or(text, fmt.Sprint(number)); got != want {
			t.Errorf("writer: %s = %s, want %s", name, got, want)
		}
	}
}

// TestAnsweredIsStored opens a copy of the files as a killed process leaves
// them: whatever was answered is in them.
func TestAnsweredIsStored(t *testing.T) {
	dir, copied := t.TempDir(), t.TempDir()
	s := openStore(t, dir, nil)
	const writers, each = 8, 20
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i := range each {
				if err := s.write(t.Context(), set(fmt.Sprint(w, "-", i))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	for _, name := range []string{File, File + "-wal"} {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(copied, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	after := openStore(t, copied, nil)
	var n int
	if err := after.reads.QueryRowContext(t.Context(), "select count(*) from settings").Scan(&n); err != nil {
		t.Fatal(err)
	}
	if n != writers*each {
		t.Errorf("%d units in the copy, want %d", n, writers*each)
	}
	if got := pragma(t, after, "integrity_check"); got != "ok" {
		t.Errorf("integrity check: %s", got)
	}
}

// TestClockSetBack stores an event with an id from the far future and restarts.
func TestClockSetBack(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(t.Context(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	s.ids.After("evt_1" + strings.TrimPrefix(s.ids.New("evt"), "evt_")[1:])
	events := []hookline.Event{{SourceID: "src_1", MessageID: "m1", ReceivedAt: time.Now()}}
	if _, err := s.AppendEvents(t.Context(), events, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	later := []hookline.Event{{SourceID: "src_1", MessageID: "m2", ReceivedAt: time.Now()}}
	if _, err := openStore(t, dir, nil).AppendEvents(t.Context(), later, nil); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(events[0].ID, "evt_1") || later[0].ID <= events[0].ID {
		t.Errorf("id %q does not follow %q", later[0].ID, events[0].ID)
	}
}

func TestSigningKeyWhenClockWasSetBack(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	err := s.write(t.Context(), func(t *tx) error {
		_, err := t.exec("update signing_keys set created_at = $1", micros(time.Now().Add(time.Hour)))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	key, err := s.RotateSigningKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	keys, err := s.SigningKeys(t.Context())
	if err != nil || len(keys) != 2 || keys[0] != key {
		t.Errorf("keys = %v (%v), want %v first", keys, err, key)
	}
}
