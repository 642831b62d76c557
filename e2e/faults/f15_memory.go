package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// memoryLimit is what the machine of F15 has, all in all.
const memoryLimit = 256 << 20

// littleMemory is F15: 256 MB, enforced by a control group where that is
// allowed, under full load with bad input between. Nothing is killed for want
// of memory.
func littleMemory(ctx context.Context, w *world) error {
	w.want("bad bodies")
	h, err := newHouse(ctx, w)
	if err != nil {
		return err
	}
	defer h.close()
	if _, err := h.terminate(syscall.SIGTERM, exitLimit); err != nil {
		return err
	}
	group, err := newGroup()
	if err != nil {
		w.note("no control group (%v): only GOMEMLIMIT bounds it, and its peak is looked at", err)
		h.env = []string{"GOMEMLIMIT=200MiB"}
	} else {
		defer func() { _ = os.Remove(group) }()
		h.under = []string{"/bin/sh", "-c", `echo $$ > "$0" && exec "$@"`, filepath.Join(group, "cgroup.procs")}
		w.inject("control group of 256 MB", 1)
	}
	if _, err := h.start(ctx); err != nil {
		return err
	}
	l := beginLoad(ctx, h, fullCrew, w.chance)
	if err := h.badBodies(ctx, w, time.Duration(w.often(4, 60))*time.Second); err != nil {
		return err
	}
	peak, err := peakOf(h.pid())
	if err != nil || peak > memoryLimit {
		return errors.Join(err, fmt.Errorf("the program held %d MB at its peak", peak>>20))
	}
	w.note("the program held %d MB at its peak", peak>>20)
	return h.goesOn(ctx, l)
}

// newGroup makes a control group with a limit, of whichever version there is.
func newGroup() (string, error) {
	name := fmt.Sprintf("hookline-faults-%d", os.Getpid())
	var trouble error
	for _, place := range []struct{ root, limit string }{{"/sys/fs/cgroup/memory", "memory.limit_in_bytes"}, {"/sys/fs/cgroup", "memory.max"}} {
		group := filepath.Join(place.root, name)
		err := os.Mkdir(group, 0o755)
		if err == nil {
			if err = os.WriteFile(filepath.Join(group, place.limit), []byte(strconv.Itoa(memoryLimit)), 0o644); err == nil {
				return group, nil
			}
			_ = os.Remove(group)
		}
		trouble = errors.Join(trouble, err)
	}
	return "", trouble
}

// badBodies posts what must be refused, from several clients at once.
func (h *house) badBodies(ctx context.Context, w *world, length time.Duration) error {
	var zeros bytes.Buffer
	z := gzip.NewWriter(&zeros)
	_, err := io.CopyN(z, infinite{}, 200<<20)
	if err := errors.Join(err, z.Close()); err != nil {
		return err
	}
	bad := []struct {
		body   []byte
		packed bool
	}{
		{bytes.Repeat([]byte("x"), 30<<20), false},
		{zeros.Bytes(), true},
		{[]byte(strings.Repeat(`{"a":`, 100_000)), false},
		{[]byte(`{"batch":[` + strings.Repeat(`{"type":"track","event":"x","userId":"u"},`, 12_000) + `{}]}`), false},
	}
	var senders sync.WaitGroup
	var mu sync.Mutex
	var wrong error
	until := time.Now().Add(length)
	for range 3 {
		senders.Go(func() {
			client := newHTTP()
			for i := 0; time.Now().Before(until) && ctx.Err() == nil; i++ {
				one := bad[i%len(bad)]
				err := h.postBad(ctx, client, one.body, one.packed)
				mu.Lock()
				wrong = errors.Join(wrong, err)
				mu.Unlock()
				w.inject("bad bodies", 1)
			}
		})
	}
	senders.Wait()
	return wrong
}

// infinite gives zeros without end.
type infinite struct{}

func (infinite) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func (h *house) postBad(ctx context.Context, client *http.Client, body []byte, packed bool) error {
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, h.address()+"/v1/batch", bytes.NewReader(body))
	if err != nil {
		return err
	}
	q.SetBasicAuth(h.writeKey, "")
	if packed {
		q.Header.Set("Content-Encoding", "gzip")
	}
	answer, err := client.Do(q)
	if err != nil {
		// The server may answer and close before all of a huge body was sent.
		if errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET) {
			return nil
		}
		return fmt.Errorf("bad body: %w", err)
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return err
	}
	if s := answer.StatusCode; (s < 400 || s > 499) && s != http.StatusServiceUnavailable {
		return fmt.Errorf("I8: a bad body of %d bytes was answered %d", len(body), s)
	}
	return nil
}

// peakOf is the most memory that a process ever held.
func peakOf(pid int) (int, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, err := strconv.Atoi(strings.Fields(rest)[0])
			return kb << 10, err
		}
	}
	return 0, errors.New("no peak of memory is told here")
}
