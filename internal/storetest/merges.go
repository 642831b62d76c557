package storetest

import (
	"testing"

	"hookline/internal/hookline"
)

var mergePromises = []promise{
	{"names and deliveries of who was merged lead to who they became", mergePointsOn},
	{"several can be merged at once, and with somebody new", mergeSeveral},
	{"who was merged and deleted is gone with every name", mergeDeleted},
}

func mergePointsOn(t *testing.T, h *house) {
	from, into, other := h.person(t, "", `{"email":"ana@example.com"}`, "a1"), h.person(t, "u1", `{}`, "a2"), h.person(t, "u2", `{}`, "a3")
	owed := map[string]string{} // delivery → person
	for _, p := range []hookline.Person{from, into, other, {}} {
		o := newOwed("dst_1")
		o.PersonID = p.ID
		owed[h.owe(t, o).ID] = p.ID
	}
	h.heard()
	mustDo(t, h.record(t, evt(1), []hookline.PersonChange{{Person: into, Merged: []string{from.ID}}}))
	h.wantTold(t, "merge", hookline.TopicPerson(from.ID), hookline.TopicPerson(into.ID))
	h.reopen()
	into.Version, into.AnonymousIDs = 2, []string{"a1", "a2"}
	for _, identity := range []string{"user:u1", "anon:a1", "anon:a2", "email:ana@example.com"} {
		equal(t, identity, must(h.PersonByIdentity(t.Context(), identity))(t), into)
	}
	_, err := h.Person(t.Context(), from.ID)
	wantKind(t, hookline.KindNotFound, err)
	equal(t, "other", must(h.PersonByIdentity(t.Context(), "anon:a3"))(t), other)
	for id, person := range owed {
		if person == from.ID {
			person = into.ID
		}
		equal(t, "person of delivery", h.stored(t, id).PersonID, person)
	}
	equal(t, "deliveries", len(must(h.ListDeliveries(t.Context(), hookline.DeliveryFilter{PersonID: into.ID}, hookline.Cursor{}))(t).Rows), 2)
}

func mergeSeveral(t *testing.T, h *house) {
	a, b := h.person(t, "", `{}`, "a1"), h.person(t, "", `{}`, "a2")
	p := h.newPerson("u1")
	mustDo(t, h.record(t, evt(1), []hookline.PersonChange{{Person: p, Identities: []string{"user:u1"}, Merged: []string{a.ID, b.ID}}}))
	h.reopen()
	p.Version, p.AnonymousIDs = 1, []string{"a1", "a2"}
	equal(t, "everybody", must(h.ListPeople(t.Context(), "", hookline.Cursor{}))(t).Rows, []hookline.Person{p})
	equal(t, "by a name of the second", must(h.PersonByIdentity(t.Context(), "anon:a2"))(t), p)
}

func mergeDeleted(t *testing.T, h *house) {
	from, into := h.person(t, "", `{}`, "a1"), h.person(t, "u1", `{}`)
	mustDo(t, h.record(t, evt(1), []hookline.PersonChange{{Person: into, Merged: []string{from.ID}, Deleted: true}}))
	h.reopen()
	equal(t, "people", len(must(h.ListPeople(t.Context(), "", hookline.Cursor{}))(t).Rows), 0)
	equal(t, "found", must(h.PeopleByIdentity(t.Context(), []string{"anon:a1", "user:u1"}))(t), map[string]hookline.Person{})
}
