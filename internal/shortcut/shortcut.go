// Package shortcut presses shortcuts: it makes the request of each person who
// was chosen, and owes it. Sending is the engine's, as of everything owed.
package shortcut

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"hookline/internal/compose"
	"hookline/internal/hookline"
)

// Store is what a press reads and writes.
type Store interface {
	Shortcut(ctx context.Context, id string) (hookline.Shortcut, error)
	Action(ctx context.Context, id string) (hookline.Action, error)
	Person(ctx context.Context, id string) (hookline.Person, error)
	Press(ctx context.Context, id string) (hookline.Press, error)
	// CreatePress records a press and owes its deliveries, all or none. One that
	// is recorded already is given as it is.
	CreatePress(ctx context.Context, p hookline.Press, owed map[string]hookline.Owed) (hookline.Press, error)
}

// Presser presses shortcuts.
type Presser struct {
	store   Store
	compose *compose.Composer
}

// New makes a presser.
func New(store Store, composer *compose.Composer) *Presser {
	return &Presser{store: store, compose: composer}
}

// Finished is the request that a press would send for one person.
type Finished struct {
	Person  hookline.Person
	Made    compose.Made
	Refused string // why nothing would be sent, in plain words
}

// Preview makes the request of each person, in their order, as a press would.
// It changes nothing.
func (p *Presser) Preview(ctx context.Context, s hookline.Shortcut, personIDs []string) ([]Finished, error) {
	action, err := p.store.Action(ctx, s.ActionID)
	if err != nil {
		return nil, err
	}
	all := make([]Finished, len(personIDs))
	for i, id := range personIDs {
		if all[i], err = p.finish(ctx, action.Template, id); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (p *Presser) finish(ctx context.Context, t hookline.Template, personID string) (Finished, error) {
	person, err := p.store.Person(ctx, personID)
	switch {
	case hookline.KindOf(err) == hookline.KindNotFound:
		return Finished{Person: hookline.Person{ID: personID}, Refused: hookline.PressedGone}, nil
	case err != nil:
		return Finished{}, err
	case person.Suppressed:
		return Finished{Person: person, Refused: hookline.PressedSuppressed}, nil
	}
	made, err := p.compose.Preview(ctx, t, compose.Roots{Person: &person})
	f := Finished{Person: person, Made: made}
	if cancelled, ok := errors.AsType[*compose.Cancelled](err); ok {
		f.Refused = cancelled.Error()
	} else if err != nil {
		f.Refused = compose.Reason(err)
	}
	return f, nil
}

// Press makes and owes the request of each person of a press, all in one
// transaction, and gives what it came to for each. A press that was made before
// is given as it is. Who is the only one and is refused makes it fail with
// KindConflict, so that nothing is kept of it.
func (p *Presser) Press(ctx context.Context, press hookline.Press) (hookline.Press, error) {
	if before, err := p.store.Press(ctx, press.ID); err == nil && before.ShortcutID == press.ShortcutID && before.By == press.By {
		return before, nil
	}
	s, err := p.store.Shortcut(ctx, press.ShortcutID)
	if err == nil {
		err = errors.Join(s.Pressable(), press.Validate())
	}
	if err != nil {
		return press, err
	}
	action, err := p.store.Action(ctx, s.ActionID)
	if err != nil {
		return press, err
	}
	owed := map[string]hookline.Owed{}
	for i, one := range press.For {
		f, err := p.finish(ctx, action.Template, one.PersonID)
		if err != nil {
			return press, err
		}
		if f.Refused != "" && len(press.For) == 1 {
			return press, hookline.Conflict(f.Refused)
		}
		press.For[i].Refused = f.Refused
		if f.Refused == "" {
			owed[one.PersonID] = owe(press, action, one.PersonID, f.Made.Request)
		}
	}
	return p.store.CreatePress(ctx, press, owed)
}

func owe(press hookline.Press, a hookline.Action, personID string, request hookline.Request) hookline.Owed {
	at := time.Now().UTC()
	return hookline.Owed{Request: request, Delivery: hookline.Delivery{
		State: hookline.StateQueued, Origin: hookline.OriginShortcut,
		DestinationID: a.DestinationID, ActionID: a.ID, ActionVersion: a.Version, PersonID: personID,
		IdempotencyKey: idempotencyKey(press.ID, personID), RequestNumber: 1, AskedBy: press.By,
		CreatedAt: at, NextAttemptAt: at, UpdatedAt: at,
	}}
}

// idempotencyKey comes from the press and the person alone: each press has its
// own, and each person of it.
func idempotencyKey(pressID, personID string) string {
	sum := sha256.Sum256([]byte(pressID + "/" + personID))
	return hex.EncodeToString(sum[:16])
}

// People makes a press for these people, each once.
func People(personIDs []string) []hookline.Pressed {
	var all []hookline.Pressed
	known := map[string]bool{}
	for _, id := range personIDs {
		if id != "" && !known[id] {
			known[id] = true
			all = append(all, hookline.Pressed{PersonID: id})
		}
	}
	return all
}
