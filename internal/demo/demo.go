// Package demo fills a workspace with a demonstration that has life on every
// page, and takes it away again without a trace.
//
// What it shows is made by the engine itself: calls go in through ingest, what
// they set off is sent to built-in receivers, and whom they bring into a segment
// is taken through a campaign. Only the times are made up: the calls came in over
// the last day, and when all is sent deliveries and journeys are dated to their
// events.
package demo

import (
	"context"
	"fmt"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/ingest"
)

// Store is what a demo needs of a store.
type Store interface {
	// CreateDemo adds a demo workspace as one unit; KindConflict when there is
	// one.
	CreateDemo(ctx context.Context, d hookline.Demo) error
	// DemoOwed tells what the engine has still to do for it.
	DemoOwed(ctx context.Context) (hookline.DemoOwed, error)
	// DateDemo moves its deliveries and journeys to the times of their events.
	DateDemo(ctx context.Context) error
	// DateDemoJourneys does so with its journeys, and with what they sent.
	DateDemoJourneys(ctx context.Context) error
	// StopDemo makes its sources refuse calls.
	StopDemo(ctx context.Context) error
	// RemoveDemo takes it away with all that it made, as one unit; KindConflict
	// while events of it have not been worked out.
	RemoveDemo(ctx context.Context) error
	// UpdateBin changes a bin's answer.
	UpdateBin(ctx context.Context, b hookline.Bin) (hookline.Bin, error)
	// PeopleByIdentity gives the person behind each name that leads to one.
	PeopleByIdentity(ctx context.Context, identities []string) (map[string]hookline.Person, error)
}

// How long Make and Remove wait for the engine, which needs a second or two
// unless it is behind with other work.
const (
	patience         = 20 * time.Second
	countingPatience = 5 * time.Second
	lookAgain        = 20 * time.Millisecond
)

// Workspace makes and removes the demo. Safe for concurrent use.
type Workspace struct {
	store    Store
	ingester *ingest.Ingester
	binURL   func(binID string) string
}

// New makes a Workspace; binURL gives the address under which a bin receives.
// The engine must be running for what it does to come to an end.
func New(store Store, ingester *ingest.Ingester, binURL func(binID string) string) *Workspace {
	return &Workspace{store: store, ingester: ingester, binURL: binURL}
}

// Make makes the demo and returns when it is to be seen, after a few seconds.
// It fails with KindConflict when there is one. Once begun it goes on although
// ctx ends, so that nobody is left with half a demo. When the engine is busy
// with other work, what is left to do follows by itself.
func (w *Workspace) Make(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	people, err := w.strangers(ctx)
	if err != nil {
		return err
	}
	kit := newKit(w.binURL)
	if err := w.store.CreateDemo(ctx, kit.demo); err != nil {
		return err
	}
	if err := w.untilCounted(ctx); err != nil {
		return err
	}
	earlier, lately := script(people, time.Now())
	if err := w.tell(ctx, kit, earlier); err != nil {
		return err
	}
	// What failed earlier has failed for good; what fails from now on is tried again.
	if err := w.until(ctx, func(o hookline.DemoOwed) bool { o.Gathered = 0; return rests(o) }); err != nil {
		return err
	}
	// What people order lately comes after what their journeys sent, and converts.
	if err := w.store.DateDemoJourneys(ctx); err != nil {
		return err
	}
	if _, err := w.store.UpdateBin(ctx, kit.busy()); err != nil {
		return fmt.Errorf("change the demo's bin: %w", err)
	}
	if err := w.tell(ctx, kit, lately); err != nil {
		return err
	}
	if err := w.until(ctx, rests); err != nil {
		return err
	}
	return w.store.DateDemo(ctx)
}

// strangers gives made-up people whose names lead to nobody yet, so that the
// demo changes no one who is there already.
func (w *Workspace) strangers(ctx context.Context) ([]person, error) {
	for mark := ""; ; mark = hookline.Secret()[:4] {
		people := everybody(mark)
		var names []string
		for _, p := range people {
			names = append(names, hookline.UserIdentity(p.userID), hookline.AnonymousIdentity(p.anonymousID), hookline.EmailIdentity(p.email))
		}
		known, err := w.store.PeopleByIdentity(ctx, names)
		if err != nil || len(known) == 0 {
			return people, err
		}
	}
}

// tell makes the calls, each at its own time in the past.
func (w *Workspace) tell(ctx context.Context, k *kit, calls []call) error {
	for _, c := range gather(calls) {
		source := k.demo.Sources[c.source]
		_, err := w.ingester.Accept(ctx, ingest.Call{Source: source, Body: c.body, ReceivedAt: c.at})
		if err != nil {
			return fmt.Errorf("send the demo's events: %w", err)
		}
	}
	return nil
}

// untilCounted waits until the segments have counted everybody: who comes in
// from then on enters them, and their campaign. Among very many people that takes
// longer than anybody waits; then the demo's people are counted with them, and
// nobody begins the campaign.
func (w *Workspace) untilCounted(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, countingPatience)
	defer cancel()
	err := w.until(ctx, func(o hookline.DemoOwed) bool { return o.Segments == 0 })
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// rests says that all is done but counting, for which nobody waits again.
func rests(o hookline.DemoOwed) bool {
	o.Segments = 0
	return o == hookline.DemoOwed{}
}

// until waits until the engine has come far enough, or patience ends.
func (w *Workspace) until(ctx context.Context, enough func(hookline.DemoOwed) bool) error {
	tick := time.NewTicker(lookAgain)
	defer tick.Stop()
	for {
		owed, err := w.store.DemoOwed(ctx)
		if err != nil || enough(owed) {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return &hookline.Error{
				Kind: hookline.KindUnavailable, RetryAfter: patience, Cause: ctx.Err(),
				Message: "The engine is busy, so the demo is not complete yet. What is missing follows by itself: look again in a minute.",
			}
		}
	}
}

// Remove takes the demo away with all that it made. It fails with KindNotFound
// when there is none.
func (w *Workspace) Remove(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	if err := w.store.StopDemo(ctx); err != nil {
		return err
	}
	if err := w.until(ctx, func(o hookline.DemoOwed) bool { return o.Events == 0 }); err != nil {
		return hookline.Conflict("Events of the demo are still being worked out. Its sources are switched off now: try again in a minute.")
	}
	return w.store.RemoveDemo(ctx)
}
