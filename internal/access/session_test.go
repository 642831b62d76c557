package access

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"hookline/internal/hookline"
)

const (
	anaEmail = "ana@example.com"
	anaPass  = "correct horse battery"
)

func desk(t *testing.T) (*Desk, *memory) {
	t.Helper()
	store := newMemory()
	d := New(Config{Store: store})
	if _, err := d.CreateFirstAdmin(t.Context(), anaEmail, anaPass); err != nil {
		t.Fatal(err)
	}
	return d, store
}

func signIn(t *testing.T, d *Desk, s SignIn) string {
	t.Helper()
	_, id, err := d.SignIn(t.Context(), s)
	if err != nil {
		t.Fatalf("sign in: %v", err)
	}
	return id
}

func TestSignIn(t *testing.T) {
	d, store := desk(t)
	user, id, err := d.SignIn(t.Context(), SignIn{Email: " Ana@Example.com ", Password: anaPass})
	if err != nil || user.Email != anaEmail {
		t.Fatalf("signed in as %q, %v", user.Email, err)
	}
	if len(id) < 26 { // 130 bits in base 32
		t.Errorf("the id %q is too short", id)
	}
	if _, inTheClear := store.sessions[id]; inTheClear || len(store.sessions) != 1 {
		t.Errorf("the store keeps the id itself, or not one session: %v", store.sessions)
	}
	if who, err := d.Visit(t.Context(), id); err != nil || who.ID != user.ID {
		t.Errorf("the session belongs to %q, %v", who.ID, err)
	}
}

func TestOneAnswerForUnknownDisabledAndWrong(t *testing.T) {
	d, _ := desk(t)
	ben, err := d.AddUser(t.Context(), hookline.User{Email: "ben@example.com", Role: hookline.Viewer}, anaPass)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Disable(t.Context(), ben.ID); err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]SignIn{
		"unknown":  {Email: "nobody@example.com", Password: anaPass},
		"disabled": {Email: "ben@example.com", Password: anaPass},
		"wrong":    {Email: anaEmail, Password: "wrong horse battery"},
		"empty":    {},
	} {
		if _, id, err := d.SignIn(t.Context(), s); !errors.Is(err, errWrong) || id != "" {
			t.Errorf("%s: %q, %v, want the same answer as for all", name, id, err)
		}
	}
}

// The clock is not asked: what takes time is the hash, and there must be exactly one for each answer.
func TestUnknownUsersCostAHashToo(t *testing.T) {
	d, _ := desk(t)
	c, _, _, err := parseHash(d.nobody)
	if err != nil || c != currentCost {
		t.Fatalf("nobody's hash costs %+v, %v, want %+v as everybody's", c, err, currentCost)
	}
	d.hashing = make(chan struct{}) // whoever hashes is stuck, and leaves with the context
	for _, email := range []string{anaEmail, "nobody@example.com"} {
		ctx, cancel := contextEndingSoon(t)
		_, _, err := d.SignIn(ctx, SignIn{Email: email, Password: "x"})
		cancel()
		if errors.Is(err, errWrong) || err == nil {
			t.Errorf("%s was answered without a hash: %v", email, err)
		}
	}
}

func TestTheThrottleBitesAndTheRightPasswordWorksAfterTheWait(t *testing.T) {
	d, _ := desk(t)
	guessAccount(t, d, SignIn{Email: anaEmail, Password: "wrong"}, freePerAccount)
	_, _, err := d.SignIn(t.Context(), SignIn{Email: anaEmail, Password: anaPass})
	if hookline.KindOf(err) != hookline.KindThrottled {
		t.Fatalf("after ten wrong passwords: %v, want throttled", err)
	}
	if told, _ := errors.AsType[*hookline.Error](err); told.RetryAfter <= 0 || told.RetryAfter > time.Second {
		t.Errorf("wait is %v, want at most 1s", told.RetryAfter)
	}
	known := SignIn{Email: anaEmail, Password: anaPass, Device: "known"}
	if _, _, err := d.SignIn(t.Context(), known); err != nil {
		t.Errorf("a device that signed in before is kept out by strangers: %v", err)
	}
	later(d.accounts, SignIn{Email: anaEmail}, time.Minute)
	if _, _, err := d.SignIn(t.Context(), SignIn{Email: anaEmail, Password: anaPass}); err != nil {
		t.Errorf("after the wait: %v", err)
	}
}

func TestManyAccountsFromOneAddressAreThrottled(t *testing.T) {
	d, _ := desk(t)
	for range freePerAddress {
		d.addresses.begin("192.0.2.7")
	}
	_, _, err := d.SignIn(t.Context(), SignIn{Email: "new@example.com", Password: "x", Address: "192.0.2.7"})
	if hookline.KindOf(err) != hookline.KindThrottled {
		t.Fatalf("%v, want throttled", err)
	}
	signIn(t, d, SignIn{Email: anaEmail, Password: anaPass, Address: "192.0.2.8"})
}

func TestSessionsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, store := desk(t)
		idle := signIn(t, d, SignIn{Email: anaEmail, Password: anaPass})
		used := signIn(t, d, SignIn{Email: anaEmail, Password: anaPass})
		watched := signIn(t, d, SignIn{Email: anaEmail, Password: anaPass})
		for range 60 {
			time.Sleep(10 * time.Minute)
			if _, err := d.Visit(t.Context(), used); err != nil {
				t.Fatalf("a session in use ended: %v", err)
			}
			_, _ = d.Peek(t.Context(), watched)
		}
		for name, id := range map[string]string{"idle": idle, "only watched": watched} {
			if _, err := d.Visit(t.Context(), id); !errors.Is(err, errSignedOut) {
				t.Errorf("the %s session lives after 10 hours: %v", name, err)
			}
		}
		time.Sleep(2*time.Hour + time.Minute)
		if _, err := d.Visit(t.Context(), used); !errors.Is(err, errSignedOut) {
			t.Errorf("a session lives after 12 hours: %v", err)
		}
		if len(store.sessions) != 0 {
			t.Errorf("%d dead sessions are kept", len(store.sessions))
		}
	})
}

func TestASessionIsWrittenOnceAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, store := desk(t)
		id := signIn(t, d, SignIn{Email: anaEmail, Password: anaPass})
		for range 120 {
			time.Sleep(time.Second)
			if _, err := d.Visit(t.Context(), id); err != nil {
				t.Fatal(err)
			}
		}
		if store.touches != 2 {
			t.Errorf("%d writes in two minutes, want 2", store.touches)
		}
	})
}

func TestASessionSeenInTheFutureEnds(t *testing.T) {
	d := New(Config{Store: newMemory()})
	now := time.Now()
	s := hookline.Session{LastSeenAt: now.Add(3 * time.Hour), ExpiresAt: now.Add(15 * time.Hour)}
	if d.lasts(s, now) {
		t.Error("after the clock was set back three hours the session lives on")
	}
}

func TestSignOutEndsTheSession(t *testing.T) {
	d, _ := desk(t)
	id := signIn(t, d, SignIn{Email: anaEmail, Password: anaPass})
	for range 2 { // twice is no error
		if err := d.SignOut(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.Visit(t.Context(), id); !errors.Is(err, errSignedOut) {
		t.Fatalf("the session lives: %v", err)
	}
}

func TestDisabledUsersAreOutAtOnce(t *testing.T) {
	d, store := desk(t)
	id := signIn(t, d, SignIn{Email: anaEmail, Password: anaPass})
	user, _ := d.Visit(t.Context(), id)
	user.Disabled = true
	store.users[user.ID] = user // as when the sessions could not be deleted
	if _, err := d.Visit(t.Context(), id); !errors.Is(err, errSignedOut) {
		t.Fatalf("a disabled user's session lives: %v", err)
	}
}

func TestTroubleOfTheStoreIsNotSignedOut(t *testing.T) {
	d, store := desk(t)
	id := signIn(t, d, SignIn{Email: anaEmail, Password: anaPass})
	store.broken = errors.New("disk on fire")
	if _, err := d.Visit(t.Context(), id); hookline.KindOf(err) != hookline.KindInternal {
		t.Errorf("visit: %v, want the store's trouble", err)
	}
	if _, _, err := d.SignIn(t.Context(), SignIn{Email: anaEmail, Password: anaPass}); hookline.KindOf(err) != hookline.KindInternal {
		t.Errorf("sign in: %v, want the store's trouble", err)
	}
}
