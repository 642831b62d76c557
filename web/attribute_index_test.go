package web

import (
	"testing"
	"time"

	"hookline/internal/attribute"
	"hookline/internal/hookline"
)

func TestTheAttributeIndex(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(editor)
	b.get("/people/attributes").want(t, 200, "No attribute yet")
	s.person(hookline.Person{UserID: "u1", Attributes: []byte(`{"plan":"<b>pro</b>","n":1,"api_key":"geheim"}`)})
	s.person(hookline.Person{UserID: "u2", Attributes: []byte(`{"plan":"free","n":"x","company":{"size":3}}`)})
	s.person(hookline.Person{UserID: "u3", Attributes: []byte(`{"plan":"free"}`)})
	b.get("/people").want(t, 200, `href="/people/attributes"`)
	b.get("/people/attributes").want(t, 200, "Counted just now, of 3 people.", "100 %", "67 %", "33 %", "Text (1)", "Number (1)", "&lt;b&gt;pro", "company.size",
		`href="/segments/new?attribute=company.size"`, "!geheim")
	b.get("/people/attributes?q=COMP").want(t, 200, "company.size", "!>plan<")
	b.htmx().get("/people/attributes?q=none").want(t, 200, "No attribute has “none” in its name", "!<html")
	s.as(viewer).get("/people/attributes").want(t, 200, "plan", "!/segments/new")
}

// TestTheAttributeIndexOfManyAtOnce: what was counted of few, before many came, is not said of them.
func TestTheAttributeIndexOfManyAtOnce(t *testing.T) {
	s := newSite(t, nil)
	if err := s.store.SaveAttributeIndex(t.Context(), hookline.AttributeIndex{At: time.Now().Add(-time.Minute)}); err != nil {
		t.Fatal(err)
	}
	cursor, err := s.store.FanoutCursor(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	many := hookline.Fanout{From: cursor, To: cursor}
	for range attribute.Few + 1000 {
		p := hookline.Person{ID: s.ids.New("per"), CreatedAt: time.Now(), UpdatedAt: time.Now(), Attributes: []byte(`{"plan":"pro"}`)}
		many.People = append(many.People, hookline.PersonChange{Person: p})
	}
	if err := s.store.RecordFanout(t.Context(), many); err != nil {
		t.Fatal(err)
	}
	s.as(viewer).get("/people/attributes").want(t, 200, "Attributes are being counted", "!No attribute yet")
}

// TestTheAttributeIndexOfMany: who are many are not counted while somebody waits;
// it is said of when the figures are.
func TestTheAttributeIndexOfMany(t *testing.T) {
	s := newSite(t, nil)
	s.person(hookline.Person{UserID: "u1", Attributes: []byte(`{"new":1}`)})
	counted := hookline.AttributeIndex{People: attribute.Few + 1000, At: time.Date(2026, 6, 10, 12, 0, 0, 0, time.UTC), More: true, Counts: []hookline.AttributeCount{
		{Name: "plan", People: attribute.Few + 999, Types: map[string]int{"text": attribute.Few + 999}, Examples: []string{"pro"}},
		{Name: "rare", People: 1, Types: map[string]int{"text": 1}, Examples: []string{}},
	}}
	if err := s.store.SaveAttributeIndex(t.Context(), counted); err != nil {
		t.Fatal(err)
	}
	s.as(viewer).get("/people/attributes").want(t, 200, "Counted on 10 June 2026, 12:00 UTC, of 6,000 people.", "over 99 %", "under 1 %", "There are more names than are counted", "!>new<")
}
