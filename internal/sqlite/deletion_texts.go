package sqlite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

// textPlace is a table whose rows may name somebody in their texts. The rows are
// looked through by their key, a text.
type textPlace struct {
	what   hookline.Deleted
	rows   string // key and text of rows after a key, so many
	remove string // what is done to one that names the person
}

// textPlaces are what the stages that look through texts go through, each by its
// own query.
var textPlaces = map[hookline.DeletionStage]textPlace{
	hookline.StageRejections: {
		hookline.DeletedRejections,
		"select id, name || ' ' || payload from rejections where id > $1 order by id limit $2",
		"delete from rejections where id = $1",
	},
	hookline.StageDuplicates: {
		hookline.DeletedDuplicates,
		"select id, identity || ' ' || payload from duplicates where id > $1 order by id limit $2",
		"delete from duplicates where id = $1",
	},
	hookline.StageBins: {
		hookline.DeletedAtBins,
		"select id, path || ' ' || headers || ' ' || cast(body as text) from bin_requests where id > $1 order by id limit $2",
		"delete from bin_requests where id = $1",
	},
	hookline.StageImports: {
		hookline.DeletedImported,
		"select import_id || '/' || line, cells || reason from import_refusals where import_id || '/' || line > $1 order by 1 limit $2",
		"delete from import_refusals where import_id || '/' || line = $1",
	},
	hookline.StageViews: {
		hookline.DeletedViews,
		"select id, name || ' ' || query from saved_views where id > $1 order by id limit $2",
		"delete from saved_views where id = $1",
	},
	hookline.StageResends: {
		hookline.DeletedResends,
		"select cast(id as text), filter from resends where cast(id as text) > $1 order by 1 limit $2",
		"delete from resends where cast(id as text) = $1",
	},
	hookline.StageReplays: {
		hookline.DeletedReplays,
		"select token_id || '/' || key, cast(body as text) from replays where token_id || '/' || key > $1 order by 1 limit $2",
		"delete from replays where token_id || '/' || key = $1",
	},
	hookline.StageAudit: {
		what: hookline.DeletedAudited,
		rows: "select id, thing_id || ' ' || thing_name || ' ' || before || ' ' || after || ' ' || remark from audit_entries where id > $1 order by id limit $2",
	},
}

// mention is a row that names the person.
type mention struct{ key, text string }

// SweepTexts looks through the next rows of the stage's table, removes those
// that name the person, and says whether there are more.
func (s *Store) SweepTexts(ctx context.Context, d hookline.Deletion, limit int) (more bool, err error) {
	p := textPlaces[d.Stage]
	rows, err := s.reads.QueryContext(ctx, p.rows, d.Position, limit)
	if err != nil {
		return false, fmt.Errorf("look through %s: %w", d.Stage, err)
	}
	all, err := collect(rows, func(r row) (m mention, err error) { return m, r.Scan(&m.key, &m.text) })
	if err != nil || len(all) == 0 {
		return false, err
	}
	keys, err := s.keysIn(ctx, d, all)
	if err != nil {
		return false, err
	}
	var naming []string
	for _, m := range all {
		if d.Names.In([]byte(m.text)) || keys[m.key] {
			naming = append(naming, m.key)
		}
	}
	return len(all) == limit, s.changeDeletion(ctx, d.ID, func(t *tx, now *hookline.Deletion) error {
		if now.Stage != d.Stage || now.Position != d.Position {
			return errMoved
		}
		now.Position = all[len(all)-1].key
		now.Count(p.what, len(naming))
		return p.removeAll(t, *now, naming)
	})
}

func (p textPlace) removeAll(t *tx, d hookline.Deletion, keys []string) error {
	for _, key := range keys {
		var err error
		if d.Stage == hookline.StageAudit {
			err = blotEntry(t, d, key)
		} else {
			_, err = t.exec(p.remove, key)
		}
		if err != nil {
			return fmt.Errorf("remove from %s: %w", d.Stage, err)
		}
	}
	if len(keys) > 0 && d.Stage == hookline.StageResends {
		t.changed(hookline.TopicResends)
	}
	return nil
}

// blotEntry leaves of an entry that somebody did something, and when. What was
// done to the person is from then on about the receipt.
func blotEntry(t *tx, d hookline.Deletion, id string) error {
	e, err := scanAuditEntry(t.queryRow("select "+auditColumns+" from audit_entries where id = $1", id))
	if err != nil {
		return err
	}
	switch of := audit.OfDeleted(d); {
	case e.Kind == audit.Person && d.Names.In([]byte(e.ThingID+" "+e.ThingName)):
		e.ThingID, e.ThingName = of.ID, of.Name
	case d.Names.In([]byte(e.ThingName)):
		e.ThingName = of.Name
	}
	_, err = t.exec("update audit_entries set thing_id = $2, thing_name = $3, before = '', after = '', remark = '' where id = $1", id, e.ThingID, e.ThingName)
	return err
}

// keysIn says which requests that bins received were deliveries that are
// removed: they carry their idempotency key.
func (s *Store) keysIn(ctx context.Context, d hookline.Deletion, all []mention) (map[string]bool, error) {
	if d.Stage != hookline.StageBins {
		return nil, nil
	}
	rows, err := s.reads.QueryContext(ctx, "select idempotency_key from deletion_keys where deletion_id = $1 and idempotency_key <> ''", d.ID)
	if err != nil {
		return nil, fmt.Errorf("read keys of deliveries: %w", err)
	}
	removed, err := collect(rows, func(r row) (key string, err error) { return key, r.Scan(&key) })
	if err != nil {
		return nil, err
	}
	carrying := map[string]bool{}
	for _, m := range all {
		for _, key := range removed {
			if strings.Contains(m.text, key) {
				carrying[m.key] = true
			}
		}
	}
	return carrying, nil
}

// SweepImports takes the person out of imports: out of the rows of the dry run
// that are shown, and of those that have not been imported.
func (s *Store) SweepImports(ctx context.Context, d hookline.Deletion) error {
	rows, err := s.reads.QueryContext(ctx, "select import_id || '/' || number, rows from import_pieces union all select id || '/', tried from imports")
	if err != nil {
		return fmt.Errorf("look through imports: %w", err)
	}
	defer rows.Close()
	var naming []mention
	for rows.Next() {
		var m mention
		if err := rows.Scan(&m.key, &m.text); err != nil {
			return fmt.Errorf("scan import: %w", err)
		}
		if d.Names.In([]byte(m.text)) {
			naming = append(naming, mention{key: m.key})
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return fmt.Errorf("look through imports: %w", err)
	}
	for _, m := range naming {
		err := s.changeDeletion(ctx, d.ID, func(t *tx, now *hookline.Deletion) error { return forgetImported(t, now, m.key) })
		if err != nil {
			return err
		}
	}
	return nil
}

// forgetImported takes the person out of one piece, or of the sample of a dry
// run.
func forgetImported(t *tx, d *hookline.Deletion, place string) error {
	id, piece, _ := strings.Cut(place, "/")
	if piece == "" {
		_, err := t.exec("update imports set tried = '{}' where id = $1", id)
		return wrapped(err, "forget sample of import")
	}
	var text string
	err := t.queryRow("select rows from import_pieces where import_id = $1 and number = $2", id, piece).Scan(&text)
	if hookline.KindOf(found(err, "piece")) == hookline.KindNotFound {
		return nil
	}
	var all, kept []hookline.ImportRow
	if err := errors.Join(err, json.Unmarshal([]byte(text), &all)); err != nil {
		return fmt.Errorf("read piece of import: %w", err)
	}
	for _, one := range all {
		if cells, _ := json.Marshal(one.Cells); !d.Names.In(cells) {
			kept = append(kept, one)
		}
	}
	d.Count(hookline.DeletedImported, len(all)-len(kept))
	rest, _ := json.Marshal(kept)
	_, err = t.exec("update import_pieces set rows = $3 where import_id = $1 and number = $2", id, piece, string(rest))
	return wrapped(err, "take out of import")
}
