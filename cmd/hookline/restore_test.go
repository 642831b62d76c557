package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestBackupAndRestore takes a workspace to another folder and back to none.
func TestBackupAndRestore(t *testing.T) {
	from, to := t.TempDir(), filepath.Join(t.TempDir(), "to")
	file := filepath.Join(t.TempDir(), "copy.db")
	call{in: "hookline: 1\nsources:\n  - {name: Website, write_key: key-of-the-website}\n"}.run(t, "apply", "--data", from).want(t, exitOK, "1 made")
	call{}.run(t, "backup", file, "--data", from).want(t, exitOK, "checked copy")
	call{}.run(t, "restore", file, "--data", to).want(t, exitOK, file+" is restored into "+to+" and checked")
	call{}.run(t, "export", "--data", to).want(t, exitOK, "name: Website")

	call{}.run(t, "restore", file, "--data", to).want(t, exitError, to+" holds hookline.db already")
	call{}.run(t, "restore", "--data", to).want(t, exitUsage, "say which backup")
	call{}.run(t, "restore", file, "again", "--data", to).want(t, exitUsage, `"again" is not understood`)
	must(t, os.WriteFile(file, []byte("no database"), 0o600))
	call{}.run(t, "restore", file, "--data", filepath.Join(to, "none")).want(t, exitError, "cannot be restored")
}
