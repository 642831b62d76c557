package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"time"
)

// How long lines of the log are gathered, and how many bytes of them, before
// they are written together: under load a system call a line costs as much as
// making it. From warnings on, what was gathered is written at once.
const (
	gatherLog      = 50 * time.Millisecond
	gatherLogBytes = 16 << 10
)

// newLog gives the log of a server, and what writes the rest of it at the end.
func newLog(set settings, to io.Writer) (log *slog.Logger, flush func()) {
	lines := &lines{to: to}
	options := &slog.HandlerOptions{Level: set.logLevel}
	var handler slog.Handler = slog.NewTextHandler(lines, options)
	if set.logFormat == "json" {
		handler = slog.NewJSONHandler(lines, options)
	}
	return slog.New(urgent{handler, lines}), func() { _ = lines.flush() } // there is nowhere left to say why it failed
}

// lines gathers what is written to it. A handler writes whole lines.
type lines struct {
	to io.Writer

	mu       sync.Mutex
	gathered []byte
	timer    *time.Timer // set while something is gathered
}

func (l *lines) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.gathered = append(l.gathered, line...)
	if len(l.gathered) >= gatherLogBytes {
		return len(line), l.write()
	}
	if l.timer == nil {
		l.timer = time.AfterFunc(gatherLog, func() { _ = l.flush() }) // the next line will meet the same error
	}
	return len(line), nil
}

func (l *lines) flush() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.write()
}

func (l *lines) write() error {
	if l.timer != nil {
		l.timer.Stop()
		l.timer = nil
	}
	if len(l.gathered) == 0 {
		return nil
	}
	_, err := l.to.Write(l.gathered)
	l.gathered = l.gathered[:0]
	return err
}

// urgent writes what was gathered as soon as something is wrong.
type urgent struct {
	slog.Handler
	lines *lines
}

func (u urgent) Handle(ctx context.Context, r slog.Record) error {
	err := u.Handler.Handle(ctx, r)
	if r.Level >= slog.LevelWarn {
		err = errors.Join(err, u.lines.flush())
	}
	return err
}

func (u urgent) WithAttrs(attrs []slog.Attr) slog.Handler {
	return urgent{u.Handler.WithAttrs(attrs), u.lines}
}

func (u urgent) WithGroup(name string) slog.Handler {
	return urgent{u.Handler.WithGroup(name), u.lines}
}
