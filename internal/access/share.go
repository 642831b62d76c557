package access

import (
	"context"
	"time"

	"hookline/internal/hookline"
)

type shareStore interface {
	CreateShare(ctx context.Context, s hookline.Share, lasts time.Duration) (hookline.Share, error)
	Share(ctx context.Context, codeHash string) (hookline.Share, error)
}

// Share makes a link to a delivery that works for a while. Its code is given
// this once: the store keeps its hash.
func (d *Desk) Share(ctx context.Context, s hookline.Share, lasts time.Duration) (made hookline.Share, code string, err error) {
	code = hookline.Unguessable()
	s.CodeHash = hashID(code)
	if made, err = d.store.CreateShare(ctx, s, lasts); err != nil {
		return made, "", err
	}
	return made, code, nil
}

// Shared says what the link with this code shows; KindNotFound when there is
// none, or it has expired or was revoked.
func (d *Desk) Shared(ctx context.Context, code string) (hookline.Share, error) {
	if code == "" {
		return hookline.Share{}, hookline.NotFound("link")
	}
	return d.store.Share(ctx, hashID(code))
}
