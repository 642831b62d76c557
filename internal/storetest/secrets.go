package storetest

import (
	"context"
	"fmt"
	"testing"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

type secretStore interface {
	ListSecrets(ctx context.Context) ([]hookline.KeptSecret, error)
	Secret(ctx context.Context, name string) (hookline.KeptSecret, error)
	CreateSecret(ctx context.Context, s hookline.KeptSecret) (hookline.KeptSecret, error)
	UpdateSecret(ctx context.Context, s hookline.KeptSecret) (hookline.KeptSecret, error)
	DeleteSecret(ctx context.Context, name string) error
	ReferenceKey(ctx context.Context) (string, error)
}

var secretPromises = []promise{
	{"a secret is kept as it was sealed", secretKept},
	{"a secret is known to the engine at once", secretRouted},
	{"a name is taken once", secretTaken},
	{"a faulty secret is refused", secretFaulty},
	{"there are only so many", secretsMany},
	{"a secret leaves an entry without itself", secretAudited},
	{"the mark of references stays the same", secretReferences},
}

func (h *house) secret(t *testing.T, name string) hookline.KeptSecret {
	t.Helper()
	return must(h.CreateSecret(t.Context(), hookline.KeptSecret{Name: name, Hosts: []string{"api.example.com"}, Sealed: []byte("sealed " + name), MadeBy: "ana@example.com"}))(t)
}

func secretKept(t *testing.T, h *house) {
	b, a := h.secret(t, "b"), h.secret(t, "a")
	h.reopen()
	equal(t, "list", must(h.ListSecrets(t.Context()))(t), []hookline.KeptSecret{a, b})
	a.Hosts, a.Sealed, a.MadeBy = []string{"x.example", "y.example:8443"}, []byte{0, 1}, "ben@example.com"
	changed := must(h.UpdateSecret(t.Context(), a))(t)
	a.UpdatedAt = changed.UpdatedAt
	equal(t, "changed", changed, a)
	equal(t, "by name", must(h.Secret(t.Context(), "a"))(t), a)
	mustDo(t, h.DeleteSecret(t.Context(), "a"))
	wantKind(t, hookline.KindNotFound, h.DeleteSecret(t.Context(), "a"))
	_, err := h.Secret(t.Context(), "a")
	wantKind(t, hookline.KindNotFound, err)
	_, err = h.UpdateSecret(t.Context(), a)
	wantKind(t, hookline.KindNotFound, err)
}

func secretRouted(t *testing.T, h *house) {
	one := h.secret(t, "crm")
	equal(t, "known", must(h.Routing(t.Context()))(t).Secrets, map[string]hookline.KeptSecret{"crm": one})
	mustDo(t, h.DeleteSecret(t.Context(), "crm"))
	equal(t, "then", must(h.Routing(t.Context()))(t).Secrets, map[string]hookline.KeptSecret{})
}

func secretTaken(t *testing.T, h *house) {
	one := h.secret(t, "crm")
	_, err := h.CreateSecret(t.Context(), hookline.KeptSecret{Name: "crm", Hosts: []string{"evil.example"}, Sealed: []byte("x")})
	wantKind(t, hookline.KindConflict, err)
	equal(t, "kept", must(h.Secret(t.Context(), "crm"))(t), one)
}

func secretFaulty(t *testing.T, h *house) {
	for _, faulty := range []hookline.KeptSecret{{Name: "C R M", Hosts: []string{"a.example"}}, {Name: "crm"}} {
		_, err := h.CreateSecret(t.Context(), faulty)
		wantKind(t, hookline.KindInvalid, err)
		_, err = h.UpdateSecret(t.Context(), faulty)
		wantKind(t, hookline.KindInvalid, err)
	}
}

func secretsMany(t *testing.T, h *house) {
	for i := range hookline.MaxSecrets {
		h.secret(t, fmt.Sprintf("s%d", i))
	}
	_, err := h.CreateSecret(t.Context(), hookline.KeptSecret{Name: "more", Hosts: []string{"a.example"}, Sealed: []byte("x")})
	wantKind(t, hookline.KindConflict, err)
}

func secretAudited(t *testing.T, h *house) {
	ctx := audit.With(t.Context(), ana)
	one := must(h.CreateSecret(ctx, hookline.KeptSecret{Name: "crm", Hosts: []string{"a.example"}, Sealed: []byte("hush")}))(t)
	equal(t, "made", string(h.did(t).After), `{"hosts":["a.example"],"name":"crm","value":"••••"}`)
	one.Sealed = []byte("hush again")
	must(h.UpdateSecret(ctx, one))(t)
	equal(t, "set again", string(h.did(t).After), `{"value":"•••• (changed)"}`)
	mustDo(t, h.DeleteSecret(ctx, "crm"))
	if e := h.did(t); e.Deed != audit.Deleted || e.Kind != audit.Secret || e.ThingID != "crm" {
		t.Errorf("kept is %+v", e)
	}
}

func secretReferences(t *testing.T, h *house) {
	first := must(h.ReferenceKey(t.Context()))(t)
	h.reopen()
	if again := must(h.ReferenceKey(t.Context()))(t); first == "" || again != first {
		t.Errorf("first %q, then %q", first, again)
	}
}
