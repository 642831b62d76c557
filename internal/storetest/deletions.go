package storetest

import (
	"context"
	"testing"

	"hookline/internal/audit"
	"hookline/internal/deletion"
	"hookline/internal/hookline"
)

// deletionStore is what deletions need, and those who begin and watch them.
type deletionStore interface {
	deletion.Store
	BeginDeletion(ctx context.Context, w hookline.DeletionWish) (hookline.Deletion, error)
	ListDeletions(ctx context.Context, c hookline.Cursor) (hookline.Listing[hookline.Deletion], error)
	AllowAgain(ctx context.Context, id string) error
}

var deletionPromises = []promise{
	{"a person is gone at once, and the entry names nobody", deletionBegins},
	{"the stages are gone through in order, and the receipt names nobody", deletionStages},
}

func deletionBegins(t *testing.T, h *house) {
	ctx := audit.With(t.Context(), ana)
	p := h.person(t, "u1", `{"email":"vera@example.com","plan":"pro"}`, "a1")
	d := must(h.BeginDeletion(ctx, hookline.DeletionWish{PersonID: p.ID, By: ana.Name}))(t)
	equal(t, "state", d.State, hookline.DeletionGoesOn)
	equal(t, "counts", d.Counts, map[hookline.Deleted]int{hookline.DeletedPerson: 1, hookline.DeletedNames: 3, hookline.DeletedAttributes: 2})
	_, err := h.Person(ctx, p.ID)
	wantKind(t, hookline.KindNotFound, err)
	_, err = h.PersonByIdentity(ctx, "anon:a1")
	wantKind(t, hookline.KindNotFound, err)
	_, err = h.BeginDeletion(ctx, hookline.DeletionWish{PersonID: p.ID})
	wantKind(t, hookline.KindConflict, err)
	_, err = h.BeginDeletion(ctx, hookline.DeletionWish{PersonID: "per_gone"})
	wantKind(t, hookline.KindNotFound, err)
	entry := h.did(t)
	equal(t, "entry", string(entry.Kind)+" "+entry.ThingID+" "+entry.ThingName, "person "+d.ID+" a deleted person")
	equal(t, "stored", must(h.Deletion(ctx, d.ID))(t), d)
	equal(t, "list", must(h.ListDeletions(ctx, hookline.Cursor{}))(t).Rows, []hookline.Deletion{d})
}

func deletionStages(t *testing.T, h *house) {
	p := h.person(t, "u1", `{"email":"vera@example.com"}`)
	d := must(h.BeginDeletion(t.Context(), hookline.DeletionWish{PersonID: p.ID, By: asker}))(t)
	wantKind(t, hookline.KindConflict, h.NextDeletionStage(t.Context(), d.ID, hookline.StageAudit))
	for _, stage := range hookline.DeletionStages() {
		equal(t, "open", len(must(h.UnfinishedDeletions(t.Context()))(t)), 1)
		mustDo(t, h.NextDeletionStage(t.Context(), d.ID, stage))
	}
	equal(t, "open", len(must(h.UnfinishedDeletions(t.Context()))(t)), 0)
	d = must(h.Deletion(t.Context(), d.ID))(t)
	equal(t, "state", d.State, hookline.DeletionFinished)
	if d.PersonID != "" || d.Names != nil || d.FinishedAt.IsZero() {
		t.Errorf("it still knows %+v", d)
	}
	equal(t, "about them", d.About("vera@example.com") && d.About("u1"), true)
	wantKind(t, hookline.KindConflict, h.NextDeletionStage(t.Context(), d.ID, hookline.StageWords))
	wantKind(t, hookline.KindConflict, h.AllowAgain(t.Context(), d.ID)) // nobody was suppressed
}
