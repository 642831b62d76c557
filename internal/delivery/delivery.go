// Package delivery sends what is owed.
//
// The files are the path of one delivery: batcher.go closes batches that were
// gathered, queue.go takes over what was just committed and reads back from the
// table what it could not take, line.go is what one destination is owed,
// gates.go says whether its next attempt may begin (gate.go, of breaker.go and
// pace.go), dispatcher.go gives each destination its turn, hands.go lends a
// goroutine, attempt.go signs and sends, response.go says how the attempt ended,
// use.go what its action makes of the answer, retry.go when to try again, resend.go begins anew because a person asked,
// resume.go ends a pause, testsend.go sends what somebody tries out, and cancel.go gives up what is owed. A first
// try, a retry, a resend and a test run through the same code.
//
// The table says what is owed; that a delivery is in our hands only memory
// knows. So nothing is written when one is taken up, and after a crash
// everything that was in our hands is owed as before.
package delivery

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"hookline/internal/compose"
	"hookline/internal/hookline"
	"hookline/internal/outbound"
	"hookline/internal/secret"
)

// Store is what the engine reads and writes.
type Store interface {
	// Owing gives the destinations that are owed something, now or later.
	Owing(ctx context.Context) ([]string, error)
	// Due gives the ids of at most limit deliveries that a destination is owed
	// now, the longest due first.
	Due(ctx context.Context, destinationID string, at time.Time, limit int) ([]string, error)
	// NextDue gives the time of the first attempt that a destination is owed
	// after at; zero when it is owed none.
	NextDue(ctx context.Context, destinationID string, at time.Time) (time.Time, error)
	// Owed gives those of the deliveries that are still owed, in the order of ids.
	Owed(ctx context.Context, ids []string) ([]hookline.Owed, error)
	// Finish records an attempt and what follows, as one unit.
	Finish(ctx context.Context, f hookline.Finished) error
	// Routing gives the configuration as of now; cheap while it does not change.
	Routing(ctx context.Context) (*hookline.Routing, error)
	// ListHealth gives what was found out about receivers, by destination.
	ListHealth(ctx context.Context) (map[string]hookline.Health, error)
	// SaveHealth keeps what is known of a receiver from now on.
	SaveHealth(ctx context.Context, h hookline.Health) error
	// CaughtUp ends the catching up of a destination that owes nothing any more.
	CaughtUp(ctx context.Context, id string) (bool, error)
	BatchStore
	TestStore
	AnswerStore
	CancelStore
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
	PerHost        int // of those, to one host and port; default 64
	Version        string
	Secrets        *secret.Keeper // puts values in place of references; nil: there are none
}

func (c Config) withDefaults() Config {
	orDefault := func(n *int, usual int) {
		if *n <= 0 {
			*n = usual
		}
	}
	orDefault(&c.MaxSending, 512)
	orDefault(&c.PerDestination, 64)
	orDefault(&c.PerHost, 64)
	c.Schedule = c.Schedule.withDefaults()
	return c
}

// Engine sends what is owed; make it with New and run it once.
type Engine struct {
	store      Store
	sender     Sender
	cfg        Config
	log        *slog.Logger
	jitter     func() float64    // 0 ≤ x < 1
	composer   *compose.Composer // of values that are made from answers
	dispatcher *dispatcher
	tests      tests

	nudged   chan struct{}
	gathered chan struct{}
}

// New makes the engine.
func New(store Store, sender Sender, cfg Config, log *slog.Logger) *Engine {
	e := &Engine{
		store: store, sender: careful{sender, log}, cfg: cfg.withDefaults(), log: log, jitter: rand.Float64, composer: compose.New(),
		nudged: make(chan struct{}, 1), gathered: make(chan struct{}, 1),
	}
	e.dispatcher = newDispatcher(e)
	return e
}

// Nudge hints that something may be due that was not handed over, or that the
// configuration changed. It never blocks.
func (e *Engine) Nudge() {
	select {
	case e.nudged <- struct{}{}:
	default:
	}
}

// Run sends until ctx ends. Then it begins no more attempts, and returns when
// those on their way have been answered or timed out and are recorded.
func (e *Engine) Run(ctx context.Context) error {
	var batcher sync.WaitGroup
	batcher.Go(func() { e.runBatcher(ctx) })
	e.supply(ctx)
	e.dispatcher.drain()
	batcher.Wait()
	return nil
}
