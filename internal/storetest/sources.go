package storetest

import (
	"context"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

type sourceStore interface {
	ListSources(ctx context.Context) ([]hookline.Source, error)
	Source(ctx context.Context, id string) (hookline.Source, error)
	CreateSource(ctx context.Context, s hookline.Source) (hookline.Source, error)
	UpdateSource(ctx context.Context, s hookline.Source) (hookline.Source, error)
	DeleteSource(ctx context.Context, id string) error
}

var sourcePromises = []promise{
	{"a new source gets id, key and times, and stays", sourceCreate},
	{"a source without a name is refused", sourceRefused},
	{"no two sources share a write key", sourceKeyTaken},
	{"of many who take a key one wins", sourceKeyRace},
	{"a change changes what it says", sourceUpdate},
	{"a write key leads to the source as it is now", sourceByKey},
	{"a deleted source is gone, its events stay", sourceDelete},
}

func (h *house) source(t *testing.T, name string) hookline.Source {
	t.Helper()
	return must(h.CreateSource(t.Context(), hookline.Source{Name: name, Enabled: true}))(t)
}

func sourceCreate(t *testing.T, h *house) {
	before := time.Now().Truncate(time.Microsecond)
	a := must(h.CreateSource(t.Context(), hookline.Source{Name: "  Website ", Enabled: true}))(t)
	b := must(h.CreateSource(t.Context(), hookline.Source{Name: "Billing", WriteKey: "my-own-key"}))(t)

	if !strings.HasPrefix(a.ID, "src_") || len(a.WriteKey) < 32 {
		t.Errorf("id %q, write key %q", a.ID, a.WriteKey)
	}
	if a.CreatedAt.Before(before) || !a.UpdatedAt.Equal(a.CreatedAt) {
		t.Errorf("created %v, updated %v, began %v", a.CreatedAt, a.UpdatedAt, before)
	}
	equal(t, "given name and key", []string{a.Name, b.WriteKey}, []string{"Website", "my-own-key"})
	h.reopen()
	equal(t, "list", must(h.ListSources(t.Context()))(t), []hookline.Source{a, b})
	equal(t, "source", must(h.Source(t.Context(), b.ID))(t), b)
}

func sourceRefused(t *testing.T, h *house) {
	_, err := h.CreateSource(t.Context(), hookline.Source{Name: "  "})
	wantKind(t, hookline.KindInvalid, err)
	s := h.source(t, "Website")
	changed := s
	changed.Name = strings.Repeat("x", hookline.MaxName+1)
	_, err = h.UpdateSource(t.Context(), changed)
	wantKind(t, hookline.KindInvalid, err)
	equal(t, "list", must(h.ListSources(t.Context()))(t), []hookline.Source{s})
}

func sourceKeyTaken(t *testing.T, h *house) {
	a, b := h.source(t, "A"), h.source(t, "B")
	_, err := h.CreateSource(t.Context(), hookline.Source{Name: "C", WriteKey: a.WriteKey})
	wantKind(t, hookline.KindConflict, err)
	changed := b
	changed.WriteKey = a.WriteKey
	_, err = h.UpdateSource(t.Context(), changed)
	wantKind(t, hookline.KindConflict, err)
	equal(t, "list", must(h.ListSources(t.Context()))(t), []hookline.Source{a, b})
}

func sourceKeyRace(t *testing.T, h *house) {
	errs := atOnce(8, func(int) error {
		_, err := h.CreateSource(t.Context(), hookline.Source{Name: "A", WriteKey: "wanted"})
		return err
	})
	wantWinners(t, 1, hookline.KindConflict, errs)
}

func sourceUpdate(t *testing.T, h *house) {
	s, other := h.source(t, "Website"), h.source(t, "Billing")
	changed := must(h.UpdateSource(t.Context(), hookline.Source{ID: s.ID, Name: " Shop ", Enabled: false}))(t)
	if !changed.UpdatedAt.After(s.UpdatedAt) {
		t.Errorf("updated %v, before %v", changed.UpdatedAt, s.UpdatedAt)
	}
	want := hookline.Source{ID: s.ID, Name: "Shop", WriteKey: s.WriteKey, CreatedAt: s.CreatedAt, UpdatedAt: changed.UpdatedAt}
	equal(t, "changed", changed, want)
	h.reopen()
	equal(t, "list", must(h.ListSources(t.Context()))(t), []hookline.Source{want, other})

	_, err := h.UpdateSource(t.Context(), hookline.Source{ID: "src_gone", Name: "Shop"})
	wantKind(t, hookline.KindNotFound, err)
	_, err = h.Source(t.Context(), "src_gone")
	wantKind(t, hookline.KindNotFound, err)
}

func sourceByKey(t *testing.T, h *house) {
	_, err := h.SourceByWriteKey(t.Context(), "nobody's")
	wantKind(t, hookline.KindNotFound, err)
	s := h.source(t, "Website")
	equal(t, "new", must(h.SourceByWriteKey(t.Context(), s.WriteKey))(t), s)

	old := s.WriteKey
	s.WriteKey, s.Enabled = "another", false
	s = must(h.UpdateSource(t.Context(), s))(t)
	equal(t, "changed", must(h.SourceByWriteKey(t.Context(), "another"))(t), s)
	_, err = h.SourceByWriteKey(t.Context(), old)
	wantKind(t, hookline.KindNotFound, err)

	h.reopen()
	equal(t, "after a restart", must(h.SourceByWriteKey(t.Context(), "another"))(t), s)
	mustDo(t, h.DeleteSource(t.Context(), s.ID))
	_, err = h.SourceByWriteKey(t.Context(), "another")
	wantKind(t, hookline.KindNotFound, err)
}

func sourceDelete(t *testing.T, h *house) {
	s, kept := h.source(t, "Website"), h.source(t, "Billing")
	d := newDestination("CRM")
	d.SourceIDs = []string{s.ID, kept.ID}
	d = must(h.CreateDestination(t.Context(), d))(t)
	e := h.append(t, newEvent(s.ID, "m1"))

	mustDo(t, h.DeleteSource(t.Context(), s.ID))
	_, err := h.Source(t.Context(), s.ID)
	wantKind(t, hookline.KindNotFound, err)
	wantKind(t, hookline.KindNotFound, h.DeleteSource(t.Context(), s.ID))
	equal(t, "event", must(h.Event(t.Context(), e.ID))(t), e)
	equal(t, "connected", must(h.Destination(t.Context(), d.ID))(t).SourceIDs, []string{kept.ID})
}
