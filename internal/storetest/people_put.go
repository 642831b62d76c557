package storetest

import (
	"encoding/json"
	"testing"

	"hookline/internal/hookline"
)

// put puts a person, and checks whether that made one.
func (h *house) put(t *testing.T, userID, attributes string, wantMade bool) hookline.Person {
	t.Helper()
	p, made, err := h.PutPerson(t.Context(), userID, json.RawMessage(attributes))
	mustDo(t, err)
	equal(t, "made", made, wantMade)
	return p
}

func personPut(t *testing.T, h *house) {
	p := h.put(t, "u1", `{"email":"ana@example.com","plan":"pro"}`, true)
	want := hookline.Person{
		ID: p.ID, UserID: "u1", Email: "ana@example.com", Attributes: json.RawMessage(`{"email":"ana@example.com","plan":"pro"}`),
		Version: 1, CreatedAt: p.CreatedAt, UpdatedAt: p.CreatedAt,
	}
	equal(t, "put", p, want)
	equal(t, "by user id", must(h.PersonByIdentity(t.Context(), hookline.UserIdentity("u1")))(t), want)
	equal(t, "by e-mail", must(h.PersonByIdentity(t.Context(), hookline.EmailIdentity("ana@example.com")))(t), want)

	again := h.put(t, "u1", `{"zeta":1}`, false)
	want.Email, want.Attributes, want.Version, want.UpdatedAt = "", json.RawMessage(`{"zeta":1}`), 2, again.UpdatedAt
	equal(t, "put again", again, want)
	h.reopen()
	equal(t, "by id", must(h.Person(t.Context(), p.ID))(t), want)
	_, err := h.PersonByIdentity(t.Context(), hookline.EmailIdentity("ana@example.com"))
	wantKind(t, hookline.KindNotFound, err)

	known := h.person(t, "u2", `{"email":"bo@example.com"}`, "a2")
	replaced := h.put(t, "u2", `{"email":"bo@example.com","plan":"free"}`, false)
	equal(t, "id", replaced.ID, known.ID)
	equal(t, "anonymous ids", replaced.AnonymousIDs, []string{"a2"})
	h.put(t, "u3", `{"email":"bo@example.com"}`, true)
	equal(t, "the address stays theirs", must(h.PersonByIdentity(t.Context(), hookline.EmailIdentity("bo@example.com")))(t).ID, known.ID)

	for _, faulty := range []string{``, `[]`, `null`, `{`} {
		_, _, err := h.PutPerson(t.Context(), "u4", json.RawMessage(faulty))
		wantKind(t, hookline.KindInvalid, err)
	}
	_, err = h.PersonByIdentity(t.Context(), hookline.UserIdentity("u4"))
	wantKind(t, hookline.KindNotFound, err)
}

func personPutRace(t *testing.T, h *house) {
	errs := atOnce(8, func(int) error {
		_, made, err := h.PutPerson(t.Context(), "u1", json.RawMessage(`{}`))
		if err == nil && !made {
			return hookline.Conflict("Somebody was first.")
		}
		return err
	})
	wantWinners(t, 1, hookline.KindConflict, errs)
	people := must(h.ListPeople(t.Context(), "", hookline.Cursor{}))(t).Rows
	if len(people) != 1 || people[0].Version != 8 {
		t.Errorf("there are %+v", people)
	}
}

// personPutMeanwhile: a stretch that looked for somebody before they were put
// must not make a second one beside them.
func personPutMeanwhile(t *testing.T, h *house) {
	put := h.put(t, "u1", `{"plan":"pro"}`, true)
	at := must(h.FanoutCursor(t.Context()))(t)
	second := hookline.Person{ID: h.ids.New("per"), UserID: "u1", Attributes: json.RawMessage(`{}`), CreatedAt: received, UpdatedAt: received}
	stretch := hookline.Fanout{From: at, To: h.ids.NewKeyed("evt"), People: []hookline.PersonChange{{Person: second, Identities: []string{hookline.UserIdentity("u1")}}}}
	wantKind(t, hookline.KindConflict, h.RecordFanout(t.Context(), stretch))
	equal(t, "people", must(h.ListPeople(t.Context(), "", hookline.Cursor{}))(t).Rows, []hookline.Person{put})
}
