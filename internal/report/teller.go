package report

import (
	"context"
	"time"

	"hookline/internal/hookline"
)

// teller tells one reporting webhook, one thing after the other.
type teller struct {
	*Reporter
	w       hookline.ReportingWebhook // with where it stands now
	pending hookline.Told             // what was told since it was saved last
	savedAt time.Time
	awaited int64 // how far the awaited were looked through
}

func newTeller(r *Reporter, w hookline.ReportingWebhook) *teller {
	return &teller{Reporter: r, w: w, pending: hookline.Told{WebhookID: w.ID}, savedAt: time.Now()}
}

// run tells until ctx ends, and saves how far it came.
func (t *teller) run(ctx context.Context) {
	for ctx.Err() == nil {
		more, err := t.round(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			t.log.ErrorContext(ctx, "report", "webhook", t.w.ID, "error", err)
			rest(ctx, waitAfterFail)
		case !more:
			rest(ctx, t.cfg.LookAgain)
		}
	}
	if err := t.save(context.WithoutCancel(ctx)); err != nil {
		t.log.ErrorContext(ctx, "save what was reported", "webhook", t.w.ID, "error", err)
	}
}

// round looks once for what there is to tell, and tells it. What was passed and
// awaited comes first: it is the older.
func (t *teller) round(ctx context.Context) (more bool, err error) {
	if len(t.pending.Settled) > 0 || time.Since(t.savedAt) >= saveEvery { // what is not saved as settled would be found once more
		if err := t.save(ctx); err != nil {
			return false, err
		}
	}
	late, err := t.store.AwaitedReports(ctx, t.w, t.awaited, awaited)
	if err != nil {
		return false, err
	}
	if !t.tellAll(ctx, late) {
		return false, nil
	}
	t.awaited = late.Place
	found, err := t.store.ReportsAfter(ctx, t.w, time.Now().Add(-t.cfg.Young), looked)
	if err != nil || !t.tellAll(ctx, found) {
		return false, err
	}
	if found.Place > t.w.Standing.Place {
		t.w.Standing.Place, t.pending.Place = found.Place, found.Place
	}
	return found.More || late.Place > 0 && len(late.Rows) > 0, nil
}

// tellAll tells what was found; false when ctx ended before the end. Place moves
// along, so that a restart goes on from where this one stopped.
func (t *teller) tellAll(ctx context.Context, found hookline.Reports) bool {
	t.pending.Await = append(t.pending.Await, found.Await...)
	for _, report := range found.Rows {
		if !t.tell(ctx, report) {
			return false
		}
		if report.Awaited {
			t.pending.Settled = append(t.pending.Settled, report.DeliveryID)
		} else {
			t.w.Standing.Place, t.pending.Place = report.Place, report.Place
		}
		if err := t.saveInTime(ctx); err != nil && ctx.Err() == nil {
			t.log.ErrorContext(ctx, "save what was reported", "webhook", t.w.ID, "error", err)
		}
	}
	t.pending.Settled = append(t.pending.Settled, found.Settled...)
	return true
}

// tell tells one thing, however often it takes, until it is too old; false when
// ctx ended before.
func (t *teller) tell(ctx context.Context, report hookline.Report) bool {
	for {
		now, tooOld := time.Now(), report.At.Add(hookline.ReportAge)
		next := t.w.Standing.NextTryAt
		switch {
		case !now.Before(tooOld): // and what is behind it waits for the next try all the same
			t.pending.Dropped++
			t.pending.DroppedAt = now
			return true
		case next.After(now):
			if next.After(tooOld) {
				next = tooOld
			}
			if !rest(ctx, next.Sub(now)) {
				return false
			}
			continue
		case ctx.Err() != nil:
			return false
		}
		sent := t.post(ctx, t.w, report)
		if sent.Failure == "" {
			t.pending.Told++
			t.pending.ToldAt = time.Now()
			t.w.Standing.Tries, t.w.Standing.NextTryAt = 0, time.Time{}
			return true
		}
		t.untold(ctx, report, sent.Failure)
	}
}

// untold keeps why a try failed and when the next one is.
func (t *teller) untold(ctx context.Context, report hookline.Report, why string) {
	g, now := &t.w.Standing, time.Now()
	g.Tries++
	g.Failure, g.FailedAt, g.NextTryAt = why, now, now.Add(wait(t.cfg.Base, g.Tries, t.jitter()))
	t.log.WarnContext(ctx, "report not taken", "webhook", t.w.ID, "event_id", report.ID(), "try", g.Tries, "reason", why)
	kept := context.WithoutCancel(ctx)
	err := t.save(kept)
	if err == nil {
		err = t.store.SaveUntold(kept, hookline.Untold{WebhookID: t.w.ID, Tries: g.Tries, NextTryAt: g.NextTryAt, Failure: why, FailedAt: now})
	}
	if err != nil {
		t.log.ErrorContext(ctx, "save why it was not reported", "webhook", t.w.ID, "error", err)
	}
}

// wait is how long to wait after so many tries. random is 0 ≤ x < 1.
func wait(base time.Duration, tries int, random float64) time.Duration {
	usual := maxWait
	if shift := max(tries-1, 0); shift < 30 {
		usual = min(base<<shift, maxWait)
	}
	return usual + time.Duration((2*random-1)*jitterShare*float64(usual))
}

func (t *teller) saveInTime(ctx context.Context) error {
	if time.Since(t.savedAt) < saveEvery {
		return nil
	}
	return t.save(ctx)
}

// save keeps what was told and looked at since the last time, if anything was.
func (t *teller) save(ctx context.Context) error {
	p := t.pending
	if p.Place > 0 || p.Told+p.Dropped+len(p.Await)+len(p.Settled) > 0 {
		if err := t.store.SaveTold(ctx, p); err != nil {
			return err
		}
	}
	t.pending, t.savedAt = hookline.Told{WebhookID: t.w.ID}, time.Now()
	return nil
}

// rest waits; false when ctx ended.
func rest(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
