package main

import (
	"bytes"
	"context"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// asProgram makes the test binary behave as hookline itself, so that tests can
// start and kill the real program, with the race detector in it.
const asProgram = "HOOKLINE_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) == "" {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], streams{out: os.Stdout, err: os.Stderr, env: os.Getenv})
	stop()
	os.Exit(code)
}

func TestCommandLine(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a-file")
	if err := os.WriteFile(file, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		args string
		env  map[string]string
		code int
		says string // on either stream
	}{
		"nothing":                {"", nil, exitUsage, "hookline serve"},
		"help":                   {"help", nil, exitOK, "hookline serve"},
		"version":                {"version", nil, exitOK, "hookline dev"},
		"unknown command":        {"sevre", nil, exitUsage, `no command "sevre"`},
		"unknown flag":           {"serve --prot 1", nil, exitUsage, "-prot"},
		"serve --help":           {"serve --help", nil, exitUsage, "HOOKLINE_PUBLIC_URL"},
		"a word too many":        {"serve now", nil, exitUsage, `"now" is not understood`},
		"bad network":            {"serve --allow-cidr 10.0.0.1", nil, exitUsage, "no network such as"},
		"bad network from env":   {"serve", map[string]string{"HOOKLINE_ALLOW_CIDR": "x"}, exitError, "HOOKLINE_ALLOW_CIDR"},
		"bad log format":         {"serve --log-format xml", nil, exitError, "text or json"},
		"address in use":         {"serve --addr 256.0.0.1:1 --data " + t.TempDir(), nil, exitError, "listen on 256.0.0.1:1"},
		"data folder is a file":  {"serve --data " + file, nil, exitError, "data folder"},
		"public URL with a path": {"serve --addr 127.0.0.1:0 --public-url https://a.example/b --data " + t.TempDir(), nil, exitError, "without a path"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			code := run(t.Context(), strings.Fields(test.args), streams{out: &out, err: &out, env: func(name string) string { return test.env[name] }})
			if code != test.code || !strings.Contains(out.String(), test.says) {
				t.Errorf("exit %d, want %d with %q:\n%s", code, test.code, test.says, out.String())
			}
		})
	}
	if left, err := os.ReadFile(file); err != nil || string(left) != "precious" {
		t.Errorf("the file that was no folder is now %q (%v)", left, err)
	}
}
