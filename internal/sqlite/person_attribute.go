package sqlite

import (
	"context"
	"errors"
	"fmt"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

// ChangeAttribute sets or removes one attribute of a person, whatever else of
// them changes at the same time. It fails with KindConflict when the attribute is
// no longer what was looked at.
func (s *Store) ChangeAttribute(ctx context.Context, c hookline.AttributeChange) (hookline.Person, error) {
	if err := c.Validate(); err != nil {
		return hookline.Person{}, err
	}
	return s.changePerson(ctx, c.PersonID, func(t *tx, p hookline.Person) error {
		attributes, err := hookline.ParseAttributes(p.Attributes)
		if err != nil {
			return fmt.Errorf("read attributes of %s: %w", p.ID, err)
		}
		if !c.Holds(attributes.Get(c.Name)) {
			return hookline.Conflict("This attribute has changed since you opened it.")
		}
		if c.Value == nil {
			attributes.Delete(c.Name)
		} else {
			attributes.Set(c.Name, c.Value)
		}
		text := attributes.JSON()
		if len(text) > maxAttributes {
			return hookline.Invalid("The attribute could not be saved.", map[string]string{"value": "The person would have more than 1 MB of attributes. Remove some first."})
		}
		return saveAttributes(t, p, text, setterBy(ctx))
	})
}

// SuppressPerson makes events about somebody change nothing and send nothing, or
// lets them again. Who is suppressed loses their attributes, as by the event
// “User Suppressed”, and keeps every name, so that events are known to be theirs.
func (s *Store) SuppressPerson(ctx context.Context, id string, suppressed bool) (hookline.Person, error) {
	return s.changePerson(ctx, id, func(t *tx, p hookline.Person) error {
		if p.Suppressed == suppressed {
			return nil
		}
		statement := "update people set suppressed = $2, version = version + 1, updated_at = $3 where id = $1"
		if suppressed {
			statement = "update people set suppressed = $2, attributes = '{}', email = '', setters = '', version = version + 1, updated_at = $3 where id = $1"
		}
		if _, err := t.exec(statement, id, suppressed, micros(now())); err != nil {
			return fmt.Errorf("suppress person: %w", err)
		}
		t.changedPerson(id)
		return nil
	})
}

// changePerson lets change do its work on a person as they are, notes who did
// it, and gives them as they became.
func (s *Store) changePerson(ctx context.Context, id string, change func(*tx, hookline.Person) error) (hookline.Person, error) {
	return writeFor(ctx, s, func(t *tx) (hookline.Person, error) {
		before, err := readPerson(t, id)
		if err != nil {
			return before, err
		}
		if err := change(t, before); err != nil {
			return before, err
		}
		after, err := readPerson(t, id)
		if err != nil {
			return after, err
		}
		one := []hookline.Person{after}
		err = errors.Join(readAnonymousIDs(t.query, one), s.noteChange(ctx, t, personNoted(before, after), audit.OfPerson(after)))
		return one[0], err
	})
}

// personNoted is what a person was, as the audit log tells it. What somebody lost
// who was suppressed is not kept there either.
func personNoted(before, after hookline.Person) audit.Thing {
	if after.Suppressed && !before.Suppressed {
		before.Attributes = nil
	}
	return audit.OfPerson(before)
}

func readPerson(t *tx, id string) (hookline.Person, error) {
	p, err := scanPerson(t.queryRow("select "+personColumns+" from people where id = $1", id))
	return p, found(err, "person")
}
