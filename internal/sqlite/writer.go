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

// The most units that share a commit, and the most that wait for one.
const (
	maxGroup   = 1000
	maxWaiting = 4096
)

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
	tx     *tx
	urgent chan *unit // outcomes of attempts: before new work when both wait
	normal chan *unit
	done   chan struct{}
	stop   chan struct{}

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
	w := &writer{
		urgent:    make(chan *unit, maxWaiting),
		normal:    make(chan *unit, maxWaiting),
		done:      make(chan struct{}),
		stop:      make(chan struct{}),
		committed: committed,
	}
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
	return s.writer.submit(ctx, s.writer.normal, do)
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
	return s.writer.submit(ctx, s.writer.urgent, do)
}

func (w *writer) submit(ctx context.Context, queue chan *unit, do func(*tx) error) error {
	u := &unit{do: do, answer: make(chan error, 1)}
	select {
	case <-w.stop:
		return unavailable(errClosed)
	case <-ctx.Done(): // or else the writer might be faster than a caller who has left already
		return unavailable(ctx.Err())
	default:
	}
	select {
	case queue <- u:
	case <-w.stop:
		return unavailable(errClosed)
	case <-ctx.Done():
		return unavailable(ctx.Err())
	}
	gone := errClosed
	select {
	case err := <-u.answer:
		return err
	case <-w.done:
	case <-ctx.Done():
		gone = ctx.Err()
	}
	if u.take() {
		return unavailable(gone)
	}
	return <-u.answer
}

// run commits groups until the store is closed and nothing waits any more.
func (w *writer) run() {
	group := make([]*unit, 0, maxGroup)
	for {
		group = group[:0]
		select {
		case u := <-w.urgent:
			group = append(group, u)
		case u := <-w.normal:
			group = append(group, u)
		case <-w.stop:
			if group = w.gather(group); len(group) == 0 {
				return
			}
		}
		w.commit(w.gather(group))
	}
}

// gather takes what waits, the urgent first. It does not wait for the clock, but
// lets those go first who can run now: whom the last commit answered, they bring
// what comes next, and a group of many costs little more than a group of one.
func (w *writer) gather(group []*unit) []*unit {
	runtime.Gosched()
	for len(group) < maxGroup {
		select {
		case u := <-w.urgent:
			group = append(group, u)
			continue
		default:
		}
		select {
		case u := <-w.normal:
			group = append(group, u)
		default:
			return group
		}
	}
	return group
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
	close(w.stop)
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
