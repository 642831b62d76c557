package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"hookline/internal/hookline"
)

// userStore is what access.Store does not ask for.
type userStore interface {
	ListUsers(ctx context.Context) ([]hookline.User, error)
}

var userPromises = []promise{
	{"the first user is an administrator, and only the first", userFirst},
	{"of many who want to be first one wins", userFirstRace},
	{"a new user gets an id, and stays", userCreate},
	{"no two users share an e-mail address", userEmailTaken},
	{"a change changes what it says", userUpdate},
	{"an enabled administrator is always left", userLastAdmin},
	{"two administrators cannot disable each other at once", userLastAdminRace},
}

func (h *house) admin(t *testing.T) hookline.User {
	t.Helper()
	return must(h.CreateFirstUser(t.Context(), hookline.User{Email: "admin@example.com", PasswordHash: "hash"}))(t)
}

func (h *house) user(t *testing.T, email string, role hookline.Role) hookline.User {
	t.Helper()
	return must(h.CreateUser(t.Context(), hookline.User{Email: email, Role: role, PasswordHash: "hash"}))(t)
}

func userFirst(t *testing.T, h *house) {
	equal(t, "count", must(h.CountUsers(t.Context()))(t), 0)
	u := must(h.CreateFirstUser(t.Context(), hookline.User{Email: "Ana@Example.com", Role: hookline.Viewer, Disabled: true, PasswordHash: "hash"}))(t)
	want := hookline.User{ID: u.ID, Email: "ana@example.com", Role: hookline.Admin, PasswordHash: "hash", CreatedAt: u.CreatedAt}
	equal(t, "first", u, want)
	_, err := h.CreateFirstUser(t.Context(), hookline.User{Email: "bo@example.com"})
	wantKind(t, hookline.KindConflict, err)
	h.reopen()
	_, err = h.CreateFirstUser(t.Context(), hookline.User{Email: "bo@example.com"})
	wantKind(t, hookline.KindConflict, err)
	equal(t, "list", must(h.ListUsers(t.Context()))(t), []hookline.User{want})
	equal(t, "count", must(h.CountUsers(t.Context()))(t), 1)
}

func userFirstRace(t *testing.T, h *house) {
	errs := atOnce(8, func(i int) error {
		_, err := h.CreateFirstUser(t.Context(), hookline.User{Email: fmt.Sprintf("u%d@example.com", i)})
		return err
	})
	wantWinners(t, 1, hookline.KindConflict, errs)
	equal(t, "count", must(h.CountUsers(t.Context()))(t), 1)
}

func userCreate(t *testing.T, h *house) {
	a := h.admin(t)
	b := must(h.CreateUser(t.Context(), hookline.User{Email: " Bo@Example.com ", Role: hookline.Support, PasswordHash: "h", Disabled: true}))(t)
	if !strings.HasPrefix(b.ID, "usr_") || b.CreatedAt.IsZero() {
		t.Errorf("made %+v", b)
	}
	equal(t, "made", b, hookline.User{ID: b.ID, Email: "bo@example.com", Role: hookline.Support, PasswordHash: "h", Disabled: true, CreatedAt: b.CreatedAt})
	h.reopen()
	equal(t, "list", must(h.ListUsers(t.Context()))(t), []hookline.User{a, b})
	equal(t, "by id", must(h.User(t.Context(), b.ID))(t), b)
	equal(t, "by e-mail", must(h.UserByEmail(t.Context(), "BO@example.com"))(t), b)

	for _, faulty := range []hookline.User{{Email: "bo", Role: hookline.Admin}, {Email: "cy@example.com", Role: "king"}} {
		_, err := h.CreateUser(t.Context(), faulty)
		wantKind(t, hookline.KindInvalid, err)
	}
	_, err := h.User(t.Context(), "usr_gone")
	wantKind(t, hookline.KindNotFound, err)
	_, err = h.UserByEmail(t.Context(), "cy@example.com")
	wantKind(t, hookline.KindNotFound, err)
}

func userEmailTaken(t *testing.T, h *house) {
	a, b := h.admin(t), h.user(t, "bo@example.com", hookline.Viewer)
	_, err := h.CreateUser(t.Context(), hookline.User{Email: "BO@example.com", Role: hookline.Viewer})
	wantKind(t, hookline.KindConflict, err)
	if e, ok := errors.AsType[*hookline.Error](err); !ok || e.Fields["email"] == "" {
		t.Errorf("error does not name the field: %v", err)
	}
	wish := b
	wish.Email = a.Email
	_, err = h.UpdateUser(t.Context(), wish)
	wantKind(t, hookline.KindConflict, err)
	wantWinners(t, 1, hookline.KindConflict, atOnce(8, func(int) error {
		_, err := h.CreateUser(t.Context(), hookline.User{Email: "cy@example.com", Role: hookline.Viewer})
		return err
	}))
	equal(t, "count", must(h.CountUsers(t.Context()))(t), 3)
	equal(t, "unchanged", must(h.User(t.Context(), b.ID))(t), b)
}

func userUpdate(t *testing.T, h *house) {
	a, b := h.admin(t), h.user(t, "bo@example.com", hookline.Viewer)
	wish := hookline.User{ID: b.ID, Email: "Bob@example.com", Role: hookline.Editor, PasswordHash: "new", Disabled: true}
	changed := must(h.UpdateUser(t.Context(), wish))(t)
	wish.Email, wish.CreatedAt = "bob@example.com", b.CreatedAt
	equal(t, "changed", changed, wish)
	h.reopen()
	equal(t, "list", must(h.ListUsers(t.Context()))(t), []hookline.User{a, wish})

	_, err := h.UpdateUser(t.Context(), hookline.User{ID: "usr_gone", Email: "x@example.com", Role: hookline.Viewer})
	wantKind(t, hookline.KindNotFound, err)
	wish.Role = "king"
	_, err = h.UpdateUser(t.Context(), wish)
	wantKind(t, hookline.KindInvalid, err)
}

func userLastAdmin(t *testing.T, h *house) {
	a, b := h.admin(t), h.user(t, "bo@example.com", hookline.Editor)
	spare := h.user(t, "cy@example.com", hookline.Admin)
	spare.Disabled = true
	must(h.UpdateUser(t.Context(), spare))(t) // a disabled administrator does not count

	for _, spoil := range []func(*hookline.User){
		func(u *hookline.User) { u.Disabled = true },
		func(u *hookline.User) { u.Role = hookline.Editor },
	} {
		wish := a
		spoil(&wish)
		_, err := h.UpdateUser(t.Context(), wish)
		wantKind(t, hookline.KindConflict, err)
		equal(t, "administrator", must(h.User(t.Context(), a.ID))(t), a)
	}
	b.Role = hookline.Admin
	must(h.UpdateUser(t.Context(), b))(t)
	a.Disabled = true
	must(h.UpdateUser(t.Context(), a))(t)
}

func userLastAdminRace(t *testing.T, h *house) {
	admins := []hookline.User{h.admin(t), h.user(t, "bo@example.com", hookline.Admin)}
	errs := atOnce(2, func(i int) error {
		wish := admins[i]
		wish.Disabled = true
		_, err := h.UpdateUser(t.Context(), wish)
		return err
	})
	wantWinners(t, 1, hookline.KindConflict, errs)
}
