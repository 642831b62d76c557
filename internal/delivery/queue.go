package delivery

import (
	"context"
	"time"
)

const (
	claimAtOnce   = 500
	maxClaimed    = 1000 // claimed and not begun: what the process holds in memory
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
	claimed, err := e.store.Claim(ctx, time.Now(), room, d.full())
	if err != nil {
		return 0, err
	}
	for _, owed := range claimed {
		d.add(owed)
	}
	return len(claimed), nil
}

// untilDue is how long to wait when nothing woke us: until the next attempt is
// due, but never longer than lookAgain, in case a nudge was missed.
func (e *Engine) untilDue(ctx context.Context) time.Duration {
	due, err := e.store.NextDue(ctx)
	if err != nil || due.IsZero() {
		return lookAgain
	}
	return min(max(time.Until(due), time.Millisecond), lookAgain)
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
