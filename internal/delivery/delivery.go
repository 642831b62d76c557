// Package delivery sends what is owed.
//
// The files are the path of one delivery: batcher.go closes batches
// that were gathered, queue.go claims what is due, dispatcher.go gives each
// destination its turn, attempt.go signs and sends,
// response.go says how the attempt ended, retry.go when to try again, and
// resend.go begins anew because a person asked. A first try, a retry and a
// resend run through the same code.
package delivery

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
)

// Store is what the engine reads and writes.
type Store interface {
	// Recover makes due again what a killed process left as sending.
	Recover(ctx context.Context) (int64, error)
	// Claim marks at most limit due deliveries as sending, the longest due
	// first, passing over those of the destinations in except.
	Claim(ctx context.Context, at time.Time, limit int, except []string) ([]hookline.Owed, error)
	// NextDue gives the time of the earliest attempt owed; zero when none is.
	NextDue(ctx context.Context) (time.Time, error)
	// Finish records an attempt and what follows, as one unit.
	Finish(ctx context.Context, f hookline.Finished) error
	// GiveBack makes a claimed delivery due again; no attempt was made.
	GiveBack(ctx context.Context, id string) error
	// Routing gives the configuration as of now; cheap while it does not change.
	Routing(ctx context.Context) (*hookline.Routing, error)
	BatchStore
}

// Sender is the door to the outside; outbound.Client is one.
type Sender interface {
	Send(ctx context.Context, r outbound.Request) (outbound.Response, error)
}

// Config says how the engine behaves. Zero fields have their defaults.
type Config struct {
	Schedule       Schedule
	MaxSending     int // attempts on their way at once; default 512
	PerDestination int // of those, to one destination; default 64
	Version        string
}

func (c Config) withDefaults() Config {
	if c.MaxSending <= 0 {
		c.MaxSending = 512
	}
	if c.PerDestination <= 0 {
		c.PerDestination = 64
	}
	c.Schedule = c.Schedule.withDefaults()
	return c
}

// Engine sends what is owed; make it with New and run it once.
type Engine struct {
	store  Store
	sender Sender
	cfg    Config
	log    *slog.Logger
	nudged chan struct{}
	jitter func() float64 // 0 ≤ x < 1

	gathered chan struct{}
}

// New makes the engine.
func New(store Store, sender Sender, cfg Config, log *slog.Logger) *Engine {
	return &Engine{
		store: store, sender: careful{sender, log}, cfg: cfg.withDefaults(), log: log,
		nudged: make(chan struct{}, 1), gathered: make(chan struct{}, 1), jitter: rand.Float64,
	}
}

// Nudge hints that something may be due. It never blocks.
func (e *Engine) Nudge() {
	select {
	case e.nudged <- struct{}{}:
	default:
	}
}

// Run sends until ctx ends. Then it claims no more, gives back what it had
// claimed and not begun, and returns when the attempts on their way have been
// answered or timed out and are recorded.
func (e *Engine) Run(ctx context.Context) error {
	n, err := e.store.Recover(ctx)
	if ctx.Err() != nil {
		return nil // told to stop before it began
	}
	if err != nil {
		return fmt.Errorf("recover deliveries: %w", err)
	}
	if n > 0 {
		e.log.InfoContext(ctx, "deliveries that were on their way are due again", "count", n)
	}
	var batcher sync.WaitGroup
	batcher.Go(func() { e.runBatcher(ctx) })
	d := newDispatcher(e)
	e.claimUntilDone(ctx, d)
	d.drain()
	batcher.Wait()
	return nil
}
