package storetest

import (
	"context"
	"encoding/json"
	"strconv"
	"testing"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

type attributeStore interface {
	ChangeAttribute(ctx context.Context, c hookline.AttributeChange) (hookline.Person, error)
	SuppressPerson(ctx context.Context, id string, suppressed bool) (hookline.Person, error)
}

var attributePromises = []promise{
	{"one attribute is set and removed, the others stay", attributeChanged},
	{"an attribute that is not what was looked at is not written over", attributeGuarded},
	{"of many who change other attributes nobody loses", attributeRace},
	{"who is suppressed loses attributes and no name, and is noted without them", personSuppressed},
}

func attributeChanged(t *testing.T, h *house) {
	p := h.person(t, "u1", `{"plan":"pro","n":1.50}`)
	ana := audit.With(t.Context(), audit.Actor{Kind: audit.User, ID: "usr_1", Name: "ana@example.com"})
	set := func(name, value string) hookline.Person {
		t.Helper()
		return must(h.ChangeAttribute(ana, hookline.AttributeChange{PersonID: p.ID, Name: name, Value: json.RawMessage(value), Whatever: true}))(t)
	}
	set("n", "12345678901234567890.50")
	set("email", `"ana@example.com"`)
	got := must(h.ChangeAttribute(ana, hookline.AttributeChange{PersonID: p.ID, Name: "plan", Was: json.RawMessage(`"pro"`)}))(t)
	equal(t, "attributes", string(got.Attributes), `{"n":12345678901234567890.50,"email":"ana@example.com"}`)
	wantSetters(t, got, map[string]string{"n": "usr_1 ana@example.com", "email": "usr_1 ana@example.com"})
	h.reopen()
	equal(t, "found by the address", must(h.PersonByIdentity(t.Context(), hookline.EmailIdentity("ana@example.com")))(t), got)

	entries := must(h.ListAuditEntries(t.Context(), audit.Filter{ThingID: p.ID}, hookline.Cursor{}))(t).Rows
	equal(t, "entries", len(entries), 3)
	equal(t, "what the last one says it was", string(entries[0].Before), `{"attributes.plan":"pro"}`)

	for field, faulty := range map[string]hookline.AttributeChange{
		"name":  {PersonID: p.ID, Value: json.RawMessage("1"), Whatever: true},
		"value": {PersonID: p.ID, Name: "long", Value: json.RawMessage(strconv.Quote(string(make([]byte, hookline.MaxAttributeValue)))), Whatever: true},
	} {
		_, err := h.ChangeAttribute(t.Context(), faulty)
		wantKind(t, hookline.KindInvalid, err)
		if err.(*hookline.Error).Fields[field] == "" {
			t.Errorf("nothing is said at %s: %v", field, err)
		}
	}
	_, err := h.ChangeAttribute(t.Context(), hookline.AttributeChange{PersonID: "per_gone", Name: "a", Value: json.RawMessage("1"), Whatever: true})
	wantKind(t, hookline.KindNotFound, err)
}

func attributeGuarded(t *testing.T, h *house) {
	p := h.person(t, "u1", `{"plan":"pro","tags":[1, 2]}`)
	for _, c := range []hookline.AttributeChange{
		{Name: "plan", Value: json.RawMessage(`"mine"`), Was: json.RawMessage(`"free"`)},
		{Name: "plan", Value: json.RawMessage(`"mine"`)}, // there was none
		{Name: "plan", Was: json.RawMessage(`"free"`)},
		{Name: "gone", Value: json.RawMessage(`"mine"`), Was: json.RawMessage(`"free"`)},
	} {
		c.PersonID = p.ID
		_, err := h.ChangeAttribute(t.Context(), c)
		wantKind(t, hookline.KindConflict, err)
	}
	equal(t, "person", must(h.Person(t.Context(), p.ID))(t), p)
	got := must(h.ChangeAttribute(t.Context(), hookline.AttributeChange{PersonID: p.ID, Name: "tags", Value: json.RawMessage(`[]`), Was: json.RawMessage(`[1,2]`)}))(t)
	equal(t, "attributes", string(got.Attributes), `{"plan":"pro","tags":[]}`)
}

func attributeRace(t *testing.T, h *house) {
	p := h.person(t, "u1", `{}`)
	for _, err := range atOnce(8, func(i int) error {
		_, err := h.ChangeAttribute(t.Context(), hookline.AttributeChange{PersonID: p.ID, Name: strconv.Itoa(i), Value: json.RawMessage("true")})
		return err
	}) {
		mustDo(t, err)
	}
	attributes := must(hookline.ParseAttributes(must(h.Person(t.Context(), p.ID))(t).Attributes))(t)
	equal(t, "attributes", attributes.Len(), 8)
}

func personSuppressed(t *testing.T, h *house) {
	p := h.person(t, "u1", `{"email":"ana@example.com","plan":"pro"}`, "a1")
	ana := audit.With(t.Context(), audit.Actor{Kind: audit.User, ID: "usr_1", Name: "ana@example.com"})
	got := must(h.SuppressPerson(ana, p.ID, true))(t)
	if !got.Suppressed || string(got.Attributes) != "{}" || got.Email != "" || got.Version != p.Version+1 {
		t.Errorf("became %+v", got)
	}
	h.reopen()
	for _, identity := range []string{"user:u1", "anon:a1", "email:ana@example.com"} {
		equal(t, identity, must(h.PersonByIdentity(t.Context(), identity))(t), got)
	}
	entry := must(h.ListAuditEntries(t.Context(), audit.Filter{ThingID: p.ID}, hookline.Cursor{}))(t).Rows[0]
	equal(t, "noted before", string(entry.Before), `{"suppressed":false}`)
	equal(t, "noted after", string(entry.After), `{"suppressed":true}`)

	equal(t, "once more", must(h.SuppressPerson(ana, p.ID, true))(t), got)
	if again := must(h.SuppressPerson(ana, p.ID, false))(t); again.Suppressed || again.ID != p.ID {
		t.Errorf("became %+v", again)
	}
	equal(t, "entries", len(must(h.ListAuditEntries(t.Context(), audit.Filter{ThingID: p.ID}, hookline.Cursor{}))(t).Rows), 2)
	_, err := h.SuppressPerson(t.Context(), "per_gone", true)
	wantKind(t, hookline.KindNotFound, err)
}
