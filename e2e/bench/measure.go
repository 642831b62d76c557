package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/sqlite"
)

// bench is one run: the processes, and what was found.
type bench struct {
	plan
	self     string // this program
	folder   string
	receiver string // URL
	hookline string // URL
	pid      int
	writeKey string
	rows     []row
	r        float64
}

// row is one line of the report.
type row struct {
	what  string
	value string
	ratio float64 // to R; 0: none
}

func measure(ctx context.Context, p plan) (err error) {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "hookline-bench-")
	if err != nil {
		return err
	}
	b := &bench{plan: p, self: self, folder: folder}
	defer func() {
		if err != nil {
			slog.Warn("the database is kept", "folder", folder)
			return
		}
		_ = os.RemoveAll(folder)
	}()
	stopReceiver, err := b.startReceiver(ctx)
	if err != nil {
		return err
	}
	defer stopReceiver()
	if err := b.measureBaseline(ctx); err != nil {
		return err
	}
	if err := b.build(ctx); err != nil {
		return err
	}
	if err := b.measureStart(ctx); err != nil {
		return err
	}
	stop, err := b.startHookline(ctx)
	if err != nil {
		return err
	}
	defer stop()
	for _, part := range []func(context.Context) error{b.measureSteady, b.measureSingles, b.measureBatches, b.measureMemory} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	b.report()
	return nil
}

func (b *bench) startReceiver(ctx context.Context) (stop func(), err error) {
	c := exec.CommandContext(ctx, b.self, "receiver")
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, fmt.Errorf("start receiver: %w", err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	b.receiver = "http://" + strings.TrimSpace(line)
	return func() { _ = c.Process.Kill(); _ = c.Wait() }, err
}

// role runs this program in another role and reads the result it prints.
func (b *bench) role(ctx context.Context, args ...string) (result, error) {
	var r result
	c := exec.CommandContext(ctx, b.self, args...)
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		return r, fmt.Errorf("run %s: %w", args[0], err)
	}
	if err := json.Unmarshal(out, &r); err != nil {
		return r, fmt.Errorf("read result of %s: %w", args[0], err)
	}
	if r.Failed > 0 {
		return r, fmt.Errorf("%s: %d of %d were refused", args[0], r.Failed, r.Sent+r.Failed)
	}
	return r, nil
}

func (b *bench) measureBaseline(ctx context.Context) error {
	r, err := b.role(ctx, "baseline", "-url", b.receiver+"/hook", "-n", strconv.Itoa(b.plan.baseline))
	if err != nil {
		return err
	}
	b.r = r.perSecond()
	b.add("R: bare net/http loop, requests/s", fmt.Sprintf("%.0f", b.r), 1)
	return b.reset(ctx)
}

// build makes the binary to measure, the way a release is made.
func (b *bench) build(ctx context.Context) error {
	if b.binary != "" {
		return nil
	}
	b.binary = filepath.Join(b.folder, "hookline")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", b.binary, "./cmd/hookline")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("build hookline: %w", err)
	}
	return nil
}

// startHookline furnishes an empty database with a source, a destination and an
// action, and starts the binary on it with default settings.
func (b *bench) startHookline(ctx context.Context) (stop func(), err error) {
	data := filepath.Join(b.folder, "data")
	if err := b.furnish(ctx, data); err != nil {
		return nil, err
	}
	c := exec.CommandContext(ctx, b.binary, "serve", "--data", data, "--addr", "127.0.0.1:0", "--allow-cidr", "127.0.0.1/32", "--log-level", "error")
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, fmt.Errorf("start hookline: %w", err)
	}
	b.pid = c.Process.Pid
	stop = func() { _ = c.Process.Signal(syscall.SIGTERM); _ = c.Wait() }
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, url, ok := strings.Cut(lines.Text(), "is ready: "); ok {
			b.hookline = strings.TrimSpace(url)
			return stop, nil
		}
	}
	stop()
	return nil, errors.New("hookline did not start")
}

func (b *bench) furnish(ctx context.Context, data string) error {
	store, err := sqlite.Open(ctx, data, nil)
	if err != nil {
		return err
	}
	source, err1 := store.CreateSource(ctx, hookline.Source{Name: "Bench", Enabled: true})
	destination, err2 := store.CreateDestination(ctx, hookline.Destination{
		Name: "Receiver", Enabled: true, SourceIDs: []string{source.ID}, SharedSecret: "secret", SignatureMode: hookline.SignWhole, Timeout: hookline.DefaultTimeout,
	})
	template := hookline.NewTemplate()
	template.URL = b.receiver + "/hook"
	_, err3 := store.CreateAction(ctx, hookline.Action{
		DestinationID: destination.ID, Name: "Send", Enabled: true, Trigger: `type = "track" and event = "Order Completed"`, Template: template,
	})
	b.writeKey = source.WriteKey
	return errors.Join(err1, err2, err3, store.Close())
}

func (b *bench) load(ctx context.Context, n, batch, connections int, more ...string) (result, error) {
	return b.role(ctx, append([]string{
		"load", "-url", b.hookline, "-key", b.writeKey, "-n", strconv.Itoa(n),
		"-batch", strconv.Itoa(batch), "-connections", strconv.Itoa(connections),
	}, more...)...)
}

func (b *bench) measureSingles(ctx context.Context) error {
	return b.measureThrough(ctx, "single events", b.singles, 1, 64)
}

func (b *bench) measureBatches(ctx context.Context) error {
	return b.measureThrough(ctx, "batches of 100", b.batches, 100, 8)
}

// measureThrough sends n events as fast as they are accepted, and waits until
// the receiver has as many requests.
func (b *bench) measureThrough(ctx context.Context, what string, n, batch, connections int) error {
	r, err := b.load(ctx, n, batch, connections)
	if err != nil {
		return err
	}
	s, err := b.received(ctx, r.Sent)
	if err != nil {
		return err
	}
	delivered := float64(r.Sent) / s.Last.Sub(r.Began).Seconds()
	b.add("accepted events/s, "+what, fmt.Sprintf("%.0f", r.perSecond()), r.perSecond()/b.r)
	b.add("delivered/s end to end, "+what, fmt.Sprintf("%.0f", delivered), delivered/b.r)
	return b.reset(ctx)
}

func (b *bench) measureSteady(ctx context.Context) error {
	if _, err := b.load(ctx, 100, 1, 8, "-rate", "50"); err != nil { // warm
		return err
	}
	if _, err := b.received(ctx, 100); err != nil {
		return err
	}
	if err := b.reset(ctx); err != nil {
		return err
	}
	r, err := b.load(ctx, b.steady, 1, 8, "-rate", "50")
	if err != nil {
		return err
	}
	s, err := b.received(ctx, r.Sent)
	if err != nil {
		return err
	}
	b.add("event → request at 50/s, p50", s.P50.Round(10*time.Microsecond).String(), 0)
	b.add("event → request at 50/s, p99", s.P99.Round(10*time.Microsecond).String(), 0)
	return b.reset(ctx)
}

// measureMemory reads the most memory that Hookline ever held.
func (b *bench) measureMemory(context.Context) error {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", b.pid))
	if err != nil {
		b.add("peak memory", "not known on this system", 0)
		return nil
	}
	for line := range bytes.Lines(status) {
		if rest, ok := bytes.CutPrefix(line, []byte("VmHWM:")); ok {
			kb, err := strconv.Atoi(strings.Fields(string(rest))[0])
			if err != nil {
				return fmt.Errorf("read peak memory: %w", err)
			}
			b.add("peak memory", fmt.Sprintf("%d MB", kb/1024), 0)
		}
	}
	return nil
}

// received waits until the receiver has n requests.
func (b *bench) received(ctx context.Context, n int) (stats, error) {
	deadline := time.Now().Add(5 * time.Minute)
	for {
		s, err := b.stats(ctx)
		if err != nil || s.Count >= n {
			return s, err
		}
		if time.Now().After(deadline) {
			return s, fmt.Errorf("only %d of %d requests came within 5 minutes", s.Count, n)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (b *bench) stats(ctx context.Context) (s stats, err error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, b.receiver+"/stats", nil)
	if err != nil {
		return s, err
	}
	answer, err := http.DefaultClient.Do(q)
	if err != nil {
		return s, err
	}
	defer answer.Body.Close()
	return s, json.NewDecoder(answer.Body).Decode(&s)
}

func (b *bench) reset(ctx context.Context) error {
	return post(ctx, http.DefaultClient, b.receiver+"/reset", http.Header{}, nil)
}

func (b *bench) add(what, value string, ratio float64) {
	b.rows = append(b.rows, row{what, value, ratio})
	slog.Info("measured", "what", what, "value", value)
}

func (b *bench) report() {
	fmt.Printf("\n%-42s %14s %9s\n", "", "", "× R")
	for _, r := range b.rows {
		ratio := ""
		if r.ratio > 0 {
			ratio = fmt.Sprintf("%.3f", r.ratio)
		}
		fmt.Printf("%-42s %14s %9s\n", r.what, r.value, ratio)
	}
}
