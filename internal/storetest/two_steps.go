package storetest

import (
	"testing"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

var twoStepPromises = []promise{
	{"it is kept as it was made, and who turned it on is written down", twoStepKept},
	{"a code counts once, and none before it counts", twoStepUsed},
	{"a recovery code counts once, and for its owner alone", twoStepRecovery},
	{"it is turned off with all that belongs to it", twoStepOff},
}

func (h *house) twoStep(t *testing.T, userID string, recovery ...string) hookline.TwoStep {
	t.Helper()
	two := hookline.TwoStep{UserID: userID, Sealed: []byte("sealed \x00"), MadeAt: received, Used: 100}
	ctx := audit.With(t.Context(), audit.Actor{Kind: audit.User, Name: "ana@example.com"})
	mustDo(t, h.SetTwoStep(ctx, two, recovery))
	two.Recovery = len(recovery)
	return two
}

func twoStepKept(t *testing.T, h *house) {
	admin := h.admin(t)
	_, err := h.TwoStep(t.Context(), admin.ID)
	wantKind(t, hookline.KindNotFound, err)
	two := h.twoStep(t, admin.ID, "a", "b")
	h.reopen()
	equal(t, "it", must(h.TwoStep(t.Context(), admin.ID))(t), two)
	e := h.did(t)
	equal(t, "entry", string(e.Kind)+" "+e.ThingID+" "+e.Remark, "user "+admin.ID+" two-step sign-in turned on")
	two = h.twoStep(t, admin.ID, "c")
	equal(t, "in its place", must(h.TwoStep(t.Context(), admin.ID))(t), two)
	wantKind(t, hookline.KindNotFound, h.UseRecoveryCode(t.Context(), admin.ID, "a"))
	wantKind(t, hookline.KindNotFound, h.SetTwoStep(t.Context(), hookline.TwoStep{UserID: "usr_gone", MadeAt: time.Now()}, nil))
}

func twoStepUsed(t *testing.T, h *house) {
	admin := h.admin(t)
	h.twoStep(t, admin.ID)
	wantKind(t, hookline.KindConflict, h.UseStep(t.Context(), admin.ID, 100))
	wantWinners(t, 1, hookline.KindConflict, atOnce(8, func(int) error { return h.UseStep(t.Context(), admin.ID, 101) }))
	h.reopen()
	wantKind(t, hookline.KindConflict, h.UseStep(t.Context(), admin.ID, 101))
	mustDo(t, h.UseStep(t.Context(), admin.ID, 103))
	wantKind(t, hookline.KindConflict, h.UseStep(t.Context(), admin.ID, 102))
	wantKind(t, hookline.KindConflict, h.UseStep(t.Context(), "usr_gone", 200))
}

func twoStepRecovery(t *testing.T, h *house) {
	admin, bo := h.admin(t), h.user(t, "bo@example.com", hookline.Viewer)
	h.twoStep(t, admin.ID, "a", "b")
	h.twoStep(t, bo.ID, "c")
	wantKind(t, hookline.KindNotFound, h.UseRecoveryCode(t.Context(), bo.ID, "a"))
	wantWinners(t, 1, hookline.KindNotFound, atOnce(8, func(int) error { return h.UseRecoveryCode(t.Context(), admin.ID, "a") }))
	equal(t, "left", must(h.TwoStep(t.Context(), admin.ID))(t).Recovery, 1)
	equal(t, "left to another", must(h.TwoStep(t.Context(), bo.ID))(t).Recovery, 1)
}

func twoStepOff(t *testing.T, h *house) {
	admin := h.admin(t)
	h.twoStep(t, admin.ID, "a")
	mustDo(t, h.DeleteTwoStep(t.Context(), admin.ID))
	_, err := h.TwoStep(t.Context(), admin.ID)
	wantKind(t, hookline.KindNotFound, err)
	wantKind(t, hookline.KindNotFound, h.UseRecoveryCode(t.Context(), admin.ID, "a"))
	wantKind(t, hookline.KindNotFound, h.DeleteTwoStep(t.Context(), admin.ID))
	wantKind(t, hookline.KindNotFound, h.DeleteTwoStep(t.Context(), "usr_gone"))
}
