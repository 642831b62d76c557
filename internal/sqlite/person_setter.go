package sqlite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

// setterBy is who asks for what is done with ctx, as a setter; what the engine
// does names its own.
func setterBy(ctx context.Context) hookline.Setter {
	switch actor, _ := audit.By(ctx); actor.Kind {
	case audit.User, audit.Token, audit.Command:
		return hookline.Setter{ID: actor.ID, From: actor.Name, At: now()}
	}
	return hookline.Setter{}
}

// settersAfter is what set each attribute of a person once by has given them
// these attributes.
func settersAfter(p hookline.Person, attributes json.RawMessage, by hookline.Setter) (hookline.Setters, error) {
	before, err1 := hookline.ParseAttributes(p.Attributes)
	after, err2 := hookline.ParseAttributes(attributes)
	if err := errors.Join(err1, err2); err != nil {
		return "", fmt.Errorf("read attributes of %s: %w", p.ID, err)
	}
	return p.Setters.After(by, before, after), nil
}
