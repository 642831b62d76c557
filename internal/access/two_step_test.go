package access

import (
	"errors"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/secret"
)

// twoStepDesk is a desk at which ana has two-step sign-in, with her key and her
// recovery codes.
func twoStepDesk(t *testing.T) (d *Desk, ana hookline.User, key []byte, recovery []string) {
	t.Helper()
	keys, err := secret.NewKeys(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	store := newMemory()
	d = New(Config{Store: store, Keys: keys})
	if ana, err = d.CreateFirstAdmin(t.Context(), anaEmail, anaPass); err != nil {
		t.Fatal(err)
	}
	text := d.NewTwoStepKey()
	key, _ = readCodeKey(text)
	// The code of the step before: that of this one is left for the test.
	change := TwoStepChange{UserID: ana.ID, Password: anaPass, Key: text, Code: codeAt(key, time.Now().Unix()/codeSeconds-1, codeDigits)}
	if recovery, err = d.TurnOnTwoStep(t.Context(), change); err != nil {
		t.Fatal(err)
	}
	if sealed := store.steps[ana.ID].Sealed; strings.Contains(string(sealed), text) {
		t.Error("the key is kept in the clear")
	}
	for hash := range store.recovery {
		for _, code := range recovery {
			if strings.Contains(hash, tidyCode(code)) {
				t.Error("a recovery code is kept in the clear")
			}
		}
	}
	return d, ana, key, recovery
}

func nowCode(key []byte) string { return codeAt(key, time.Now().Unix()/codeSeconds, codeDigits) }

func TestACodeIsAskedForAfterThePassword(t *testing.T) {
	d, ana, key, recovery := twoStepDesk(t)
	if _, _, err := d.SignIn(t.Context(), SignIn{Email: anaEmail, Password: "wrong horse"}); !errors.Is(err, errWrong) {
		t.Errorf("a wrong password: %v", err)
	}
	user, id, err := d.SignIn(t.Context(), SignIn{Email: anaEmail, Password: anaPass})
	if !errors.Is(err, ErrSecondStep) || id != "" || user.ID != ana.ID {
		t.Fatalf("the right password: %q, %v", id, err)
	}
	finish := func(code string) error {
		_, id, err := d.FinishSignIn(t.Context(), SecondStep{UserID: ana.ID, Code: code})
		if err == nil {
			_, err = d.Visit(t.Context(), id)
		}
		return err
	}
	for _, code := range []string{"", "000", "no-such-recovery-code", codeAt(key, 1, codeDigits)} {
		if err := finish(code); !errors.Is(err, errWrongCode) {
			t.Errorf("%q: %v", code, err)
		}
	}
	code := nowCode(key)
	if err := finish(" " + code[:3] + " " + code[3:]); err != nil {
		t.Errorf("the right code: %v", err)
	}
	if err := finish(code); !errors.Is(err, errWrongCode) {
		t.Errorf("the same code again: %v", err)
	}
	if len(recovery) != RecoveryCodes {
		t.Fatalf("%d recovery codes", len(recovery))
	}
	if err := finish(strings.ToUpper(recovery[3])); err != nil {
		t.Errorf("a recovery code: %v", err)
	}
	if err := finish(recovery[3]); !errors.Is(err, errWrongCode) {
		t.Errorf("the same recovery code again: %v", err)
	}
}

func TestGuessingCodesIsThrottled(t *testing.T) {
	d, ana, key, _ := twoStepDesk(t)
	for range freePerAccount {
		if _, _, err := d.FinishSignIn(t.Context(), SecondStep{UserID: ana.ID, Code: "abc"}); !errors.Is(err, errWrongCode) {
			t.Fatal(err)
		}
	}
	if _, _, err := d.FinishSignIn(t.Context(), SecondStep{UserID: ana.ID, Code: nowCode(key)}); hookline.KindOf(err) != hookline.KindThrottled {
		t.Errorf("after ten wrong codes: %v", err)
	}
	// The right password between guesses does not make them free.
	if _, _, err := d.SignIn(t.Context(), SignIn{Email: anaEmail, Password: anaPass}); !errors.Is(err, ErrSecondStep) {
		t.Fatal(err)
	}
	if _, _, err := d.FinishSignIn(t.Context(), SecondStep{UserID: ana.ID, Code: nowCode(key)}); hookline.KindOf(err) != hookline.KindThrottled {
		t.Errorf("after the password again: %v", err)
	}
}

func TestTwoStepNeedsPasswordAndCode(t *testing.T) {
	d, ana, key, recovery := twoStepDesk(t)
	wantField := func(err error, name string) {
		t.Helper()
		if told, ok := errors.AsType[*hookline.Error](err); !ok || told.Fields[name] == "" {
			t.Errorf("a wrong %s: %v", name, err)
		}
	}
	fresh := d.NewTwoStepKey()
	freshKey, _ := readCodeKey(fresh)
	on := func(password, code string) error {
		_, err := d.TurnOnTwoStep(t.Context(), TwoStepChange{UserID: ana.ID, Password: password, Key: fresh, Code: code})
		return err
	}
	off := func(password, code string) error {
		return d.TurnOffTwoStep(t.Context(), TwoStepChange{UserID: ana.ID, Password: password, Code: code})
	}
	if err := on(anaPass, nowCode(freshKey)); hookline.KindOf(err) != hookline.KindConflict {
		t.Errorf("another key in the place of the one that counts: %v", err)
	}
	wantField(off("wrong", nowCode(key)), "password")
	wantField(off(anaPass, "000000x"), "code")
	if err := off(anaPass, recovery[0]); err != nil {
		t.Fatal(err)
	}
	signIn(t, d, SignIn{Email: anaEmail, Password: anaPass})
	wantField(on("wrong", nowCode(freshKey)), "password")
	wantField(on(anaPass, nowCode(key)), "code")
	signIn(t, d, SignIn{Email: anaEmail, Password: anaPass}) // it is still off
}

func TestAnAdministratorTakesItOff(t *testing.T) {
	d, ana, _, _ := twoStepDesk(t)
	if err := d.TakeOffTwoStep(t.Context(), ana.ID); err != nil {
		t.Fatal(err)
	}
	signIn(t, d, SignIn{Email: anaEmail, Password: anaPass})
	if err := d.TakeOffTwoStep(t.Context(), ana.ID); hookline.KindOf(err) != hookline.KindNotFound {
		t.Errorf("twice: %v", err)
	}
}

// TestWithoutTheKeyOfTheSecrets codes cannot be checked, and recovery codes can.
func TestWithoutTheKeyOfTheSecrets(t *testing.T) {
	d, ana, key, recovery := twoStepDesk(t)
	other, err := secret.NewKeys(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	d.keys = other
	if _, _, err := d.FinishSignIn(t.Context(), SecondStep{UserID: ana.ID, Code: nowCode(key)}); !errors.Is(err, errNoKey) {
		t.Errorf("with another key: %v", err)
	}
	if _, _, err := d.FinishSignIn(t.Context(), SecondStep{UserID: ana.ID, Code: recovery[0]}); err != nil {
		t.Errorf("with a recovery code: %v", err)
	}
}
