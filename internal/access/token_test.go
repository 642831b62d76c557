package access

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hookline/internal/hookline"
)

func TestBearerIsKnownByTheTokenThatWasMade(t *testing.T) {
	m := newMemory()
	d := New(Config{Store: m})
	token, err := d.CreateToken(t.Context(), "Deploy", hookline.Editor, "ana@example.com")
	if err != nil || !strings.HasPrefix(token, "hkt_") || len(token) < 30 {
		t.Fatalf("made %q, %v", token, err)
	}
	one, err := d.Bearer(t.Context(), token)
	if err != nil || one.Name != "Deploy" || one.Scope != hookline.Editor || one.MadeBy != "ana@example.com" {
		t.Errorf("the bearer is %+v, %v", one, err)
	}
	if strings.Contains(one.Hash, token) || one.Hash == token {
		t.Error("the store keeps the token itself")
	}
	for _, wrong := range []string{"", "hkt_", token[4:], token + "x", token[:len(token)-1], one.Hash, "hkt_" + one.Hash, strings.ToUpper(token)} {
		if _, err := d.Bearer(t.Context(), wrong); hookline.KindOf(err) != hookline.KindUnauthorized {
			t.Errorf("%q is answered %v", wrong, err)
		}
	}
	clear(m.tokens) // revoked
	if _, err := d.Bearer(t.Context(), token); hookline.KindOf(err) != hookline.KindUnauthorized {
		t.Errorf("a revoked token is answered %v", err)
	}
}

func TestTokenNeedsANameAndAScope(t *testing.T) {
	d := New(Config{Store: newMemory()})
	for _, faulty := range []struct {
		name  string
		scope hookline.Role
	}{{"", hookline.Admin}, {"Deploy", ""}, {"Deploy", "king"}} {
		if token, err := d.CreateToken(t.Context(), faulty.name, faulty.scope, ""); hookline.KindOf(err) != hookline.KindInvalid || token != "" {
			t.Errorf("%q with scope %q: %q, %v", faulty.name, faulty.scope, token, err)
		}
	}
}

func TestUseOfATokenIsNotedOnceAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		d := New(Config{Store: m})
		token, err := d.CreateToken(t.Context(), "Deploy", hookline.Viewer, "")
		if err != nil {
			t.Fatal(err)
		}
		use := func() {
			t.Helper()
			if _, err := d.Bearer(t.Context(), token); err != nil {
				t.Fatal(err)
			}
		}
		for range 60 {
			use()
			time.Sleep(time.Second)
		}
		if m.touches != 1 {
			t.Errorf("sixty uses in a minute were noted %d times", m.touches)
		}
		use()
		if m.touches != 2 {
			t.Errorf("a use after a minute was noted %d times in all, want 2", m.touches)
		}
	})
}

func TestBearerWithAStoreInTrouble(t *testing.T) {
	m := newMemory()
	d := New(Config{Store: m})
	token, err := d.CreateToken(t.Context(), "Deploy", hookline.Viewer, "")
	if err != nil {
		t.Fatal(err)
	}
	m.untouchable = errors.New("disk full")
	if _, err := d.Bearer(t.Context(), token); err != nil {
		t.Errorf("a bearer is refused because the use cannot be noted: %v", err)
	}
	m.broken = errors.New("disk gone")
	if _, err := d.Bearer(t.Context(), token); hookline.KindOf(err) != hookline.KindInternal {
		t.Errorf("a store that cannot be read is told as %v", err)
	}
}
