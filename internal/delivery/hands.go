package delivery

import (
	"sync"
	"time"

	"hookline/internal/hookline"
)

// task is one attempt that may begin: its delivery, whose line it was in, and by
// what permit and to which host it goes.
type task struct {
	owed   hookline.Owed
	line   *line
	permit permit
	host   string
}

// restAtMost is how long a goroutine waits for its next task.
const restAtMost = time.Second

// hands do tasks beside each other, each on a goroutine that may have done some
// before: growing the stack of a new one to what an attempt needs would cost a
// good part of the attempt.
type hands struct {
	run  func(task)
	next chan task
	over chan struct{}
	all  sync.WaitGroup
}

func newHands(run func(task)) *hands {
	return &hands{run: run, next: make(chan task), over: make(chan struct{})}
}

// do begins a task at once. It must not be called after end.
func (h *hands) do(t task) {
	select {
	case h.next <- t:
	default:
		h.all.Go(func() { h.work(t) })
	}
}

func (h *hands) work(t task) {
	rest := time.NewTimer(restAtMost)
	defer rest.Stop()
	for {
		h.run(t)
		rest.Reset(restAtMost)
		select {
		case t = <-h.next:
		case <-rest.C:
			return
		case <-h.over:
			return
		}
	}
}

// end waits for every task that was begun.
func (h *hands) end() {
	close(h.over)
	h.all.Wait()
}
