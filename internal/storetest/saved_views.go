package storetest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

type savedViewStore interface {
	ListSavedViews(ctx context.Context, userID string) ([]hookline.SavedView, error)
	SavedView(ctx context.Context, userID, id string) (hookline.SavedView, error)
	CreateSavedView(ctx context.Context, v hookline.SavedView) (hookline.SavedView, error)
	UpdateSavedView(ctx context.Context, v hookline.SavedView) (hookline.SavedView, error)
	DeleteSavedView(ctx context.Context, userID, id string) error
}

var savedViewPromises = []promise{
	{"a saved view is kept as it was made", savedViewKept},
	{"a saved view is its user's alone", savedViewOwn},
	{"Sent opens with one view at most", savedViewOpens},
	{"two views of one user have two names, and they are not too many", savedViewNames},
	{"a saved view leaves entries", savedViewAudited},
}

func (h *house) savedView(t *testing.T, userID, name string, opens bool) hookline.SavedView {
	t.Helper()
	return must(h.CreateSavedView(t.Context(), hookline.SavedView{UserID: userID, Name: name, Query: "state=failed", Opens: opens}))(t)
}

func savedViewKept(t *testing.T, h *house) {
	one, two := h.savedView(t, "usr_1", "What failed", false), h.savedView(t, "usr_1", "Other", false)
	h.reopen()
	equal(t, "list", must(h.ListSavedViews(t.Context(), "usr_1"))(t), []hookline.SavedView{one, two})
	equal(t, "one", must(h.SavedView(t.Context(), "usr_1", one.ID))(t), one)
	changed := must(h.UpdateSavedView(t.Context(), hookline.SavedView{ID: one.ID, UserID: "usr_1", Name: "Broken", Query: "state=retrying", Opens: true}))(t)
	one.Name, one.Query, one.Opens = "Broken", "state=retrying", true
	equal(t, "changed", changed, one)
	mustDo(t, h.DeleteSavedView(t.Context(), "usr_1", two.ID))
	equal(t, "left", must(h.ListSavedViews(t.Context(), "usr_1"))(t), []hookline.SavedView{one})
	for _, wrong := range []hookline.SavedView{{Query: "state=failed"}, {Name: "Everything"}, {Name: "Long", Query: strings.Repeat("x", 4001)}} {
		_, err := h.CreateSavedView(t.Context(), wrong)
		wantKind(t, hookline.KindInvalid, err)
	}
}

func savedViewOwn(t *testing.T, h *house) {
	one := h.savedView(t, "usr_1", "Mine", true)
	h.savedView(t, "usr_2", "Mine", true)
	_, err := h.SavedView(t.Context(), "usr_2", one.ID)
	wantKind(t, hookline.KindNotFound, err)
	_, err = h.UpdateSavedView(t.Context(), hookline.SavedView{ID: one.ID, UserID: "usr_2", Name: "Taken over"})
	wantKind(t, hookline.KindNotFound, err)
	wantKind(t, hookline.KindNotFound, h.DeleteSavedView(t.Context(), "usr_2", one.ID))
	equal(t, "still there", must(h.ListSavedViews(t.Context(), "usr_1"))(t), []hookline.SavedView{one})
}

func savedViewOpens(t *testing.T, h *house) {
	opening := func() string {
		var names []string
		for _, v := range must(h.ListSavedViews(t.Context(), "usr_1"))(t) {
			if v.Opens {
				names = append(names, v.Name)
			}
		}
		return strings.Join(names, ", ")
	}
	one := h.savedView(t, "usr_1", "One", true)
	h.savedView(t, "usr_1", "Two", true)
	equal(t, "the newer", opening(), "Two")
	one.Opens = true
	must(h.UpdateSavedView(t.Context(), one))(t)
	equal(t, "the changed", opening(), "One")
	one.Opens = false
	must(h.UpdateSavedView(t.Context(), one))(t)
	equal(t, "none", opening(), "")
}

func savedViewNames(t *testing.T, h *house) {
	one := h.savedView(t, "usr_1", "One", false)
	two := h.savedView(t, "usr_1", "Two", false)
	two.Name = one.Name
	_, err := h.UpdateSavedView(t.Context(), two)
	wantKind(t, hookline.KindConflict, err)
	_, err = h.CreateSavedView(t.Context(), hookline.SavedView{UserID: "usr_1", Name: "One", Query: "q=x"})
	wantKind(t, hookline.KindConflict, err)
	must(h.UpdateSavedView(t.Context(), one))(t) // its own name is free for it
	for i := range hookline.MostSavedViews - 2 {
		h.savedView(t, "usr_1", fmt.Sprint("More ", i), false)
	}
	_, err = h.CreateSavedView(t.Context(), hookline.SavedView{UserID: "usr_1", Name: "One too many", Query: "q=x"})
	wantKind(t, hookline.KindConflict, err)
	h.savedView(t, "usr_2", "Of somebody else", false)
}

func savedViewAudited(t *testing.T, h *house) {
	ctx := audit.With(t.Context(), ana)
	one := must(h.CreateSavedView(ctx, hookline.SavedView{UserID: "usr_1", Name: "Mine", Query: "state=failed"}))(t)
	if e := h.did(t); e.Deed != audit.Created || e.Kind != audit.SavedView || e.ThingName != "Mine" {
		t.Errorf("kept is %+v", e)
	}
	one.Name = "Yours"
	must(h.UpdateSavedView(ctx, one))(t)
	if e := h.did(t); e.Deed != audit.Changed || string(e.After) != `{"name":"Yours"}` {
		t.Errorf("kept is %+v", e)
	}
	mustDo(t, h.DeleteSavedView(ctx, "usr_1", one.ID))
	if e := h.did(t); e.Deed != audit.Deleted || e.ThingName != "Yours" {
		t.Errorf("kept is %+v", e)
	}
}
