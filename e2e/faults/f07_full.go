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
)

// fullDisk is F7: a real file system of 30 MB that fills up and is freed.
// Meanwhile events are refused with 503 and Retry-After, and what is stored
// can be looked at; afterwards all goes on without a restart.
func fullDisk(ctx context.Context, w *world) error {
	w.want("disk full", "calls refused 503")
	h, err := newHouse(ctx, w)
	if err != nil {
		return err
	}
	defer h.close()
	if _, err := h.terminate(syscall.SIGTERM, exitLimit); err != nil {
		return err
	}
	small := filepath.Join(filepath.Dir(h.data), "small")
	unmount, err := mountSmall(ctx, small)
	if err != nil {
		return err
	}
	defer unmount()
	if err := copyFolder(h.data, filepath.Join(small, "data")); err != nil {
		return err
	}
	h.data = filepath.Join(small, "data")
	if _, err := h.start(ctx); err != nil {
		return err
	}
	defer h.close() // before the file system goes
	l := beginLoad(ctx, h, crew{singles: 3, batches: 2}, w.chance)
	if err := pause(ctx, 300*time.Millisecond); err != nil {
		return err
	}
	ballast := filepath.Join(small, "ballast")
	if err := fill(ballast); err != nil {
		return err
	}
	// What the log has on the disk already it may still use.
	if err := h.untilRefused(ctx); err != nil {
		return err
	}
	w.inject("disk full", 1)
	seen := h.staysFull(ctx, w, ballast, time.Duration(w.often(8, 30))*time.Second)
	if err := errors.Join(seen, h.readable(ctx), os.Remove(ballast)); err != nil {
		return err
	}
	w.inject("calls refused 503", h.told.refusals())
	if err := h.goesOn(ctx, l); err != nil {
		// What is on the small file system would go with it.
		return errors.Join(err, copyFolder(h.data, filepath.Join(filepath.Dir(small), "left")))
	}
	return nil
}

// mountSmall mounts 30 MB of memory, where that is allowed.
func mountSmall(ctx context.Context, at string) (unmount func(), err error) {
	if err := os.MkdirAll(at, 0o755); err != nil {
		return nil, err
	}
	out, err := exec.CommandContext(ctx, "mount", "-t", "tmpfs", "-o", "size=30m", "tmpfs", at).CombinedOutput()
	if err != nil {
		return nil, notRun("no file system can be mounted here: %s", out)
	}
	return func() { _ = exec.Command("umount", "--lazy", at).Run() }, nil
}

// untilRefused waits until the first call is refused.
func (h *house) untilRefused(ctx context.Context) error {
	for began := time.Now(); h.told.refusals() == 0; {
		if time.Since(began) > time.Minute {
			return errors.New("on a full disk no call was refused within a minute")
		}
		if err := pause(ctx, 10*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}

// staysFull takes what room the program itself makes on the full disk. While
// it cannot store anything, /readyz must not say that it can.
func (h *house) staysFull(ctx context.Context, w *world, ballast string, length time.Duration) error {
	accepted, not := h.told.count(), 0
	for end := time.Now().Add(length); time.Now().Before(end); {
		if err := errors.Join(fill(ballast), pause(ctx, 100*time.Millisecond)); err != nil {
			return err
		}
		status, err := h.status(ctx, "/readyz")
		if err != nil {
			return err
		}
		not += btoi(status == http.StatusServiceUnavailable)
	}
	accepted = h.told.count() - accepted
	w.note("on the full disk %d events found room all the same, and /readyz said %d times that it is not ready", accepted, not)
	if accepted == 0 && not == 0 {
		return errors.New("I8: nothing could be stored, and /readyz never said so")
	}
	return nil
}

// fill takes all the room that is left.
func fill(file string) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	for block := make([]byte, 64<<10); ; {
		if _, err := f.Write(block); err != nil {
			if !errors.Is(err, syscall.ENOSPC) {
				return errors.Join(err, f.Close())
			}
			return f.Close()
		}
	}
}

// readable wants what is stored to be shown though nothing can be stored.
func (h *house) readable(ctx context.Context) error {
	var page listed
	if err := h.api.call(ctx, http.MethodGet, "/deliveries?limit=5", nil, &page); err != nil {
		return fmt.Errorf("I8: with a full disk deliveries cannot be listed: %w", err)
	}
	status, err := h.status(ctx, "/login")
	if err == nil && status >= 500 {
		err = fmt.Errorf("I8: with a full disk the sign-in page answers %d", status)
	}
	return err
}
