// Package report tells reporting webhooks how deliveries ended.
//
// It adds nothing to what a delivery costs: it reads afterwards what is stored
// anyway, for each reporting webhook from where that one has come to, and when
// there is none it reads nothing. report.go keeps a teller for each of them,
// teller.go is one of these, body.go makes what it sends, and example.go sends
// an example.
//
// Everything is told at least once and in order, again after a crash, and then
// under the same event_id. What cannot be told is tried for seven days, with
// everything behind it waiting, and then dropped and counted.
package report

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
)

// Store is what reporting reads and writes.
type Store interface {
	ListReportingWebhooks(ctx context.Context) ([]hookline.ReportingWebhook, error)
	// ReportsAfter looks on from where w stands; a delivery younger than young that
	// was not tried yet ends the look.
	ReportsAfter(ctx context.Context, w hookline.ReportingWebhook, young time.Time, limit int) (hookline.Reports, error)
	// AwaitedReports looks through deliveries that were passed before they were tried.
	AwaitedReports(ctx context.Context, w hookline.ReportingWebhook, after int64, limit int) (hookline.Reports, error)
	// ReportBody gives the body of the request that a report is about.
	ReportBody(ctx context.Context, r hookline.Report) ([]byte, error)
	SaveTold(ctx context.Context, told hookline.Told) error
	SaveUntold(ctx context.Context, u hookline.Untold) error
}

// Sender is the door to the outside; outbound.Client is one.
type Sender interface {
	Send(ctx context.Context, r outbound.Request) (outbound.Response, error)
}

// Config says how fast reporting goes. Zero fields have their defaults.
type Config struct {
	LookAgain time.Duration // how long it rests when there was nothing to tell; default 500 ms
	Young     time.Duration // so long it waits for a delivery's first attempt, to tell in order; default 5 s
	Base      time.Duration // the wait after a first failure, doubling to one hour; default 10 s
}

const (
	configAgain   = 30 * time.Second // the list is read that often, in case a hint was missed
	saveEvery     = time.Second
	waitAfterFail = time.Second
	maxWait       = time.Hour
	jitterShare   = 0.1
	looked        = 200  // attempts at once
	awaited       = 2000 // deliveries at once
)

// Reporter tells all reporting webhooks; make it with New and run it once.
type Reporter struct {
	store  Store
	sender Sender
	cfg    Config
	log    *slog.Logger
	jitter func() float64 // 0 ≤ x < 1
	nudged chan struct{}
}

// New makes a reporter.
func New(store Store, sender Sender, cfg Config, log *slog.Logger) *Reporter {
	for _, d := range []struct {
		set   *time.Duration
		usual time.Duration
	}{{&cfg.LookAgain, 500 * time.Millisecond}, {&cfg.Young, 5 * time.Second}, {&cfg.Base, 10 * time.Second}} {
		if *d.set <= 0 {
			*d.set = d.usual
		}
	}
	return &Reporter{store: store, sender: sender, cfg: cfg, log: log, jitter: rand.Float64, nudged: make(chan struct{}, 1)}
}

// Nudge hints that a reporting webhook was made, changed or deleted. It never
// blocks.
func (r *Reporter) Nudge() {
	select {
	case r.nudged <- struct{}{}:
	default:
	}
}

// running is a teller at work, and which state of its webhook it knows.
type running struct {
	changed time.Time
	stop    context.CancelFunc
	done    chan struct{}
}

// Run reports until ctx ends, to all reporting webhooks beside each other. What
// is on its way then is waited for.
func (r *Reporter) Run(ctx context.Context) error {
	tellers := map[string]*running{}
	tick := time.NewTicker(configAgain)
	defer tick.Stop()
	for {
		if err := r.keep(ctx, tellers); err != nil && ctx.Err() == nil {
			r.log.ErrorContext(ctx, "read reporting webhooks", "error", err)
		}
		select {
		case <-ctx.Done():
			stopAll(tellers, nil)
			return nil
		case <-r.nudged:
		case <-tick.C:
		}
	}
}

// keep has a teller for each reporting webhook that is on, which knows it as it
// is. One that has changed is read again when its teller has stopped, because
// that one saves how far it came.
func (r *Reporter) keep(ctx context.Context, tellers map[string]*running) error {
	all, err := r.store.ListReportingWebhooks(ctx)
	if err != nil {
		return err
	}
	stopAll(tellers, all)
	if all, err = r.store.ListReportingWebhooks(ctx); err != nil {
		return err
	}
	for _, w := range all {
		if w.Enabled && tellers[w.ID] == nil {
			tellers[w.ID] = r.begin(ctx, w)
		}
	}
	return nil
}

func (r *Reporter) begin(ctx context.Context, w hookline.ReportingWebhook) *running {
	ctx, stop := context.WithCancel(ctx)
	one := &running{changed: w.UpdatedAt, stop: stop, done: make(chan struct{})}
	go func() {
		defer close(one.done)
		defer stop()
		newTeller(r, w).run(ctx)
	}()
	return one
}

// stopAll stops and waits for the tellers of all but those that are as they were.
func stopAll(tellers map[string]*running, but []hookline.ReportingWebhook) {
	var stopping sync.WaitGroup
	for id, one := range tellers {
		if isAmong(but, id, one.changed) {
			continue
		}
		one.stop()
		stopping.Go(func() { <-one.done })
		delete(tellers, id)
	}
	stopping.Wait()
}

func isAmong(all []hookline.ReportingWebhook, id string, changed time.Time) bool {
	for _, w := range all {
		if w.ID == id {
			return w.Enabled && w.UpdatedAt.Equal(changed)
		}
	}
	return false
}
