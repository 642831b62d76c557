package web

import (
	"log/slog"
	"testing"
	"time"

	"hookline/internal/delivery"
	"hookline/internal/hookline"
	"hookline/internal/sqlite"
)

func TestRetriesCanBeCancelled(t *testing.T) {
	s := newSite(t, func(c *Config) {
		store := c.Store.(*sqlite.Store)
		c.Resender = delivery.NewResender(store, c.Composer)
		c.Canceller = delivery.New(store, answering(200, "{}"), delivery.Config{Version: "test"}, slog.New(slog.DiscardHandler))
	})
	l := s.newLot()
	l.try(hookline.Attempt{Status: 503}, hookline.Outcome{State: hookline.StateRetrying, Reason: "The receiver answered 503 Service Unavailable.", RetryAt: time.Now().Add(time.Hour)})
	s.as(viewer).get(l.path()).want(t, 200, "!"+l.path()+"/cancel")
	b := s.as(support)
	b.get(l.path()).want(t, 200, "Cancel retries", l.path()+"/cancel")
	b.get(l.path()+"/cancel").want(t, 200, "Cancel the retries?", "It can be resent later.")
	b.post(l.path()+"/cancel", nil).wantRedirect(t, l.path())
	b.get(l.path()).want(t, 200, "It is cancelled", "Failed: cancelled by support@example.com on ", "The last try: The receiver answered 503", "!"+l.path()+"/cancel", "!tries at most")
	b.get(l.path()+"/cancel").want(t, 409, "nothing to cancel")
	b.post(l.path()+"/cancel", nil).want(t, 409, "nothing to cancel")
	b.post(l.path()+"/resend", form("mode", "original")).wantRedirect(t, l.path())
	b.get(l.path()).want(t, 200, "About to be resent", "Cancel retries")
}
