package sqlite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

const importColumns = "id, file, size, made_by, made_at, state, changed_at, changed_by, header, columns, empty_cells, total, pieces, position, counts, tried"

func scanImport(r row) (hookline.Import, error) {
	var i hookline.Import
	var made, changed int64
	var header, columns, counts, tried string
	err := r.Scan(&i.ID, &i.File, &i.Size, &i.By, &made, &i.State, &changed, &i.ChangedBy, &header, &columns, &i.Empty, &i.Rows, &i.Pieces, &i.Position, &counts, &tried)
	if err != nil {
		return i, err
	}
	i.MadeAt, i.ChangedAt = fromMicros(made), fromMicros(changed)
	err = errors.Join(json.Unmarshal([]byte(header), &i.Header), json.Unmarshal([]byte(columns), &i.Columns),
		json.Unmarshal([]byte(counts), &i.Counts), json.Unmarshal([]byte(tried), &i.Trial))
	return i, wrapped(err, "read import")
}

// CreateImport begins an import whose file is coming in, and gives it its id.
func (s *Store) CreateImport(ctx context.Context, file, by string) (hookline.Import, error) {
	at := now()
	i := hookline.Import{ID: s.ids.New("imp"), File: file, By: by, MadeAt: at, State: hookline.ImportReceiving, ChangedAt: at, ChangedBy: by}
	return i, s.write(ctx, func(t *tx) error {
		_, err := t.exec("insert into imports ("+importColumns+") values ($1, $2, 0, $3, $4, $5, $4, $3, '[]', '[]', 'leave', 0, 0, 0, '{}', '{}')",
			i.ID, file, by, micros(at), string(i.State))
		return wrapped(err, "insert import")
	})
}

// KeepImportPiece keeps rows of a file that is coming in.
func (s *Store) KeepImportPiece(ctx context.Context, p hookline.ImportPiece) error {
	rows, err := json.Marshal(p.Rows)
	if err != nil {
		return fmt.Errorf("write rows: %w", err)
	}
	return s.write(ctx, func(t *tx) error {
		_, err := t.exec("insert into import_pieces (import_id, number, rows) values ($1, $2, $3)", p.ImportID, p.Number, string(rows))
		return wrapped(err, "keep rows of import")
	})
}

// ReceivedImport says that a file has come in whole: its header, how many rows
// and bytes it has, and what its columns seem to be.
func (s *Store) ReceivedImport(ctx context.Context, got hookline.Import) error {
	return s.changeImport(ctx, got.ID, func(t *tx, i *hookline.Import) error {
		if i.State != hookline.ImportReceiving {
			return errMoved
		}
		i.State, i.ChangedAt = hookline.ImportMapping, now()
		i.Header, i.Size, i.Rows, i.Pieces, i.ImportChoice = got.Header, got.Size, got.Rows, got.Pieces, got.ImportChoice
		return s.note(ctx, t, audit.Make(audit.OfImport(*i)))
	})
}

// DeleteImport removes an import whose file could not be taken.
func (s *Store) DeleteImport(ctx context.Context, id string) error {
	return s.write(ctx, func(t *tx) error {
		_, err := t.exec("delete from imports where id = $1 and state = 'receiving'", id)
		return wrapped(err, "delete import")
	})
}

// Import gives one import.
func (s *Store) Import(ctx context.Context, id string) (hookline.Import, error) {
	i, err := scanImport(s.reads.QueryRowContext(ctx, "select "+importColumns+" from imports where id = $1 and state <> 'receiving'", id))
	return i, found(err, "import")
}

// ListImports gives the imports, the newest first.
func (s *Store) ListImports(ctx context.Context, c hookline.Cursor) (hookline.Listing[hookline.Import], error) {
	q := newList("select " + importColumns + " from imports")
	q.where("state <> 'receiving'")
	return list(ctx, s.reads, q, c, scanImport)
}

// WorkingImports gives the imports that are being tried or are running, the
// oldest first.
func (s *Store) WorkingImports(ctx context.Context) ([]hookline.Import, error) {
	rows, err := s.reads.QueryContext(ctx, "select "+importColumns+" from imports where state in ('trying', 'running') order by id")
	if err != nil {
		return nil, fmt.Errorf("read imports: %w", err)
	}
	return collect(rows, scanImport)
}

// ImportPiece gives some of an import's rows.
func (s *Store) ImportPiece(ctx context.Context, id string, number int) (hookline.ImportPiece, error) {
	p := hookline.ImportPiece{ImportID: id, Number: number}
	var rows string
	err := s.reads.QueryRowContext(ctx, "select rows from import_pieces where import_id = $1 and number = $2", id, number).Scan(&rows)
	if err := found(err, "piece of an import"); err != nil {
		return p, err
	}
	return p, wrapped(json.Unmarshal([]byte(rows), &p.Rows), "read rows of import")
}

// changeImport changes an import by what it is now, as one unit.
func (s *Store) changeImport(ctx context.Context, id string, change func(t *tx, i *hookline.Import) error) error {
	return s.write(ctx, func(t *tx) error {
		i, err := scanImport(t.queryRow("select "+importColumns+" from imports where id = $1", id))
		if err := found(err, "import"); err != nil {
			return err
		}
		if err := change(t, &i); err != nil {
			return err
		}
		return saveImport(t, i)
	})
}

func saveImport(t *tx, i hookline.Import) error {
	header, err1 := json.Marshal(i.Header)
	columns, err2 := json.Marshal(i.Columns)
	counts, err3 := json.Marshal(i.Counts)
	tried, err4 := json.Marshal(i.Trial)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return fmt.Errorf("write import: %w", err)
	}
	_, err := t.exec(`update imports set size = $2, state = $3, changed_at = $4, changed_by = $5, header = $6, columns = $7, empty_cells = $8,
		total = $9, pieces = $10, position = $11, counts = $12, tried = $13 where id = $1`,
		i.ID, i.Size, string(i.State), micros(i.ChangedAt), i.ChangedBy, string(header), string(columns), string(i.Empty),
		i.Rows, i.Pieces, i.Position, string(counts), string(tried))
	t.changed(hookline.TopicImports, hookline.TopicImport(i.ID))
	return wrapped(err, "save import")
}

// ChooseColumns says what an import's columns are, and begins its dry run.
func (s *Store) ChooseColumns(ctx context.Context, id string, c hookline.ImportChoice, by string) error {
	if err := c.Validate(); err != nil {
		return err
	}
	at := now()
	return s.changeImport(ctx, id, func(t *tx, i *hookline.Import) error {
		if len(c.Columns) != len(i.Header) {
			return hookline.Conflict("The form does not fit the file. Reload the page and choose the columns again.")
		}
		i.ImportChoice, i.Trial = c, hookline.ImportTrial{}
		if err := i.Change(hookline.ImportTrying, by, at); err != nil {
			return err
		}
		return s.note(ctx, t, audit.OfImport(*i).Say(audit.Changed, "its columns were chosen"))
	})
}

// importDeeds are what somebody does who brings an import into a state.
var importDeeds = map[hookline.ImportState]audit.Deed{
	hookline.ImportRunning: audit.Resumed, hookline.ImportPaused: audit.Paused, hookline.ImportStopped: audit.Cancelled,
}

// ChangeImport begins an import, pauses it, lets it go on, or stops it, because
// somebody asked. It fails with KindConflict when it is over, or like that
// already. The rows of one that is stopped are forgotten.
func (s *Store) ChangeImport(ctx context.Context, id string, to hookline.ImportState, by string) error {
	at := now()
	return s.changeImport(ctx, id, func(t *tx, i *hookline.Import) error {
		if err := i.Change(to, by, at); err != nil {
			return err
		}
		if to.Over() {
			if err := forgetRows(t, i); err != nil {
				return err
			}
		}
		deed, noted := importDeeds[to]
		if !noted {
			return nil
		}
		return s.note(ctx, t, audit.OfImport(*i).Say(deed, ""))
	})
}

// forgetRows keeps nothing of an import's people but those that were refused.
func forgetRows(t *tx, i *hookline.Import) error {
	i.Trial = hookline.ImportTrial{}
	_, err := t.exec("delete from import_pieces where import_id = $1", i.ID)
	return wrapped(err, "forget rows of import")
}

// FinishImport ends an import of which every row was imported or refused; it
// fails with KindConflict when it is not running, or there are more.
func (s *Store) FinishImport(ctx context.Context, id string) error {
	at := now()
	return s.changeImport(ctx, id, func(t *tx, i *hookline.Import) error {
		if i.State != hookline.ImportRunning || i.Position < i.Pieces {
			return errMoved
		}
		i.State, i.ChangedAt, i.ChangedBy = hookline.ImportFinished, at, ""
		return forgetRows(t, i)
	})
}

// ForgetUnfinishedImports removes what is left of files that never came in whole
// and stops what nobody has gone on with since a moment.
func (s *Store) ForgetUnfinishedImports(ctx context.Context, before time.Time) error {
	return s.write(ctx, func(t *tx) error {
		if _, err := t.exec("delete from imports where state = 'receiving' and changed_at < $1", micros(before)); err != nil {
			return fmt.Errorf("delete unfinished imports: %w", err)
		}
		rows, err := t.query("select "+importColumns+" from imports where state in ('mapping', 'tried') and changed_at < $1", micros(before))
		if err != nil {
			return fmt.Errorf("read unfinished imports: %w", err)
		}
		left, err := collect(rows, scanImport)
		if err != nil {
			return err
		}
		for _, i := range left {
			i.State, i.ChangedAt, i.ChangedBy = hookline.ImportStopped, now(), ""
			if err := errors.Join(forgetRows(t, &i), saveImport(t, i)); err != nil {
				return err
			}
		}
		return nil
	})
}
