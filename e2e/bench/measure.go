package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// bench is one run: what it measures with, and what it found.
type bench struct {
	plan
	self     string // this program
	folder   string // where the databases are
	version  string // of the Hookline that is measured
	receiver *receiver
	rs       []float64 // each R that was measured, in order
	rated    bool      // the part that is measured now stands beside R
	fresh    bool      // nothing was measured since the last R
	found    map[string]*figure
	broken   []error
}

// part is a piece of a run that can be asked for by its name.
type part struct {
	name  string
	long  bool // needs a million deliveries and more
	rated bool // its rates stand beside R
	run   func(*bench, context.Context) error
}

// parts are in the order in which they are measured. Those whose rates stand
// beside R follow each other, so that R after one of them is R before the next.
func parts() []part {
	return []part{
		{name: "start", run: (*bench).measureStart},
		{name: "intake", rated: true, run: (*bench).measureIntake},
		{name: "singles", rated: true, run: (*bench).measureSingles},
		{name: "batches", rated: true, run: (*bench).measureBatches},
		{name: "gathered", rated: true, run: (*bench).measureGather},
		{name: "segments", rated: true, run: (*bench).measureSegments},
		{name: "steady", run: (*bench).measureSteady},
		{name: "slow", run: (*bench).measureSlow},
		{name: "many", run: (*bench).measureMany},
		{name: "broadcast", run: (*bench).measureBroadcast},
		{name: "kill", run: (*bench).measureKill},
		{name: "people", run: (*bench).measurePeople},
		{name: "memory", run: (*bench).measureMemory},
		{name: "owed", long: true, rated: true, run: (*bench).measureOwed},
		{name: "search", long: true, run: (*bench).measureSearch},
		{name: "stored", long: true, rated: true, run: (*bench).measureStored},
	}
}

func partNames() []string {
	var names []string
	for _, p := range parts() {
		names = append(names, p.name)
	}
	return names
}

// measure is the whole run. A part that breaks is told at the end, beside the
// figures of the others.
func measure(ctx context.Context, p plan) (err error) {
	b, err := prepare(ctx, p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.folder)) }()
	defer b.receiver.stop()
	b.measureParts(ctx)
	if ctx.Err() != nil {
		return errors.New("interrupted: nothing was written")
	}
	done := b.document()
	b.tell(done)
	return errors.Join(append(b.broken, done.write(p.json))...)
}

// prepare makes the folder, builds the binary and starts the receiver.
func prepare(ctx context.Context, p plan) (*bench, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(p.folder, 0o750); err != nil {
		return nil, fmt.Errorf("make folder: %w", err)
	}
	folder, err := os.MkdirTemp(p.folder, "bench-")
	if err != nil {
		return nil, err
	}
	b := &bench{plan: p, self: self, folder: folder, found: map[string]*figure{}}
	if err = b.build(ctx); err == nil {
		b.receiver, err = b.startReceiver(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	return b, nil
}

// releaseProfile tells the compiler of a release where the time goes; make profile makes it.
const releaseProfile = "cmd/hookline/release.pgo"

// build makes the binary to measure, the way a release is made.
func (b *bench) build(ctx context.Context) error {
	if b.binary == "" {
		b.binary = filepath.Join(b.folder, "hookline")
		described, _ := exec.CommandContext(ctx, "git", "describe", "--tags", "--always", "--dirty").Output()
		version := cmp.Or(strings.TrimSpace(string(described)), "unknown")
		c := exec.CommandContext(ctx, "go", "build", "-trimpath", "-pgo", releaseProfile, "-ldflags", "-s -w -X main.version="+version, "-o", b.binary, "./cmd/hookline")
		c.Env = append(os.Environ(), "CGO_ENABLED=0")
		c.Stderr = os.Stderr
		if err := c.Run(); err != nil {
			return fmt.Errorf("build hookline: %w", err)
		}
	}
	out, err := exec.CommandContext(ctx, b.binary, "version").Output()
	if err != nil {
		return fmt.Errorf("ask %s for its version: %w", b.binary, err)
	}
	b.version = strings.TrimSpace(string(out))
	return nil
}

// measureParts measures R before and after each part that is rated by it, and
// inRounds also in between.
func (b *bench) measureParts(ctx context.Context) {
	for _, p := range parts() {
		if !b.wants(p) {
			continue
		}
		b.rated = p.rated
		b.attempt(ctx, "R", func() error { return b.measureR(ctx) })
		b.attempt(ctx, p.name, func() error {
			b.fresh = false
			return p.run(b, ctx)
		})
		b.attempt(ctx, "R", func() error { return b.measureR(ctx) })
	}
}

// attempt notes what broke and lets the run go on.
func (b *bench) attempt(ctx context.Context, what string, do func() error) {
	if ctx.Err() != nil {
		return
	}
	began := time.Now()
	err := do()
	if err != nil {
		b.broken = append(b.broken, fmt.Errorf("%s: %w", what, err))
		slog.Error("broke", "part", what, "error", err)
		return
	}
	slog.Info("measured", "part", what, "took", time.Since(began).Round(100*time.Millisecond))
}

// inRounds measures something as often as the plan says, and R after each round.
func (b *bench) inRounds(ctx context.Context, do func() error) error {
	for range b.rounds {
		b.fresh = false
		if err := errors.Join(do(), b.measureR(ctx)); err != nil {
			return err
		}
	}
	return nil
}
