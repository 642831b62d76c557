package deletion

import (
	"context"

	"hookline/internal/hookline"
)

// next is what a look at a stage left to do.
type next int

const (
	more  next = iota
	waits      // for an event to be worked out, or an attempt to end
	ends       // the stage has nothing left
)

// goOn removes the next stretch.
func (r *Runner) goOn(ctx context.Context, d hookline.Deletion) (next, error) {
	if d.State == hookline.DeletionWaiting {
		gone, err := r.store.RemovePerson(ctx, d.ID)
		return unless(gone, waits), err
	}
	switch d.Stage {
	case hookline.StageDeliveries:
		return r.deliveries(ctx, d)
	case hookline.StageEvents:
		return r.events(ctx, d)
	case hookline.StageWords:
		again, err := r.store.SweepWords(ctx, d)
		return unless(again, ends), err
	case hookline.StageImports:
		if d.Position == "" {
			if err := r.store.SweepImports(ctx, d); err != nil {
				return more, err
			}
		}
	}
	again, err := r.store.SweepTexts(ctx, d, textsAtOnce)
	return unless(again, ends), err
}

func unless(goesOn bool, otherwise next) next {
	if goesOn {
		return more
	}
	return otherwise
}

// deliveries removes what was sent about the person, and what is owed. Those of
// which an attempt is on its way come last.
func (r *Runner) deliveries(ctx context.Context, d hookline.Deletion) (next, error) {
	left := ends
	for at := (hookline.Cursor{Limit: atOnce}); ; {
		found, err := r.store.MatchDeliveries(ctx, hookline.DeliveryFilter{PersonID: d.PersonID}, at)
		if err != nil || len(found) == 0 {
			return left, err
		}
		at.After = found[len(found)-1].ID
		busy, err := r.engine.Aside(found, true, func(free []hookline.Delivery) error { return r.store.RemoveDeliveries(ctx, d.ID, free) })
		if err != nil {
			return more, err
		}
		if busy > 0 {
			left = waits
		}
	}
}

// events removes the next ones with what was made from them.
func (r *Runner) events(ctx context.Context, d hookline.Deletion) (next, error) {
	events, deliveries, err := r.store.EventsToRemove(ctx, d, atOnce)
	if err != nil || len(events) == 0 {
		return ends, err
	}
	done := false
	busy, err := r.engine.Aside(deliveries, false, func(free []hookline.Delivery) error {
		if len(free) < len(deliveries) {
			return nil
		}
		done = true
		return r.store.RemoveEvents(ctx, d.ID, events)
	})
	if busy > 0 && !done {
		return waits, err
	}
	return more, err
}
