package api

import (
	"context"
	"errors"

	"hookline/internal/compose"
	"hookline/internal/hookline"
)

type secretStore interface {
	ListSecrets(ctx context.Context) ([]hookline.KeptSecret, error)
}

// checkSecrets notes in wrong which secret a template cannot use, and why.
func (m *manage) checkSecrets(ctx context.Context, t hookline.Template, wrong map[string]string) error {
	if len(compose.SecretsIn(t)) == 0 {
		return nil
	}
	all, err := m.Store.ListSecrets(ctx)
	if err != nil {
		return err
	}
	if e, ok := errors.AsType[*compose.Error](compose.CheckSecrets(t, all)); ok {
		wrong["request."+string(e.Part)] = placed(e.Line, e.Column, e.Message)
	}
	return nil
}
