package alert

import (
	"context"
	"time"

	"hookline/internal/hookline"
)

// TellStore keeps what is to be told.
type TellStore interface {
	// DueTellings gives at most limit tellings that are due, those of older alerts
	// first, and of one alert the beginning before the end.
	DueTellings(ctx context.Context, now time.Time, limit int) ([]hookline.Telling, error)
	// SaveTelling keeps how a telling stands.
	SaveTelling(ctx context.Context, t hookline.Telling) error
	// AbandonTellings notes of those that were on their way that nobody knows.
	AbandonTellings(ctx context.Context) error
}

// waits are those after each try that failed; then it is given up.
var waits = []time.Duration{10 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute} //nolint:gochecknoglobals // a constant list

const (
	lookForOwed = 5 * time.Second
	toldAtOnce  = 20
)

// tellAll tells what is owed until ctx ends, one after the other.
func (w *Watch) tellAll(ctx context.Context) {
	if err := w.store.AbandonTellings(ctx); err != nil && ctx.Err() == nil {
		w.cfg.Log.ErrorContext(ctx, "read what was being told", "error", err)
	}
	tick := time.NewTicker(lookForOwed)
	defer tick.Stop()
	for {
		if err := w.tellDue(ctx); err != nil && ctx.Err() == nil {
			w.cfg.Log.ErrorContext(ctx, "tell alerts", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-w.nudged:
		}
	}
}

func (w *Watch) tellDue(ctx context.Context) error {
	due, err := w.store.DueTellings(ctx, time.Now(), toldAtOnce)
	if err != nil {
		return err
	}
	for _, t := range due {
		if ctx.Err() != nil {
			return nil
		}
		if err := w.tell(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// tell notes that a telling is on its way before it is sent: killed in between,
// it is not sent twice.
func (w *Watch) tell(ctx context.Context, t hookline.Telling) error {
	t.State = hookline.TellingSending
	t.Tries++
	if err := w.store.SaveTelling(ctx, t); err != nil {
		return err
	}
	sent := w.send(ctx, t)
	now := time.Now()
	t.Failure = sent.Failure
	switch {
	case sent.Failure == "":
		t.State, t.ToldAt = hookline.TellingTold, now
	case t.Tries > len(waits):
		t.State = hookline.TellingFailed
	default:
		t.State, t.NextTryAt = hookline.TellingOwed, now.Add(waits[t.Tries-1])
	}
	if sent.Failure != "" {
		w.cfg.Log.WarnContext(ctx, "alert not told", "channel", t.Channel.ID, "alert", t.Alert.ID, "try", t.Tries, "reason", sent.Failure)
	}
	return w.store.SaveTelling(context.WithoutCancel(ctx), t)
}
