package web

import (
	"context"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

// TestSentSearches: a text, a person, an id, the name of an event, a cause and a number of tries each find what they
// should, and what was typed is text everywhere.
func TestSentSearches(t *testing.T) {
	s := withResend(t)
	l := s.newLot()
	l.try(hookline.Attempt{Answer: []byte(`{"error":"no such <b>customer</b>"}`), Status: 503}, hookline.Outcome{State: hookline.StateRetrying, RetryAt: time.Now(), Reason: "The receiver answered 503 Service Unavailable."})
	l.try(hookline.Attempt{}, hookline.Outcome{State: hookline.StateFailed, Reason: "DNS timeout: the name server did not answer for crm.example.com."})
	failed := l.owed.ID
	l.owe(hookline.Delivery{State: hookline.StateQueued, EventID: l.event.ID, PersonID: l.person.ID})
	b := s.as(viewer)
	for query, says := range map[string]string{
		"q=no+such+%3Cb%3Ecustomer": "Search: no such &lt;b&gt;customer",
		"q=" + failed:               `aria-label="Remove the filter Search: ` + failed,
		"q=dns+timeout":             "Search: dns timeout",
		"cause=dns":                 "No answer: Name not found",
		"attempts=1":                "Tries: at least 1",
		"attempts=2":                "Tries: at least 2",
		"q=ANA%40example.com&cause=dns&event=Signed+Up&attempts=2&state=failed": "Event: Signed Up",
	} {
		b.get("/sent?"+query).want(t, 200, says, failed, "!"+l.owed.ID, "!sse-connect", "!Look further")
	}
	for _, both := range []string{"q=ana%40example.com", "q=u1", "q=Signed+up", "q=" + l.event.ID, "event=Signed+Up", "q=crm.example.com", "event=Signed+Up&origin=event"} {
		b.get("/sent?"+both).want(t, 200, failed, l.owed.ID)
	}
	for _, none := range []string{"q=geheim-7777", "q=geheim", "q=%25%25", "q=customer_", "q=no+such+customer", "event=signed", "cause=tls", "attempts=3", "q=dlv_00000000001"} {
		b.get("/sent?"+none).want(t, 200, "Nothing fits", "!"+failed, "!"+l.owed.ID)
	}
	b.get("/sent?q="+evilQuery).want(t, 200, "&lt;script&gt;", "!"+evil)
}

const evilQuery = "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E"

func TestSentSaysWhichSearchIsWrong(t *testing.T) {
	s := withResend(t)
	l := s.newLot()
	for query, says := range map[string]string{
		"q=" + strings.Repeat("x", 1001): "at most 1,000 characters", "event=" + strings.Repeat("x", 1001): "at most 1,000 characters",
		"q=%ff": "This is no text", "cause=rain": "There is no such cause", "attempts=0": "a whole number", "attempts=many": "a whole number",
	} {
		s.as(viewer).get("/sent?"+query).want(t, 422, says, "These filters cannot be used", "!"+l.owed.ID)
	}
}

// stopping is a store that looks no further than to a row.
type stopping struct {
	Store
	at string
}

func (s stopping) ListDeliveries(ctx context.Context, f hookline.DeliveryFilter, c hookline.Cursor) (hookline.Listing[hookline.DeliveryRow], error) {
	l, err := s.Store.ListDeliveries(ctx, f, c)
	l.Stopped, l.Older, l.Newer = s.at, c.After == "", c.After != ""
	return l, err
}

// TestSentSaysHowFarItLooked: a list that took too long says how far it came, and leads on from there.
func TestSentSaysHowFarItLooked(t *testing.T) {
	at := hookline.KeyID("dlv", time.Date(2026, 3, 4, 14, 2, 0, 0, time.UTC).UnixMicro())
	s := newSite(t, func(c *Config) { c.Store = stopping{c.Store, at} })
	l := s.newLot()
	b := s.as(viewer)
	b.get("/sent?q=crm").want(t, 200, l.owed.ID, "There may be more. Looked back to", "4 March 2026, 14:02", `href="/sent?before=`+at+`&amp;q=crm"`, "Look further", "!Nothing fits")
	b.get("/sent?q=nowhere&before="+at).want(t, 200, "Nothing was found yet. Looked back to", "Look further", "!Nothing fits")
	b.get("/sent?q=nowhere&after="+at).want(t, 200, "Nothing was found yet. What was made until then", `href="/sent?after=`+at+`&amp;q=nowhere"`)
}
