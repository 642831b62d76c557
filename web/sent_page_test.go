package web

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

// fires makes a source, a destination "CRM" and an action that is asked about "Paid", and gives what a call sets off.
func (s *site) fires(change func(*hookline.Action)) (source hookline.Source, d hookline.Destination, a hookline.Action) {
	s.t.Helper()
	source = s.source("Website")
	d = s.destination(hookline.Destination{Name: "CRM", Enabled: true}, source)
	a = s.action(d, func(a *hookline.Action) {
		a.Name, a.Enabled, a.Trigger = "Tell who paid", true, `event = "Paid" and (properties.total >= 50 or person.plan = "pro")`
		if change != nil {
			change(a)
		}
	})
	return source, d, a
}

// sentFor is the delivery that an event set off.
func (s *site) sentFor(eventID string) hookline.DeliveryRow {
	s.t.Helper()
	s.workedOut(eventID)
	list, err := s.store.ListDeliveries(s.t.Context(), hookline.DeliveryFilter{EventID: eventID}, hookline.Cursor{})
	s.must(err)
	if len(list.Rows) != 1 {
		s.t.Fatalf("the event set off %d deliveries", len(list.Rows))
	}
	return list.Rows[0]
}

func TestDeliveryTellsWhyItWasSent(t *testing.T) {
	s := newSite(t, nil)
	s.works()
	source, _, action := s.fires(nil)
	one := s.sentFor(s.calls(source, hookline.Track, `{"userId":"u1","event":"Paid","properties":{"total":61}}`))
	b := s.as(viewer)
	b.get("/sent/"+one.ID).want(t, 200, "Why it was sent", "The event met the trigger of “Tell who paid”, version 1.", "any of these",
		"total is at least 50", "total is 61", "as it is known now", "!If you resend it")

	action.Trigger, action.Template.Body = `event = "Refunded"`, `{"new":true}`
	s.saved(action, "")
	b.get("/sent/"+one.ID).want(t, 200, "version 1.", "total is at least 50", "!Refunded", "The action has changed since:", "/versions/compare?from=1&amp;to=2", "compare with version 2")
	s.must(s.store.DeleteAction(t.Context(), action.ID))
	b.get("/sent/"+one.ID).want(t, 200, "The action was deleted, and its trigger with it.", "!The action has changed")
}

func TestDeliveryTellsWhatIsAhead(t *testing.T) {
	s := withResend(t)
	l := s.newLot()
	l.try(hookline.Attempt{Status: 503, Timings: hookline.Timings{DNS: 2 * time.Millisecond, FirstByte: 100 * time.Millisecond}},
		hookline.Outcome{State: hookline.StateRetrying, Reason: "The receiver answered 503 Service Unavailable.", RetryAt: time.Now().Add(time.Minute)})
	s.as(viewer).get(l.path()).want(t, 200, "It is the 2nd of 11 tries at most. If none of them succeeds, the last is at about ",
		"finding the address 2 ms", "until the first byte 98 ms", "the rest of the answer 37 ms", `class="time-bar"`, "!If you resend it", "!style=")
	s.as(support).get(l.path()).want(t, 200, "If you resend it", "a resend is no duplicate")
	l.deliver()
	s.as(support).get(l.path()).want(t, 200, "If you resend it", "it has probably done its work", l.owed.IdempotencyKey, "!tries at most")
}

func TestDeliveryComparesWithTheLastGoodOne(t *testing.T) {
	s := withResend(t)
	l := s.newLot()
	b := s.as(viewer)
	b.get(l.path()).want(t, 200, l.path()+"/compare")
	b.get(l.path()+"/compare").want(t, 200, "Nothing to compare with")
	l.deliver()
	good := l.owed.ID
	l.owe(hookline.Delivery{State: hookline.StateQueued})
	l.fail(500, "The receiver answered 500.")
	failed := l.owed.ID
	l.action.Template.URL = "https://crm.example.com/people?api_key=geheim-9999"
	l.owe(hookline.Delivery{State: hookline.StateQueued})
	b.get(l.path()+"/compare").want(t, 200, `<option value="`+good+`" selected`, `<option value="`+failed+`"`, "The requests differ", "+ POST https://crm.example.com", "!geheim")
	b.get(l.path()+"/compare?against="+failed).want(t, 200, `<option value="`+failed+`" selected`, "500 Internal Server Error")
	b.htmx().get(l.path()+"/compare?against="+good).want(t, 200, "Their requests", "!<html")
	b.get("/sent/"+failed+"/compare").want(t, 200, "Both requests are the same, byte for byte")
	other := s.delivery(hookline.Delivery{State: hookline.StateFailed, RequestNumber: 1})
	b.get(l.path()+"/compare?against="+other).want(t, 404)
	b.get(l.path()+"/compare?against=dlv_none").want(t, 404)
}

func TestDeliveryAsAFile(t *testing.T) {
	s := withResend(t)
	l := s.newLot()
	b := s.as(viewer)
	b.get(l.path()).want(t, 200, "!Download HAR")
	b.get(l.path()+"/har").want(t, 409, "has not been tried yet")
	l.try(hookline.Attempt{Status: 401, Answer: []byte("geheim is wrong"), AnswerHeaders: []hookline.Header{{Name: "Set-Cookie", Value: "session=geheim"}}, Timings: hookline.Timings{Inside: true}},
		hookline.Outcome{State: hookline.StateFailed, Reason: "The receiver answered 401 Unauthorized."})
	b.get(l.path()).want(t, 200, l.path()+"/har")
	got := b.get(l.path() + "/har")
	got.want(t, 200, `"version": "1.2"`, "https://crm.example.com/people", `{\"plan\":\"free\"}`, "!geheim", `!oken"`, "!"+strings.Repeat("abcd", 16), "left out")
	if name := got.Header().Get("Content-Disposition"); name != `attachment; filename="hookline-`+l.owed.ID+`.har"` || got.Header().Get("Content-Type") != "application/json" {
		t.Errorf("it is %s, %s", name, got.Header().Get("Content-Type"))
	}
	if !json.Valid(got.Body.Bytes()) {
		t.Error("it is no JSON")
	}
	s.as(admin).get(l.path()+"/har").want(t, 200, "geheim is wrong", "!session=geheim")
}
