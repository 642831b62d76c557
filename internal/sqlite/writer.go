package sqlite

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync/atomic"
	"time"

	"hookline/internal/hookline"
)

// maxGroup is the most units that share a commit.
const maxGroup = 1000

// errClosed is what a unit hears that comes after the store was closed.
var errClosed = errors.New("the store is closed")

// writer owns the one connection that writes. Units of work that wait at the
// same time are committed together: while the disk syncs one group, the next
// gathers, so a commit's cost is shared by as many as there are callers.
//
// A unit that fails is undone alone; its neighbours are committed all the same.
// Nobody hears before the commit. For that a unit may have to run twice, so it
// sets what it gives, and does not add to what an earlier run gave.
type writer struct {
	tx    *tx
	inbox *inbox
	done  chan struct{}

	closeErr error // once done is closed

	committed func(told)
	watch     atomic.Pointer[func(units int, took time.Duration)]
}

// unit is one piece of work and where its caller waits. It belongs to who sets
// taken first: the writer, which then does it, or a caller who gives it up.
type unit struct {
	do     func(*tx) error
	taken  atomic.Bool
	err    error
	answer chan error
}

func (u *unit) take() bool { return u.taken.CompareAndSwap(false, true) }

// newWriter connects and begins to take units. More pragmas come after those
// that every connection begins with.
func newWriter(path string, committed func(told), more ...string) (*writer, error) {
	w := &writer{inbox: newInbox(), done: make(chan struct{}), committed: committed}
	ready := make(chan error, 1)
	go w.own(path, slices.Concat(pragmas, []string{writerCache}, more), ready)
	if err := <-ready; err != nil {
		return nil, fmt.Errorf("connect writer: %w", err)
	}
	return w, nil
}

// own opens the connection, and holds it as long as the writer runs.
func (w *writer) own(path string, pragmas []string, ready chan<- error) {
	defer close(w.done)
	var err error
	w.tx, err = openTx(path, pragmas)
	ready <- err
	if err == nil {
		w.run()
		w.closeErr = w.tx.close()
	}
}

// write hands in a unit and waits for the commit that it became part of. A
// caller whose context ends before the unit has begun gives it up; one that
// has begun is waited for, so no unit ever works on what its caller has taken
// back, and an error means that nothing was stored.
func (s *Store) write(ctx context.Context, do func(*tx) error) error {
	return s.writer.submit(ctx, false, do)
}

// writeFor is write for a unit that gives something back, which is the zero
// value whenever there is an error.
func writeFor[T any](ctx context.Context, s *Store, do func(*tx) (T, error)) (T, error) {
	var value, none T
	err := s.write(ctx, func(t *tx) (err error) {
		value, err = do(t)
		return err
	})
	if err != nil {
		return none, err
	}
	return value, nil
}

// writeFirst is write for what must not wait behind new work.
func (s *Store) writeFirst(ctx context.Context, do func(*tx) error) error {
	return s.writer.submit(ctx, true, do)
}

func (w *writer) submit(ctx context.Context, urgent bool, do func(*tx) error) error {
	if err := ctx.Err(); err != nil { // or else the writer might be faster than a caller who has left already
		return unavailable(err)
	}
	u := &unit{do: do, answer: make(chan error, 1)}
	if !w.inbox.put(u, urgent) {
		return unavailable(errClosed)
	}
	select {
	case err := <-u.answer:
		return err
	case <-ctx.Done():
	}
	if u.take() {
		return unavailable(ctx.Err())
	}
	return <-u.answer
}

// run commits groups until the store is closed and nothing waits any more.
func (w *writer) run() {
	group := make([]*unit, 0, maxGroup)
	for range w.inbox.bell {
		for group = w.gather(group[:0]); len(group) > 0; group = w.gather(group[:0]) {
			w.commit(group)
		}
		if w.inbox.done() {
			return
		}
	}
}

// gather takes what waits. It does not wait for the clock, but lets those go
// first who can run now: whom the last commit answered, they bring what comes
// next, and a group of many costs little more than a group of one.
func (w *writer) gather(group []*unit) []*unit {
	runtime.Gosched()
	return w.inbox.take(group)
}

// commit tells of the change before it answers, so that a caller who reads
// through a cache finds what it has just written.
func (w *writer) commit(group []*unit) {
	group = slices.DeleteFunc(group, func(u *unit) bool { return !u.take() })
	if len(group) == 0 {
		return
	}
	began := time.Now()
	err := w.tx.group(group)
	if watch := w.watch.Load(); watch != nil {
		(*watch)(len(group), time.Since(began))
	}
	if err == nil && len(w.tx.told.topics) > 0 {
		w.committed(w.tx.take())
	}
	for _, u := range group {
		if u.err == nil && err != nil {
			u.err = unavailable(err)
		}
		u.answer <- u.err
	}
}

// WatchCommits has f called after each commit with how many units shared it
// and how long it took, on the writer's goroutine: it must not block.
func (s *Store) WatchCommits(f func(units int, took time.Duration)) { s.writer.watch.Store(&f) }

func (w *writer) close() error {
	w.inbox.close()
	<-w.done
	return w.closeErr
}

// unavailable is what a caller hears when the store could not write.
func unavailable(cause error) error {
	return &hookline.Error{
		Kind:       hookline.KindUnavailable,
		Message:    "This cannot be stored right now. Try again in a moment.",
		RetryAfter: 2 * time.Second,
		Cause:      cause,
	}
}
