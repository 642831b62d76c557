package app

import (
	"testing"
	"time"

	"hookline/internal/hookline"
)

// TestAPauseEndsWhenWhatIsNotKeptIsOut resumes a destination without what is
// too old.
func TestAPauseEndsWhenWhatIsNotKeptIsOut(t *testing.T) {
	f := start(t, func(own, bin string) string { return own + "/b/" + bin })
	ctx := t.Context()
	all, err := f.store.ListDestinations(ctx)
	must(t, err)
	id := all[0].ID
	must(t, f.store.PauseDestination(ctx, id, "ana@example.com", ""))
	at := time.Now().Add(-time.Hour)
	old, err := f.store.CreateDelivery(ctx, hookline.Owed{Delivery: hookline.Delivery{
		State: hookline.StateRetrying, Origin: hookline.OriginTest, DestinationID: id, IdempotencyKey: "key", Tries: 1, Attempts: 1,
		CreatedAt: at, UpdatedAt: at, NextAttemptAt: time.Now().Add(time.Hour),
	}})
	must(t, err)
	must(t, f.store.ResumeDestination(ctx, id, hookline.Resume{By: "ana@example.com", Keep: hookline.KeepSince, Since: at.Add(time.Minute)}))
	for range 500 {
		d, err := f.store.Destination(ctx, id)
		must(t, err)
		if !d.Paused.On() {
			break
		}
		<-time.After(10 * time.Millisecond)
	}
	d, err := f.store.Destination(ctx, id)
	must(t, err)
	row, err := f.store.DeliveryRow(ctx, old.ID)
	must(t, err)
	if d.Paused.On() || row.State != hookline.StateDiscarded || row.Reason == "" {
		t.Errorf("paused %+v; the old one is %s: %s", d.Paused, row.State, row.Reason)
	}
	f.stop()
	must(t, <-f.ended)
}
