package access

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"hookline/internal/hookline"
)

func TestOfTwoFirstAdministratorsOneWins(t *testing.T) {
	d := New(Config{Store: newMemory()})
	if inUse, err := d.InUse(t.Context()); inUse || err != nil {
		t.Fatalf("in use before anybody is there: %v, %v", inUse, err)
	}
	kinds := make([]hookline.Kind, 2)
	var both sync.WaitGroup
	for i, email := range []string{"ana@example.com", "ben@example.com"} {
		both.Go(func() {
			_, err := d.CreateFirstAdmin(t.Context(), email, anaPass)
			kinds[i] = hookline.KindOf(err)
		})
	}
	both.Wait()
	slices.Sort(kinds)
	if want := []hookline.Kind{"", hookline.KindConflict}; !slices.Equal(kinds, want) {
		t.Errorf("the two ended as %q, want %q", kinds, want)
	}
	if inUse, err := d.InUse(t.Context()); !inUse || err != nil {
		t.Errorf("not in use afterwards: %v, %v", inUse, err)
	}
}

func TestAllThatIsWrongIsToldAtOnce(t *testing.T) {
	d := New(Config{Store: newMemory()})
	for name, test := range map[string]struct {
		email, password string
		role            hookline.Role
		fields          []string
	}{
		"everything": {"not an address", "short", "king", []string{"email", "password", "role"}},
		"password":   {"ana@example.com", "short", hookline.Admin, []string{"password"}},
		"e-mail":     {"", anaPass, hookline.Admin, []string{"email"}},
	} {
		_, err := d.AddUser(t.Context(), hookline.User{Email: test.email, Role: test.role}, test.password)
		told, ok := errors.AsType[*hookline.Error](err)
		if !ok || told.Kind != hookline.KindInvalid {
			t.Errorf("%s: %v, want invalid", name, err)
			continue
		}
		var fields []string
		for field := range told.Fields {
			fields = append(fields, field)
		}
		slices.Sort(fields)
		if !slices.Equal(fields, test.fields) {
			t.Errorf("%s: told %q, want %q", name, fields, test.fields)
		}
	}
}

func TestANewPasswordEndsTheOtherSessions(t *testing.T) {
	d, _ := desk(t)
	here := signIn(t, d, SignIn{Email: anaEmail, Password: anaPass})
	there := signIn(t, d, SignIn{Email: anaEmail, Password: anaPass})
	user, _ := d.Visit(t.Context(), here)
	const next = "another horse battery"

	err := d.ChangePassword(t.Context(), PasswordChange{UserID: user.ID, Current: "wrong", New: next, SessionID: here})
	if told, _ := errors.AsType[*hookline.Error](err); told == nil || told.Fields["current"] == "" {
		t.Fatalf("with a wrong current password: %v", err)
	}
	err = d.ChangePassword(t.Context(), PasswordChange{UserID: user.ID, Current: anaPass, New: "short", SessionID: here})
	if told, _ := errors.AsType[*hookline.Error](err); told == nil || told.Fields["password"] == "" {
		t.Fatalf("with a short new password: %v", err)
	}
	if err := d.ChangePassword(t.Context(), PasswordChange{UserID: user.ID, Current: anaPass, New: next, SessionID: here}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Visit(t.Context(), here); err != nil {
		t.Errorf("the browser that changed the password is signed out: %v", err)
	}
	if _, err := d.Visit(t.Context(), there); !errors.Is(err, errSignedOut) {
		t.Errorf("another browser is still signed in: %v", err)
	}
	if _, _, err := d.SignIn(t.Context(), SignIn{Email: anaEmail, Password: anaPass}); !errors.Is(err, errWrong) {
		t.Errorf("the old password: %v", err)
	}
	signIn(t, d, SignIn{Email: anaEmail, Password: next})
}

func TestAResetPasswordSignsOutEverywhere(t *testing.T) {
	d, _ := desk(t)
	id := signIn(t, d, SignIn{Email: anaEmail, Password: anaPass})
	user, _ := d.Visit(t.Context(), id)
	guessAccount(t, d, SignIn{Email: anaEmail, Password: "wrong"}, freePerAccount)
	if err := d.ResetPassword(t.Context(), user.ID, "a fresh password"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Visit(t.Context(), id); !errors.Is(err, errSignedOut) {
		t.Errorf("the old session lives: %v", err)
	}
	signIn(t, d, SignIn{Email: anaEmail, Password: "a fresh password"}) // at once: the guesses are forgotten
}

func TestRolesAndDisabling(t *testing.T) {
	d, store := desk(t)
	ben, err := d.AddUser(t.Context(), hookline.User{Email: "Ben@Example.com", Role: hookline.Viewer}, anaPass)
	if err != nil || ben.Email != "ben@example.com" {
		t.Fatalf("added %q, %v", ben.Email, err)
	}
	if err := d.ChangeRole(t.Context(), ben.ID, "king"); hookline.KindOf(err) != hookline.KindInvalid {
		t.Errorf("an unknown role: %v", err)
	}
	if err := d.ChangeRole(t.Context(), ben.ID, hookline.Editor); err != nil || store.users[ben.ID].Role != hookline.Editor {
		t.Errorf("role is %q, %v", store.users[ben.ID].Role, err)
	}
	id := signIn(t, d, SignIn{Email: ben.Email, Password: anaPass})
	if err := d.Disable(t.Context(), ben.ID); err != nil {
		t.Fatal(err)
	}
	if err := d.Enable(t.Context(), ben.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Visit(t.Context(), id); !errors.Is(err, errSignedOut) {
		t.Errorf("a session from before disabling came back to life: %v", err)
	}
	signIn(t, d, SignIn{Email: ben.Email, Password: anaPass})
	if err := d.Disable(t.Context(), "usr_none"); hookline.KindOf(err) != hookline.KindNotFound {
		t.Errorf("disabling nobody: %v", err)
	}
}
