package resend

import (
	"context"
	"time"

	"hookline/internal/hookline"
)

const (
	beat = 100 * time.Millisecond // between two looks at a run; while it waits for receivers they get rarer, up to lookAgain

	stretch      = 200     // deliveries that are looked at together
	stretchBytes = 4 << 20 // of requests made anew, after which a stretch ends early
	settleAtOnce = 500     // deliveries of which it is looked together how they stand

	// mostWaiting is how many deliveries of a run may be due and not attempted
	// yet: what events set off meanwhile waits behind no more than these.
	mostWaiting = 500
)

// walker works on one run.
type walker struct {
	*Runner
	pace    pace
	speed   speed
	settled time.Time // when it was looked last what became of deliveries
	retried string    // up to where those that are tried again were looked at
	looked  time.Time // when they were looked at last
}

// next is what a look at a run left to do.
type next int

const (
	atOnce   next = iota // more may become due
	later                // more may become due in a while
	waiting              // for receivers, whatever the pace allows
	complete             // nothing
)

// work goes on with a run until it is over and all its deliveries have ended,
// or ctx ends. A run that is paused is left once they have.
func (r *Runner) work(ctx context.Context, run hookline.ResendRun) {
	w := &walker{Runner: r, pace: paceOf(run, time.Now())}
	wait := beat
	for ctx.Err() == nil {
		next, err := w.goOn(ctx, run.ID)
		switch {
		case err != nil:
			r.trouble(ctx, "resend", run.ID, err)
			wait = lookAgain
		case next == complete:
			return
		case next == atOnce:
			continue
		case next == waiting:
			wait = min(2*wait, lookAgain)
		default:
			wait = beat
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
	}
}

// goOn does what is to be done now.
func (w *walker) goOn(ctx context.Context, id string) (next, error) {
	run, err := w.store.ResendRun(ctx, id)
	switch {
	case hookline.KindOf(err) == hookline.KindNotFound:
		return complete, nil
	case err != nil:
		return later, err
	}
	if run.Open() > 0 && time.Since(w.settled) >= beat {
		w.settled = time.Now()
		if err := w.settle(ctx, run); err != nil {
			return later, err
		}
		if run, err = w.store.ResendRun(ctx, id); err != nil {
			return later, err
		}
	}
	switch {
	case run.State == hookline.ResendRunning && run.Matched < 0:
		return atOnce, w.count(ctx, run)
	case run.State == hookline.ResendRunning:
		return w.walk(ctx, run)
	case run.Open() == 0:
		return complete, nil
	}
	return waiting, nil
}

// count finds out how many there are, for those who watch.
func (w *walker) count(ctx context.Context, run hookline.ResendRun) error {
	matched, err := w.store.CountMatches(ctx, run.Filter, run.ID, 0)
	if err != nil {
		return err
	}
	return w.store.CountedResend(ctx, run.ID, matched.Count)
}

// settle looks what became of deliveries. Those that are tried again can be many
// and take hours, so of them only some are looked at, and not each time.
func (w *walker) settle(ctx context.Context, run hookline.ResendRun) error {
	if run.Counts[hookline.ResentWaiting] > 0 {
		at := hookline.Cursor{Limit: settleAtOnce}
		for more := true; more; more = at.After != "" {
			var err error
			if at.After, err = w.store.SettleResend(ctx, run.ID, hookline.ResentWaiting, at); err != nil {
				return err
			}
		}
	}
	if run.Counts[hookline.ResentRetrying] == 0 || time.Since(w.looked) < lookAgain {
		return nil
	}
	w.looked = time.Now()
	var err error
	w.retried, err = w.store.SettleResend(ctx, run.ID, hookline.ResentRetrying, hookline.Cursor{After: w.retried, Limit: settleAtOnce})
	return err
}

// walk takes the next stretch, as far as the pace allows it now.
func (w *walker) walk(ctx context.Context, run hookline.ResendRun) (next, error) {
	w.pace.set(run)
	free := mostWaiting - run.Counts[hookline.ResentWaiting]
	if free <= 0 {
		return waiting, nil
	}
	room := min(w.pace.may(time.Now()), free, stretch)
	if room <= 0 {
		return later, nil
	}
	end, err := w.step(ctx, run, room)
	switch {
	case err != nil:
		return later, err
	case end:
		return w.finish(ctx, run)
	case room == stretch:
		return atOnce, nil
	}
	return later, nil
}

// finish ends a run that has come to its end, unless something waits for its
// attempt.
func (w *walker) finish(ctx context.Context, run hookline.ResendRun) (next, error) {
	if run.Counts[hookline.ResentWaiting] > 0 {
		return waiting, nil
	}
	if err := w.store.FinishResend(ctx, run.ID, run.Position); err != nil {
		return later, err
	}
	w.log.InfoContext(ctx, "resend finished", "resend", run.ID, "by", run.By, "resent", run.Resent(), "skipped", run.Skipped())
	if run.Open() == 0 {
		return complete, nil
	}
	return later, nil
}

// step makes the next stretch due; end says that there is none.
func (w *walker) step(ctx context.Context, run hookline.ResendRun, room int) (end bool, err error) {
	found, err := w.store.MatchDeliveries(ctx, run.Filter, hookline.Cursor{After: run.Position, Before: run.ID, Limit: room})
	if err != nil || len(found) == 0 {
		return err == nil, err
	}
	step := hookline.ResendStep{RunID: run.ID, From: run.Position}
	resent, bytes := 0, 0
	for _, d := range found {
		item, err := w.judge.Judge(ctx, run.ResendWish, d)
		if err != nil {
			return false, err
		}
		step.Items, step.To = append(step.Items, item), d.ID
		if !item.Outcome.Skipped() {
			resent++
		}
		if item.Request != nil {
			bytes += len(item.Request.Body)
		}
		if bytes >= stretchBytes {
			break
		}
	}
	step.Speed = w.speed.add(len(step.Items), time.Now())
	if err := w.store.StepResend(ctx, step); err != nil {
		return false, err
	}
	w.pace.took(resent)
	return false, nil
}
