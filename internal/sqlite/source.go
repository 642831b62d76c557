package sqlite

import (
	"context"
	"fmt"
	"strings"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

const sourceColumns = "id, name, write_key, enabled, created_at, updated_at"

func scanSource(r row) (hookline.Source, error) {
	var s hookline.Source
	var created, updated int64
	err := r.Scan(&s.ID, &s.Name, &s.WriteKey, &s.Enabled, &created, &updated)
	s.CreatedAt, s.UpdatedAt = fromMicros(created), fromMicros(updated)
	return s, err
}

// ListSources gives all sources, the oldest first.
func (s *Store) ListSources(ctx context.Context) ([]hookline.Source, error) {
	rows, err := s.reads.QueryContext(ctx, "select "+sourceColumns+" from sources order by id")
	if err != nil {
		return nil, fmt.Errorf("read sources: %w", err)
	}
	return collect(rows, scanSource)
}

// Source gives one source.
func (s *Store) Source(ctx context.Context, id string) (hookline.Source, error) {
	one, err := scanSource(s.reads.QueryRowContext(ctx, "select "+sourceColumns+" from sources where id = $1", id))
	return one, found(err, "source")
}

// SourceByWriteKey gives the source that a write key belongs to, enabled or
// not. It is asked for every call that comes in, so it answers from memory.
func (s *Store) SourceByWriteKey(ctx context.Context, key string) (hookline.Source, error) {
	keys, err := s.keys.get(s.config.Load(), func() (map[string]hookline.Source, error) { return s.readWriteKeys(ctx) })
	if err != nil {
		return hookline.Source{}, err
	}
	one, ok := keys[key]
	if !ok {
		return hookline.Source{}, hookline.NotFound("source")
	}
	return one, nil
}

func (s *Store) readWriteKeys(ctx context.Context) (map[string]hookline.Source, error) {
	sources, err := s.ListSources(ctx)
	if err != nil {
		return nil, err
	}
	keys := make(map[string]hookline.Source, len(sources))
	for _, one := range sources {
		keys[one.WriteKey] = one
	}
	return keys, nil
}

// CreateSource adds a source and gives it its id, its times and, when it has
// none, a write key. It fails with KindConflict when the key is taken.
func (s *Store) CreateSource(ctx context.Context, one hookline.Source) (hookline.Source, error) {
	one.Name = strings.TrimSpace(one.Name)
	if err := one.Validate(); err != nil {
		return hookline.Source{}, err
	}
	return writeFor(ctx, s, func(t *tx) (hookline.Source, error) {
		one.ID, one.CreatedAt = s.ids.New("src"), now()
		one.UpdatedAt = one.CreatedAt
		if one.WriteKey == "" {
			one.WriteKey = hookline.Secret()
		}
		if err := writeKeyFree(t, one); err != nil {
			return one, err
		}
		if err := insertSource(t, one); err != nil {
			return one, err
		}
		return one, s.note(ctx, t, audit.Make(audit.OfSource(one)))
	})
}

func insertSource(t *tx, one hookline.Source) error {
	_, err := t.exec("insert into sources ("+sourceColumns+") values ($1, $2, $3, $4, $5, $6)",
		one.ID, one.Name, one.WriteKey, one.Enabled, micros(one.CreatedAt), micros(one.UpdatedAt))
	if err != nil {
		return fmt.Errorf("insert source: %w", err)
	}
	t.changed(hookline.TopicConfig)
	return nil
}

// UpdateSource changes name, write key and whether the source is enabled; an
// empty write key leaves the one it has.
func (s *Store) UpdateSource(ctx context.Context, one hookline.Source) (hookline.Source, error) {
	one.Name = strings.TrimSpace(one.Name)
	if err := one.Validate(); err != nil {
		return hookline.Source{}, err
	}
	return writeFor(ctx, s, func(t *tx) (hookline.Source, error) {
		if err := writeKeyFree(t, one); err != nil {
			return one, err
		}
		before, err := readSource(t, one.ID)
		if err != nil {
			return one, err
		}
		stored, err := scanSource(t.queryRow(`update sources set name = $2, enabled = $4, updated_at = $5,
			write_key = case when $3 = '' then write_key else $3 end where id = $1 returning `+sourceColumns,
			one.ID, one.Name, one.WriteKey, one.Enabled, micros(now())))
		if err := found(err, "source"); err != nil {
			return one, err
		}
		t.changed(hookline.TopicConfig, hookline.TopicSource(one.ID))
		return stored, s.noteChange(ctx, t, audit.OfSource(before), audit.OfSource(stored))
	})
}

func writeKeyFree(t *tx, one hookline.Source) error {
	var n int
	if err := t.queryRow("select count(*) from sources where write_key = $1 and id <> $2", one.WriteKey, one.ID).Scan(&n); err != nil {
		return fmt.Errorf("look up write key: %w", err)
	}
	if n > 0 {
		return hookline.Conflict("Another source has this write key. Choose a different one.")
	}
	return nil
}

// DeleteSource removes a source and disconnects it everywhere. Its events and
// rejections stay: deliveries were made from them, and who looks at one must
// still be able to see why it was sent.
func (s *Store) DeleteSource(ctx context.Context, id string) error {
	return s.write(ctx, func(t *tx) error {
		before, err := readSource(t, id)
		if err != nil {
			return err
		}
		if err := deleteOne(t, "delete from sources where id = $1", id, "source"); err != nil {
			return err
		}
		t.changed(hookline.TopicConfig, hookline.TopicSource(id))
		return s.note(ctx, t, audit.Delete(audit.OfSource(before)))
	})
}

// deleteOne deletes one row, which must be there.
func deleteOne(t *tx, statement, id, noun string) error {
	n, err := t.exec(statement, id)
	if err != nil {
		return fmt.Errorf("delete %s: %w", noun, err)
	}
	if n == 0 {
		return hookline.NotFound(noun)
	}
	return nil
}
