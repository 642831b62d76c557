package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Some faults can only be made inside the process: a clock that jumps, a panic
// in the middle of a send, a thousand lives from a thousand seeds. They are Go
// tests, which these parts run.

var (
	passed   = regexp.MustCompile(`(?m)^--- PASS: (\S+)`)
	injected = regexp.MustCompile(`(?m)injected (.+): (\d+)$`)
	ranSeeds = regexp.MustCompile(`(?m)(\d+ seeds from \d+ in \S+)$`)
)

// goTest runs tests of a package by a pattern, and counts those that passed.
func goTest(ctx context.Context, w *world, pkg, pattern string, more ...string) (out []byte, err error) {
	args := append([]string{"test", "-count=1", "-v", "-timeout", "4h", "-run", pattern, pkg}, more...)
	c := exec.CommandContext(ctx, "go", args...)
	c.Env = os.Environ()
	// Nothing here asks what a disk keeps when the power goes, so memory will do.
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		c.Env = append(c.Env, "TMPDIR=/dev/shm")
	}
	out, err = c.CombinedOutput()
	if err != nil {
		return out, fmt.Errorf("go test %s -run %s: %w\n%s", pkg, pattern, err, complaints(out))
	}
	if len(passed.FindAll(out, -1)) == 0 {
		return out, fmt.Errorf("go test %s -run %s ran no test", pkg, pattern)
	}
	return out, nil
}

// complaints are the lines that say what is wrong, or else the last ones.
func complaints(out []byte) string {
	const most = 20
	var told []string
	for line := range strings.Lines(string(out)) {
		if !injected.MatchString(line) && !ranSeeds.MatchString(line) && !strings.HasPrefix(line, "===") && len(told) < most {
			told = append(told, strings.TrimRight(line, "\n"))
		}
	}
	return strings.Join(told, "\n")
}

// passed adds the tests that passed to a kind.
func (w *world) passed(kind string, out []byte) { w.inject(kind, len(passed.FindAll(out, -1))) }

// jumpingClock is F13.
func jumpingClock(ctx context.Context, w *world) error {
	w.want("tests of the engine", "tests of sessions", "tests of retries")
	for _, t := range []struct{ kind, pkg, pattern string }{
		{"tests of the engine", "./e2e/faults", "^TestClock"},
		{"tests of sessions", "./internal/access", "^TestSessionsEnd$|^TestASessionSeenInTheFutureEnds$|^TestASessionIsWritten"},
		{"tests of retries", "./internal/delivery", "^TestEngineRetriesOnSchedule"},
	} {
		out, err := goTest(ctx, w, t.pkg, t.pattern)
		if err != nil {
			return err
		}
		w.passed(t.kind, out)
	}
	w.note("the clock is testing/synctest's: it jumps while no process runs; a running one has no clock that could be set")
	return nil
}

// panics is F16.
func panics(ctx context.Context, w *world) error {
	for _, t := range []struct{ kind, pkg, pattern string }{
		{"panics in event calls", "./web/api", "^TestPanicIsAnswered"},
		{"panics in management calls", "./web/api", "^TestTroubleIsTold"},
		{"panics in pages", "./web", "^TestPanicsBecomePages$|^TestAPanicInTheMiddle"},
		{"panics in sending", "./internal/delivery", "^TestPanicInOneSend"},
		{"panics in templates", "./internal/liquid", "^TestAPanicIsAnError"},
		{"panics in writing", "./internal/sqlite", "^TestFailingUnitIsUndoneAlone$"},
	} {
		w.want(t.kind)
		out, err := goTest(ctx, w, t.pkg, t.pattern)
		if err != nil {
			return err
		}
		w.passed(t.kind, out)
	}
	return nil
}

// simulate is F17.
func simulate(ctx context.Context, w *world) error {
	args := []string{"-args", "-seed", strconv.FormatUint(w.seed%1_000_000_000, 10), "-seeds", strconv.Itoa(w.often(1000, 100_000))}
	if !w.long {
		args = append(args, "-within", simulateFor.String())
	}
	out, err := goTest(ctx, w, "./e2e/faults", "^TestSimulation", args...)
	for _, found := range injected.FindAllSubmatch(out, -1) {
		n, _ := strconv.Atoi(string(found[2])) // digits
		w.want(string(found[1]))
		w.inject(string(found[1]), n)
	}
	if ran := ranSeeds.FindSubmatch(out); ran != nil {
		w.note("%s (1,000 are begun in the short form if they fit into %v)", ran[1], simulateFor)
	}
	return err
}

// simulateFor bounds the short form of the simulation.
const simulateFor = 50 * time.Second
