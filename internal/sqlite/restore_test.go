package sqlite

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// copied makes a database with one setting and gives a backup of it.
func copied(t *testing.T) (file string) {
	t.Helper()
	dir := t.TempDir()
	s := openStore(t, dir, nil)
	if err := s.write(t.Context(), set("here")); err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "copy.db")
	if err := Backup(t.Context(), dir, file, nil); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestRestoreGivesBackWhatWasCopied(t *testing.T) {
	file := copied(t)
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "new", "folder")
	if err := Restore(t.Context(), file, dir); err != nil {
		t.Fatal(err)
	}
	wantOnly(t, dir, File, "hookline.lock")
	if err := Check(t.Context(), filepath.Join(dir, File)); err != nil {
		t.Error(err)
	}
	s := openStore(t, dir, nil)
	if value, err := s.Setting(t.Context(), "here"); err != nil || value == "" {
		t.Errorf("the setting is %q (%v)", value, err)
	}
	if after, err := os.ReadFile(file); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the copy was changed (%v)", err)
	}
	wantOnly(t, filepath.Dir(file), filepath.Base(file))
}

// TestRestoreLeavesOthersAlone wants words for whatever is in the way, and the
// folder as it was.
func TestRestoreLeavesOthersAlone(t *testing.T) {
	file := copied(t)
	used, running, log := t.TempDir(), t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(used, File), []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(log, File+"-wal"), []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	lock, err := lockFolder(running)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = lock.Close() }()
	for dir, says := range map[string]string{used: "holds hookline.db already", log: "holds hookline.db-wal already", running: "in use by another Hookline"} {
		if err := Restore(t.Context(), file, dir); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %q", err, says)
		}
	}
	for _, path := range []string{filepath.Join(used, File), filepath.Join(log, File+"-wal")} {
		if text, err := os.ReadFile(path); err != nil || string(text) != "precious" {
			t.Errorf("%s is now %q (%v)", path, text, err)
		}
	}
	wantOnly(t, running, "hookline.lock")
}

func TestRestoreRefusesWhatIsNoBackup(t *testing.T) {
	file, to := copied(t), t.TempDir()
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	damaged := bytes.Clone(whole)
	for i := 4096; i < len(damaged); i++ {
		damaged[i] ^= 0x5a
	}
	for name, test := range map[string]struct {
		content []byte
		says    string
	}{
		"random bytes": {bytes.Repeat([]byte("no database "), 1000), "not a database"},
		"nothing":      {nil, "not a Hookline database"},
		"damaged":      {damaged, "cannot be restored"},
		"cut short":    {whole[:len(whole)/2], "cannot be restored"},
	} {
		bad := filepath.Join(t.TempDir(), "bad.db")
		if err := os.WriteFile(bad, test.content, 0o600); err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(to, strings.ReplaceAll(name, " ", "-"))
		if err := Restore(t.Context(), bad, dir); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v, want %q", name, err, test.says)
		}
		if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: the folder is there (%v)", name, err)
		}
	}
	if err := Restore(t.Context(), filepath.Join(to, "none.db"), to); err == nil || !strings.Contains(err.Error(), "find backup") {
		t.Errorf("no file: %v", err)
	}
	if err := Restore(t.Context(), to, filepath.Join(to, "x")); err == nil || !strings.Contains(err.Error(), "is no file") {
		t.Errorf("a folder: %v", err)
	}
}

func TestRestoreRefusesANewerSchemaAndABusyFile(t *testing.T) {
	newer := t.TempDir()
	s := openStore(t, newer, nil)
	err := s.write(t.Context(), func(t *tx) error {
		_, err := t.exec("insert into goose_db_version (version_id, is_applied) values (9999, 1)")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "newer.db")
	if err := Backup(t.Context(), newer, file, nil); err != nil {
		t.Fatal(err)
	}
	if err := Restore(t.Context(), file, t.TempDir()); err == nil || !strings.Contains(err.Error(), "made by a newer Hookline (schema 9999") {
		t.Errorf("a newer schema: %v", err)
	}
	if err := Restore(t.Context(), filepath.Join(newer, File), t.TempDir()); err == nil || !strings.Contains(err.Error(), "has a -wal file beside it") {
		t.Errorf("a database in use: %v", err)
	}
}

func TestRestoreBrokenOffLeavesNothing(t *testing.T) {
	file, dir := copied(t), t.TempDir()
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := place(gone, file, dir); !errors.Is(err, context.Canceled) {
		t.Errorf("broken off: %v", err)
	}
	wantOnly(t, dir)
}

// TestCheckFindsStrayRows takes away what a row refers to.
func TestCheckFindsStrayRows(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir, nil)
	if err := Check(t.Context(), filepath.Join(dir, File)); err != nil {
		t.Errorf("a new database: %v", err)
	}
	_, err := s.reads.ExecContext(t.Context(), "pragma query_only = 0; pragma foreign_keys = 0; insert into destination_sources (destination_id, source_id) values ('dst_1', 'src_1')")
	if err != nil {
		t.Fatal(err)
	}
	if err := Check(t.Context(), filepath.Join(dir, File)); err == nil || !strings.Contains(err.Error(), "the first one of destination_sources, refer to what is not there") {
		t.Errorf("a stray row: %v", err)
	}
}
