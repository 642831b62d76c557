package app

import (
	"context"
	"fmt"
	"strings"

	"hookline/internal/secret"
)

// openSecrets finds the key of the secrets. A key that does not open them is
// told, and the house runs all the same: what needs no secret goes on.
func (a *App) openSecrets(ctx context.Context) error {
	mark, err := a.store.ReferenceKey(ctx)
	if err != nil {
		return err
	}
	a.references = secret.NewReferences(mark)
	if a.keys, err = secret.NewKeys(a.cfg.Data, a.cfg.SecretKey); err != nil {
		return fmt.Errorf("prepare secrets: %w", err)
	}
	all, err := a.store.ListSecrets(ctx)
	if err != nil {
		return err
	}
	if closed := a.keys.Closed(all); len(closed) > 0 {
		a.cfg.Log.ErrorContext(ctx, "secrets cannot be opened: this is another key than the one with which they were saved; put that back, as "+secret.Variable+
			" or as the file "+secret.File+" beside the database, or save them again", "secrets", strings.Join(closed, ", "))
	}
	return nil
}
