// Package resend carries out runs: the wish that many deliveries be resent, at
// a pace.
//
// A run walks over the deliveries that fit its filter, the oldest first, a
// stretch at a time. judge.go says of each delivery whether it is resent, and
// what would be sent; the store makes a stretch due and moves the run's position
// in one transaction, so that whoever is killed loses and doubles nothing.
// pace.go says how many the next stretch may have. What the engine makes of the
// deliveries is seen in them afterwards, so that the engine need not know of
// runs. survey.go is the look before somebody begins.
package resend

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"hookline/internal/compose"
	"hookline/internal/hookline"
)

// Store is what runs are kept in.
type Store interface {
	// ActiveResends gives the runs that are running, and those of whose
	// deliveries some have not come to an end.
	ActiveResends(ctx context.Context) ([]hookline.ResendRun, error)
	ResendRun(ctx context.Context, id string) (hookline.ResendRun, error)
	// CountMatches counts what MatchDeliveries would give, up to most; 0 for all.
	CountMatches(ctx context.Context, f hookline.DeliveryFilter, before string, most int) (hookline.Waiting, error)
	// CountedResend notes what was counted when a run began.
	CountedResend(ctx context.Context, id string, matched int) error
	// StepResend records a stretch whole or not at all; KindConflict when the run
	// is not running, or not where the stretch begins.
	StepResend(ctx context.Context, step hookline.ResendStep) error
	// SettleResend looks what became of deliveries of which outcome was noted,
	// and gives the last one it looked at, "" at the end.
	SettleResend(ctx context.Context, id string, outcome hookline.ResendOutcome, c hookline.Cursor) (last string, err error)
	// FinishResend ends a run at its last position; KindConflict when something
	// still waits.
	FinishResend(ctx context.Context, id, position string) error
	JudgeStore
}

// Composer makes a delivery's request anew; delivery.Resender is one.
type Composer interface {
	Anew(ctx context.Context, d hookline.Delivery) (made compose.Made, version int, err error)
}

// Config is what runs need; every field must be set.
type Config struct {
	Store    Store
	Composer Composer
	Sending  func(hookline.Delivery) bool // whether an attempt is on its way
	Log      *slog.Logger
}

// lookAgain is how often runs are looked for that no hint told of.
const lookAgain = time.Second

// Runner carries out runs, several beside each other; make it with New and run
// it once. All that it has to do is in the store, so a restart goes on.
type Runner struct {
	store  Store
	judge  *Judge
	log    *slog.Logger
	nudged chan struct{}

	mu   sync.Mutex
	busy map[string]bool // ids of the runs that somebody works on
}

// New makes a runner.
func New(c Config) *Runner {
	judge := NewJudge(c.Store, c.Composer)
	judge.sending = c.Sending
	return &Runner{store: c.Store, judge: judge, log: c.Log, nudged: make(chan struct{}, 1), busy: map[string]bool{}}
}

// Nudge hints that a run may have begun or gone on. It never blocks.
func (r *Runner) Nudge() {
	select {
	case r.nudged <- struct{}{}:
	default:
	}
}

// Run works until ctx ends.
func (r *Runner) Run(ctx context.Context) error {
	var all sync.WaitGroup
	defer all.Wait()
	tick := time.NewTicker(lookAgain)
	defer tick.Stop()
	for {
		r.begin(ctx, &all)
		select {
		case <-ctx.Done():
			return nil
		case <-r.nudged:
		case <-tick.C:
		}
	}
}

// begin has each active run worked on by one goroutine.
func (r *Runner) begin(ctx context.Context, all *sync.WaitGroup) {
	active, err := r.store.ActiveResends(ctx)
	if err != nil {
		r.trouble(ctx, "look for resends", "", err)
		return
	}
	for _, run := range active {
		if r.take(run.ID) {
			all.Go(func() {
				defer r.leave(run.ID)
				r.work(ctx, run)
			})
		}
	}
}

func (r *Runner) take(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.busy[id] {
		return false
	}
	r.busy[id] = true
	return true
}

func (r *Runner) leave(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.busy, id)
}

// trouble logs what could not be done; it is tried again. A conflict only means
// that somebody was faster.
func (r *Runner) trouble(ctx context.Context, what, id string, err error) {
	if ctx.Err() == nil && hookline.KindOf(err) != hookline.KindConflict {
		r.log.ErrorContext(ctx, what, "resend", id, "error", err)
	}
}
