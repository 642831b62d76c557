package app

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hookline/internal/access"
	"hookline/internal/hookline"
	"hookline/internal/requestbin"

	"golang.org/x/sync/errgroup"
)

// readmeScript is the script under "Script it", as it stands in the README.
func readmeScript(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	must(t, err)
	_, section, _ := strings.Cut(string(text), "\n## Script it\n")
	section, _, _ = strings.Cut(section, "\n## ")
	_, script, _ := strings.Cut(section, "\n```sh\n")
	script, _, whole := strings.Cut(script, "\n```\n")
	if !whole {
		t.Fatal("the README has no script under “Script it”")
	}
	if n := strings.Count(script, "\n") + 1; n > 40 {
		t.Errorf("the script has %d lines, at most 40 are promised", n)
	}
	return script + "\n"
}

// TestScriptOfTheREADME runs the very script, as somebody would who has made a
// token and a bin.
func TestScriptOfTheREADME(t *testing.T) {
	script := readmeScript(t)
	a, err := New(t.Context(), Config{Addr: "127.0.0.1:0", Data: t.TempDir(), RetryBase: 50 * time.Millisecond, Version: "test", Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	bin, err := a.store.CreateBin(t.Context(), hookline.Bin{Name: "Script", Script: hookline.NewBinScript()})
	must(t, err)
	token, err := access.New(access.Config{Store: a.store}).CreateToken(t.Context(), "Script", hookline.Editor, "ana@example.com")
	must(t, err)

	var running errgroup.Group
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context())) // it has to outlive a failed test
	running.Go(func() error { return a.Run(ctx) })
	defer func() {
		stop()
		must(t, running.Wait())
	}()
	sh := exec.CommandContext(t.Context(), "sh")
	sh.Stdin = strings.NewReader(script)
	sh.Env = append(os.Environ(), "HOOKLINE="+a.URL(), "TOKEN="+token, "RECEIVER="+a.URL()+requestbin.Path(bin.ID))
	sh.Stderr = t.Output()
	output, err := sh.Output()
	if err != nil {
		t.Fatalf("the script ended with %v after saying %s", err, output)
	}

	var delivery struct {
		State    string
		Attempts []struct {
			Number, Status int
			Outcome        string
		}
	}
	lines := strings.Split(strings.TrimSpace(string(output)), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &delivery); err != nil {
		t.Fatalf("the script ends with %s: %v", lines[len(lines)-1], err)
	}
	if delivery.State != "delivered" || len(delivery.Attempts) != 1 || delivery.Attempts[0].Status != 200 || delivery.Attempts[0].Outcome != "delivered" {
		t.Errorf("the script reads %+v", delivery)
	}
	received, err := a.store.ListBinRequests(t.Context(), bin.ID, hookline.Cursor{})
	must(t, err)
	if len(received.Rows) != 1 || string(received.Rows[0].Body) != `{"who":"ana","plan":"Startup"}` {
		t.Errorf("the bin received %+v", received.Rows)
	}
}
