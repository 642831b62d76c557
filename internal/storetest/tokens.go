package storetest

import (
	"context"
	"testing"
	"time"

	"hookline/internal/hookline"
)

type tokenStore interface {
	ListTokens(ctx context.Context) ([]hookline.Token, error)
	Token(ctx context.Context, id string) (hookline.Token, error)
	DeleteToken(ctx context.Context, id string) error
	BeginReplay(ctx context.Context, p hookline.Replay) (before hookline.Replay, known bool, err error)
	EndReplay(ctx context.Context, p hookline.Replay) error
}

var tokenPromises = []promise{
	{"a token is kept as it was made", tokenKept},
	{"a faulty token is refused", tokenFaulty},
	{"the latest use counts", tokenTouch},
	{"a revoked token is gone", tokenDelete},
	{"a call is begun once and answered from then on", replayKept},
	{"of many who begin at once one is the first", replayRace},
	{"a call that came to nothing may be made again", replayForgotten},
	{"a key belongs to its token", replayPerToken},
	{"answers are swept out after a day", replaySwept},
}

func (h *house) token(t *testing.T, name string) hookline.Token {
	t.Helper()
	return must(h.CreateToken(t.Context(), hookline.Token{Name: name, Hash: "hash of " + name, Scope: hookline.Editor, MadeBy: "ana@example.com"}))(t)
}

func tokenKept(t *testing.T, h *house) {
	a, b := h.token(t, "  Deploy "), h.token(t, "Report")
	if a.ID == "" || a.ID >= b.ID || a.CreatedAt.IsZero() {
		t.Errorf("made %+v, then %+v", a, b)
	}
	want := hookline.Token{ID: a.ID, Name: "Deploy", Hash: "hash of   Deploy ", Scope: hookline.Editor, MadeBy: "ana@example.com", CreatedAt: a.CreatedAt}
	equal(t, "token", a, want)
	h.reopen()
	equal(t, "list", must(h.ListTokens(t.Context()))(t), []hookline.Token{want, b})
	equal(t, "by id", must(h.Token(t.Context(), b.ID))(t), b)
	equal(t, "by hash", must(h.TokenByHash(t.Context(), want.Hash))(t), want)
	_, err := h.TokenByHash(t.Context(), "another")
	wantKind(t, hookline.KindNotFound, err)
	_, err = h.Token(t.Context(), "tok_gone")
	wantKind(t, hookline.KindNotFound, err)
}

func tokenFaulty(t *testing.T, h *house) {
	for _, faulty := range []hookline.Token{{Name: " ", Hash: "a", Scope: hookline.Admin}, {Name: "Deploy", Hash: "b", Scope: "king"}} {
		_, err := h.CreateToken(t.Context(), faulty)
		wantKind(t, hookline.KindInvalid, err)
	}
	h.token(t, "Deploy")
	if _, err := h.CreateToken(t.Context(), hookline.Token{Name: "Copy", Hash: "hash of Deploy", Scope: hookline.Viewer}); err == nil {
		t.Error("two tokens have one hash")
	}
	equal(t, "tokens", len(must(h.ListTokens(t.Context()))(t)), 1)
}

func tokenTouch(t *testing.T, h *house) {
	one, other := h.token(t, "Deploy"), h.token(t, "Report")
	for _, step := range []struct{ at, want time.Duration }{{time.Minute, time.Minute}, {time.Second, time.Minute}, {time.Hour, time.Hour}} {
		mustDo(t, h.TouchToken(t.Context(), one.ID, one.CreatedAt.Add(step.at)))
		equal(t, "last use", must(h.Token(t.Context(), one.ID))(t).LastUsedAt, one.CreatedAt.Add(step.want))
	}
	equal(t, "other", must(h.Token(t.Context(), other.ID))(t), other)
	wantKind(t, hookline.KindNotFound, h.TouchToken(t.Context(), "tok_gone", time.Now()))
}

func tokenDelete(t *testing.T, h *house) {
	one, other := h.token(t, "Deploy"), h.token(t, "Report")
	h.begin(t, one.ID, "key", "hash")
	mustDo(t, h.DeleteToken(t.Context(), one.ID))
	wantKind(t, hookline.KindNotFound, h.DeleteToken(t.Context(), one.ID))
	_, err := h.TokenByHash(t.Context(), one.Hash)
	wantKind(t, hookline.KindNotFound, err)
	equal(t, "list", must(h.ListTokens(t.Context()))(t), []hookline.Token{other})
	if _, known := h.begin(t, one.ID, "key", "hash"); known {
		t.Error("a revoked token's answers are kept")
	}
}

// begin gives what came before under the key, and whether anything did.
func (h *house) begin(t *testing.T, tokenID, key, hash string) (hookline.Replay, bool) {
	t.Helper()
	before, known, err := h.BeginReplay(t.Context(), hookline.Replay{TokenID: tokenID, Key: key, Hash: hash, At: time.Now().UTC().Truncate(time.Microsecond)})
	mustDo(t, err)
	return before, known
}

func replayKept(t *testing.T, h *house) {
	one := h.token(t, "Deploy")
	at := time.Now().UTC().Truncate(time.Microsecond)
	call := hookline.Replay{TokenID: one.ID, Key: "key", Hash: "hash", At: at}
	if _, known, err := h.BeginReplay(t.Context(), call); known || err != nil {
		t.Fatalf("a first call is known: %t, %v", known, err)
	}
	before, known := h.begin(t, one.ID, "key", "another hash")
	equal(t, "known", known, true)
	equal(t, "before the answer", before, call)

	call.Status, call.Body = 201, []byte(`{"id":"1"}`)
	mustDo(t, h.EndReplay(t.Context(), call))
	h.reopen()
	before, known = h.begin(t, one.ID, "key", "hash")
	equal(t, "known", known, true)
	equal(t, "after the answer", before, call)
}

func replayRace(t *testing.T, h *house) {
	one := h.token(t, "Deploy")
	errs := atOnce(8, func(int) error {
		_, known, err := h.BeginReplay(t.Context(), hookline.Replay{TokenID: one.ID, Key: "key", Hash: "hash", At: time.Now()})
		if known {
			return hookline.Conflict("Somebody was first.")
		}
		return err
	})
	wantWinners(t, 1, hookline.KindConflict, errs)
}

func replayForgotten(t *testing.T, h *house) {
	one := h.token(t, "Deploy")
	h.begin(t, one.ID, "key", "hash")
	h.begin(t, one.ID, "other", "hash")
	mustDo(t, h.EndReplay(t.Context(), hookline.Replay{TokenID: one.ID, Key: "key"}))
	if _, known := h.begin(t, one.ID, "key", "another hash"); known {
		t.Error("what came to nothing is still known")
	}
	if _, known := h.begin(t, one.ID, "other", "hash"); !known {
		t.Error("another key was forgotten with it")
	}
}

func replayPerToken(t *testing.T, h *house) {
	one, other := h.token(t, "Deploy"), h.token(t, "Report")
	h.begin(t, one.ID, "key", "hash")
	mustDo(t, h.EndReplay(t.Context(), hookline.Replay{TokenID: one.ID, Key: "key", Status: 201, Body: []byte("1")}))
	if _, known := h.begin(t, other.ID, "key", "hash"); known {
		t.Error("one token hears another's answer")
	}
}

func replaySwept(t *testing.T, h *house) {
	one := h.token(t, "Deploy")
	now := time.Now()
	for key, age := range map[string]time.Duration{"old": hookline.ReplayFor, "young": hookline.ReplayFor - time.Hour} {
		_, _, err := h.BeginReplay(t.Context(), hookline.Replay{TokenID: one.ID, Key: key, Hash: "hash", At: now.Add(-age)})
		mustDo(t, err)
	}
	if _, known := h.begin(t, one.ID, "young", "hash"); !known {
		t.Error("an answer was swept out within the day")
	}
	if _, known := h.begin(t, one.ID, "old", "hash"); known {
		t.Error("an answer is kept for more than a day")
	}
}
