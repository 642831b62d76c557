package app

import (
	"errors"
	"log/slog"
	"net"
	"sync"
	"syscall"
	"time"
)

// tellEvery is how often the log says that no connection can be taken, while
// that goes on: net/http tries again many times a second.
const tellEvery = 10 * time.Second

// telling is a listener whose trouble is in the log: who calls meanwhile only
// sees that nobody answers.
type telling struct {
	net.Listener
	log *slog.Logger

	mu   sync.Mutex
	told time.Time
}

// Accept is part of net.Listener.
func (t *telling) Accept() (net.Conn, error) {
	conn, err := t.Listener.Accept()
	if err != nil && !errors.Is(err, net.ErrClosed) && t.due(time.Now()) {
		advice := "it is tried again"
		if errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) {
			advice = "let the process open more files (LimitNOFILE, ulimit -n); it is tried again"
		}
		t.log.Error("no connection can be taken", "error", err, "advice", advice)
	}
	return conn, err
}

func (t *telling) due(now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if now.Sub(t.told) < tellEvery {
		return false
	}
	t.told = now
	return true
}
