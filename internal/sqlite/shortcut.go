package sqlite

import (
	"context"
	"fmt"
	"strings"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

const shortcutColumns = "id, name, description, least, enabled, destination_id, action_id, version, created_at, updated_at"

const shortcutQuery = "select " + shortcutColumns + " from shortcuts where id = $1"

func scanShortcut(r row) (hookline.Shortcut, error) {
	var s hookline.Shortcut
	var created, updated int64
	err := r.Scan(&s.ID, &s.Name, &s.Description, &s.Least, &s.Enabled, &s.DestinationID, &s.ActionID, &s.Version, &created, &updated)
	s.CreatedAt, s.UpdatedAt = fromMicros(created), fromMicros(updated)
	return s, err
}

// ListShortcuts gives all shortcuts by their names.
func (s *Store) ListShortcuts(ctx context.Context) ([]hookline.Shortcut, error) {
	rows, err := s.reads.QueryContext(ctx, "select "+shortcutColumns+" from shortcuts order by lower(name), id")
	if err != nil {
		return nil, fmt.Errorf("read shortcuts: %w", err)
	}
	return collect(rows, scanShortcut)
}

// Shortcut gives one shortcut.
func (s *Store) Shortcut(ctx context.Context, id string) (hookline.Shortcut, error) {
	one, err := scanShortcut(s.reads.QueryRowContext(ctx, shortcutQuery, id))
	return one, found(err, "shortcut")
}

// CreateShortcut adds a shortcut with the action that says what it sends, which
// is always on, and gives it its id and times. It fails with KindConflict when there is one of
// this name, and when there are MaxShortcuts.
func (s *Store) CreateShortcut(ctx context.Context, one hookline.Shortcut, a hookline.Action) (hookline.Shortcut, error) {
	one, err := readyShortcut(one)
	if err != nil {
		return one, err
	}
	a.Name, a.Enabled = hookline.ShortcutAction, true
	return writeFor(ctx, s, func(t *tx) (hookline.Shortcut, error) {
		if err := placeShortcut(t, one); err != nil {
			return one, err
		}
		one.ID, one.Version, one.CreatedAt = s.ids.New("sct"), 1, now()
		one.UpdatedAt = one.CreatedAt
		d, a, err := s.insertOwned(t, one.ID, one.Name, a)
		if err != nil {
			return one, err
		}
		one.DestinationID, one.ActionID = d.ID, a.ID
		if err := insertShortcut(t, one); err != nil {
			return one, err
		}
		return one, s.note(ctx, t, audit.Make(audit.OfShortcut(one)))
	})
}

func insertShortcut(t *tx, one hookline.Shortcut) error {
	_, err := t.exec("insert into shortcuts ("+shortcutColumns+") values ("+placeholders(10)+")", one.ID, one.Name, one.Description, string(one.Least),
		one.Enabled, one.DestinationID, one.ActionID, one.Version, micros(one.CreatedAt), micros(one.UpdatedAt))
	return wrapped(err, "insert shortcut")
}

// UpdateShortcut changes its settings; what it sends is changed as any action
// is. In Sent it is called by its new name from now on. It fails with KindConflict when the shortcut is no
// longer of the version that was read, and when another has the name.
func (s *Store) UpdateShortcut(ctx context.Context, one hookline.Shortcut) (hookline.Shortcut, error) {
	one, err := readyShortcut(one)
	if err != nil {
		return one, err
	}
	return writeFor(ctx, s, func(t *tx) (hookline.Shortcut, error) {
		before, err := scanShortcut(t.queryRow(shortcutQuery, one.ID))
		if err := found(err, "shortcut"); err != nil {
			return before, err
		}
		if before.Version != one.Version {
			return before, hookline.Conflict("Somebody else changed this shortcut in the meantime. Look at the page again and repeat your change.")
		}
		if err := placeShortcut(t, one); err != nil {
			return before, err
		}
		after, err := scanShortcut(t.queryRow(`update shortcuts set name = $2, description = $3, least = $4, enabled = $5, version = version + 1, updated_at = $6
			where id = $1 returning `+shortcutColumns, one.ID, one.Name, one.Description, string(one.Least), one.Enabled, micros(now())))
		if err != nil {
			return after, fmt.Errorf("update shortcut: %w", err)
		}
		if err := renameOwned(t, after.ID, after.Name); err != nil {
			return after, err
		}
		return after, s.noteChange(ctx, t, audit.OfShortcut(before), audit.OfShortcut(after))
	})
}

// DeleteShortcut removes a shortcut with what it sends and who pressed it. Its
// deliveries stay; those that were still owed fail.
func (s *Store) DeleteShortcut(ctx context.Context, id string) error {
	return s.write(ctx, func(t *tx) error {
		before, err := scanShortcut(t.queryRow(shortcutQuery, id))
		if err := found(err, "shortcut"); err != nil {
			return err
		}
		if err := deleteOne(t, "delete from shortcuts where id = $1", id, "shortcut"); err != nil {
			return err
		}
		if _, err := t.exec("delete from presses where shortcut_id = $1", id); err != nil {
			return fmt.Errorf("delete presses: %w", err)
		}
		if err := deleteAllOwned(t, id); err != nil {
			return err
		}
		return s.note(ctx, t, audit.Delete(audit.OfShortcut(before)))
	})
}

// readyShortcut gives it in the form that is stored.
func readyShortcut(one hookline.Shortcut) (hookline.Shortcut, error) {
	one.Name, one.Description = strings.TrimSpace(one.Name), strings.TrimSpace(one.Description)
	return one, one.Validate()
}

// placeShortcut sees that the name is free, and that there are not too many.
func placeShortcut(t *tx, one hookline.Shortcut) error {
	var same, others int
	err := t.queryRow("select (select count(*) from shortcuts where name = $1 and id <> $2), (select count(*) from shortcuts where id <> $2)", one.Name, one.ID).Scan(&same, &others)
	if err != nil {
		return fmt.Errorf("count shortcuts: %w", err)
	}
	if same > 0 {
		taken := hookline.Conflict("The shortcut could not be saved.")
		taken.Fields = map[string]string{"name": "There is a shortcut of this name. Choose another one."}
		return taken
	}
	if others >= hookline.MaxShortcuts {
		return hookline.Conflict(fmt.Sprintf("There are %d shortcuts, which is the most there can be. Delete one first.", others))
	}
	return nil
}
