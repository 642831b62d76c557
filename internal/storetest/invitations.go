package storetest

import (
	"context"
	"testing"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

type invitationStore interface {
	ListInvitations(ctx context.Context) ([]hookline.Invitation, error)
	DeleteInvitation(ctx context.Context, id string) error
}

var invitationPromises = []promise{
	{"an invitation is kept as it was made", invitationKept},
	{"an invitation is taken once", invitationTaken},
	{"of many who take one at once one becomes the user", invitationRace},
	{"a user cannot be invited, and a newer invitation replaces the older", invitationAgain},
	{"an invitation leaves entries without its code", invitationAudited},
}

func (h *house) invitation(t *testing.T, email string) hookline.Invitation {
	t.Helper()
	return must(h.CreateInvitation(t.Context(), hookline.Invitation{CodeHash: "hash of " + email, Email: email, Role: hookline.Editor, MadeBy: "ana@example.com"}))(t)
}

func invitationKept(t *testing.T, h *house) {
	one := h.invitation(t, "Ben@example.com")
	if one.Email != "ben@example.com" || one.ExpiresAt.Sub(one.CreatedAt) != hookline.InvitationLasts {
		t.Errorf("made is %+v", one)
	}
	h.reopen()
	equal(t, "list", must(h.ListInvitations(t.Context()))(t), []hookline.Invitation{one})
	equal(t, "by its code", must(h.Invitation(t.Context(), one.CodeHash))(t), one)
	_, err := h.Invitation(t.Context(), "another")
	wantKind(t, hookline.KindNotFound, err)
	mustDo(t, h.DeleteInvitation(t.Context(), one.ID))
	wantKind(t, hookline.KindNotFound, h.DeleteInvitation(t.Context(), one.ID))
	_, err = h.TakeInvitation(t.Context(), one.CodeHash, "hush")
	wantKind(t, hookline.KindNotFound, err)
	_, err = h.CreateInvitation(t.Context(), hookline.Invitation{CodeHash: "x", Email: "nobody", Role: "king"})
	wantKind(t, hookline.KindInvalid, err)
}

func invitationTaken(t *testing.T, h *house) {
	one := h.invitation(t, "ben@example.com")
	u := must(h.TakeInvitation(t.Context(), one.CodeHash, "hush"))(t)
	if u.Email != "ben@example.com" || u.Role != hookline.Editor || u.PasswordHash != "hush" || time.Since(u.CreatedAt).Abs() > time.Minute {
		t.Errorf("made is %+v", u)
	}
	equal(t, "user", must(h.User(t.Context(), u.ID))(t), u)
	_, err := h.TakeInvitation(t.Context(), one.CodeHash, "hush")
	wantKind(t, hookline.KindNotFound, err)
	equal(t, "left", must(h.ListInvitations(t.Context()))(t), []hookline.Invitation{})
}

func invitationRace(t *testing.T, h *house) {
	one := h.invitation(t, "ben@example.com")
	wantWinners(t, 1, hookline.KindNotFound, atOnce(6, func(int) error {
		_, err := h.TakeInvitation(t.Context(), one.CodeHash, "hush")
		return err
	}))
}

func invitationAgain(t *testing.T, h *house) {
	first := h.invitation(t, "ben@example.com")
	second := must(h.CreateInvitation(t.Context(), hookline.Invitation{CodeHash: "newer", Email: "ben@example.com", Role: hookline.Viewer}))(t)
	_, err := h.Invitation(t.Context(), first.CodeHash)
	wantKind(t, hookline.KindNotFound, err)
	must(h.TakeInvitation(t.Context(), second.CodeHash, "hush"))(t)
	_, err = h.CreateInvitation(t.Context(), hookline.Invitation{CodeHash: "x", Email: "ben@example.com", Role: hookline.Viewer})
	wantKind(t, hookline.KindConflict, err)
}

func invitationAudited(t *testing.T, h *house) {
	ctx := audit.With(t.Context(), ana)
	one := must(h.CreateInvitation(ctx, hookline.Invitation{CodeHash: "hush", Email: "ben@example.com", Role: hookline.Editor, MadeBy: "ana@example.com"}))(t)
	if e := h.did(t); e.Deed != audit.Created || e.Kind != audit.Invitation || e.ThingName != "ben@example.com" {
		t.Errorf("kept is %+v", e)
	}
	must(h.TakeInvitation(audit.With(t.Context(), audit.Actor{Kind: audit.Stranger}), one.CodeHash, "hush"))(t)
	if e := h.did(t); e.Deed != audit.Created || e.Kind != audit.Account || e.Remark != "invited by ana@example.com" {
		t.Errorf("kept is %+v", e)
	}
}
