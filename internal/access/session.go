package access

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"time"

	"hookline/internal/hookline"
)

// touchEvery spares the store a write for every click.
const touchEvery = time.Minute

// SignIn is what somebody says to be let in.
type SignIn struct {
	Email    string
	Password string
	Address  string // the network address it came from, for the throttle
	Agent    string // what the browser calls itself, for the list of sessions
	Device   string // the id of a browser that has signed in with this e-mail before, as a signed cookie proves; else ""
}

var (
	errWrong = &hookline.Error{
		Kind:    hookline.KindUnauthorized,
		Message: "E-mail address and password do not match. Check both and try again.",
	}
	errSignedOut = &hookline.Error{Kind: hookline.KindUnauthorized, Message: "Please sign in."}
)

// SignIn checks who it is and begins a session. It gives the user and the
// session's id, which is known to the cookie alone: the store keeps its hash.
// Unknown users, disabled ones and wrong passwords get the same answer in the
// same time. After too many failures it answers KindThrottled. Who is asked for a
// code as well gets no session yet: ErrSecondStep, and the user.
func (d *Desk) SignIn(ctx context.Context, s SignIn) (hookline.User, string, error) {
	email := hookline.NormalEmail(s.Email)
	known := s.Device != ""
	if !known {
		if wait := d.addresses.begin(s.Address); wait > 0 {
			return hookline.User{}, "", throttled(wait)
		}
	}
	user, err := d.userByPassword(ctx, guess{email, s.Password, s.Device})
	if err != nil {
		return hookline.User{}, "", err
	}
	if !known {
		d.addresses.takeBack(s.Address)
	}
	_, on, err := d.TwoStep(ctx, user.ID)
	if err != nil {
		return hookline.User{}, "", err
	}
	if on {
		return user, "", ErrSecondStep
	}
	id, err := d.begin(ctx, user, s)
	return user, id, err
}

// guess is a password for an account. A known device has tries of its own, so
// that strangers who guess cannot keep the account's owner out.
type guess struct{ email, password, device string }

func (g guess) key() string { return g.email + "\x00" + g.device }

func (d *Desk) userByPassword(ctx context.Context, g guess) (hookline.User, error) {
	if wait := d.accounts.begin(g.key()); wait > 0 {
		return hookline.User{}, throttled(wait)
	}
	user, err := d.store.UserByEmail(ctx, g.email)
	unknown := hookline.KindOf(err) == hookline.KindNotFound
	if err != nil && !unknown {
		return hookline.User{}, err
	}
	hash := user.PasswordHash
	if unknown {
		hash = d.nobody
	}
	ok, err := d.matches(ctx, hash, g.password)
	if err != nil {
		return hookline.User{}, err
	}
	if !ok || unknown || user.Disabled {
		return hookline.User{}, errWrong
	}
	d.accounts.forget(g.key())
	return user, nil
}

func throttled(wait time.Duration) error {
	seconds := int(math.Ceil(wait.Seconds()))
	text := fmt.Sprintf("%d seconds", seconds)
	switch {
	case seconds == 1:
		text = "1 second"
	case seconds > 90:
		text = fmt.Sprintf("%d minutes", int(math.Ceil(wait.Minutes())))
	}
	return &hookline.Error{
		Kind:       hookline.KindThrottled,
		Message:    "There were too many tries. Wait " + text + " and try again.",
		RetryAfter: wait,
	}
}

func (d *Desk) begin(ctx context.Context, user hookline.User, s SignIn) (id string, err error) {
	id = hookline.Secret()
	now := time.Now()
	err = d.store.CreateSession(ctx, hookline.Session{
		IDHash:     hashID(id),
		UserID:     user.ID,
		CreatedAt:  now,
		LastSeenAt: now,
		ExpiresAt:  now.Add(d.absolute),
		Agent:      hookline.CutAgent(s.Agent),
		Address:    s.Address,
	})
	if err != nil {
		return "", err
	}
	return id, nil
}

// Visit says who the session with this id belongs to, and counts as a use of
// it. It answers KindUnauthorized when the session has ended or its user is
// disabled.
func (d *Desk) Visit(ctx context.Context, id string) (hookline.User, error) {
	user, session, err := d.look(ctx, id)
	if err != nil {
		return hookline.User{}, err
	}
	if now := time.Now(); now.Sub(session.LastSeenAt) >= touchEvery {
		if err := d.store.TouchSession(ctx, session.IDHash, now); err != nil {
			return hookline.User{}, err
		}
	}
	return user, nil
}

// Peek is Visit without the use: a page that refreshes itself must not keep a
// session alive at an empty desk.
func (d *Desk) Peek(ctx context.Context, id string) (hookline.User, error) {
	user, _, err := d.look(ctx, id)
	return user, err
}

func (d *Desk) look(ctx context.Context, id string) (hookline.User, hookline.Session, error) {
	var nobody hookline.User
	if id == "" {
		return nobody, hookline.Session{}, errSignedOut
	}
	session, err := d.store.Session(ctx, hashID(id))
	if err != nil {
		return nobody, session, signedOutIfMissing(err)
	}
	if !d.lasts(session, time.Now()) {
		// It is dead with or without its row; the store may be read-only.
		_ = d.store.DeleteSession(ctx, session.IDHash)
		return nobody, session, errSignedOut
	}
	user, err := d.store.User(ctx, session.UserID)
	if err != nil {
		return nobody, session, signedOutIfMissing(err)
	}
	if user.Disabled {
		return nobody, session, errSignedOut
	}
	return user, session, nil
}

// lasts also ends a session that was last seen in the future: the clock was set
// back, and nothing can be said about its age.
func (d *Desk) lasts(s hookline.Session, now time.Time) bool {
	const slack = time.Hour
	if s.LastSeenAt.After(now.Add(slack)) {
		return false
	}
	return now.Before(s.ExpiresAt) && now.Sub(s.LastSeenAt) < d.idle
}

func signedOutIfMissing(err error) error {
	if hookline.KindOf(err) == hookline.KindNotFound {
		return errSignedOut
	}
	return err
}

// SignOut ends a session. To end one that is not there is no error.
func (d *Desk) SignOut(ctx context.Context, id string) error {
	if id == "" {
		return nil
	}
	err := d.store.DeleteSession(ctx, hashID(id))
	if hookline.KindOf(err) == hookline.KindNotFound {
		return nil
	}
	return err
}

// hashID is plain SHA-256: the id holds 160 random bits, so there is nothing
// that a slow hash would protect.
func hashID(id string) string {
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:])
}
