package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"hookline/internal/hookline"
)

// PeopleNamed gives whom names lead to, without remembering them as fanout's are,
// and which of the names are those of people who are not to be known again.
func (s *Store) PeopleNamed(ctx context.Context, identities []string) (people map[string]hookline.Person, refused map[string]bool, err error) {
	people, refused = map[string]hookline.Person{}, map[string]bool{}
	for group := range slices.Chunk(identities, identitiesAtOnce) {
		if err := s.addPeople(ctx, group, people); err != nil {
			return nil, nil, err
		}
	}
	known := s.suppressed.known.Load()
	if known == nil { // nobody has asked since the store was opened
		return people, refused, s.write(ctx, func(t *tx) error { return s.refusedOf(t, identities, refused) })
	}
	for _, name := range identities {
		refused[name] = len(known.hashes) > 0 && known.hashes[known.hash(name)]
	}
	return people, refused, nil
}

func (s *Store) refusedOf(t *tx, identities []string, refused map[string]bool) error {
	for _, name := range identities {
		is, err := s.suppressed.has(t, name)
		if err != nil {
			return err
		}
		refused[name] = is
	}
	return nil
}

// TriedImport keeps how far a dry run has come; KindConflict when it is not going
// on any more.
func (s *Store) TriedImport(ctx context.Context, id string, trial hookline.ImportTrial, done bool) error {
	at := now()
	return s.changeImport(ctx, id, func(_ *tx, i *hookline.Import) error {
		if i.State != hookline.ImportTrying {
			return errMoved
		}
		i.Trial = trial
		if done {
			i.State, i.ChangedAt, i.ChangedBy = hookline.ImportTried, at, ""
		}
		return nil
	})
}

// StepImport imports a piece whole or not at all: people are made and changed,
// what is refused is kept with the reason, and the import's position moves. It
// fails with KindConflict when the import is not running, or is elsewhere.
func (s *Store) StepImport(ctx context.Context, step hookline.ImportStep) error {
	return s.changeImport(ctx, step.ImportID, func(t *tx, i *hookline.Import) error {
		if i.State != hookline.ImportRunning || i.Position != step.Piece {
			return errMoved
		}
		if i.Counts == nil {
			i.Counts = hookline.ImportCounts{}
		}
		refusals := step.Refusals
		for _, p := range step.People {
			outcome, why, err := s.importPerson(t, p)
			if err != nil {
				return fmt.Errorf("import line %d: %w", p.Row.Line, err)
			}
			if outcome == hookline.ImportRefused {
				refusals = append(refusals, hookline.ImportRefusal{Line: p.Row.Line, Reason: why, Cells: p.Row.Cells})
				continue
			}
			i.Counts[outcome]++
		}
		i.Counts[hookline.ImportRefused] += len(refusals)
		i.Position++
		return keepRefusals(t, i.ID, refusals)
	})
}

// importPerson makes or changes one person. An e-mail address that somebody else
// goes by stays theirs.
func (s *Store) importPerson(t *tx, row hookline.ImportedPerson) (outcome hookline.ImportOutcome, why string, err error) {
	refused, err := s.suppressed.has(t, row.Identity())
	if err != nil || refused {
		return hookline.ImportRefused, hookline.SuppressedPerson, err
	}
	before, err := importedPerson(t, row)
	if err != nil {
		return "", "", err
	}
	p := before
	if outcome, why, err = row.Apply(&p); err != nil || outcome == hookline.ImportRefused || outcome == hookline.ImportSame {
		return outcome, why, err
	}
	p.UpdatedAt = now()
	if outcome == hookline.ImportMade {
		p.ID, p.CreatedAt = s.ids.New("per"), p.UpdatedAt
	}
	if err := savePerson(t, p); err != nil {
		return "", "", err
	}
	if p.UserID != before.UserID {
		if err := nameUser(t, p); err != nil {
			return "", "", err
		}
	}
	before.ID = p.ID
	if err := moveEmail(t, before, p.Email); err != nil {
		return "", "", err
	}
	t.changedPerson(p.ID)
	return outcome, "", nil
}

// importedPerson reads whom a row is about; the zero person for somebody new.
func importedPerson(t *tx, row hookline.ImportedPerson) (hookline.Person, error) {
	found := map[string]hookline.Person{}
	names := []string{row.Identity()}
	if row.UserID != "" && row.Email != "" {
		names = append(names, hookline.EmailIdentity(row.Email))
	}
	for _, name := range names {
		p, err := scanPerson(t.queryRow(personByIdentityQuery, name))
		switch {
		case errors.Is(err, sql.ErrNoRows):
			continue
		case err != nil:
			return p, fmt.Errorf("read person: %w", err)
		}
		found[name] = p
		if name == row.Identity() {
			break
		}
	}
	return row.Find(found), nil
}

func keepRefusals(t *tx, id string, refusals []hookline.ImportRefusal) error {
	for _, r := range refusals {
		cells, err := json.Marshal(r.Cells)
		if err == nil {
			_, err = t.exec("insert into import_refusals (import_id, line, reason, cells) values ($1, $2, $3, $4) on conflict do nothing", id, r.Line, r.Reason, string(cells))
		}
		if err != nil {
			return fmt.Errorf("keep refused row: %w", err)
		}
	}
	return nil
}

// ListImportRefusals gives rows that an import refused, in the order of the file,
// after a line.
func (s *Store) ListImportRefusals(ctx context.Context, id string, after, limit int) ([]hookline.ImportRefusal, error) {
	rows, err := s.reads.QueryContext(ctx, "select line, reason, cells from import_refusals where import_id = $1 and line > $2 order by line limit $3", id, after, limit)
	if err != nil {
		return nil, fmt.Errorf("read refused rows: %w", err)
	}
	return collect(rows, func(r row) (one hookline.ImportRefusal, err error) {
		var cells string
		if err = r.Scan(&one.Line, &one.Reason, &cells); err != nil {
			return one, err
		}
		return one, json.Unmarshal([]byte(cells), &one.Cells)
	})
}
