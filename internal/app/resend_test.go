package app

import (
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

// TestARunIsCarriedOut begins one as a page does; the house does the rest.
func TestARunIsCarriedOut(t *testing.T) {
	f := start(t, func(own, bin string) string { return own + "/b/" + bin })
	f.send()
	ctx := t.Context()
	until := func(what string, is func() bool) {
		t.Helper()
		for range 1000 {
			if is() {
				return
			}
			<-time.After(10 * time.Millisecond)
		}
		t.Fatalf("not %s after ten seconds", what)
	}
	until("delivered", func() bool {
		list, err := f.store.ListDeliveries(ctx, hookline.DeliveryFilter{State: hookline.StateDelivered}, hookline.Cursor{})
		must(t, err)
		return len(list.Rows) == 1
	})
	run, err := f.store.CreateResend(ctx, hookline.ResendWish{
		Filter: hookline.DeliveryFilter{State: hookline.StateDelivered}, Mode: hookline.ResendCurrent, PerSecond: 10, By: "ana@example.com",
	})
	must(t, err)
	until("resent", func() bool {
		run, err = f.store.ResendRun(ctx, run.ID)
		must(t, err)
		return run.State == hookline.ResendFinished && run.Open() == 0
	})
	list, err := f.store.ListDeliveries(ctx, hookline.DeliveryFilter{ResendID: run.ID, ResendOutcome: hookline.ResentDelivered}, hookline.Cursor{})
	must(t, err)
	if run.Matched != 1 || run.Counts[hookline.ResentDelivered] != 1 || len(list.Rows) != 1 || list.Rows[0].Attempts != 2 {
		t.Errorf("the run came to %+v, and its deliveries are %+v", run, list.Rows)
	}
	if !strings.Contains(f.metricsText(), `hookline_resends_total{result="resent"} 1`) {
		t.Error("it was not counted")
	}
	f.stop()
	must(t, <-f.ended)
}
