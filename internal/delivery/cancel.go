package delivery

import (
	"context"
	"slices"
	"time"

	"hookline/internal/hookline"
)

// CancelStore gives up what is owed.
type CancelStore interface {
	// CancelDelivery makes a delivery that is owed a failed one; KindConflict when
	// it is not owed.
	CancelDelivery(ctx context.Context, id, by string) error
}

// Cancel gives a delivery up because a person asked: no further attempt of it is
// made. It fails with KindConflict while an attempt is on its way, and when none
// is owed. by is the e-mail of who asked.
func (e *Engine) Cancel(ctx context.Context, of hookline.Delivery, by string) error {
	if !e.dispatcher.withhold(of) {
		return hookline.Conflict("This webhook is being sent right now. Wait for the answer, then decide.")
	}
	err := e.store.CancelDelivery(ctx, of.ID, by)
	e.dispatcher.release(of, err == nil)
	return err
}

// Aside has something done to deliveries while no attempt of them begins. Those
// of which one is on its way are left out: busy says how many. gone says that
// they are not there any more afterwards; otherwise they are read anew.
func (e *Engine) Aside(deliveries []hookline.Delivery, gone bool, do func(free []hookline.Delivery) error) (busy int, err error) {
	var free []hookline.Delivery
	for _, of := range deliveries {
		if e.dispatcher.withhold(of) {
			free = append(free, of)
		}
	}
	if len(free) > 0 || len(deliveries) == 0 {
		err = do(free)
	}
	for _, of := range free {
		e.dispatcher.release(of, gone && err == nil)
	}
	return len(deliveries) - len(free), err
}

// withhold takes a delivery out of our hands until release, so that no attempt
// of it begins in between; false when one is on its way, or somebody else is at
// it.
func (d *dispatcher) withhold(of hookline.Delivery) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	l := d.lines[of.DestinationID]
	if d.withheld[of.ID] || l != nil && l.inHand[of.ID] {
		return false
	}
	d.withheld[of.ID] = true
	if l == nil {
		return true
	}
	if at := slices.IndexFunc(l.waiting, func(o hookline.Owed) bool { return o.ID == of.ID }); at >= 0 {
		d.waiting--
		d.bytes -= len(l.waiting[at].Request.Body)
		l.waiting = slices.Delete(l.waiting, at, at+1)
		delete(l.inHand, of.ID)
	}
	return true
}

// release ends withhold. What was read of a delivery before it was cancelled is
// old; one that was not cancelled is owed as before, and read anew.
func (d *dispatcher) release(of hookline.Delivery, cancelled bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.withheld, of.ID)
	if d.expecting > 0 && cancelled {
		d.over[of.ID] = true
	}
	l := d.lines[of.DestinationID]
	switch {
	case cancelled && l != nil:
		l.drop(of.ID)
		d.tidy(l)
	case !cancelled:
		d.line(of.DestinationID).falls(time.Now())
		signal(d.wake)
	}
}
