package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// fewDescriptors is F14: 64 file descriptors, and 200 connections that sit
// there and say nothing. The program lives, says what is wrong, does not spin,
// and goes on when they leave.
func fewDescriptors(ctx context.Context, w *world) error {
	w.want("idle connections")
	h, err := newHouse(ctx, w)
	if err != nil {
		return err
	}
	defer h.close()
	if _, err := h.terminate(syscall.SIGTERM, exitLimit); err != nil {
		return err
	}
	h.under = []string{"/bin/sh", "-c", `ulimit -n 64 && exec "$@"`, "sh"}
	if _, err := h.start(ctx); err != nil {
		return err
	}
	l := beginLoad(ctx, h, crew{singles: 3, batches: 1, pace: 5 * time.Millisecond}, w.chance)
	if err := pause(ctx, 500*time.Millisecond); err != nil {
		return err
	}
	idle, err := occupy(h.address(), 200)
	w.inject("idle connections", len(idle))
	if err != nil {
		return err
	}
	if err := pause(ctx, 2*time.Second); err != nil {
		return err
	}
	busy, err := h.busy(ctx, l)
	for _, c := range idle {
		_ = c.Close()
	}
	w.note("with no descriptor left it used %.0f %% of a core", 100*busy)
	switch {
	case err != nil:
		return err
	case busy > idleShare:
		return fmt.Errorf("with no descriptor left and nothing to do it used %.0f %% of a core", 100*busy)
	case !strings.Contains(h.log.String(), "too many open files"):
		return errors.New("I8: the log does not say that there are too many open files")
	}
	return h.goesOn(ctx, l)
}

// occupy opens connections and says nothing on them.
func occupy(url string, n int) (idle []net.Conn, err error) {
	for range n {
		c, err := net.DialTimeout("tcp", strings.TrimPrefix(url, "http://"), time.Second)
		if err != nil {
			return idle, fmt.Errorf("connect: %w", err)
		}
		idle = append(idle, c)
	}
	return idle, nil
}

// busy is how much of a core the program uses while nobody calls. What it still
// owes may take some seconds on a busy machine; who turns in a circle goes on.
func (h *house) busy(ctx context.Context, l *load) (float64, error) {
	l.hold()
	defer l.release()
	h.api.http.CloseIdleConnections()
	l.http.CloseIdleConnections()
	used := 1.0
	for second := 0; used > idleShare && second < 20; second++ {
		before, err1 := cpu(h.pid())
		err2 := pause(ctx, time.Second)
		after, err3 := cpu(h.pid())
		if err := errors.Join(err1, err2, err3); err != nil {
			return 0, err
		}
		used = after - before
	}
	return used, nil
}

// idleShare is the most of a core that is used with nothing to do.
const idleShare = 0.5

// cpu is how many seconds of a core a process has used.
func cpu(pid int) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	user, err1 := strconv.Atoi(fields[11])
	system, err2 := strconv.Atoi(fields[12])
	const ticks = 100 // a second, on Linux
	return float64(user+system) / ticks, errors.Join(err1, err2)
}
