package app

import (
	"bytes"
	"errors"
	"log/slog"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// failing is a listener that has only trouble to give.
type failing struct {
	net.Listener
	err error
}

func (f failing) Accept() (net.Conn, error) { return nil, f.err }

func TestTroubleWithConnectionsIsInTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		full := os.NewSyscallError("accept4", syscall.EMFILE)
		l := &telling{Listener: failing{err: full}, log: slog.New(slog.NewTextHandler(&log, nil))}
		for range 100 {
			if _, err := l.Accept(); !errors.Is(err, syscall.EMFILE) {
				t.Fatal(err)
			}
			time.Sleep(250 * time.Millisecond)
		}
		if n := strings.Count(log.String(), "no connection can be taken"); n != 3 || !strings.Contains(log.String(), "LimitNOFILE") {
			t.Errorf("in 25 s the log has it %d times:\n%s", n, log.String())
		}
		log.Reset()
		closed := &telling{Listener: failing{err: net.ErrClosed}, log: slog.New(slog.NewTextHandler(&log, nil))}
		if _, err := closed.Accept(); err == nil || log.Len() > 0 {
			t.Errorf("a closed listener is no trouble: %v %s", err, log.String())
		}
	})
}
