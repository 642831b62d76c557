package sqlite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

// PutPerson makes the person with this user id, or replaces the attributes of
// who goes by it already, and says which of both. An e-mail address that
// somebody else goes by stays theirs. It fails with KindConflict when the person
// was deleted and is not to be known again.
func (s *Store) PutPerson(ctx context.Context, userID string, attributes json.RawMessage) (p hookline.Person, made bool, err error) {
	email, err := emailAttribute(attributes)
	if err != nil {
		return p, false, err
	}
	err = s.write(ctx, func(t *tx) error {
		p, err = scanPerson(t.queryRow(personByIdentityQuery, hookline.UserIdentity(userID)))
		made = hookline.KindOf(found(err, "person")) == hookline.KindNotFound
		if err != nil && !made {
			return fmt.Errorf("read person: %w", err)
		}
		at := now()
		if made {
			if err := s.mayBeKnown(t, hookline.UserIdentity(userID)); err != nil {
				return err
			}
			p = hookline.Person{ID: s.ids.New("per"), UserID: userID, CreatedAt: at}
		}
		before := p
		if p.Setters, err = settersAfter(before, attributes, setterBy(ctx)); err != nil {
			return err
		}
		p.Email, p.Attributes, p.UpdatedAt = email, attributes, at
		if err := errors.Join(savePerson(t, p), nameUser(t, p), moveEmail(t, before, email)); err != nil {
			return err
		}
		if err := s.notePut(ctx, t, before, p, made); err != nil {
			return err
		}
		p.Version++
		t.changedPerson(p.ID)
		one := []hookline.Person{p}
		err := readAnonymousIDs(t.query, one)
		p = one[0]
		return err
	})
	if err != nil {
		return hookline.Person{}, false, err
	}
	return p, made, nil
}

// notePut keeps that a person was made, or with which attributes they were left.
func (s *Store) notePut(ctx context.Context, t *tx, before, after hookline.Person, made bool) error {
	if made {
		return s.note(ctx, t, audit.Make(audit.OfPerson(after)))
	}
	return s.noteChange(ctx, t, audit.OfPerson(before), audit.OfPerson(after))
}

func nameUser(t *tx, p hookline.Person) error {
	_, err := t.exec("insert into identities (identity, person_id) values ($1, $2) on conflict (identity) do nothing", hookline.UserIdentity(p.UserID), p.ID)
	if err != nil {
		return fmt.Errorf("insert identity: %w", err)
	}
	return nil
}
