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
	code := run(ctx, os.Args[1:], streams{in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.Getenv})
	stop()
	os.Exit(code)
}

// call is one run of hookline: what it reads, and its environment.
type call struct {
	in  string
	env map[string]string
}

type ran struct {
	code     int
	out, err string
}

func (c call) run(t *testing.T, args ...string) ran {
	t.Helper()
	var out, err bytes.Buffer
	code := run(t.Context(), args, streams{in: strings.NewReader(c.in), out: &out, err: &err, env: func(name string) string { return c.env[name] }})
	return ran{code, out.String(), err.String()}
}

// want checks the exit code and what was said.
func (r ran) want(t *testing.T, code int, says ...string) ran {
	t.Helper()
	for _, words := range says {
		if !strings.Contains(r.out+r.err, words) {
			t.Errorf("it does not say %q", words)
		}
	}
	if r.code != code {
		t.Errorf("exit %d, want %d", r.code, code)
	}
	if t.Failed() {
		t.Fatalf("standard output:\n%s\nstandard error:\n%s", r.out, r.err)
	}
	return r
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
		"nothing":                {"", nil, exitUsage, "start the server"},
		"help":                   {"help", nil, exitOK, "start the server"},
		"version":                {"version", nil, exitOK, "hookline dev"},
		"licenses":               {"licenses", nil, exitOK, "The Go Authors"},
		"unknown command":        {"sevre", nil, exitUsage, `no command "sevre"`},
		"unknown flag":           {"serve --prot 1", nil, exitUsage, "-prot"},
		"serve --help":           {"serve --help", nil, exitOK, "HOOKLINE_PUBLIC_URL"},
		"help serve":             {"help serve", nil, exitOK, "--trusted-proxy"},
		"help of nothing":        {"help sevre", nil, exitUsage, `no command "sevre"`},
		"half a command":         {"user", nil, exitUsage, "hookline user add EMAIL"},
		"half an administrator":  {"serve", map[string]string{"HOOKLINE_ADMIN_EMAIL": "ana@example.com"}, exitError, "belong together"},
		"weak administrator":     {"serve --addr 127.0.0.1:0 --data " + t.TempDir(), map[string]string{"HOOKLINE_ADMIN_EMAIL": "ana@example.com", "HOOKLINE_ADMIN_PASSWORD": "short"}, exitError, "password: Choose a password of at least 10 characters."},
		"bad proxy":              {"serve --trusted-proxy nginx", nil, exitUsage, "no network such as"},
		"a word too many":        {"serve now", nil, exitUsage, `"now" is not understood`},
		"bad network":            {"serve --allow-cidr 10.0.0.1", nil, exitUsage, "no network such as"},
		"bad network from env":   {"serve", map[string]string{"HOOKLINE_ALLOW_CIDR": "x"}, exitError, "HOOKLINE_ALLOW_CIDR"},
		"bad log format":         {"serve --log-format xml", nil, exitError, "text or json"},
		"a profile nowhere":      {"serve --cpu-profile " + file + "/x", nil, exitError, "profile: "},
		"address in use":         {"serve --addr 256.0.0.1:1 --data " + t.TempDir(), nil, exitError, "listen on 256.0.0.1:1"},
		"data folder is a file":  {"serve --data " + file, nil, exitError, "data folder"},
		"public URL with a path": {"serve --addr 127.0.0.1:0 --public-url https://a.example/b --data " + t.TempDir(), nil, exitError, "without a path"},
	} {
		t.Run(name, func(t *testing.T) {
			did := call{env: test.env}.run(t, strings.Fields(test.args)...)
			if did.code != test.code || !strings.Contains(did.out+did.err, test.says) {
				t.Errorf("exit %d, want %d with %q:\n%s%s", did.code, test.code, test.says, did.out, did.err)
			}
		})
	}
	if left, err := os.ReadFile(file); err != nil || string(left) != "precious" {
		t.Errorf("the file that was no folder is now %q (%v)", left, err)
	}
}
