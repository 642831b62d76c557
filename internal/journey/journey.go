// Package journey takes people through campaigns.
//
// enter.go follows the event log, behind fanout, and the moves into and out of
// segments, and lets journeys begin; broadcast.go brings in everybody of a
// segment, date.go those whose date has come, call.go whom a program names.
// walk.go takes journeys that are due as far as they go: step.go does what each
// kind of step does, wait.go says until when one waits, plan.go has a campaign
// made ready to be asked, and sweep.go lets people go whose campaign was stopped.
//
// How far a journey went is recorded with what it owes in one transaction, which
// fails when the journey or the person has changed since: then it is worked out
// anew. The idempotency key of a step's delivery comes from the journey, the step
// and the visit, so that a step is never done twice. The end of a delivery moves
// its journey in the transaction that records it, so nobody is lost.
package journey

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"hookline/internal/compose"
	"hookline/internal/hookline"
)

// Store is what journeys are read from and written to.
type Store interface {
	planStore
	entryStore
	walkStore
	sweepStore
}

const (
	lookAgain     = time.Second            // without a nudge
	waitAfterFail = 500 * time.Millisecond // before what failed is tried again
	longestRest   = 50 * time.Millisecond  // between two pieces of the way
	calm          = 10 * time.Second       // after the last event, when nobody else's way is crossed
)

// Engine is the stage; make it with New and run it once.
type Engine struct {
	store   Store
	compose *compose.Composer
	log     *slog.Logger
	now     func() time.Time
	enters  bell
	walks   bell
	began   time.Time
	events  atomic.Int64 // how long after that the last events came in, as a time.Duration

	mu    sync.Mutex
	plans *plans // as of the configuration that was read last

	bringing map[string]bool // campaigns into which a broadcast brings people now

	// Of the goroutine that walks: the version of the configuration after which
	// everybody was let go who had to, and by campaign the start before which
	// nobody in it entered.
	swept   int64
	earlier map[string]time.Time

	// Of the goroutine that lets people enter.
	dates  map[dateKey]time.Time                // until when dates were looked for
	passed map[hookline.JourneySource]time.Time // when a source was passed over last
}

// New makes the stage.
func New(store Store, composer *compose.Composer, log *slog.Logger) *Engine {
	return &Engine{
		store: store, compose: composer, log: log, enters: newBell(), walks: newBell(), began: time.Now(),
		dates: map[dateKey]time.Time{}, passed: map[hookline.JourneySource]time.Time{}, earlier: map[string]time.Time{}, swept: -1,
		now: func() time.Time { return time.Now().UTC().Truncate(time.Microsecond) },
	}
}

// Nudge hints that somebody may enter or go on. It never blocks.
func (e *Engine) Nudge() {
	e.enters.ring()
	e.walks.ring()
}

// EventsCame is Nudge for events that came in. What they set off goes first: for a
// while people are taken through campaigns with rests in between.
func (e *Engine) EventsCame() {
	e.events.Store(int64(time.Since(e.began)))
	e.Nudge()
}

// Run works until ctx ends. Trouble with the store is logged and tried again:
// nothing is lost by waiting, since all that counts is in the tables.
func (e *Engine) Run(ctx context.Context) error {
	var entering sync.WaitGroup
	entering.Go(func() { e.repeat(ctx, "let people enter campaigns", e.enters, noRest, e.Enter) })
	e.repeat(ctx, "take people through campaigns", e.walks, e.rest, e.Walk)
	entering.Wait()
	return nil
}

// rest is how long walking rests after a piece of the way that took so long: several times as long while events come
// in, since they use the same writer and the same processors.
func (e *Engine) rest(took time.Duration) time.Duration {
	if time.Since(e.began)-time.Duration(e.events.Load()) > calm {
		return 0
	}
	return min(4*took, longestRest)
}

func noRest(time.Duration) time.Duration { return 0 }

// repeat does some work again and again: while there is some it rests after each
// piece as long as rest says; when there is none it waits a while.
func (e *Engine) repeat(ctx context.Context, what string, woken bell, rest func(took time.Duration) time.Duration, work func(context.Context) (bool, error)) {
	for ctx.Err() == nil {
		began := time.Now()
		worked, err := work(ctx)
		switch {
		case ctx.Err() != nil, hookline.KindOf(err) == hookline.KindConflict: // somebody was faster: it is looked at anew
		case err != nil:
			e.log.ErrorContext(ctx, what, "error", err)
			wait(ctx, waitAfterFail, nil)
		case !worked:
			wait(ctx, lookAgain, woken)
		default:
			wait(ctx, rest(time.Since(began)), nil)
		}
	}
}

// bell wakes who waits for it.
type bell chan struct{}

func newBell() bell { return make(bell, 1) }

func (b bell) ring() {
	select {
	case b <- struct{}{}:
	default:
	}
}

func wait(ctx context.Context, d time.Duration, woken bell) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-woken:
	}
}
