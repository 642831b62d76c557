package storetest

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"hookline/internal/hookline"
)

var answerPromises = []promise{
	{"a good answer sets attributes with its attempt, and nothing else of the person", answerSets},
	{"who was merged is set as whom they became", answerMerged},
	{"of nobody, and of who is suppressed or gone, nothing is set and that is said", answerNobody},
	{"only a success sets anything", answerFailed},
	{"what was worked out from somebody who changed is refused whole", answerChanged},
	{"events find the person as answers left them", answerMeanwhile},
	{"what is doubted, and what was a test, is found among all that was sent", answerLists},
	{"a test's first attempt decides, though it is never owed", answerTest},
	{"what actions make of answers is part of the routing, also of those that are off", answerRouting},
}

var leadSet = []hookline.SetAttribute{{Name: "lead_id", Value: json.RawMessage("42")}, {Name: "email", Value: json.RawMessage(`"bea@example.com"`)}}

// answered records that the first attempt of a delivery went well and sets something.
func (h *house) answered(t *testing.T, deliveryID string, sets []hookline.SetAttribute) hookline.Finished {
	t.Helper()
	f := newFinished(deliveryID, 1)
	f.Sets = sets
	f.Outcome = hookline.Outcome{State: hookline.StateDelivered}
	f.Attempt.Status, f.Attempt.Outcome, f.Attempt.Reason = 200, hookline.StateDelivered, ""
	mustDo(t, h.Finish(t.Context(), f))
	return f
}

// about records a delivery about somebody.
func (h *house) about(t *testing.T, personID string) hookline.Delivery {
	t.Helper()
	o := newOwed("dst_1")
	o.Origin, o.PersonID = hookline.OriginEvent, personID
	return h.owe(t, o).Delivery
}

func answerSets(t *testing.T, h *house) {
	p := h.person(t, "u1", `{"email":"ana@example.com","plan":"pro"}`)
	d, plain := h.about(t, p.ID), h.about(t, p.ID)
	p.Attributes = json.RawMessage(`{"email":"ana@example.com","plan":"pro","seen":1}`) // while it is on its way
	must(h.UpdatePerson(t.Context(), p))(t)
	h.heard()
	f := h.answered(t, d.ID, leadSet)
	h.answered(t, plain.ID, nil)
	h.reopen()
	got := must(h.PersonByIdentity(t.Context(), hookline.EmailIdentity("bea@example.com")))(t)
	equal(t, "attributes", string(got.Attributes), `{"email":"bea@example.com","plan":"pro","seen":1,"lead_id":42}`)
	if got.ID != p.ID || got.Email != "bea@example.com" || got.Version != 3 {
		t.Errorf("became %+v", got)
	}
	wantSetters(t, got, map[string]string{"email": d.ID + " ", "lead_id": d.ID + " "})
	_, err := h.PersonByIdentity(t.Context(), hookline.EmailIdentity("ana@example.com"))
	wantKind(t, hookline.KindNotFound, err)
	f.Attempt.Sets = leadSet
	equal(t, "attempts", must(h.ListAttempts(t.Context(), d.ID))(t), []hookline.Attempt{f.Attempt})
	equal(t, "attempts that set nothing", must(h.ListAttempts(t.Context(), plain.ID))(t)[0].Sets, []hookline.SetAttribute{})
	if d := h.stored(t, d.ID); d.State != hookline.StateDelivered || d.Reason != "" {
		t.Errorf("the delivery is %s: %s", d.State, d.Reason)
	}
}

func answerMerged(t *testing.T, h *house) {
	from, into := h.person(t, "", `{"plan":"free"}`, "a1"), h.person(t, "u1", `{"plan":"pro"}`)
	d := h.about(t, from.ID)
	mustDo(t, h.record(t, evt(1), []hookline.PersonChange{{Person: into, Merged: []string{from.ID}}}))
	h.answered(t, d.ID, leadSet[:1])
	equal(t, "attributes", string(must(h.Person(t.Context(), into.ID))(t).Attributes), `{"plan":"pro","lead_id":42}`)
}

func answerNobody(t *testing.T, h *house) {
	gone, quiet := h.person(t, "u1", `{}`), h.person(t, "u2", `{}`)
	quiet.Suppressed = true
	must(h.UpdatePerson(t.Context(), quiet))(t)
	for personID, why := range map[string]string{
		gone.ID:  "Accepted, but no attribute was set, because nobody is known whom it is about.",
		"":       "Accepted, but no attribute was set, because nobody is known whom it is about.",
		quiet.ID: "Accepted, but no attribute was set, because the person is suppressed.",
	} {
		d := h.about(t, personID)
		if personID == gone.ID {
			mustDo(t, h.DeletePerson(t.Context(), gone.ID))
		}
		h.answered(t, d.ID, leadSet)
		stored, attempts := h.stored(t, d.ID), must(h.ListAttempts(t.Context(), d.ID))(t)
		if !stored.Doubted() || stored.Reason != why || attempts[0].Reason != why || len(attempts[0].Sets) != 0 {
			t.Errorf("of %q: %s, %s, %+v", personID, stored.State, stored.Reason, attempts[0])
		}
	}
	equal(t, "attributes", string(must(h.Person(t.Context(), quiet.ID))(t).Attributes), `{}`)
}

func answerFailed(t *testing.T, h *house) {
	p := h.person(t, "u1", `{}`)
	f := newFinished(h.about(t, p.ID).ID, 1)
	f.Sets = leadSet
	mustDo(t, h.Finish(t.Context(), f))
	equal(t, "attributes", string(must(h.Person(t.Context(), p.ID))(t).Attributes), `{}`)
}

func answerChanged(t *testing.T, h *house) {
	p := h.person(t, "u1", `{"sum":1}`)
	f := newFinished(h.about(t, p.ID).ID, 1)
	f.Sets, f.PersonVersion = []hookline.SetAttribute{{Name: "sum", Value: json.RawMessage("2")}}, 1
	f.Outcome, f.Attempt.Outcome = hookline.Outcome{State: hookline.StateDelivered}, hookline.StateDelivered
	p.Attributes = json.RawMessage(`{"sum":5}`)
	must(h.UpdatePerson(t.Context(), p))(t)
	if err := h.Finish(t.Context(), f); !errors.Is(err, hookline.ErrPersonChanged) {
		t.Fatalf("it ended with %v", err)
	}
	if d := h.stored(t, f.Attempt.DeliveryID); d.State != hookline.StateQueued || len(must(h.ListAttempts(t.Context(), d.ID))(t)) != 0 {
		t.Errorf("something is left: %+v", d)
	}
	f.PersonVersion = 2
	mustDo(t, h.Finish(t.Context(), f))
	equal(t, "attributes", string(must(h.Person(t.Context(), p.ID))(t).Attributes), `{"sum":2}`)
}

func answerMeanwhile(t *testing.T, h *house) {
	p := h.person(t, "u1", `{}`)
	name := hookline.UserIdentity("u1")
	must(h.PeopleByIdentity(t.Context(), []string{name}))(t)
	h.answered(t, h.about(t, p.ID).ID, leadSet[:1])
	known := must(h.PeopleByIdentity(t.Context(), []string{name}))(t)[name]
	equal(t, "attributes", string(known.Attributes), `{"lead_id":42}`)
	mustDo(t, h.record(t, evt(1), []hookline.PersonChange{{Person: known}}))
}

func answerLists(t *testing.T, h *house) {
	event := h.about(t, "")
	h.answered(t, event.ID, nil)
	doubted := h.about(t, "")
	h.answered(t, doubted.ID, leadSet)
	test := h.owe(t, newOwed("dst_1")).Delivery
	for _, one := range []struct {
		filter hookline.DeliveryFilter
		want   []string
	}{
		{hookline.DeliveryFilter{State: hookline.StateDoubted}, []string{doubted.ID}},
		{hookline.DeliveryFilter{State: hookline.StateDelivered}, []string{doubted.ID, event.ID}},
		{hookline.DeliveryFilter{Origin: hookline.OriginTest}, []string{test.ID}},
		{hookline.DeliveryFilter{Origin: hookline.OriginEvent}, []string{doubted.ID, event.ID}},
		{hookline.DeliveryFilter{Origin: hookline.OriginTest, State: hookline.StateDoubted}, nil},
	} {
		var got []string
		for _, row := range must(h.ListDeliveries(t.Context(), one.filter, hookline.Cursor{}))(t).Rows {
			got = append(got, row.ID)
		}
		equal(t, "listed", got, one.want)
	}
}

func answerTest(t *testing.T, h *house) {
	crm := h.destination(t, "CRM").ID
	o := newOwed(crm)
	o.State, o.Reason, o.NextAttemptAt, o.AskedBy = hookline.StateFailed, "On its way.", time.Time{}, "ana@example.com"
	d := h.owe(t, o).Delivery
	equal(t, "due", h.dueNow(t, crm), []hookline.Owed{})
	h.answered(t, d.ID, nil)
	if stored := h.stored(t, d.ID); stored.State != hookline.StateDelivered || stored.Reason != "" || stored.Attempts != 1 || stored.LastStatus != 200 {
		t.Errorf("ended as %+v", stored)
	}
	h.answered(t, d.ID, nil) // whoever ends it a second time is overtaken
	equal(t, "attempts", len(must(h.ListAttempts(t.Context(), d.ID))(t)), 2)
	mustDo(t, h.Requeue(t.Context(), hookline.Requeue{DeliveryID: d.ID, AskedBy: "bea@example.com"}))
	equal(t, "due when it is resent", len(must(h.Due(t.Context(), crm, time.Now().Add(time.Second), 9))(t)), 1)
}

func answerRouting(t *testing.T, h *house) {
	d := h.destination(t, "CRM")
	plain := h.action(t, d.ID, "Plain")
	wish := newAction(d.ID, "With an answer")
	wish.Enabled = false
	wish.Response = hookline.Response{
		Attributes: []hookline.ResponseAttribute{{Name: "lead_id", Value: "{{ response.lead_id }}"}},
		Expect:     hookline.Expectation{Statuses: []int{200, 201}, Path: "lead.id", Kind: "number", EmptyIsOK: true},
		Inside:     true,
	}
	a := must(h.CreateAction(t.Context(), wish))(t)
	h.reopen()
	equal(t, "kept", must(h.Action(t.Context(), a.ID))(t).Response, wish.Response)
	routing := must(h.Routing(t.Context()))(t)
	equal(t, "routing", routing.Responses, map[string]hookline.Response{a.ID: wish.Response})
	a.Response = hookline.Response{}
	must(h.UpdateAction(t.Context(), a))(t)
	equal(t, "routing without", must(h.Routing(t.Context()))(t).Responses, map[string]hookline.Response(nil))
	equal(t, "the other", must(h.Action(t.Context(), plain.ID))(t).Response, hookline.Response{})
}
