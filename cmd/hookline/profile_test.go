package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestProfileIsWhole once it was stopped: a gzip'd one that go tool pprof reads.
func TestProfileIsWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cpu.pprof")
	stop, err := startProfile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(path); err != nil || !bytes.HasPrefix(b, []byte("\x1f\x8b")) {
		t.Errorf("it has %d bytes, %v", len(b), err)
	}
}
