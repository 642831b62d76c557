package sqlite

import (
	"context"
	"fmt"
	"slices"

	"hookline/internal/hookline"
)

// maxPending is how many events may wait to be worked out for them to be looked
// through within a unit.
const maxPending = 10_000

// RemovePerson goes on with a deletion that waits: the person is removed unless
// events about them are still being worked out, which gone tells.
func (s *Store) RemovePerson(ctx context.Context, id string) (gone bool, err error) {
	err = s.changeDeletion(ctx, id, func(t *tx, d *hookline.Deletion) error {
		if d.State != hookline.DeletionWaiting {
			gone = true
			return nil
		}
		err := s.removeIfQuiet(t, d)
		gone = d.State != hookline.DeletionWaiting
		return err
	})
	return gone, err
}

// removeIfQuiet removes the person unless an event about them has not been
// worked out: that would make them again.
func (s *Store) removeIfQuiet(t *tx, d *hookline.Deletion) error {
	p, err := s.whoIsDeleted(t, *d)
	if err != nil {
		return err
	}
	names, err := namesOf(t, p.ID)
	if err != nil {
		return err
	}
	for _, name := range d.Names { // also those that led elsewhere meanwhile
		if !names.Has(name) {
			names = append(names, name)
		}
	}
	d.PersonID, d.Names = p.ID, names
	if pending, err := isPending(t, names); err != nil || pending {
		return err
	}
	for _, name := range names {
		d.Hashes = append(d.Hashes, hookline.NameHash(d.Salt, name))
	}
	slices.Sort(d.Hashes) // in no order that would tell which is which
	d.Names = append(d.Names, p.ID)
	if err := countPersonal(d, p, len(names)); err != nil {
		return err
	}
	return s.removeDeleted(t, d)
}

// whoIsDeleted gives the person whom a deletion is about: events that were worked
// out since may have made them somebody else, or have deleted them.
func (s *Store) whoIsDeleted(t *tx, d hookline.Deletion) (hookline.Person, error) {
	p, err := personByID(t, d.PersonID)
	for i := 0; i < len(d.Names) && hookline.KindOf(err) == hookline.KindNotFound; i++ {
		p, err = scanPerson(t.queryRow(personByIdentityQuery, d.Names[i]))
		err = found(err, "person")
	}
	if hookline.KindOf(err) == hookline.KindNotFound {
		return hookline.Person{ID: d.PersonID}, nil
	}
	return p, err
}

func countPersonal(d *hookline.Deletion, p hookline.Person, names int) error {
	attributes, err := hookline.ParseAttributes(p.Attributes)
	if err != nil {
		return fmt.Errorf("read attributes of %s: %w", p.ID, err)
	}
	if p.Version > 0 {
		d.Count(hookline.DeletedPerson, 1)
	}
	d.Count(hookline.DeletedNames, names)
	d.Count(hookline.DeletedAttributes, attributes.Len())
	return nil
}

// removeDeleted removes the person and what hangs on them alone.
func (s *Store) removeDeleted(t *tx, d *hookline.Deletion) error {
	t.changedPerson(d.PersonID)
	if err := removePerson(t, d.PersonID); err != nil {
		return err
	}
	for _, own := range ownOfPerson {
		n, err := t.exec(own.remove, d.PersonID)
		if err != nil {
			return fmt.Errorf("remove what is of a person: %w", err)
		}
		d.Count(own.what, int(n))
	}
	if d.Suppress {
		if err := s.suppress(t, *d); err != nil {
			return err
		}
	}
	var last int64
	if err := t.queryRow("select coalesce(max(id), 0) from events").Scan(&last); err != nil {
		return fmt.Errorf("read last event: %w", err)
	}
	d.State, d.RemovedAt, d.Stage, d.Upto = hookline.DeletionGoesOn, now(), hookline.DeletionStages()[0], hookline.KeyID("evt", last)
	return nil
}

// ownOfPerson is what goes with a person at once.
var ownOfPerson = []struct {
	what   hookline.Deleted
	remove string
}{
	{hookline.DeletedFailures, "delete from failure_people where person_id = $1"},
}

// namesOf gives the identities that lead to a person.
func namesOf(t *tx, id string) (hookline.Names, error) {
	rows, err := t.query("select identity from identities where person_id = $1 order by identity", id)
	if err != nil {
		return nil, fmt.Errorf("read identities: %w", err)
	}
	return collect(rows, func(r row) (name string, err error) { return name, r.Scan(&name) })
}

// isPending says whether an event about somebody who goes by names waits to be
// worked out; also when so many wait that it cannot be told.
func isPending(t *tx, names hookline.Names) (bool, error) {
	rows, err := t.query("select identity from events where id > coalesce((select event_id from cursors where name = $1), 0) order by id limit $2", fanoutCursor, maxPending)
	if err != nil {
		return false, fmt.Errorf("read events that wait: %w", err)
	}
	waiting, err := collect(rows, func(r row) (name string, err error) { return name, r.Scan(&name) })
	if err != nil || len(waiting) == maxPending {
		return true, err
	}
	return slices.ContainsFunc(waiting, names.Has), nil
}
