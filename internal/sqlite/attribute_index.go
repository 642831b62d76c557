package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"hookline/internal/hookline"
)

// PeopleChanges grows with each change of people that this process commits or
// notices, and sometimes though nobody has changed.
func (s *Store) PeopleChanges() int64 {
	s.known.mu.Lock()
	defer s.known.mu.Unlock()
	return s.known.age
}

// SaveAttributeIndex keeps which attributes people have, in place of what was
// kept before.
func (s *Store) SaveAttributeIndex(ctx context.Context, i hookline.AttributeIndex) error {
	return s.write(ctx, func(t *tx) error {
		if _, err := t.exec("delete from attribute_counts"); err != nil {
			return fmt.Errorf("delete attribute counts: %w", err)
		}
		for _, c := range i.Counts {
			types, err1 := json.Marshal(c.Types)
			examples, err2 := json.Marshal(c.Examples)
			_, err3 := t.exec("insert into attribute_counts (name, people, types, examples) values ($1, $2, $3, $4)", c.Name, c.People, string(types), string(examples))
			if err := errors.Join(err1, err2, err3); err != nil {
				return fmt.Errorf("insert attribute count: %w", err)
			}
		}
		_, err := t.exec(`insert into attribute_survey (id, people, counted_at, more) values (1, $1, $2, $3)
			on conflict (id) do update set people = excluded.people, counted_at = excluded.counted_at, more = excluded.more`, i.People, micros(i.At), i.More)
		if err != nil {
			return fmt.Errorf("save attribute survey: %w", err)
		}
		return nil
	})
}

// AttributeIndex gives what was counted last; its At is zero before the first
// time.
func (s *Store) AttributeIndex(ctx context.Context) (i hookline.AttributeIndex, err error) {
	db, err := s.reads.BeginTx(ctx, &sql.TxOptions{ReadOnly: true}) // so that both are of one count
	if err != nil {
		return i, fmt.Errorf("read attribute index: %w", err)
	}
	defer func() { _ = db.Rollback() }() // it has changed nothing
	var at int64
	err = db.QueryRowContext(ctx, "select people, counted_at, more from attribute_survey where id = 1").Scan(&i.People, &at, &i.More)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return i, nil
	case err != nil:
		return i, fmt.Errorf("read attribute survey: %w", err)
	}
	i.At = fromMicros(at)
	rows, err := db.QueryContext(ctx, "select name, people, types, examples from attribute_counts order by name")
	if err != nil {
		return i, fmt.Errorf("read attribute counts: %w", err)
	}
	i.Counts, err = collect(rows, scanAttributeCount)
	return i, err
}

func scanAttributeCount(r row) (c hookline.AttributeCount, err error) {
	var types, examples string
	if err := r.Scan(&c.Name, &c.People, &types, &examples); err != nil {
		return c, err
	}
	return c, errors.Join(json.Unmarshal([]byte(types), &c.Types), json.Unmarshal([]byte(examples), &c.Examples))
}
