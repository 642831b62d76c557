package sqlite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

const deletionColumns = "id, state, made_by, asked_at, removed_at, finished_at, suppress, allowed, salt, hashes, counts, " +
	"person_id, names, stage, position, upto, first_delivery, last_delivery"

func scanDeletion(r row) (hookline.Deletion, error) {
	var d hookline.Deletion
	var asked, removed, finished, upto, first, last int64
	var hashes, counts, names string
	err := r.Scan(&d.ID, &d.State, &d.By, &asked, &removed, &finished, &d.Suppress, &d.Allowed, &d.Salt, &hashes, &counts,
		&d.PersonID, &names, &d.Stage, &d.Position, &upto, &first, &last)
	if err != nil {
		return d, err
	}
	d.AskedAt, d.RemovedAt, d.FinishedAt = fromMicros(asked), fromMicros(removed), fromMicros(finished)
	d.Upto, d.FirstDelivery, d.LastDelivery = hookline.KeyID("evt", upto), hookline.KeyID("dlv", first), hookline.KeyID("dlv", last)
	err = errors.Join(json.Unmarshal([]byte(hashes), &d.Hashes), json.Unmarshal([]byte(counts), &d.Counts), json.Unmarshal([]byte(names), &d.Names))
	return d, wrapped(err, "read deletion")
}

// BeginDeletion deletes a person, unless events about them are still being
// worked out, and begins the removal of everything that names them. It fails
// with KindNotFound when there is no such person, and with KindConflict when
// their deletion has begun already.
func (s *Store) BeginDeletion(ctx context.Context, w hookline.DeletionWish) (hookline.Deletion, error) {
	at := now()
	return writeFor(ctx, s, func(t *tx) (hookline.Deletion, error) {
		var begun int
		if err := t.queryRow("select count(*) from deletions where state <> 'finished' and person_id = $1", w.PersonID).Scan(&begun); err != nil {
			return hookline.Deletion{}, fmt.Errorf("read deletions: %w", err)
		}
		if begun > 0 {
			return hookline.Deletion{}, hookline.Conflict("This person is being deleted already: see Deletions, under People.")
		}
		if _, err := personByID(t, w.PersonID); err != nil {
			return hookline.Deletion{}, err
		}
		names, err := namesOf(t, w.PersonID)
		if err != nil {
			return hookline.Deletion{}, err
		}
		d := hookline.Deletion{
			ID: s.ids.New("del"), State: hookline.DeletionWaiting, By: w.By, AskedAt: at, Suppress: w.Suppress,
			Salt: hookline.Secret(), PersonID: w.PersonID, Names: names,
		}
		if err := insertDeletion(t, d); err != nil {
			return d, err
		}
		if err := s.removeIfQuiet(t, &d); err != nil {
			return d, err
		}
		return d, errors.Join(saveDeletion(t, d), s.note(ctx, t, audit.OfDeleted(d).Say(audit.Deleted, "")))
	})
}

func personByID(t *tx, id string) (hookline.Person, error) {
	p, err := scanPerson(t.queryRow("select "+personColumns+" from people where id = $1", id))
	return p, found(err, "person")
}

func insertDeletion(t *tx, d hookline.Deletion) error {
	_, err := t.exec("insert into deletions ("+deletionColumns+") values ($1, $2, $3, $4, 0, 0, $5, 0, $6, '[]', '{}', $7, '[]', '', '', 0, 0, 0)",
		d.ID, string(d.State), d.By, micros(d.AskedAt), d.Suppress, d.Salt, d.PersonID)
	return wrapped(err, "insert deletion")
}

// saveDeletion keeps how far a deletion has come.
func saveDeletion(t *tx, d hookline.Deletion) error {
	hashes, err1 := json.Marshal(d.Hashes)
	counts, err2 := json.Marshal(d.Counts)
	names, err3 := json.Marshal(d.Names)
	if err := errors.Join(err1, err2, err3); err != nil {
		return fmt.Errorf("write deletion: %w", err)
	}
	_, err := t.exec(`update deletions set state = $2, removed_at = $3, finished_at = $4, allowed = $5, hashes = $6, counts = $7,
		person_id = $8, names = $9, stage = $10, position = $11, upto = $12, first_delivery = $13, last_delivery = $14 where id = $1`,
		d.ID, string(d.State), micros(d.RemovedAt), micros(d.FinishedAt), d.Allowed, string(hashes), string(counts),
		d.PersonID, string(names), string(d.Stage), d.Position, hookline.KeyOf(d.Upto), hookline.KeyOf(d.FirstDelivery), hookline.KeyOf(d.LastDelivery))
	t.changed(hookline.TopicDeletions, hookline.TopicDeletion(d.ID))
	return wrapped(err, "save deletion")
}

// Deletion gives one deletion.
func (s *Store) Deletion(ctx context.Context, id string) (hookline.Deletion, error) {
	d, err := scanDeletion(s.reads.QueryRowContext(ctx, "select "+deletionColumns+" from deletions where id = $1", id))
	return d, found(err, "deletion")
}

// ListDeletions gives the deletions, the newest first.
func (s *Store) ListDeletions(ctx context.Context, c hookline.Cursor) (hookline.Listing[hookline.Deletion], error) {
	return list(ctx, s.reads, newList("select "+deletionColumns+" from deletions"), c, scanDeletion)
}

// UnfinishedDeletions gives the deletions that have not finished, the oldest
// first.
func (s *Store) UnfinishedDeletions(ctx context.Context) ([]hookline.Deletion, error) {
	rows, err := s.reads.QueryContext(ctx, "select "+deletionColumns+" from deletions where state <> 'finished' order by id")
	if err != nil {
		return nil, fmt.Errorf("read deletions: %w", err)
	}
	return collect(rows, scanDeletion)
}

// changeDeletion changes a deletion by what it is now, as one unit. What is
// removed in it is written over in the file, not only given up.
func (s *Store) changeDeletion(ctx context.Context, id string, change func(t *tx, d *hookline.Deletion) error) error {
	return s.write(ctx, func(t *tx) error {
		d, err := scanDeletion(t.queryRow("select "+deletionColumns+" from deletions where id = $1", id))
		if err := found(err, "deletion"); err != nil {
			return err
		}
		if err := overwriting(t, func() error { return change(t, &d) }); err != nil {
			return err
		}
		return saveDeletion(t, d)
	})
}

// overwriting has SQLite write zeros where something is deleted.
func overwriting(t *tx, do func() error) error {
	_, err := t.exec("pragma secure_delete = on")
	if err != nil {
		return fmt.Errorf("begin to overwrite: %w", err)
	}
	err = do()
	_, end := t.exec("pragma secure_delete = off")
	return errors.Join(err, end)
}

// NextDeletionStage goes on to the stage after stage; KindConflict when the
// deletion is no longer in that. With the last one it has finished.
func (s *Store) NextDeletionStage(ctx context.Context, id string, stage hookline.DeletionStage) error {
	at := now()
	return s.changeDeletion(ctx, id, func(t *tx, d *hookline.Deletion) error {
		if d.State != hookline.DeletionGoesOn || d.Stage != stage {
			return errMoved
		}
		if d.Next(at); d.State != hookline.DeletionFinished {
			return nil
		}
		_, err := t.exec("delete from deletion_keys where deletion_id = $1", id)
		return wrapped(err, "forget keys of deliveries")
	})
}

// AllowAgain lets events in of somebody who was deleted and suppressed. It fails
// with KindConflict when they are let in already.
func (s *Store) AllowAgain(ctx context.Context, id string) error {
	return s.changeDeletion(ctx, id, func(t *tx, d *hookline.Deletion) error {
		if !d.Suppress || d.Allowed {
			return hookline.Conflict("Events of this person are let in already.")
		}
		d.Allowed = true
		if _, err := t.exec("delete from suppressions where deletion_id = $1", id); err != nil {
			return fmt.Errorf("delete suppressions: %w", err)
		}
		s.suppressed.forget()
		return s.note(ctx, t, audit.OfDeleted(*d).Say(audit.Changed, "events of the person are let in again"))
	})
}
