package storetest

import (
	"encoding/json"
	"testing"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

// personSetters: each way in which attributes change leaves its mark, and what
// did not change keeps the one it had.
func personSetters(t *testing.T, h *house) {
	put := h.put(t, "u1", `{"plan":"pro","score":1}`, true)
	wantSetters(t, put, map[string]string{})

	put.Setters = put.Setters.With(hookline.Setter{ID: "evt_1", From: "src_1", At: received}, []string{"plan", "score"}, 2)
	mustDo(t, h.record(t, h.ids.NewKeyed("evt"), []hookline.PersonChange{{Person: put}}))
	p := must(h.Person(t.Context(), put.ID))(t)
	wantSetters(t, p, map[string]string{"plan": "evt_1 src_1", "score": "evt_1 src_1"})

	p.Attributes = json.RawMessage(`{"plan":"free","score":1}`)
	ana := audit.With(t.Context(), audit.Actor{Kind: audit.User, ID: "usr_1", Name: "ana@example.com"})
	p = must(h.UpdatePerson(ana, p))(t)
	wantSetters(t, p, map[string]string{"plan": "usr_1 ana@example.com", "score": "evt_1 src_1"})

	deploy := audit.With(t.Context(), audit.Actor{Kind: audit.Token, ID: "tok_1", Name: "deploy"})
	p, _, err := h.PutPerson(deploy, "u1", json.RawMessage(`{"plan":"free","score":2}`))
	mustDo(t, err)
	wantSetters(t, p, map[string]string{"plan": "usr_1 ana@example.com", "score": "tok_1 deploy"})
	h.reopen()
	equal(t, "kept", must(h.Person(t.Context(), p.ID))(t), p)
}

// wantSetters checks by whose id and name each attribute was set.
func wantSetters(t *testing.T, p hookline.Person, want map[string]string) {
	t.Helper()
	got := map[string]string{}
	for name, by := range p.Setters.All() {
		got[name] = by.ID + " " + by.From
	}
	equal(t, "setters", got, want)
}
