package access

import (
	"context"
	"errors"
	"maps"

	"hookline/internal/hookline"
)

// CreateFirstAdmin makes the first user, an administrator. When there is a user
// already it answers KindConflict: of two who try at the same time, one wins.
func (d *Desk) CreateFirstAdmin(ctx context.Context, email, password string) (hookline.User, error) {
	user, err := d.newUser(ctx, hookline.User{Email: email, Role: hookline.Admin}, password)
	if err != nil {
		return hookline.User{}, err
	}
	user, err = d.store.CreateFirstUser(ctx, user)
	if err == nil {
		d.inUse.Store(true)
	}
	return user, err
}

// AddUser makes a user, who signs in with this password and may change it.
func (d *Desk) AddUser(ctx context.Context, u hookline.User, password string) (hookline.User, error) {
	user, err := d.newUser(ctx, u, password)
	if err != nil {
		return hookline.User{}, err
	}
	return d.store.CreateUser(ctx, user)
}

// newUser checks e-mail, role and password together, so that a form tells
// everything that is wrong at once.
func (d *Desk) newUser(ctx context.Context, u hookline.User, password string) (hookline.User, error) {
	u.Email = hookline.NormalEmail(u.Email)
	if err := both(u.Validate(), hookline.CheckPassword(password)); err != nil {
		return hookline.User{}, err
	}
	hash, err := d.hash(ctx, password)
	if err != nil {
		return hookline.User{}, err
	}
	u.PasswordHash = hash
	return u, nil
}

func both(a, b error) error {
	first, firstWrong := errors.AsType[*hookline.Error](a)
	second, secondWrong := errors.AsType[*hookline.Error](b)
	switch {
	case !firstWrong:
		return b
	case !secondWrong:
		return a
	}
	fields := maps.Clone(first.Fields)
	maps.Copy(fields, second.Fields)
	return hookline.Invalid(first.Message, fields)
}

// ChangeRole gives a user another role, which counts from their next click on.
// The last enabled administrator stays one: KindConflict.
func (d *Desk) ChangeRole(ctx context.Context, userID string, role hookline.Role) error {
	user, err := d.store.User(ctx, userID)
	if err != nil {
		return err
	}
	user.Role = role
	if err := user.Validate(); err != nil {
		return err
	}
	_, err = d.store.UpdateUser(ctx, user)
	return err
}

// Disable keeps a user out and ends their sessions. The last enabled
// administrator cannot be disabled: KindConflict.
func (d *Desk) Disable(ctx context.Context, userID string) error {
	if err := d.setDisabled(ctx, userID, true); err != nil {
		return err
	}
	return d.store.DeleteSessionsOf(ctx, userID, "")
}

// Enable lets a disabled user in again.
func (d *Desk) Enable(ctx context.Context, userID string) error {
	return d.setDisabled(ctx, userID, false)
}

func (d *Desk) setDisabled(ctx context.Context, userID string, disabled bool) error {
	user, err := d.store.User(ctx, userID)
	if err != nil {
		return err
	}
	user.Disabled = disabled
	_, err = d.store.UpdateUser(ctx, user)
	return err
}

// PasswordChange is what a user says to get a new password.
type PasswordChange struct {
	UserID    string
	Current   string
	New       string
	SessionID string // the one session that goes on
}

// ChangePassword checks the current password and sets the new one. All of the
// user's other sessions end. What is wrong is told by the fields "current" and
// "password".
func (d *Desk) ChangePassword(ctx context.Context, c PasswordChange) error {
	user, err := d.store.User(ctx, c.UserID)
	if err != nil {
		return err
	}
	if err := hookline.CheckPassword(c.New); err != nil {
		return err
	}
	_, err = d.userByPassword(ctx, guess{user.Email, c.Current, c.SessionID})
	if errors.Is(err, errWrong) {
		return hookline.Invalid("The password was not changed.", map[string]string{"current": "This is not your current password."})
	}
	if err != nil {
		return err
	}
	return d.setPassword(ctx, user, c.New, c.SessionID)
}

// ResetPassword gives a user who forgot theirs a new password and ends all of
// their sessions.
func (d *Desk) ResetPassword(ctx context.Context, userID, password string) error {
	user, err := d.store.User(ctx, userID)
	if err != nil {
		return err
	}
	if err := hookline.CheckPassword(password); err != nil {
		return err
	}
	if err := d.setPassword(ctx, user, password, ""); err != nil {
		return err
	}
	d.accounts.forget(guess{email: user.Email}.key())
	return nil
}

func (d *Desk) setPassword(ctx context.Context, user hookline.User, password, keepSession string) error {
	hash, err := d.hash(ctx, password)
	if err != nil {
		return err
	}
	user.PasswordHash = hash
	if _, err := d.store.UpdateUser(ctx, user); err != nil {
		return err
	}
	keep := ""
	if keepSession != "" {
		keep = hashID(keepSession)
	}
	return d.store.DeleteSessionsOf(ctx, user.ID, keep)
}
