package access

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/secret"
)

type twoStepStore interface {
	TwoStep(ctx context.Context, userID string) (hookline.TwoStep, error)
	// SetTwoStep turns it on, in the place of what was, with the hashes of new
	// recovery codes.
	SetTwoStep(ctx context.Context, t hookline.TwoStep, recovery []string) error
	// UseStep takes the code of a step; KindConflict when that or a later one
	// was taken before.
	UseStep(ctx context.Context, userID string, step int64) error
	// UseRecoveryCode takes a recovery code; KindNotFound when there is none such.
	UseRecoveryCode(ctx context.Context, userID, hash string) error
	// DeleteTwoStep turns it off; KindNotFound when it is not on.
	DeleteTwoStep(ctx context.Context, userID string) error
}

// Keys has the key with which the keys of codes are sealed; secret.Keys is one.
type Keys interface {
	MakeKey() (*secret.Key, error)
}

// RecoveryCodes is how many recovery codes somebody gets.
const RecoveryCodes = 10

var (
	// ErrSecondStep is SignIn's answer to a right password of somebody who is
	// asked for a code as well.
	ErrSecondStep = &hookline.Error{Kind: hookline.KindUnauthorized, Message: "Type the code that your authenticator app shows."}

	errWrongCode = &hookline.Error{
		Kind:    hookline.KindUnauthorized,
		Message: "This code is wrong, or was used already. Wait for the next one, or use a recovery code.",
	}
	// Without this whoever has the password could put an app of their own in its place.
	errOnAlready = hookline.Conflict("Two-step sign-in is on already. Turn it off first.")
	errNoKey     = &hookline.Error{
		Kind:    hookline.KindUnauthorized,
		Message: "Codes cannot be checked at the moment: the key of the secrets is not there. Use a recovery code, and tell whoever runs Hookline.",
	}
)

// NewTwoStepKey makes a key for an authenticator app, which counts once it is
// confirmed.
func (d *Desk) NewTwoStepKey() string { return newCodeKey() }

// TwoStep says whether and how somebody is asked for a code; on is false when
// they are not.
func (d *Desk) TwoStep(ctx context.Context, userID string) (t hookline.TwoStep, on bool, err error) {
	t, err = d.store.TwoStep(ctx, userID)
	if hookline.KindOf(err) == hookline.KindNotFound {
		return t, false, nil
	}
	return t, err == nil, err
}

// TwoStepChange is what a user says to turn two-step sign-in on or off.
type TwoStepChange struct {
	UserID    string
	Password  string
	Key       string // to turn it on
	Code      string
	SessionID string // whose tries are counted
}

// TurnOnTwoStep checks the password, and that the app makes the right codes. It
// gives the recovery codes, this once. What is wrong is told by the fields
// "password" and "code".
func (d *Desk) TurnOnTwoStep(ctx context.Context, c TwoStepChange) (recovery []string, err error) {
	user, err := d.store.User(ctx, c.UserID)
	if err != nil {
		return nil, err
	}
	if _, on, err := d.TwoStep(ctx, user.ID); err != nil || on {
		return nil, cmp.Or(err, error(errOnAlready))
	}
	key, ok := readCodeKey(c.Key)
	if !ok {
		return nil, hookline.Invalid("This page is out of date. Begin anew.", nil)
	}
	step, right := stepOf(key, tidyCode(c.Code), time.Now())
	if !right {
		return nil, hookline.Invalid("Two-step sign-in is not turned on.", map[string]string{"code": "This is not the code that the app shows now. Check the clock of your phone, and type the next one."})
	}
	if err := d.checkPassword(ctx, user, c); err != nil {
		return nil, err
	}
	seals, err := d.sealing()
	if err != nil {
		return nil, err
	}
	t := hookline.TwoStep{UserID: user.ID, Sealed: seals.Seal(sealedAs(user.ID, nil), c.Key), MadeAt: time.Now(), Used: step}
	hashes := make([]string, RecoveryCodes)
	for i := range hashes {
		code := hookline.Secret()[:16]
		recovery = append(recovery, code[:4]+"-"+code[4:8]+"-"+code[8:12]+"-"+code[12:])
		hashes[i] = hashID(code)
	}
	return recovery, d.store.SetTwoStep(ctx, t, hashes)
}

// TurnOffTwoStep checks the password and a code, and asks for codes no more.
func (d *Desk) TurnOffTwoStep(ctx context.Context, c TwoStepChange) error {
	user, err := d.store.User(ctx, c.UserID)
	if err != nil {
		return err
	}
	if err := d.checkPassword(ctx, user, c); err != nil {
		return err
	}
	err = d.takeCode(ctx, user, c.SessionID, c.Code)
	if told, ok := errors.AsType[*hookline.Error](err); ok && told.Kind == hookline.KindUnauthorized {
		return hookline.Invalid("Two-step sign-in is still on.", map[string]string{"code": told.Message})
	}
	if err != nil {
		return err
	}
	return d.store.DeleteTwoStep(ctx, user.ID)
}

// TakeOffTwoStep is an administrator's, for somebody who lost phone and codes.
func (d *Desk) TakeOffTwoStep(ctx context.Context, userID string) error {
	return d.store.DeleteTwoStep(ctx, userID)
}

func (d *Desk) checkPassword(ctx context.Context, user hookline.User, c TwoStepChange) error {
	_, err := d.userByPassword(ctx, guess{user.Email, c.Password, c.SessionID})
	if errors.Is(err, errWrong) {
		return hookline.Invalid("Nothing was changed.", map[string]string{"password": "This is not your password."})
	}
	return err
}

// SecondStep is what somebody says whose password was right.
type SecondStep struct {
	UserID  string
	Code    string // of the app, or a recovery code
	Address string
	Agent   string
	Device  string // as of SignIn
}

// FinishSignIn checks the code and begins a session. Wrong codes are throttled
// like wrong passwords.
func (d *Desk) FinishSignIn(ctx context.Context, s SecondStep) (hookline.User, string, error) {
	user, err := d.store.User(ctx, s.UserID)
	if err != nil {
		return hookline.User{}, "", signedOutIfMissing(err)
	}
	if user.Disabled {
		return hookline.User{}, "", errSignedOut
	}
	if err := d.takeCode(ctx, user, s.Device, s.Code); err != nil {
		return hookline.User{}, "", err
	}
	id, err := d.begin(ctx, user, SignIn{Address: s.Address, Agent: s.Agent})
	return user, id, err
}

// takeCode takes a code of the app or a recovery code, each once.
func (d *Desk) takeCode(ctx context.Context, user hookline.User, device, code string) error {
	tries := guess{"code of " + user.ID, "", device}.key()
	if wait := d.accounts.begin(tries); wait > 0 {
		return throttled(wait)
	}
	t, err := d.store.TwoStep(ctx, user.ID)
	if err != nil {
		return signedOutIfMissing(err) // it was taken off meanwhile
	}
	if err := d.useCode(ctx, t, tidyCode(code)); err != nil {
		return err
	}
	d.accounts.forget(tries)
	return nil
}

func (d *Desk) useCode(ctx context.Context, t hookline.TwoStep, code string) error {
	if len(code) != codeDigits {
		err := d.store.UseRecoveryCode(ctx, t.UserID, hashID(code))
		if hookline.KindOf(err) == hookline.KindNotFound {
			return errWrongCode
		}
		return err
	}
	seals, err := d.sealing()
	if err != nil {
		return errNoKey
	}
	text, err := seals.Open(sealedAs(t.UserID, t.Sealed))
	if err != nil {
		return errNoKey
	}
	key, _ := readCodeKey(text)
	step, ok := stepOf(key, code, time.Now())
	if !ok {
		return errWrongCode
	}
	err = d.store.UseStep(ctx, t.UserID, step)
	if hookline.KindOf(err) == hookline.KindConflict {
		return errWrongCode
	}
	return err
}

func (d *Desk) sealing() (*secret.Key, error) {
	if d.keys == nil {
		return nil, errNoKey
	}
	return d.keys.MakeKey()
}

// sealedAs is under which name a key is sealed: that of no secret, for they have
// no blanks.
func sealedAs(userID string, sealed []byte) hookline.KeptSecret {
	return hookline.KeptSecret{Name: "two-step sign-in of " + userID, Sealed: sealed}
}

// tidyCode takes out what people put between groups.
func tidyCode(code string) string {
	return strings.ToLower(strings.NewReplacer(" ", "", "-", "").Replace(strings.TrimSpace(code)))
}
