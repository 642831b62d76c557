package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/sqlite"
)

// pair is a source of its own and the one destination that is connected to it,
// with the one action that sends everything.
type pair struct {
	url     string // where it sends to; "": nothing is connected to the source
	batched bool
}

// house is a Hookline under measurement, in a process of its own.
type house struct {
	b            *bench
	data         string
	address      string
	url          string
	keys         []string // of the sources
	destinations []string
	cmd          *exec.Cmd
	log          *os.File
}

// inHouse furnishes an empty database with pairs, starts the binary on it with
// default settings, and ends and removes it when do is done.
func (b *bench) inHouse(ctx context.Context, pairs []pair, do func(*house) error) (err error) {
	folder, err := os.MkdirTemp(b.folder, "house-")
	if err != nil {
		return err
	}
	h := &house{b: b, data: filepath.Join(folder, "data")}
	defer func() {
		err = errors.Join(err, h.stop(), os.RemoveAll(folder))
	}()
	if h.log, err = os.Create(filepath.Join(folder, "log.txt")); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.log.Close()) }()
	if err := h.furnish(ctx, pairs); err != nil {
		return fmt.Errorf("furnish: %w", err)
	}
	if h.address, err = freeAddress(ctx); err != nil {
		return err
	}
	h.url = "http://" + h.address
	if err := h.start(); err != nil {
		return err
	}
	if _, err := h.answers(ctx, "/readyz"); err != nil {
		return err
	}
	return do(h)
}

func (h *house) furnish(ctx context.Context, pairs []pair) (err error) {
	store, err := sqlite.Open(ctx, h.data, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	for i, p := range pairs {
		source, err := store.CreateSource(ctx, hookline.Source{Name: fmt.Sprintf("Bench %d", i+1), Enabled: true})
		if err != nil {
			return err
		}
		h.keys = append(h.keys, source.WriteKey)
		if p.url == "" {
			continue
		}
		if err := h.connect(ctx, store, source, p); err != nil {
			return err
		}
	}
	return nil
}

func (h *house) connect(ctx context.Context, store *sqlite.Store, source hookline.Source, p pair) error {
	destination, err := store.CreateDestination(ctx, hookline.Destination{
		Name: "Receiver of " + source.Name, Enabled: true, SourceIDs: []string{source.ID},
		SharedSecret: "secret", SignatureMode: hookline.SignWhole, Timeout: hookline.DefaultTimeout,
	})
	if err != nil {
		return err
	}
	h.destinations = append(h.destinations, destination.ID)
	action := hookline.Action{
		DestinationID: destination.ID, Name: "Send", Enabled: true, Trigger: `type = "track" and event = "Order Completed"`,
		Template: hookline.NewTemplate(), Batching: hookline.NewBatching(),
	}
	action.Template.URL, action.Batching.Enabled = p.url, p.batched
	_, err = store.CreateAction(ctx, action)
	return err
}

// start starts the process and does not wait for it.
func (h *house) start() error {
	args := []string{"serve", "--data", h.data, "--addr", h.address, "--allow-cidr", "127.0.0.0/8"}
	if h.b.logLevel != "" {
		args = append(args, "--log-level", h.b.logLevel)
	}
	if h.b.profiles != "" {
		args = append(args, "--cpu-profile", filepath.Join(h.b.profiles, fmt.Sprintf("%s-%d.pprof", filepath.Base(h.data), time.Now().UnixMilli())))
	}
	h.cmd = exec.Command(h.b.binary, args...)
	h.cmd.Stderr = h.log
	if err := h.cmd.Start(); err != nil {
		h.cmd = nil
		return fmt.Errorf("start hookline: %w", err)
	}
	return nil
}

// stop ends the process as a service manager would, which it must take well.
func (h *house) stop() error { return h.end(syscall.SIGTERM) }

// kill ends it without a word.
func (h *house) kill() error { return h.end(syscall.SIGKILL) }

func (h *house) end(signal syscall.Signal) error {
	if h.cmd == nil {
		return nil
	}
	c := h.cmd
	h.cmd = nil
	if err := c.Process.Signal(signal); err != nil {
		return fmt.Errorf("hookline had ended: %w: %s", errors.Join(err, c.Wait()), h.lastWords())
	}
	if err := c.Wait(); err != nil && signal != syscall.SIGKILL {
		return fmt.Errorf("hookline did not end well: %w: %s", err, h.lastWords())
	}
	return nil
}

// lastWords is the end of the log.
func (h *house) lastWords() string {
	text, err := os.ReadFile(h.log.Name())
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-500):])
}

// answers waits until a path answers 200 and says how long that took.
func (h *house) answers(ctx context.Context, path string) (time.Duration, error) {
	took, err := untilReady(ctx, h.url+path)
	if err != nil {
		return took, fmt.Errorf("%w: %s", err, h.lastWords())
	}
	return took, nil
}

// untilReady waits until an address answers 200.
func untilReady(ctx context.Context, url string) (time.Duration, error) {
	began := time.Now()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Second}
	for time.Since(began) < time.Minute && ctx.Err() == nil {
		if ready(ctx, client, url) {
			return time.Since(began), nil
		}
		time.Sleep(time.Millisecond)
	}
	return 0, errors.New("hookline was not ready within a minute")
}

func ready(ctx context.Context, client *http.Client, url string) bool {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	answer, err := client.Do(q)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}
