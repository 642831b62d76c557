package api

import (
	"context"
	"errors"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

type keyStore interface {
	SigningKeys(ctx context.Context) ([]hookline.SigningKey, error)
	RotateSigningKey(ctx context.Context) (hookline.SigningKey, error)
}

type keyAnswer struct {
	Key       string    `json:"key"`
	CreatedAt time.Time `json:"created_at"`
}

// showKey gives the key that signs now.
func (m *manage) showKey(c *call) (keyAnswer, error) {
	keys, err := m.Store.SigningKeys(c.Context())
	if err != nil {
		return keyAnswer{}, err
	}
	if len(keys) == 0 {
		return keyAnswer{}, errors.New("read signing key: there is none")
	}
	if err := m.Store.RecordAudit(c.Context(), audit.OfSigningKey().Say(audit.Revealed, "")); err != nil {
		return keyAnswer{}, err // what cannot be written down is not shown
	}
	m.logSecret(c, "signing key revealed")
	return keyAnswer{keys[0].Key, keys[0].CreatedAt}, nil
}

func (m *manage) rotateKey(c *call) (keyAnswer, error) {
	key, err := m.Store.RotateSigningKey(c.Context())
	if err != nil {
		return keyAnswer{}, err
	}
	m.logSecret(c, "signing key rotated")
	return keyAnswer{key.Key, key.CreatedAt}, nil
}
