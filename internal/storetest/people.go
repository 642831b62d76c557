package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"hookline/internal/hookline"
)

type personStore interface {
	ListPeople(ctx context.Context, search string, c hookline.Cursor) (hookline.Listing[hookline.Person], error)
	PersonByIdentity(ctx context.Context, identity string) (hookline.Person, error)
	UpdatePerson(ctx context.Context, p hookline.Person) (hookline.Person, error)
	DeletePerson(ctx context.Context, id string) error
	PutPerson(ctx context.Context, userID string, attributes json.RawMessage) (p hookline.Person, made bool, err error)
}

var personPromises = []promise{
	{"a person is found by id and by each name", personFound},
	{"a change changes attributes and suppression", personUpdate},
	{"of many who change one version one wins", personRace},
	{"attributes have to be an object", personAttributes},
	{"the e-mail follows the attribute", personEmail},
	{"an e-mail address of somebody else stays theirs", personEmailTaken},
	{"a deleted person is gone with every name", personDelete},
	{"a person is put once and replaced from then on", personPut},
	{"of many who put a person at once one makes it", personPutRace},
	{"events find the person who was put meanwhile", personPutMeanwhile},
	{"who or what set an attribute last is kept", personSetters},
}

// person records somebody as fanout does when events tell of them.
func (h *house) person(t *testing.T, userID, attributes string, anonymousIDs ...string) hookline.Person {
	t.Helper()
	var known struct{ Email string }
	mustDo(t, json.Unmarshal([]byte(attributes), &known))
	p := hookline.Person{
		ID: h.ids.New("per"), UserID: userID, Email: known.Email, AnonymousIDs: anonymousIDs,
		Attributes: json.RawMessage(attributes), CreatedAt: received, UpdatedAt: received,
	}
	var identities []string
	if userID != "" {
		identities = append(identities, hookline.UserIdentity(userID))
	}
	if known.Email != "" {
		identities = append(identities, hookline.EmailIdentity(known.Email))
	}
	for _, id := range anonymousIDs {
		identities = append(identities, hookline.AnonymousIdentity(id))
	}
	at := must(h.FanoutCursor(t.Context()))(t)
	mustDo(t, h.RecordFanout(t.Context(), hookline.Fanout{From: at, To: h.ids.NewKeyed("evt"), People: []hookline.PersonChange{{Person: p, Identities: identities}}}))
	p.Version = 1
	return p
}

func personFound(t *testing.T, h *house) {
	p := h.person(t, "u1", `{"email":"Ana@Example.com","plan":"pro"}`, "a1", "user:u9", `"; --`)
	p.AnonymousIDs = []string{`"; --`, "a1", "user:u9"}
	other := h.person(t, "u2", `{}`, "a2")
	h.reopen()
	equal(t, "by id", must(h.Person(t.Context(), p.ID))(t), p)
	for _, identity := range []string{hookline.UserIdentity("u1"), hookline.AnonymousIdentity("a1"), hookline.EmailIdentity("ana@example.COM")} {
		equal(t, "by "+identity, must(h.PersonByIdentity(t.Context(), identity))(t), p)
	}
	equal(t, "list", must(h.ListPeople(t.Context(), "", hookline.Cursor{}))(t).Rows, []hookline.Person{other, p})
	_, err := h.PersonByIdentity(t.Context(), hookline.UserIdentity("u9"))
	wantKind(t, hookline.KindNotFound, err)
	_, err = h.Person(t.Context(), "per_gone")
	wantKind(t, hookline.KindNotFound, err)
}

func personUpdate(t *testing.T, h *house) {
	p := h.person(t, "u1", `{"plan":"pro"}`, "a1")
	other := h.person(t, "u2", `{"plan":"pro"}`)
	wish := p
	wish.UserID = "not changed by this"
	wish.Attributes = json.RawMessage(`{"z": 1.50, "a": {"b": [true, null]}, "plan": "free"}`)
	wish.Suppressed = true
	changed := must(h.UpdatePerson(t.Context(), wish))(t)
	if !changed.UpdatedAt.After(p.UpdatedAt) {
		t.Errorf("updated %v, before %v", changed.UpdatedAt, p.UpdatedAt)
	}
	want := p
	want.Attributes, want.Suppressed, want.Version, want.UpdatedAt = wish.Attributes, true, 2, changed.UpdatedAt
	equal(t, "changed", changed, want)
	h.reopen()
	equal(t, "kept", must(h.Person(t.Context(), p.ID))(t), want)
	equal(t, "other", must(h.Person(t.Context(), other.ID))(t), other)

	_, err := h.UpdatePerson(t.Context(), wish) // of the version that is gone
	wantKind(t, hookline.KindConflict, err)
	wish.ID = "per_gone"
	_, err = h.UpdatePerson(t.Context(), wish)
	wantKind(t, hookline.KindNotFound, err)
}

func personRace(t *testing.T, h *house) {
	p := h.person(t, "u1", `{}`)
	errs := atOnce(8, func(i int) error {
		wish := p
		wish.Attributes = json.RawMessage(fmt.Sprintf(`{"winner":%d}`, i))
		_, err := h.UpdatePerson(t.Context(), wish)
		return err
	})
	wantWinners(t, 1, hookline.KindConflict, errs)
	for i, err := range errs {
		if err == nil {
			equal(t, "attributes", string(must(h.Person(t.Context(), p.ID))(t).Attributes), fmt.Sprintf(`{"winner":%d}`, i))
		}
	}
}

func personAttributes(t *testing.T, h *house) {
	p := h.person(t, "u1", `{"plan":"pro"}`)
	for _, attributes := range []string{``, `null`, `[]`, `"text"`, `{"a":1} {}`, `{"a":}`} {
		wish := p
		wish.Attributes = json.RawMessage(attributes)
		_, err := h.UpdatePerson(t.Context(), wish)
		if e, ok := errors.AsType[*hookline.Error](err); !ok || e.Kind != hookline.KindInvalid || e.Fields["attributes"] == "" {
			t.Errorf("attributes %q: error = %v", attributes, err)
		}
	}
	equal(t, "person", must(h.Person(t.Context(), p.ID))(t), p)
}

func personEmail(t *testing.T, h *house) {
	p := h.person(t, "u1", `{"email":"old@example.com"}`)
	for _, step := range []struct{ attributes, email, found, gone string }{
		{`{"email":"New@Example.com"}`, "New@Example.com", "new@example.com", "old@example.com"},
		{`{"email":"new@example.com"}`, "new@example.com", "new@example.com", "old@example.com"},
		{`{"email":["new@example.com"]}`, "", "", "new@example.com"},
		{`{"email":"third@example.com","plan":"pro"}`, "third@example.com", "third@example.com", "new@example.com"},
		{`{"Email":"new@example.com"}`, "", "", "third@example.com"},
		{`{"email":" "}`, " ", "", " "},
	} {
		p.Attributes = json.RawMessage(step.attributes)
		p = must(h.UpdatePerson(t.Context(), p))(t)
		equal(t, "e-mail of "+step.attributes, p.Email, step.email)
		if step.found != "" {
			equal(t, "found by "+step.found, must(h.PersonByIdentity(t.Context(), hookline.EmailIdentity(step.found)))(t), p)
		}
		_, err := h.PersonByIdentity(t.Context(), hookline.EmailIdentity(step.gone))
		wantKind(t, hookline.KindNotFound, err)
	}
	must(h.PersonByIdentity(t.Context(), hookline.UserIdentity("u1")))(t)
}

func personEmailTaken(t *testing.T, h *house) {
	a := h.person(t, "u1", `{"email":"ana@example.com"}`)
	b := h.person(t, "u2", `{}`)
	b.Attributes = json.RawMessage(`{"email":"ANA@example.com"}`)
	b = must(h.UpdatePerson(t.Context(), b))(t)
	equal(t, "e-mail", b.Email, "ANA@example.com")
	byEmail := hookline.EmailIdentity("ana@example.com")
	equal(t, "found", must(h.PersonByIdentity(t.Context(), byEmail))(t).ID, a.ID)

	b.Attributes = json.RawMessage(`{}`)
	must(h.UpdatePerson(t.Context(), b))(t)
	equal(t, "found after the other gave it up", must(h.PersonByIdentity(t.Context(), byEmail))(t).ID, a.ID)
}

func personDelete(t *testing.T, h *house) {
	p, other := h.person(t, "u1", `{"email":"ana@example.com"}`, "a1"), h.person(t, "u2", `{}`, "a2")
	mustDo(t, h.DeletePerson(t.Context(), p.ID))
	_, err := h.Person(t.Context(), p.ID)
	wantKind(t, hookline.KindNotFound, err)
	for _, identity := range []string{"user:u1", "anon:a1", "email:ana@example.com"} {
		_, err := h.PersonByIdentity(t.Context(), identity)
		wantKind(t, hookline.KindNotFound, err)
	}
	wantKind(t, hookline.KindNotFound, h.DeletePerson(t.Context(), p.ID))
	equal(t, "list", must(h.ListPeople(t.Context(), "", hookline.Cursor{}))(t).Rows, []hookline.Person{other})

	h.takesEmail(t, other, "ana@example.com")
	again := h.person(t, "u1", `{}`, "a1")
	equal(t, "somebody new", must(h.PersonByIdentity(t.Context(), "anon:a1"))(t).ID, again.ID)
}

// takesEmail checks that an e-mail address is free: whom it is given goes by it.
func (h *house) takesEmail(t *testing.T, p hookline.Person, email string) {
	t.Helper()
	p.Attributes = json.RawMessage(fmt.Sprintf(`{"email":%q}`, email))
	p = must(h.UpdatePerson(t.Context(), p))(t)
	equal(t, "who goes by the address now", must(h.PersonByIdentity(t.Context(), hookline.EmailIdentity(email)))(t), p)
}

var searchPromises = []promise{
	{"a search finds ids, e-mail addresses and attributes", searchFinds},
	{"pages have no gaps and no repeats", searchPages},
}

func searchFinds(t *testing.T, h *house) {
	names := map[string]string{}
	for _, p := range []struct{ name, userID, attributes string }{
		{"ana", "u1", `{"email":"Ana@Example.com","plan":"100% Pro"}`},
		{"bo", "u10", `{"email":"bo@example.com","plan":"100 Pro","motto":"say \"hi\" \\o/"}`},
		{"zoe", "x_1", `{"name":"Zoë <z>"}`},
		{"yan", "xa1", `{}`},
	} {
		names[h.person(t, p.userID, p.attributes).ID] = p.name
	}
	for search, want := range map[string]string{
		"":                        "yan zoe bo ana",
		"u1":                      "bo ana",
		"U10":                     "bo",
		" ana@":                   "ana", // with the blank that a paste brings
		"BO@EXAMPLE.COM":          "bo",
		"example.com":             "bo ana", // inside of an attribute
		"100%":                    "ana",
		"pro":                     "bo ana",
		"x_1":                     "zoe",
		`say "hi"`:                "bo",
		`\o/`:                     "bo",
		"zoë":                     "zoe",
		"<z>":                     "zoe",
		"%":                       "ana",
		"nobody":                  "",
		"a1":                      "", // a user id is found by its beginning
		strings.Repeat("x", 1000): "",
	} {
		var got []string
		for _, p := range must(h.ListPeople(t.Context(), search, hookline.Cursor{}))(t).Rows {
			got = append(got, names[p.ID])
		}
		equal(t, fmt.Sprintf("search %.20q", search), strings.Join(got, " "), want)
	}
	_, err := h.ListPeople(t.Context(), strings.Repeat("x", 1001), hookline.Cursor{})
	wantKind(t, hookline.KindInvalid, err)
}

func searchPages(t *testing.T, h *house) {
	var ids []string
	for i := range 8 {
		ids = append(ids, h.person(t, fmt.Sprint("u", i), `{"plan":"pro"}`, fmt.Sprint("a", i)).ID)
		h.person(t, fmt.Sprint("w", i), `{}`)
	}
	checkPages(t, ids, func(p hookline.Person) string { return p.ID }, func(c hookline.Cursor) (hookline.Listing[hookline.Person], error) {
		page, err := h.ListPeople(t.Context(), "pro", c)
		for _, p := range page.Rows {
			equal(t, "anonymous ids", p.AnonymousIDs, []string{"a" + p.UserID[1:]})
		}
		return page, err
	})
}
