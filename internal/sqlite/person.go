package sqlite

import (
	"context"
	"encoding/json"
	"fmt"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

const personColumns = "id, user_id, email, attributes, suppressed, version, created_at, updated_at, setters"

// scanPerson reads all but the anonymous ids, which are among the identities.
func scanPerson(r row) (hookline.Person, error) {
	var p hookline.Person
	var attributes string
	var created, updated int64
	err := r.Scan(&p.ID, &p.UserID, &p.Email, &attributes, &p.Suppressed, &p.Version, &created, &updated, &p.Setters)
	p.Attributes = json.RawMessage(attributes)
	p.CreatedAt, p.UpdatedAt = fromMicros(created), fromMicros(updated)
	return p, err
}

// Person gives one person.
func (s *Store) Person(ctx context.Context, id string) (hookline.Person, error) {
	return s.onePerson(ctx, "select "+personColumns+" from people where id = $1", id)
}

// PersonByIdentity gives the person that a name leads to, such as
// hookline.UserIdentity("u1").
func (s *Store) PersonByIdentity(ctx context.Context, identity string) (hookline.Person, error) {
	return s.onePerson(ctx, personByIdentityQuery, identity)
}

const personByIdentityQuery = "select " + personColumns + " from people where id = (select person_id from identities where identity = $1)"

func (s *Store) onePerson(ctx context.Context, query, arg string) (hookline.Person, error) {
	p, err := scanPerson(s.reads.QueryRowContext(ctx, query, arg))
	if err := found(err, "person"); err != nil {
		return hookline.Person{}, err
	}
	memberships, err := s.MembershipsOf(ctx, []string{p.ID})
	if err != nil {
		return hookline.Person{}, err
	}
	p.Segments = memberships[p.ID]
	one := []hookline.Person{p}
	err = readAnonymousIDs(s.reading(ctx), one)
	return one[0], err
}

// reading is tx.query outside of a unit.
func (s *Store) reading(ctx context.Context) func(string, ...any) (rows, error) {
	return func(query string, args ...any) (rows, error) { return s.reads.QueryContext(ctx, query, args...) }
}

// readAnonymousIDs fills in the anonymous ids of people.
func readAnonymousIDs(query func(string, ...any) (rows, error), people []hookline.Person) error {
	if len(people) == 0 {
		return nil
	}
	index := make(map[string]int, len(people))
	ids := make([]string, len(people))
	for i, p := range people {
		index[p.ID], ids[i] = i, p.ID
	}
	q := newList("")
	q.in("person_id", ids)
	rows, err := query("select person_id, substr(identity, 6) from identities where "+q.terms[0]+
		" and substr(identity, 1, 5) = 'anon:' order by identity", q.args...)
	if err != nil {
		return fmt.Errorf("read anonymous ids: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var person, anonymous string
		if err := rows.Scan(&person, &anonymous); err != nil {
			return fmt.Errorf("scan anonymous id: %w", err)
		}
		p := &people[index[person]]
		p.AnonymousIDs = append(p.AnonymousIDs, anonymous)
	}
	return rows.Err()
}

// UpdatePerson changes the attributes and whether the person is suppressed;
// the e-mail address follows the attribute "email". It fails with KindConflict
// when the person is no longer of the version that was read. What a person
// goes by otherwise changes only with events.
func (s *Store) UpdatePerson(ctx context.Context, p hookline.Person) (hookline.Person, error) {
	email, err := emailAttribute(p.Attributes)
	if err != nil {
		return hookline.Person{}, err
	}
	return writeFor(ctx, s, func(t *tx) (hookline.Person, error) {
		stored, err := readPersonVersion(t, p)
		if err != nil {
			return stored, err
		}
		before := stored
		if err := moveEmail(t, stored, email); err != nil {
			return stored, err
		}
		setters, err := settersAfter(before, p.Attributes, setterBy(ctx))
		if err != nil {
			return stored, err
		}
		stored, err = scanPerson(t.queryRow(`update people set email = $2, attributes = $3, suppressed = $4, version = version + 1, updated_at = $5, setters = $6
			where id = $1 returning `+personColumns, p.ID, email, string(p.Attributes), p.Suppressed, micros(now()), string(setters)))
		if err != nil {
			return stored, fmt.Errorf("update person: %w", err)
		}
		if stored.Suppressed {
			if err := leaveJourneys(t, p.ID, leftSuppressed); err != nil {
				return stored, err
			}
		}
		t.changedPerson(p.ID)
		if err := s.noteChange(ctx, t, audit.OfPerson(before), audit.OfPerson(stored)); err != nil {
			return stored, err
		}
		one := []hookline.Person{stored}
		err = readAnonymousIDs(t.query, one)
		return one[0], err
	})
}

// emailAttribute gives the attribute "email" when it is a text, else "".
func emailAttribute(attributes json.RawMessage) (string, error) {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(attributes, &all); err != nil || all == nil {
		return "", hookline.Invalid("The person could not be saved.",
			map[string]string{"attributes": `Enter one JSON object, such as {"plan": "pro"}.`})
	}
	var email string
	if json.Unmarshal(all["email"], &email) != nil {
		return "", nil
	}
	return email, nil
}

func readPersonVersion(t *tx, p hookline.Person) (hookline.Person, error) {
	stored, err := scanPerson(t.queryRow("select "+personColumns+" from people where id = $1", p.ID))
	if err := found(err, "person"); err != nil {
		return stored, err
	}
	if stored.Version != p.Version {
		return stored, hookline.Conflict("Somebody changed this person at the same time. Look at the page again and repeat your change.")
	}
	return stored, nil
}

// moveEmail makes a person go by another e-mail address and no longer by the
// one before. An address that somebody else goes by stays theirs.
func moveEmail(t *tx, p hookline.Person, email string) error {
	before, after := hookline.EmailIdentity(p.Email), hookline.EmailIdentity(email)
	if before != after {
		if _, err := t.exec("delete from identities where identity = $1 and person_id = $2", before, p.ID); err != nil {
			return fmt.Errorf("delete identity: %w", err)
		}
	}
	if after == hookline.EmailIdentity("") {
		return nil
	}
	if _, err := t.exec("insert into identities (identity, person_id) values ($1, $2) on conflict (identity) do nothing", after, p.ID); err != nil {
		return fmt.Errorf("insert identity: %w", err)
	}
	return nil
}

// DeletePerson removes a person and every name that leads to them. Events and
// deliveries stay; whoever shows one finds no person.
func (s *Store) DeletePerson(ctx context.Context, id string) error {
	return s.write(ctx, func(t *tx) error {
		before, err := scanPerson(t.queryRow("select "+personColumns+" from people where id = $1", id))
		if err := found(err, "person"); err != nil {
			return err
		}
		t.changedPerson(id)
		if err := removePerson(t, id); err != nil {
			return err
		}
		return s.note(ctx, t, audit.Delete(audit.OfNobody(before)))
	})
}
