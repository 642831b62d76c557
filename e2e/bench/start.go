package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"time"
)

// starts is how often the start is measured, and startTarget what its median
// must stay below.
const (
	starts      = 9
	startTarget = 300 * time.Millisecond
)

// measureStart starts the binary on empty folders, without network where the
// system lets us.
func (b *bench) measureStart(ctx context.Context) error {
	what := "start on an empty folder, no network"
	took, err := b.startTimes(ctx, "unshare", "--map-root-user", "--net", "sh", "-c", `ip link set lo up && exec "$@"`, "sh", b.self)
	if err != nil {
		what = "start on an empty folder (with network)"
		if took, err = b.startTimes(ctx, b.self); err != nil {
			return err
		}
	}
	slices.Sort(took)
	median := took[len(took)/2]
	b.add(what+", median", median.Round(time.Millisecond).String(), 0)
	b.add("… longest of "+fmt.Sprint(len(took)), took[len(took)-1].Round(time.Millisecond).String(), 0)
	if median > startTarget {
		return fmt.Errorf("a start took %s, and must take less than %s", median, startTarget)
	}
	return nil
}

// startTimes runs the role in a process of its own, in a network of its own.
func (b *bench) startTimes(ctx context.Context, command ...string) ([]time.Duration, error) {
	c := exec.CommandContext(ctx, command[0], append(command[1:], "start", "-hookline", b.binary)...)
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("measure start: %w", err)
	}
	var took []time.Duration
	if err := json.Unmarshal(out, &took); err != nil || len(took) == 0 {
		return nil, fmt.Errorf("read start times: %w", errors.Join(err, errArgs))
	}
	return took, nil
}

// start prints how long each of several starts took, as JSON.
func start(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("start", flag.ContinueOnError)
	binary := flags.String("hookline", "", "the binary to start")
	if flags.Parse(args) != nil {
		return errArgs
	}
	var took []time.Duration
	for range starts {
		one, err := startOnce(ctx, *binary)
		if err != nil {
			return err
		}
		took = append(took, one)
	}
	return json.NewEncoder(os.Stdout).Encode(took)
}

// startOnce tells how long it is from the start of the process until /readyz
// answers 200.
func startOnce(ctx context.Context, binary string) (took time.Duration, err error) {
	data, err := os.MkdirTemp("", "hookline-start-")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(data)) }()
	address, err := freeAddress(ctx)
	if err != nil {
		return 0, err
	}
	c := exec.CommandContext(ctx, binary, "serve", "--data", data, "--addr", address, "--log-level", "error")
	c.Stderr = os.Stderr
	began := time.Now()
	if err := c.Start(); err != nil {
		return 0, fmt.Errorf("start hookline: %w", err)
	}
	defer func() {
		_ = c.Process.Signal(syscall.SIGTERM)
		err = errors.Join(err, c.Wait())
	}()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Second}
	for time.Since(began) < 30*time.Second {
		if ready(ctx, client, "http://"+address+"/readyz") {
			return time.Since(began), nil
		}
		time.Sleep(time.Millisecond)
	}
	return 0, errors.New("hookline was not ready within 30 s")
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

// freeAddress is one on which nobody listened a moment ago.
func freeAddress(ctx context.Context) (string, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}
