package delivery

import (
	"context"
	"slices"
	"time"

	"hookline/internal/hookline"
)

const (
	claimAtOnce   = 500
	maxClaimed    = 2000 // claimed and not begun: what the process holds in memory
	lookAgain     = time.Second
	waitAfterFail = time.Second
)

// claimUntilDone keeps the dispatcher supplied until ctx ends. Everything due
// is in the table; what is claimed here is only as much as will soon be sent.
func (e *Engine) claimUntilDone(ctx context.Context, d *dispatcher) {
	for ctx.Err() == nil {
		n, err := e.claimOnce(ctx, d)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			e.log.ErrorContext(ctx, "claim deliveries", "error", err)
			e.wait(ctx, waitAfterFail, d)
		case n == 0 || d.waiting() >= maxClaimed:
			e.wait(ctx, e.untilDue(ctx), d)
		}
	}
}

func (e *Engine) claimOnce(ctx context.Context, d *dispatcher) (int, error) {
	room := min(claimAtOnce, maxClaimed-d.waiting())
	if room <= 0 {
		return 0, nil
	}
	routing, err := e.store.Routing(ctx)
	if err != nil {
		return 0, err
	}
	claimed, err := e.store.Claim(ctx, time.Now(), room, append(d.full(), switchedOff(routing)...))
	if err != nil {
		return 0, err
	}
	for _, owed := range claimed {
		d.add(owed)
	}
	return len(claimed), nil
}

// switchedOff lists the destinations that are disabled: what they are owed
// waits until they are enabled again.
func switchedOff(r *hookline.Routing) []string {
	var off []string
	for id, d := range r.Destinations {
		if !d.Enabled {
			off = append(off, id)
		}
	}
	slices.Sort(off)
	return off
}

// untilDue is how long to wait when nothing woke us: until the next attempt is
// due, but never longer than lookAgain, in case a nudge was missed. What is due
// already and was not claimed waits for its destination, which will wake us.
func (e *Engine) untilDue(ctx context.Context) time.Duration {
	due, err := e.store.NextDue(ctx)
	wait := time.Until(due)
	if err != nil || wait <= 0 {
		return lookAgain
	}
	return min(wait, lookAgain)
}

func (e *Engine) wait(ctx context.Context, d time.Duration, dispatcher *dispatcher) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-e.nudged:
	case <-dispatcher.room:
	}
}
