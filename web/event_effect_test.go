package web

import (
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

func TestEventTellsWhatItSetOff(t *testing.T) {
	s := newSite(t, nil)
	source := s.source("Website")
	crm := s.destination(hookline.Destination{Name: "CRM", Enabled: true, SharedSecret: "hidden secret"}, source)
	off := s.destination(hookline.Destination{Name: "Old CRM"}, source)
	kept := s.destination(hookline.Destination{Name: "Ads", Enabled: true}, source)
	s.destination(hookline.Destination{Name: "Unconnected", Enabled: true})
	name := func(name, trigger string, enabled bool) func(*hookline.Action) {
		return func(a *hookline.Action) { a.Name, a.Trigger, a.Enabled = name, trigger, enabled }
	}
	sends := s.action(crm, name("Sends", `event = "Paid"`, true))
	s.action(crm, name("Waits for refunds", `event = "Refunded" and (properties.total >= 50 or person.plan = "pro")`, true))
	s.action(crm, name("Switched off", `event = "Paid"`, false))
	s.action(off, name("Never asked", `event = "Paid"`, true))
	s.action(kept, name("Kept from it", `event = "Paid"`, true))

	id := s.calls(source, hookline.Track, `{"userId":"u1","event":"Paid","properties":{"total":12},"integrations":{"Ads":false}}`)
	v, e := s.as(viewer), s.as(editor)
	v.get("/events/"+id).want(t, 200, "Not worked out yet", "Not yet")
	s.works()
	s.workedOut(id)
	v.get("/events/"+id).want(t, 200, "!Not worked out yet", "Queued", "/sent/dlv_", "The trigger matches, clause by clause",
		"Did not match", "the event is Refunded", "the event is “Paid”", "any of these", "Action off", "Destination off", "Kept away",
		"!Unconnected", "!Use in composer", "!hidden secret", "as they are known now")
	e.get("/events/"+id).want(t, 200, "/destinations/"+crm.ID+"/actions/"+sends.ID+"?example="+id, "/destinations/"+crm.ID+"/actions/new?example="+id, "!hidden secret")
	e.get("/destinations/"+crm.ID+"/actions/new?example="+id).want(t, 200, `<option value="`+id+`" selected`)

	time.Sleep(2 * time.Millisecond)
	s.action(crm, name("Came later", `event = "Paid"`, true))
	v.get("/events/"+id).want(t, 200, "Made later")
	if err := s.store.DeleteAction(t.Context(), sends.ID); err != nil {
		t.Fatal(err)
	}
	v.get("/events/"+id).want(t, 200, "Other webhooks", "/sent/dlv_")
}

func TestEventTellsOfSuppressedAndChangedPeople(t *testing.T) {
	s := newSite(t, nil)
	s.works()
	source := s.source("Website")
	d := s.destination(hookline.Destination{Enabled: true}, source)
	s.action(d, func(a *hookline.Action) { a.Enabled, a.Trigger = true, `person.plan = "pro" and event = "Paid"` })
	s.action(d, func(a *hookline.Action) { a.Name, a.Enabled, a.Trigger = "Everything", true, "" })
	s.calls(source, hookline.Identify, `{"userId":"u1","traits":{"plan":"free"}}`)
	id := s.calls(source, hookline.Track, `{"userId":"u1","event":"Paid"}`)
	s.workedOut(id)
	b := s.as(viewer)
	b.get("/events/"+id).want(t, 200, "Did not match", "“pro”", "“free”", "it matches every event")
	s.workedOut(s.calls(source, hookline.Identify, `{"userId":"u1","traits":{"plan":"pro"}}`))
	b.get("/events/"+id).want(t, 200, "Would match now")
	s.workedOut(s.calls(source, hookline.Track, `{"userId":"u1","event":"User Suppressed"}`))
	b.get("/events/"+id).want(t, 200, "The person is suppressed")
}

func TestEventTellsOfBatches(t *testing.T) {
	s := newSite(t, nil)
	s.works()
	source := s.source("Website")
	d := s.destination(hookline.Destination{Enabled: true}, source)
	s.action(d, func(a *hookline.Action) {
		a.Enabled, a.Batching = true, hookline.Batching{Enabled: true, Size: 10, Window: time.Hour}
	})
	id := s.calls(source, hookline.Track, `{"userId":"u1","event":"Paid"}`)
	s.workedOut(id)
	page := s.as(viewer).get("/events/" + id)
	page.want(t, 200, "In a batch", "to be sent together with others, until ")
	if strings.Contains(page.Body.String(), "/sent/dlv_") {
		t.Error("nothing was made yet")
	}
}
