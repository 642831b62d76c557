package storetest

import (
	"encoding/json"
	"fmt"
	"testing"

	"hookline/internal/hookline"
)

var fanoutPromises = []promise{
	{"what a stretch set off is recorded whole", fanoutWhole},
	{"when the cursor has moved nothing is recorded", fanoutCursorMoved},
	{"when a person has changed nothing is recorded", fanoutPersonMoved},
	{"of many who record one stretch one does", fanoutRace},
	{"a change of a person changes what it says", fanoutPerson},
	{"a deleted person is gone with every name, deliveries stay", fanoutDeleted},
	{"people are found by many names at once", fanoutIdentities},
}

// record records a stretch that begins at the cursor.
func (h *house) record(t *testing.T, to string, changes []hookline.PersonChange, owed ...hookline.Owed) error {
	t.Helper()
	at := must(h.FanoutCursor(t.Context()))(t)
	return h.RecordFanout(t.Context(), hookline.Fanout{From: at, To: to, People: changes, Deliveries: owed})
}

func (h *house) newPerson(userID string) hookline.Person {
	return hookline.Person{ID: h.ids.New("per"), UserID: userID, Attributes: json.RawMessage(`{}`), CreatedAt: received, UpdatedAt: received}
}

// wantNothing checks that a stretch that was refused left no trace: the cursor
// is at, nobody is found by identity, and nothing is owed.
func (h *house) wantNothing(t *testing.T, at, identity string) {
	t.Helper()
	h.reopen()
	equal(t, "cursor", must(h.FanoutCursor(t.Context()))(t), at)
	_, err := h.PersonByIdentity(t.Context(), identity)
	wantKind(t, hookline.KindNotFound, err)
	equal(t, "deliveries", len(must(h.ListDeliveries(t.Context(), hookline.DeliveryFilter{}, hookline.Cursor{}))(t).Rows), 0)
	equal(t, "owing", must(h.Owing(t.Context()))(t), []string{})
}

func fanoutWhole(t *testing.T, h *house) {
	p := h.newPerson("u1")
	owed := []hookline.Owed{newOwed("dst_1"), newOwed("dst_2"), newOwed("dst_1")}
	owed[0].PersonID, owed[0].EventID, owed[0].Origin = p.ID, evt(1), hookline.OriginEvent
	owed[0].Request.Body = []byte("\x00\xff")
	owed[2].State, owed[2].RequestNumber, owed[2].Reason, owed[2].Request = hookline.StateFailed, 0, "Line 3 cannot be read.", hookline.Request{}
	equal(t, "cursor of a new house", must(h.FanoutCursor(t.Context()))(t), "")
	h.heard()
	mustDo(t, h.record(t, evt(7), []hookline.PersonChange{{Person: p, Identities: []string{"user:u1", "anon:a1"}}}, owed...))
	h.wantTold(t, "record", hookline.TopicPerson(p.ID), hookline.TopicSent)
	h.reopen()
	equal(t, "cursor", must(h.FanoutCursor(t.Context()))(t), evt(7))
	p.Version, p.AnonymousIDs = 1, []string{"a1"}
	equal(t, "person", must(h.PersonByIdentity(t.Context(), "anon:a1"))(t), p)

	rows := must(h.ListDeliveries(t.Context(), hookline.DeliveryFilter{}, hookline.Cursor{}))(t).Rows
	equal(t, "deliveries", len(rows), len(owed))
	for i := range owed { // the list has the newest first
		owed[i].ID = rows[len(rows)-1-i].ID
		equal(t, fmt.Sprint("delivery ", i), rows[len(rows)-1-i].Delivery, owed[i].Delivery)
	}
	first, second := h.dueNow(t, "dst_1"), h.dueNow(t, "dst_2")
	equal(t, "owed", append(first, second...), owed[:2])
}

func fanoutCursorMoved(t *testing.T, h *house) {
	mustDo(t, h.record(t, evt(5), nil))
	for _, from := range []string{"", evt(4), evt(6)} {
		h.heard()
		err := h.RecordFanout(t.Context(), hookline.Fanout{
			From: from, To: evt(9), Deliveries: []hookline.Owed{newOwed("dst_1")},
			People: []hookline.PersonChange{{Person: h.newPerson("u1"), Identities: []string{"user:u1"}}},
		})
		wantKind(t, hookline.KindConflict, err)
		equal(t, "told", h.heard(), []hookline.Topic{})
		h.wantNothing(t, evt(5), "user:u1")
	}
}

func fanoutPersonMoved(t *testing.T, h *house) {
	read := h.person(t, "u1", `{"plan":"pro"}`)
	read.Attributes = json.RawMessage(`{"plan":"free"}`)
	stored := must(h.UpdatePerson(t.Context(), read))(t) // somebody was faster
	at := must(h.FanoutCursor(t.Context()))(t)
	gone := h.newPerson("u3")
	gone.Version = 1
	for what, change := range map[string]hookline.PersonChange{
		"an older version": {Person: read},
		"somebody gone":    {Person: gone},
		"merged one gone":  {Person: stored, Merged: []string{gone.ID}},
	} {
		err := h.record(t, evt(9), []hookline.PersonChange{{Person: h.newPerson("u2"), Identities: []string{"user:u2"}}, change}, newOwed("dst_1"))
		if hookline.KindOf(err) != hookline.KindConflict {
			t.Errorf("%s: error = %v", what, err)
		}
		h.wantNothing(t, at, "user:u2")
		equal(t, "person after "+what, must(h.Person(t.Context(), stored.ID))(t), stored)
	}
}

func fanoutRace(t *testing.T, h *house) {
	at := must(h.FanoutCursor(t.Context()))(t)
	errs := atOnce(8, func(int) error {
		return h.RecordFanout(t.Context(), hookline.Fanout{From: at, To: evt(9), Deliveries: []hookline.Owed{newOwed("dst_1"), newOwed("dst_2")}})
	})
	wantWinners(t, 1, hookline.KindConflict, errs)
	equal(t, "deliveries", len(must(h.ListDeliveries(t.Context(), hookline.DeliveryFilter{}, hookline.Cursor{}))(t).Rows), 2)
}

func fanoutPerson(t *testing.T, h *house) {
	p, other := h.person(t, "", `{"email":"old@example.com"}`, "a1"), h.person(t, "u2", `{}`, "a2")
	wish := p
	wish.UserID, wish.Email, wish.Attributes, wish.Suppressed = "u1", "New@Example.com", json.RawMessage(`{"z":1.50,"a":"é"}`), true
	wish.UpdatedAt, wish.CreatedAt = received.AddDate(0, 0, 1), received.AddDate(1, 0, 0)
	mustDo(t, h.record(t, evt(1), []hookline.PersonChange{{Person: wish, Identities: []string{"user:u1", "anon:a2", "anon:a1"}}}))
	h.reopen()
	want := wish
	want.Version, want.CreatedAt, want.AnonymousIDs = 2, p.CreatedAt, []string{"a1", "a2"}
	other.AnonymousIDs = nil // a name leads to who was told last
	for _, identity := range []string{"user:u1", "anon:a1", "anon:a2", "email:old@example.com"} {
		equal(t, identity, must(h.PersonByIdentity(t.Context(), identity))(t), want)
	}
	equal(t, "other", must(h.PersonByIdentity(t.Context(), "user:u2"))(t), other)
	mustDo(t, h.record(t, evt(2), []hookline.PersonChange{{Person: want}})) // of the version that is now
}

func fanoutDeleted(t *testing.T, h *house) {
	p, other := h.person(t, "u1", `{"email":"ana@example.com"}`, "a1"), h.person(t, "u2", `{}`)
	o := newOwed("dst_1")
	o.PersonID = p.ID
	mustDo(t, h.record(t, evt(1), []hookline.PersonChange{{Person: p, Identities: []string{"anon:a9"}, Deleted: true}}, o))
	h.reopen()
	for _, identity := range []string{"user:u1", "anon:a1", "anon:a9", "email:ana@example.com"} {
		_, err := h.PersonByIdentity(t.Context(), identity)
		wantKind(t, hookline.KindNotFound, err)
	}
	_, err := h.Person(t.Context(), p.ID)
	wantKind(t, hookline.KindNotFound, err)
	equal(t, "other", must(h.Person(t.Context(), other.ID))(t), other)
	h.takesEmail(t, other, "ana@example.com")
	rows := must(h.ListDeliveries(t.Context(), hookline.DeliveryFilter{PersonID: p.ID}, hookline.Cursor{}))(t).Rows
	if len(rows) != 1 || rows[0].PersonLabel != "" {
		t.Errorf("deliveries of somebody deleted: %+v", rows)
	}
}

func fanoutIdentities(t *testing.T, h *house) {
	const people = 123
	want := map[string]hookline.Person{}
	var changes []hookline.PersonChange
	names := []string{"", "anon:nobody"}
	for i := range people {
		p := h.newPerson(fmt.Sprint("u", i))
		identities := []string{"user:" + p.UserID, fmt.Sprint("email:", i, "@example.com")}
		changes = append(changes, hookline.PersonChange{Person: p, Identities: identities})
		p.Version = 1
		for _, identity := range identities {
			names, want[identity] = append(names, identity), p
		}
		names = append(names, fmt.Sprint("user:nobody", i))
	}
	mustDo(t, h.record(t, evt(1), changes))
	equal(t, "found", must(h.PeopleByIdentity(t.Context(), names))(t), want)
	equal(t, "found by one name", must(h.PeopleByIdentity(t.Context(), []string{"user:u7"}))(t), map[string]hookline.Person{"user:u7": want["user:u7"]})
	equal(t, "found by no names", must(h.PeopleByIdentity(t.Context(), nil))(t), map[string]hookline.Person{})
}
