package main

import (
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// written notes each write.
type written struct {
	mu    sync.Mutex
	calls []string
	err   error
}

func (w *written) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = append(w.calls, string(p))
	return len(p), w.err
}

func (w *written) all() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.calls
}

// TestLogGathersLines: what comes together is written together and in order,
// soon; what is wrong at once; and nothing stays behind.
func TestLogGathersLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var to written
		log, flush := newLog(settings{logFormat: "text", logLevel: slog.LevelInfo}, &to)
		want := func(when string, calls int, holds ...string) {
			t.Helper()
			all := to.all()
			if len(all) != calls {
				t.Fatalf("%s: %d writes, want %d: %q", when, len(all), calls, all)
			}
			if calls == 0 {
				return
			}
			rest := all[calls-1]
			for _, text := range holds {
				_, after, found := strings.Cut(rest, text)
				if !found {
					t.Errorf("%s: %q has no %s in its order", when, all[calls-1], text)
				}
				rest = after
			}
		}
		log.Info("one")
		log.Debug("never")
		log.With("who", "ana").WithGroup("g").Info("two", "a", 1)
		want("at once", 0)
		time.Sleep(gatherLog)
		synctest.Wait()
		want("soon", 1, "msg=one", "msg=two who=ana g.a=1")
		log.Info("three")
		log.With("b", 2).Warn("four")
		want("a warning", 2, "msg=three", "msg=four b=2")
		time.Sleep(time.Second)
		want("later", 2)
		for range 300 {
			log.Info(strings.Repeat("x", 100))
		}
		want("many", 4, "xxx")
		flush()
		want("the end", 5, "xxx")
		flush()
		want("after the end", 5)
	})
}

func TestLogIsJSON(t *testing.T) {
	var to written
	log, flush := newLog(settings{logFormat: "json"}, &to)
	log.Info("one")
	flush()
	if len(to.calls) != 1 || !strings.HasPrefix(to.calls[0], `{"time":`) || !strings.HasSuffix(to.calls[0], "\"msg\":\"one\"}\n") {
		t.Errorf("written: %q", to.calls)
	}
}

// TestLogGoesOnAfterAnError: a full disk must not make the log grow in memory.
func TestLogGoesOnAfterAnError(t *testing.T) {
	to := written{err: errors.New("no space left")}
	log, flush := newLog(settings{logFormat: "text"}, &to)
	log.Error("one")
	to.err = nil
	log.Info("two")
	flush()
	if len(to.calls) != 2 || strings.Contains(to.calls[1], "one") || !strings.Contains(to.calls[1], "two") {
		t.Errorf("written: %q", to.calls)
	}
}
