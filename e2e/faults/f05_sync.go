package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
)

// syncBeforeAnswer is F5: strace sees that between reading a call and writing
// its 200 the write-ahead log was synced, each time.
func syncBeforeAnswer(ctx context.Context, w *world) error {
	w.want("calls watched")
	if err := canTrace(ctx); err != nil {
		return err
	}
	h, err := newHouse(ctx, w)
	if err != nil {
		return err
	}
	defer h.close()
	if _, err := h.terminate(syscall.SIGTERM, exitLimit); err != nil {
		return err
	}
	report := filepath.Join(filepath.Dir(h.data), "strace")
	h.under = traced(report, "-y", "-s", "40", "-e", "trace=read,write,fsync,fdatasync")
	if _, err := h.start(ctx); err != nil {
		return err
	}
	const calls = 20
	for i := range calls {
		// Of a kind that sets nothing off: no other commit is in between.
		body := fmt.Sprintf(`{"type":"track","event":"Nothing","userId":"u","messageId":"watched-%d"}`, i)
		status, err := postEvents(ctx, newHTTP(), h.address()+"/v1/track", h.writeKey, body, h.told)
		if err != nil || status != http.StatusOK {
			return fmt.Errorf("post: status %d: %w", status, err)
		}
		h.told.accept([]string{fmt.Sprintf("watched-%d", i)})
	}
	h.under = nil
	if _, err := h.terminate(syscall.SIGTERM, exitLimit); err != nil {
		return err
	}
	trace, err := os.Open(report)
	if err != nil {
		return err
	}
	defer func() { _ = trace.Close() }()
	watched, err := answeredAfterSync(trace)
	w.inject("calls watched", watched)
	if err == nil && watched < calls {
		err = fmt.Errorf("strace shows %d of %d calls", watched, calls)
	}
	if err != nil {
		return err
	}
	if _, err := h.start(ctx); err != nil {
		return err
	}
	return h.finish(ctx)
}

var syncOfLog = regexp.MustCompile(`^(\d+) +f(?:data)?sync\(\d+<[^>]*-wal>(.*)`)

// answeredAfterSync reads a trace and wants, for each call that was read, a
// sync of the write-ahead log that began after it and ended well before its
// answer was written. One call is under way at a time.
func answeredAfterSync(trace io.Reader) (watched int, err error) {
	syncing := map[string]bool{} // by thread: a sync of the log that began after the call was read
	reading, synced := false, false
	lines := bufio.NewScanner(trace)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		thread, _, _ := strings.Cut(line, " ")
		switch began := syncOfLog.FindStringSubmatch(line); {
		case strings.Contains(line, `"POST /v1/track`) && strings.Contains(line, "read"):
			reading, synced = true, false
			clear(syncing)
		case began != nil && strings.Contains(began[2], "unfinished"):
			syncing[thread] = reading
		case began != nil && strings.HasSuffix(line, "= 0"):
			synced = synced || reading
		case strings.Contains(line, "sync resumed>") && strings.HasSuffix(line, "= 0"):
			synced = synced || syncing[thread]
		case strings.Contains(line, `"HTTP/1.1 200 OK`) && strings.Contains(line, "write("):
			if reading && !synced {
				return watched, fmt.Errorf("F5: the %dth call was answered 200 before the write-ahead log was synced", watched+1)
			}
			watched += btoi(reading)
			reading = false
		}
	}
	return watched, lines.Err()
}
