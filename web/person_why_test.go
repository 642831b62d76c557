package web

import (
	"testing"
	"time"

	"hookline/internal/hookline"
)

func TestWhyNothingWasSent(t *testing.T) {
	s := newSite(t, nil)
	s.works()
	b := s.as(viewer)
	source := s.source("Website")
	b.get("/people/per_none/why").want(t, 404)
	s.workedOut(s.calls(source, hookline.Identify, `{"userId":"u1","traits":{"plan":"free"}}`))
	person, err := s.store.PersonByIdentity(t.Context(), hookline.UserIdentity("u1"))
	s.must(err)
	path := "/people/" + person.ID + "/why"
	b.get("/people/"+person.ID).want(t, 200, "Why was nothing sent?", path)
	b.get(path).want(t, 200, "No destination yet")

	crm := s.destination(hookline.Destination{Name: "CRM", Enabled: true, SharedSecret: "hidden secret"}, source)
	s.action(crm, func(a *hookline.Action) {
		a.Name, a.Enabled, a.Trigger = "Tell who paid", true, `event = "Paid" and person.plan = "pro"`
	})
	ads := s.destination(hookline.Destination{Name: "Ads", Enabled: true})
	empty := s.destination(hookline.Destination{Name: "Empty", Enabled: true}, source)
	id := s.calls(source, hookline.Track, `{"userId":"u1","event":"Paid","properties":{"note":"<b>x</b>"}}`)
	s.workedOut(id)
	b.get(path).want(t, 200, "Choose a destination", "CRM", "Ads", "!Tell who paid")
	b.get(path+"?destination="+crm.ID).want(t, 200, "Tell who paid", "Did not match", "“free”", "/events/"+id, "!hidden secret", "!<b>x")
	b.htmx().get(path+"?destination="+crm.ID).want(t, 200, "Did not match", "!<html")
	b.get(path+"?destination="+ads.ID).want(t, 200, "Its source is not connected to Ads")
	b.get(path+"?destination="+empty.ID).want(t, 200, "Empty has no action yet")
	b.get(path+"?destination=dst_none").want(t, 200, "Choose a destination", "!Tell who paid")

	quiet := s.person(hookline.Person{UserID: "quiet", Attributes: []byte(`{}`)})
	b.get("/people/"+quiet.ID+"/why?destination="+crm.ID).want(t, 200, "No event about this person")
}

func TestAnEventIsAskedByTheTriggerOfThen(t *testing.T) {
	s := newSite(t, nil)
	s.works()
	source, d, action := s.fires(nil)
	id := s.calls(source, hookline.Track, `{"userId":"u1","event":"Paid","properties":{"total":7}}`)
	s.workedOut(id)
	time.Sleep(2 * time.Millisecond) // events are dated to the millisecond
	action.Trigger = `event = "Refunded"`
	s.saved(action, "")
	b := s.as(viewer)
	b.get("/events/"+id).want(t, 200, "Did not match", "Asked is the trigger of version 1, which was in use then.", "total is at least 50", "!Refunded")
	next := s.calls(source, hookline.Track, `{"userId":"u1","event":"Paid","properties":{"total":7}}`)
	s.workedOut(next)
	b.get("/events/"+next).want(t, 200, "Did not match", "the event is Refunded", "!which was in use then")

	s.must(s.store.PauseDestination(t.Context(), d.ID, "ana@example.com", "they are moving"))
	held := s.calls(source, hookline.Track, `{"userId":"u1","event":"Refunded"}`)
	s.workedOut(held)
	b.get("/events/"+held).want(t, 200, "Held", "they are moving")
}
