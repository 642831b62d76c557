package access

import (
	"context"

	"hookline/internal/hookline"
)

type invitationStore interface {
	CreateInvitation(ctx context.Context, i hookline.Invitation) (hookline.Invitation, error)
	Invitation(ctx context.Context, codeHash string) (hookline.Invitation, error)
	TakeInvitation(ctx context.Context, codeHash, passwordHash string) (hookline.User, error)
}

// Invite makes an invitation for an e-mail address. Its code is given this
// once: the store keeps its hash. An earlier one for the same address ends.
func (d *Desk) Invite(ctx context.Context, i hookline.Invitation) (hookline.Invitation, string, error) {
	code := hookline.Secret()
	i.CodeHash = hashID(code)
	made, err := d.store.CreateInvitation(ctx, i)
	if err != nil {
		return hookline.Invitation{}, "", err
	}
	return made, code, nil
}

// Invited says who was invited with this code; KindNotFound when nobody was, or
// the invitation was taken, withdrawn or has expired.
func (d *Desk) Invited(ctx context.Context, code string) (hookline.Invitation, error) {
	if code == "" {
		return hookline.Invitation{}, hookline.NotFound("invitation")
	}
	return d.store.Invitation(ctx, hashID(code))
}

// Accept makes the user who was invited, with the password that they chose. A
// password that cannot be taken leaves the invitation as it is.
func (d *Desk) Accept(ctx context.Context, code, password string) (hookline.User, error) {
	if _, err := d.Invited(ctx, code); err != nil {
		return hookline.User{}, err
	}
	if err := hookline.CheckPassword(password); err != nil {
		return hookline.User{}, err
	}
	hash, err := d.hash(ctx, password)
	if err != nil {
		return hookline.User{}, err
	}
	return d.store.TakeInvitation(ctx, hashID(code), hash)
}
