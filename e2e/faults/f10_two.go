package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// twoProcesses is F10: the second one on a database ends at once and says who
// has it; the first is not disturbed; after a kill no lock is left.
func twoProcesses(ctx context.Context, w *world) error {
	w.want("a second process", "SIGKILL of the first")
	h, err := newHouse(ctx, w)
	if err != nil {
		return err
	}
	defer h.close()
	l := beginLoad(ctx, h, crew{singles: 2, batches: 1, pace: 5 * time.Millisecond}, w.chance)
	for range 3 {
		if err := h.second(ctx, nil); err != nil {
			return err
		}
		w.inject("a second process", 1)
	}
	apart := []string{"unshare", "--fork", "--pid", "--mount-proc", "--net"}
	if exec.CommandContext(ctx, apart[0], append(apart[1:], "true")...).Run() == nil {
		if err := h.second(ctx, apart); err != nil {
			return fmt.Errorf("in another container: %w", err)
		}
		w.inject("a second process in another container", 1)
	} else {
		w.note("no second process in another container: unshare may not be used here")
	}
	h.kill()
	w.inject("SIGKILL of the first", 1)
	if err := h.reviveAfter(ctx, l); err != nil {
		return fmt.Errorf("after a kill: %w", err)
	}
	return h.finish(ctx)
}

// second starts another program on the same folder, which must refuse.
func (h *house) second(ctx context.Context, under []string) error {
	p := &program{binary: h.binary, data: h.data, under: under}
	_, err := p.start(ctx)
	var ended *notStarted
	if !errors.As(err, &ended) {
		if err == nil {
			p.kill()
		}
		return fmt.Errorf("a second process started on %s: %w", h.data, err)
	}
	if ended.code <= 0 || ended.took > 2*time.Second {
		return fmt.Errorf("the second ended with %d after %v\n%s", ended.code, ended.took, ended.log)
	}
	for _, word := range []string{h.data, "in use by another Hookline", fmt.Sprintf("process %d", h.pid())} {
		if !strings.Contains(ended.log, word) {
			return fmt.Errorf("I8: the second does not say %q:\n%s", word, ended.log)
		}
	}
	return nil
}
