// Package deletion removes what names somebody who was deleted, a stretch at a
// time, from one stage of the house to the next, until nothing is left but a
// receipt.
//
// The store removes a stretch and writes down how far it has come in one
// transaction, so whoever is killed goes on from there. What is owed goes first,
// and the engine begins no attempt of a delivery while it is removed.
package deletion

import (
	"context"
	"log/slog"
	"time"

	"hookline/internal/hookline"
)

// Store is what deletions are kept in.
type Store interface {
	UnfinishedDeletions(ctx context.Context) ([]hookline.Deletion, error)
	Deletion(ctx context.Context, id string) (hookline.Deletion, error)
	// RemovePerson removes the person of a deletion that waits, unless events
	// about them are still being worked out.
	RemovePerson(ctx context.Context, id string) (gone bool, err error)
	MatchDeliveries(ctx context.Context, f hookline.DeliveryFilter, c hookline.Cursor) ([]hookline.Delivery, error)
	RemoveDeliveries(ctx context.Context, id string, deliveries []hookline.Delivery) error
	// EventsToRemove gives the next events that are the person's, and the
	// deliveries that have something of them.
	EventsToRemove(ctx context.Context, d hookline.Deletion, limit int) (events []string, deliveries []hookline.Delivery, err error)
	RemoveEvents(ctx context.Context, id string, events []string) error
	// SweepTexts, SweepImports and SweepWords look through what the deletion's
	// stage is about; more says that they have to be called again.
	SweepTexts(ctx context.Context, d hookline.Deletion, limit int) (more bool, err error)
	SweepImports(ctx context.Context, d hookline.Deletion) error
	SweepWords(ctx context.Context, d hookline.Deletion) (more bool, err error)
	// NextDeletionStage goes on to the stage after stage; after the last the
	// deletion has finished.
	NextDeletionStage(ctx context.Context, id string, stage hookline.DeletionStage) error
}

// Engine sends what is owed; delivery.Engine is one.
type Engine interface {
	// Aside has something done to deliveries while no attempt of them begins, and
	// says of how many one is on its way: those are left out.
	Aside(deliveries []hookline.Delivery, gone bool, do func(free []hookline.Delivery) error) (busy int, err error)
}

const (
	lookAgain   = time.Second // for deletions that no hint told of, and for those that wait
	atOnce      = 100         // rows that are removed in one unit
	textsAtOnce = 300         // rows that are looked through together
)

// Runner carries out deletions, one after the other; make it with New and run it
// once.
type Runner struct {
	store  Store
	engine Engine
	log    *slog.Logger
	nudged chan struct{}
}

// New makes a runner.
func New(store Store, engine Engine, log *slog.Logger) *Runner {
	return &Runner{store: store, engine: engine, log: log, nudged: make(chan struct{}, 1)}
}

// Nudge hints that a deletion may have begun. It never blocks.
func (r *Runner) Nudge() {
	select {
	case r.nudged <- struct{}{}:
	default:
	}
}

// Run works until ctx ends.
func (r *Runner) Run(ctx context.Context) error {
	tick := time.NewTicker(lookAgain)
	defer tick.Stop()
	for {
		r.all(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-r.nudged:
		case <-tick.C:
		}
	}
}

// all carries out what there is. One that fails is tried again, and keeps no
// other from being carried out.
func (r *Runner) all(ctx context.Context) {
	open, err := r.store.UnfinishedDeletions(ctx)
	if err != nil {
		r.trouble(ctx, "", err)
		return
	}
	for _, d := range open {
		if err := r.carryOut(ctx, d.ID); err != nil {
			r.trouble(ctx, d.ID, err)
		}
	}
}

func (r *Runner) trouble(ctx context.Context, id string, err error) {
	if ctx.Err() == nil && hookline.KindOf(err) != hookline.KindConflict {
		r.log.ErrorContext(ctx, "delete a person", "deletion", id, "error", err)
	}
}

// carryOut goes on with a deletion until it has finished, or has to wait.
func (r *Runner) carryOut(ctx context.Context, id string) error {
	for ctx.Err() == nil {
		d, err := r.store.Deletion(ctx, id)
		if err != nil {
			return err
		}
		if d.State == hookline.DeletionFinished {
			r.log.InfoContext(ctx, "person deleted", "deletion", d.ID, "took", d.FinishedAt.Sub(d.AskedAt))
			return nil
		}
		next, err := r.goOn(ctx, d)
		switch {
		case err != nil:
			return err
		case next == waits:
			return nil // it is looked at again soon, and others need not wait for it
		case next == ends:
			if err := r.store.NextDeletionStage(ctx, d.ID, d.Stage); err != nil {
				return err
			}
		}
	}
	return nil
}
