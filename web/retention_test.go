package web

import (
	"context"
	"testing"
	"time"

	"hookline/internal/hookline"
)

// ages deletes what is too old so many days from now.
func (s *site) ages(days int) {
	s.t.Helper()
	at := time.Now().Add(time.Duration(days) * 24 * time.Hour)
	s.must(s.store.ApplyRetention(s.t.Context(), at, func(context.Context, time.Duration) error { return nil }))
}

// TestRetentionIsAskedBefore anything is kept for a shorter time, and shown.
func TestRetentionIsAskedBefore(t *testing.T) {
	s := newSite(t, nil)
	s.delivery(hookline.Delivery{State: hookline.StateFailed, Reason: "It was answered 404.", RequestNumber: 1})
	b := s.as(admin)
	b.get("/settings").want(t, 200, "Retention", `href="/settings/retention"`)
	b.get("/settings/retention").want(t, 200, "What is kept now", "1, the oldest from", "Size on disk", "My own number of days")
	wish := form("events_days", "30", "bodies_days", "own", "bodies_own", "45", "deliveries_days", "365")
	b.post("/settings/retention", wish).want(t, 200, "Delete what is older?", "Events older than 30 days", "older than 45 days", "older than 1 year", "none yet", "cannot be brought back")
	kept := func(want hookline.Retention) {
		t.Helper()
		if got, err := s.store.Retention(t.Context()); got != want || err != nil {
			t.Errorf("kept is %+v, %v, want %+v", got, err, want)
		}
	}
	kept(hookline.Retention{})
	wish.Set("sure", "yes")
	b.post("/settings/retention", wish).wantRedirect(t, "/settings/retention")
	kept(hookline.Retention{Events: 30, Bodies: 45, Deliveries: 365})
	b.get("/settings/retention").want(t, 200, `<option value="30" selected`, `value="45"`, `<option value="365" selected`)
	b.post("/settings/retention", form("events_days", "90", "bodies_days", "0", "deliveries_days", "365")).wantRedirect(t, "/settings/retention") // longer is not asked about
	kept(hookline.Retention{Events: 90, Deliveries: 365})
	b.post("/settings/retention", form("events_days", "own", "events_own", "soon", "bodies_days", "-4", "deliveries_days", "own", "deliveries_own", "9999")).
		want(t, 422, `value="soon"`, "between 1 and 3,650", `id="field-events_own-error"`, `id="field-bodies_days-error"`, `id="field-deliveries_own-error"`)
	kept(hookline.Retention{Events: 90, Deliveries: 365})
	s.as(editor).get("/settings/retention").want(t, 403)
}

// TestWhatIsGoneIsTold on the pages of what was sent, and where it is resent.
func TestWhatIsGoneIsTold(t *testing.T) {
	s := newSite(t, nil)
	s.works()
	id := s.delivery(hookline.Delivery{State: hookline.StateQueued, NextAttemptAt: time.Now(), RequestNumber: 1})
	s.must(s.store.Finish(t.Context(), hookline.Finished{
		Attempt: hookline.Attempt{DeliveryID: id, Number: 1, RequestNumber: 1, StartedAt: time.Now(), Status: 404, Outcome: hookline.StateFailed, Reason: "It was answered 404.", Answer: []byte("nobody here")},
		Outcome: hookline.Outcome{State: hookline.StateFailed, Reason: "It was answered 404."},
	}))
	s.delivery(hookline.Delivery{State: hookline.StateDelivered, RequestNumber: 1})
	b := s.as(support)
	b.get("/sent/"+id).want(t, 200, "nobody here", "!Its body was deleted")
	s.must(s.store.SetRetention(t.Context(), hookline.Retention{Bodies: 30}))
	s.ages(31)
	b.get("/sent/"+id).want(t, 200, "!nobody here", "Its body was deleted after 30 days, as Settings → Retention says.")
	s.must(s.store.SetRetention(t.Context(), hookline.Retention{Deliveries: 60}))
	b.get("/sent/"+id).want(t, 200, "Its body was deleted, as Settings → Retention said at the time.")
	s.ages(61)
	b.get("/sent/"+id).want(t, 404)
}
