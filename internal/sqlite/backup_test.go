package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// TestBackupWhileServerWrites copies a database that grows all the time. Each
// unit writes two rows, so a copy of anything but one moment would show.
func TestBackupWhileServerWrites(t *testing.T) {
	dir, to := t.TempDir(), t.TempDir()
	owner := openStore(t, dir, nil)
	ctx, stop := context.WithCancel(t.Context())
	var load sync.WaitGroup
	load.Go(func() {
		for i := 0; ctx.Err() == nil; i++ {
			if err := owner.write(t.Context(), pair(i)); err != nil {
				t.Error(err)
			}
		}
	})
	for i := range 3 {
		var told int64
		file := filepath.Join(to, fmt.Sprint(i), File)
		if err := os.Mkdir(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := Backup(t.Context(), dir, file, func(done, total int64) { told = done * 100 / total }); err != nil {
			t.Fatal(err)
		}
		if told != 100 {
			t.Errorf("progress ended at %d %%", told)
		}
	}
	stop()
	load.Wait()
	for i := range 3 {
		wantOnly(t, filepath.Join(to, fmt.Sprint(i)), File)
		copied := openStore(t, filepath.Join(to, fmt.Sprint(i)), nil)
		var left, right int
		err := copied.reads.QueryRowContext(t.Context(),
			"select count(*) filter (where key like 'left-%'), count(*) filter (where key like 'right-%') from settings").Scan(&left, &right)
		if err != nil || left != right {
			t.Errorf("copy %d holds %d left and %d right rows (%v)", i, left, right, err)
		}
		if keys, err := copied.SigningKeys(t.Context()); err != nil || len(keys) != 1 {
			t.Errorf("copy %d has %d signing keys (%v)", i, len(keys), err)
		}
	}
}

func pair(i int) func(*tx) error {
	return func(t *tx) error {
		return errors.Join(set(fmt.Sprint("left-", i))(t), set(fmt.Sprint("right-", i))(t))
	}
}

// wantOnly wants a folder to hold these files and no others.
func wantOnly(t *testing.T, dir string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var have []string
	for _, e := range entries {
		have = append(have, e.Name())
	}
	if strings.Join(have, " ") != strings.Join(names, " ") {
		t.Errorf("%s holds %v, want %v", dir, have, names)
	}
}

func TestBackupTouchesNothing(t *testing.T) {
	dir, to := t.TempDir(), t.TempDir()
	openStore(t, dir, nil)
	taken := filepath.Join(to, "taken")
	if err := os.WriteFile(taken, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ from, file, says string }{
		"a file that is there": {dir, taken, "exists already"},
		"no such folder":       {dir, filepath.Join(to, "none", "x"), "make backup file"},
		"no database":          {to, filepath.Join(to, "x"), "no Hookline database in folder " + to},
	} {
		if err := Backup(t.Context(), test.from, test.file, nil); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v, want %q", name, err, test.says)
		}
	}
	if text, err := os.ReadFile(taken); err != nil || string(text) != "precious" {
		t.Errorf("the file is now %q (%v)", text, err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Backup(gone, dir, filepath.Join(to, "y"), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("broken off: %v", err)
	}
	wantOnly(t, to, "taken")
}

// TestBackupRefusesDamage turns pages of the source around: the copy may not
// pass for a good one.
func TestBackupRefusesDamage(t *testing.T) {
	dir, to := t.TempDir(), t.TempDir()
	s, err := Open(t.Context(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 300 {
		if err := s.write(t.Context(), set(fmt.Sprint("key-", i, strings.Repeat("x", 100)))); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, File)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := len(content) - 3*4096; i < len(content); i++ {
		content[i] ^= 0x5a
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Backup(t.Context(), dir, filepath.Join(to, "copy"), nil); err == nil {
		t.Error("a damaged database was copied without a word")
	}
	wantOnly(t, to)
}
