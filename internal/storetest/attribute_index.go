package storetest

import (
	"context"
	"testing"
	"time"

	"hookline/internal/hookline"
)

type attributeIndexStore interface {
	SaveAttributeIndex(ctx context.Context, i hookline.AttributeIndex) error
	AttributeIndex(ctx context.Context) (hookline.AttributeIndex, error)
	PeopleChanges() int64
}

var attributeIndexPromises = []promise{
	{"what was counted last is kept, and nothing of what was before", attributeIndexKept},
	{"it is told that people have changed, in whatever way", peopleChanges},
}

func attributeIndexKept(t *testing.T, h *house) {
	equal(t, "before the first", must(h.AttributeIndex(t.Context()))(t), hookline.AttributeIndex{})
	first := hookline.AttributeIndex{People: 3, At: received, More: true, Counts: []hookline.AttributeCount{
		{Name: "company.size", People: 1, Types: map[string]int{"number": 1}, Examples: []string{"3"}},
		{Name: "plan", People: 2, Types: map[string]int{"text": 1, "empty": 1}, Examples: []string{"pro"}},
	}}
	second := hookline.AttributeIndex{People: 4, At: received.Add(time.Hour), Counts: []hookline.AttributeCount{
		{Name: "plan", People: 4, Types: map[string]int{"text": 4}, Examples: []string{}},
	}}
	for _, want := range []hookline.AttributeIndex{first, second} {
		mustDo(t, h.SaveAttributeIndex(t.Context(), want))
		h.reopen()
		equal(t, "index", must(h.AttributeIndex(t.Context()))(t), want)
	}
}

func peopleChanges(t *testing.T, h *house) {
	changed := func(what string, do func()) {
		t.Helper()
		before := h.PeopleChanges()
		if do(); h.PeopleChanges() == before {
			t.Errorf("nothing is told of %s", what)
		}
	}
	var p hookline.Person
	changed("somebody new", func() { p = h.person(t, "u1", `{}`) })
	changed("an attribute", func() {
		p = must(h.ChangeAttribute(t.Context(), hookline.AttributeChange{PersonID: p.ID, Name: "a", Value: []byte("1")}))(t)
	})
	changed("a suppression", func() { must(h.SuppressPerson(t.Context(), p.ID, true))(t) })
	changed("a deletion", func() { mustDo(t, h.DeletePerson(t.Context(), p.ID)) })
	before := h.PeopleChanges()
	if mustDo(t, h.SetSetting(t.Context(), "note", "x")); h.PeopleChanges() != before {
		t.Error("a setting is told as a change of people")
	}
}
