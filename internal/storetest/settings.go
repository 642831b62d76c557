package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"hookline/internal/hookline"
)

type settingStore interface {
	Setting(ctx context.Context, key string) (string, error)
	SetSetting(ctx context.Context, key, value string) error
	SigningKeys(ctx context.Context) ([]hookline.SigningKey, error)
	RotateSigningKey(ctx context.Context) (hookline.SigningKey, error)
	PrepareSigningKey(ctx context.Context, signsAt time.Time) (hookline.SigningKey, error)
	UseSigningKey(ctx context.Context) error
	DropSigningKey(ctx context.Context) error
	TakeSigningKey(ctx context.Context, key string) (hookline.SigningKey, error)
	Writable(ctx context.Context) error
}

var settingPromises = []promise{
	{"a setting is empty until it is set", settingSet},
	{"a new house has one signing key and keeps it", settingFirstKey},
	{"the newest signing key comes first", settingRotate},
	{"a signing key from elsewhere signs from now on, and can be taken again", settingTake},
	{"a key that waits signs from its time on, unless it is discarded", settingPrepare},
	{"many who rotate at once make a key each", settingRotateRace},
	{"a store that can write says so, one that cannot says so too", settingWritable},
}

func settingSet(t *testing.T, h *house) {
	equal(t, "unset", must(h.Setting(t.Context(), "name"))(t), "")
	mustDo(t, h.SetSetting(t.Context(), "name", "Acme"))
	mustDo(t, h.SetSetting(t.Context(), "name", "Acme GmbH"))
	mustDo(t, h.SetSetting(t.Context(), "other", "x"))
	h.reopen()
	equal(t, "set", must(h.Setting(t.Context(), "name"))(t), "Acme GmbH")
	mustDo(t, h.SetSetting(t.Context(), "name", ""))
	equal(t, "emptied", must(h.Setting(t.Context(), "name"))(t), "")
}

func settingFirstKey(t *testing.T, h *house) {
	keys := must(h.SigningKeys(t.Context()))(t)
	if len(keys) != 1 || len(keys[0].Key) < 32 || keys[0].CreatedAt.IsZero() {
		t.Fatalf("keys of a new house: %v", keys)
	}
	h.reopen()
	equal(t, "keys after a restart", must(h.SigningKeys(t.Context()))(t), keys)
}

func settingRotate(t *testing.T, h *house) {
	want := must(h.SigningKeys(t.Context()))(t)
	for range 3 {
		key := must(h.RotateSigningKey(t.Context()))(t)
		want = append([]hookline.SigningKey{key}, want...)
	}
	h.reopen()
	equal(t, "keys", must(h.SigningKeys(t.Context()))(t), want)
}

func settingTake(t *testing.T, h *house) {
	first := must(h.SigningKeys(t.Context()))(t)[0]
	taken := must(h.TakeSigningKey(t.Context(), "from-elsewhere"))(t)
	equal(t, "after taking one", must(h.SigningKeys(t.Context()))(t), []hookline.SigningKey{taken, first})
	again := must(h.TakeSigningKey(t.Context(), first.Key))(t)
	h.reopen()
	equal(t, "after taking the first again", must(h.SigningKeys(t.Context()))(t), []hookline.SigningKey{again, taken})
	_, err := h.TakeSigningKey(t.Context(), "")
	wantKind(t, hookline.KindInvalid, err)
}

func settingPrepare(t *testing.T, h *house) {
	first := must(h.SigningKeys(t.Context()))(t)[0]
	wantKind(t, hookline.KindConflict, h.UseSigningKey(t.Context()))
	wantKind(t, hookline.KindConflict, h.DropSigningKey(t.Context()))
	at := time.Now().UTC().Add(time.Hour).Truncate(time.Microsecond)
	next := must(h.PrepareSigningKey(t.Context(), at))(t)
	equal(t, "begins", next.SignsAt, at)
	_, err := h.PrepareSigningKey(t.Context(), at)
	wantKind(t, hookline.KindConflict, err)
	h.reopen()
	keys := must(h.SigningKeys(t.Context()))(t)
	equal(t, "while it waits", keys, []hookline.SigningKey{first, next})
	for when, want := range map[time.Time]hookline.SigningKey{at.Add(-time.Microsecond): first, at: next, at.Add(time.Hour): next} {
		got, ok := hookline.InUse(keys, when)
		equal(t, "in use at "+when.String(), []any{got, ok}, []any{want, true})
	}
	mustDo(t, h.DropSigningKey(t.Context()))
	equal(t, "after it was discarded", must(h.SigningKeys(t.Context()))(t), []hookline.SigningKey{first})
	next = must(h.PrepareSigningKey(t.Context(), at))(t)
	h.heard()
	mustDo(t, h.UseSigningKey(t.Context()))
	h.wantTold(t, "use the next key", hookline.TopicConfig)
	keys = must(h.SigningKeys(t.Context()))(t)
	equal(t, "after it was used", []string{keys[0].Key, keys[1].Key}, []string{next.Key, first.Key})
}

func settingRotateRace(t *testing.T, h *house) {
	mustDo(t, errors.Join(atOnce(8, func(int) error {
		_, err := h.RotateSigningKey(t.Context())
		return err
	})...))
	keys := must(h.SigningKeys(t.Context()))(t)
	seen := map[string]bool{}
	for i, key := range keys {
		seen[key.Key] = true
		if i > 0 && !key.CreatedAt.Before(keys[i-1].CreatedAt) {
			t.Errorf("key %d was made at %v, not before %v", i, key.CreatedAt, keys[i-1].CreatedAt)
		}
	}
	equal(t, "different keys", len(seen), 9)
}

func settingWritable(t *testing.T, h *house) {
	mustDo(t, h.Writable(t.Context()))
	mustDo(t, h.Close())
	wantKind(t, hookline.KindUnavailable, h.Writable(t.Context()))
	h.Store = h.open(t, h.home, h.hear)
	mustDo(t, h.Writable(t.Context()))
}
