package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"hookline/internal/hookline"
)

// fanoutCursor is the name under which fanout keeps its place in the event log.
const fanoutCursor = "fanout"

// errMoved is what a stretch hears that was worked out from what is no longer so.
var errMoved = hookline.Conflict("What this was worked out from has changed in the meantime. Work it out again.")

// FanoutCursor gives the id of the last event that fanout recorded, "" before
// the first.
func (s *Store) FanoutCursor(ctx context.Context) (string, error) {
	key, err := readCursor(s.reads.QueryRowContext(ctx, "select event_id from cursors where name = $1", fanoutCursor))
	return hookline.KeyID("evt", key), err
}

func readCursor(r row) (key int64, err error) {
	if err := r.Scan(&key); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("read cursor: %w", err)
	}
	return key, nil
}

// identitiesAtOnce is how many names one query looks up.
const identitiesAtOnce = 100

// PeopleByIdentity gives the person behind each name that leads to one.
func (s *Store) PeopleByIdentity(ctx context.Context, identities []string) (map[string]hookline.Person, error) {
	people := make(map[string]hookline.Person, len(identities))
	unknown, age := s.known.get(identities, people)
	if len(unknown) == 0 {
		return people, nil
	}
	read := map[string]hookline.Person{}
	for group := range slices.Chunk(unknown, identitiesAtOnce) {
		if err := s.addPeople(ctx, group, read); err != nil {
			return nil, err
		}
	}
	s.known.put(read, age)
	maps.Copy(people, read)
	return people, nil
}

func (s *Store) addPeople(ctx context.Context, identities []string, people map[string]hookline.Person) error {
	args := make([]any, identitiesAtOnce) // always as many, so that the statement's text is one
	for i := range args {
		args[i] = ""
		if i < len(identities) {
			args[i] = identities[i]
		}
	}
	rows, err := s.reads.QueryContext(ctx, peopleByIdentityQuery, args...)
	if err != nil {
		return fmt.Errorf("read people: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var identity string
		p, err := scanPerson(prefixed{rows, &identity})
		if err != nil {
			return fmt.Errorf("scan person: %w", err)
		}
		people[identity] = p
	}
	return rows.Err()
}

var peopleByIdentityQuery = "select i.identity, " + prefixColumns("p", personColumns) +
	" from identities i join people p on p.id = i.person_id where i.identity in (" + placeholders(identitiesAtOnce) + ")"

// prefixed scans one column more, before those of the noun.
type prefixed struct {
	row
	first any
}

func (p prefixed) Scan(dest ...any) error { return p.row.Scan(append([]any{p.first}, dest...)...) }

func prefixColumns(table, columns string) string {
	return table + "." + strings.ReplaceAll(columns, ", ", ", "+table+".")
}

func placeholders(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", i+1)
	}
	return b.String()
}

// RecordFanout records what a stretch of the event log set off: people,
// deliveries and the cursor, whole or not at all. It fails with KindConflict
// when the cursor, or a person it read, has changed since: then the stretch is
// worked out again.
func (s *Store) RecordFanout(ctx context.Context, f hookline.Fanout) error {
	err := s.write(ctx, func(t *tx) error {
		if err := moveCursor(t, f.From, f.To); err != nil {
			return err
		}
		for _, change := range f.People {
			if err := recordPerson(t, change); err != nil {
				return err
			}
		}
		for i := range f.Deliveries {
			if err := s.createDelivery(t, &f.Deliveries[i]); err != nil {
				return err
			}
		}
		for i := range f.Parts {
			if err := s.createBatchPart(t, &f.Parts[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if hookline.KindOf(err) == hookline.KindConflict {
		s.known.clear() // what was remembered may be why
	}
	return err
}

func moveCursor(t *tx, from, to string) error {
	at, err := readCursor(t.queryRow("select event_id from cursors where name = $1", fanoutCursor))
	if err != nil {
		return err
	}
	if at != hookline.KeyOf(from) {
		return errMoved
	}
	t.told.fanned = hookline.KeyOf(to)
	t.changed(hookline.TopicFanned)
	return setCursor(t, fanoutCursor, hookline.KeyOf(to))
}

func setCursor(t *tx, name string, key int64) error {
	_, err := t.exec("insert into cursors (name, event_id) values ($1, $2) on conflict (name) do update set event_id = excluded.event_id", name, key)
	if err != nil {
		return fmt.Errorf("move cursor %s: %w", name, err)
	}
	return nil
}

func recordPerson(t *tx, c hookline.PersonChange) error {
	t.changed(hookline.TopicPerson(c.Person.ID))
	t.told.people = append(t.told.people, asStored(c))
	for _, id := range c.Merged {
		if err := mergePerson(t, id, c.Person.ID); err != nil {
			return err
		}
	}
	if c.Deleted {
		return removePerson(t, c.Person.ID)
	}
	if c.Person.Suppressed {
		if err := leaveJourneys(t, c.Person.ID, leftSuppressed); err != nil {
			return err
		}
	}
	if err := savePerson(t, c.Person); err != nil {
		return err
	}
	for _, identity := range c.Identities {
		if err := saveIdentity(t, identity, c.Person.ID); err != nil {
			return err
		}
	}
	return nil
}

// asStored is a change with the person as they are read from then on.
func asStored(c hookline.PersonChange) hookline.PersonChange {
	c.Person.Version++
	c.Person.UserID = strings.Clone(c.Person.UserID) // who keeps the person shall not keep the event
	c.Person.CreatedAt, c.Person.UpdatedAt = fromMicros(micros(c.Person.CreatedAt)), fromMicros(micros(c.Person.UpdatedAt))
	return c
}

// saveIdentity makes a name lead to a person. A user id that leads to somebody
// else by now was given to them after it was looked up.
func saveIdentity(t *tx, identity, personID string) error {
	statement := "insert into identities (identity, person_id) values ($1, $2) on conflict (identity) do update set person_id = excluded.person_id"
	if strings.HasPrefix(identity, hookline.UserIdentity("")) {
		statement += " where identities.person_id = excluded.person_id"
	}
	n, err := t.exec(statement, identity, personID)
	if err != nil {
		return fmt.Errorf("save identity: %w", err)
	}
	if n == 0 {
		return errMoved
	}
	return claimDeeds(t, identity, personID)
}

// savePerson inserts a person of version 0, and updates any other whose
// version is still the one that was read.
func savePerson(t *tx, p hookline.Person) error {
	if p.Version == 0 {
		_, err := t.exec("insert into people ("+personColumns+") values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
			p.ID, p.UserID, p.Email, string(p.Attributes), p.Suppressed, 1, micros(p.CreatedAt), micros(p.UpdatedAt), string(p.Setters))
		return err
	}
	n, err := t.exec("update people set user_id = $3, email = $4, attributes = $5, suppressed = $6, version = version + 1, updated_at = $7, setters = $8 where id = $1 and version = $2",
		p.ID, p.Version, p.UserID, p.Email, string(p.Attributes), p.Suppressed, micros(p.UpdatedAt), string(p.Setters))
	if err != nil {
		return fmt.Errorf("update person: %w", err)
	}
	if n == 0 {
		return errMoved
	}
	return nil
}

var (
	mergeIdentities = "update identities set person_id = $2 where person_id = $1"
	mergeDeliveries = "update deliveries set person_id = $2 where id in (select k.delivery_id from " + deliveriesByPerson.entries("k") + " where k.person_id = $1)"
	mergeEntries    = "update deliveries_by_person set person_id = $2 where person_id = $1 and run in (select r.run from " + deliveriesByPerson.runs("r") + ")"
)

// mergePerson makes what belonged to one person belong to another.
func mergePerson(t *tx, from, into string) error {
	t.changed(hookline.TopicPerson(from))
	if err := deliveriesByPerson.complete(t); err != nil {
		return err
	}
	for _, statement := range []string{mergeIdentities, mergeDeliveries, mergeEntries} {
		if _, err := t.exec(statement, from, into); err != nil {
			return fmt.Errorf("merge person: %w", err)
		}
	}
	if err := errors.Join(mergeFailures(t, from, into), mergeStanding(t, from, into)); err != nil {
		return err
	}
	if err := mergeJourneysOf(t, from, into); err != nil {
		return err
	}
	n, err := t.exec("delete from people where id = $1", from)
	if err != nil {
		return fmt.Errorf("merge person: %w", err)
	}
	if n == 0 {
		return errMoved
	}
	return nil
}

func removePerson(t *tx, id string) error {
	if err := errors.Join(removeStanding(t, id), leaveJourneys(t, id, leftDeleted)); err != nil {
		return err
	}
	if _, err := t.exec("delete from identities where person_id = $1", id); err != nil {
		return fmt.Errorf("delete identities: %w", err)
	}
	if _, err := t.exec("delete from people where id = $1", id); err != nil {
		return fmt.Errorf("delete person: %w", err)
	}
	return nil
}
