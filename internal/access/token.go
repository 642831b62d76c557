package access

import (
	"context"
	"strings"
	"time"

	"hookline/internal/hookline"
)

type tokenStore interface {
	CreateToken(ctx context.Context, t hookline.Token) (hookline.Token, error)
	TokenByHash(ctx context.Context, hash string) (hookline.Token, error)
	TouchToken(ctx context.Context, id string, at time.Time) error
}

var errToken = &hookline.Error{
	Kind:    hookline.KindUnauthorized,
	Message: "No token like this is known: it may have been revoked. Make one in Hookline, under Settings, API tokens.",
}

// CreateToken makes a token for the management API whose bearer may do what a
// user of this role may. It is given this once: the store keeps its hash.
func (d *Desk) CreateToken(ctx context.Context, name string, scope hookline.Role, madeBy string) (token string, err error) {
	token = hookline.TokenPrefix + hookline.Secret()
	_, err = d.store.CreateToken(ctx, hookline.Token{Name: name, Hash: hashID(token), Scope: scope, MadeBy: madeBy})
	if err != nil {
		return "", err
	}
	return token, nil
}

// Bearer says which token this is, and notes its use, at most once a minute.
// It answers KindUnauthorized to what is no token, or no longer. A token is
// looked up by its hash, so how long the answer takes tells nothing about it.
func (d *Desk) Bearer(ctx context.Context, token string) (hookline.Token, error) {
	if !strings.HasPrefix(token, hookline.TokenPrefix) {
		return hookline.Token{}, errToken
	}
	one, err := d.store.TokenByHash(ctx, hashID(token))
	if hookline.KindOf(err) == hookline.KindNotFound {
		return hookline.Token{}, errToken
	}
	if err != nil {
		return hookline.Token{}, err
	}
	if now := time.Now(); now.Sub(one.LastUsedAt).Abs() >= touchEvery {
		// Who may come in does not depend on whether the visit could be noted.
		_ = d.store.TouchToken(ctx, one.ID, now)
	}
	return one, nil
}
