package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// starts is how often the start is measured.
const starts = 9

// measureStart starts the binary on empty folders, without network where the
// system lets us.
func (b *bench) measureStart(ctx context.Context) error {
	remark := "no network"
	took, err := b.startTimes(ctx, "unshare", "--map-root-user", "--net", "sh", "-c", `ip link set lo up && exec "$@"`, "sh", b.self)
	if err != nil {
		remark = "with network"
		if took, err = b.startTimes(ctx, b.self); err != nil {
			return err
		}
	}
	for _, one := range took {
		b.note("start", one.Seconds())
	}
	b.remark("start", remark)
	return nil
}

// startTimes runs the role in a process of its own, in a network of its own.
func (b *bench) startTimes(ctx context.Context, command ...string) ([]time.Duration, error) {
	c := exec.CommandContext(ctx, command[0], append(command[1:], "start", "-hookline", b.binary, "-folder", b.folder)...)
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("measure start: %w", err)
	}
	var took []time.Duration
	if err := json.Unmarshal(out, &took); err != nil {
		return nil, fmt.Errorf("read start times: %w", err)
	}
	return took, nil
}

// start prints how long each of several starts took, as JSON.
func start(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("start", flag.ContinueOnError)
	binary := flags.String("hookline", "", "the binary to start")
	folder := flags.String("folder", "", "where databases go")
	if err := flags.Parse(args); err != nil {
		return err
	}
	var took []time.Duration
	for range starts {
		one, err := startOnce(ctx, *binary, *folder)
		if err != nil {
			return err
		}
		took = append(took, one)
	}
	return json.NewEncoder(os.Stdout).Encode(took)
}

// startOnce tells how long it is from the start of the process until /readyz
// answers 200.
func startOnce(ctx context.Context, binary, folder string) (took time.Duration, err error) {
	data, err := os.MkdirTemp(folder, "start-")
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
	_, err = untilReady(ctx, "http://"+address+"/readyz")
	return time.Since(began), err
}

// freeAddress is one on which nobody listened a moment ago.
func freeAddress(ctx context.Context) (string, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}
