package sqlite

import (
	"context"
	"fmt"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

const savedViewColumns = "id, user_id, name, query, opens, created_at"

func scanSavedView(r row) (hookline.SavedView, error) {
	var v hookline.SavedView
	var created int64
	err := r.Scan(&v.ID, &v.UserID, &v.Name, &v.Query, &v.Opens, &created)
	v.CreatedAt = fromMicros(created)
	return v, err
}

// ListSavedViews gives the views of a user, the oldest first.
func (s *Store) ListSavedViews(ctx context.Context, userID string) ([]hookline.SavedView, error) {
	rows, err := s.reads.QueryContext(ctx, "select "+savedViewColumns+" from saved_views where user_id = $1 order by id", userID)
	if err != nil {
		return nil, fmt.Errorf("read saved views: %w", err)
	}
	return collect(rows, scanSavedView)
}

const savedViewQuery = "select " + savedViewColumns + " from saved_views where user_id = $1 and id = $2"

// SavedView gives one view of a user; those of others are not found.
func (s *Store) SavedView(ctx context.Context, userID, id string) (hookline.SavedView, error) {
	v, err := scanSavedView(s.reads.QueryRowContext(ctx, savedViewQuery, userID, id))
	return v, found(err, "saved view")
}

// CreateSavedView adds a view. One that opens takes the place of the one that
// did. It fails with KindConflict when the user has one of this name, or too
// many.
func (s *Store) CreateSavedView(ctx context.Context, v hookline.SavedView) (hookline.SavedView, error) {
	if err := v.Validate(); err != nil {
		return hookline.SavedView{}, err
	}
	return writeFor(ctx, s, func(t *tx) (hookline.SavedView, error) {
		v.ID, v.CreatedAt = s.ids.New("vew"), now()
		var n int
		if err := t.queryRow("select count(*) from saved_views where user_id = $1", v.UserID).Scan(&n); err != nil {
			return v, fmt.Errorf("count saved views: %w", err)
		}
		if n >= hookline.MostSavedViews {
			return v, hookline.Conflict(fmt.Sprintf("You have %d views already, and no more are kept. Delete one that you do not need.", n))
		}
		if err := placeSavedView(t, v); err != nil {
			return v, err
		}
		_, err := t.exec("insert into saved_views ("+savedViewColumns+") values ($1, $2, $3, $4, $5, $6)",
			v.ID, v.UserID, v.Name, v.Query, v.Opens, micros(v.CreatedAt))
		if err != nil {
			return v, fmt.Errorf("insert saved view: %w", err)
		}
		return v, s.note(ctx, t, audit.Make(audit.OfSavedView(v)))
	})
}

// UpdateSavedView changes a view's name, its filter and whether it opens.
func (s *Store) UpdateSavedView(ctx context.Context, v hookline.SavedView) (hookline.SavedView, error) {
	return writeFor(ctx, s, func(t *tx) (hookline.SavedView, error) {
		before, err := scanSavedView(t.queryRow(savedViewQuery, v.UserID, v.ID))
		if err := found(err, "saved view"); err != nil {
			return v, err
		}
		after := before
		after.Name, after.Query, after.Opens = v.Name, v.Query, v.Opens
		if err := after.Validate(); err != nil {
			return after, err
		}
		if err := placeSavedView(t, after); err != nil {
			return after, err
		}
		if _, err := t.exec("update saved_views set name = $2, query = $3, opens = $4 where id = $1", after.ID, after.Name, after.Query, after.Opens); err != nil {
			return after, fmt.Errorf("update saved view: %w", err)
		}
		return after, s.noteChange(ctx, t, audit.OfSavedView(before), audit.OfSavedView(after))
	})
}

// placeSavedView sees that the name is free, and that one view opens at most.
func placeSavedView(t *tx, v hookline.SavedView) error {
	var same int
	if err := t.queryRow("select count(*) from saved_views where user_id = $1 and name = $2 and id <> $3", v.UserID, v.Name, v.ID).Scan(&same); err != nil {
		return fmt.Errorf("look up saved view: %w", err)
	}
	if same > 0 {
		taken := hookline.Conflict("The view was not saved.")
		taken.Fields = map[string]string{"name": "You have a view of this name already. Use a different one."}
		return taken
	}
	if !v.Opens {
		return nil
	}
	_, err := t.exec("update saved_views set opens = 0 where user_id = $1 and id <> $2 and opens = 1", v.UserID, v.ID)
	return wrapped(err, "update saved views")
}

// DeleteSavedView deletes a view of a user.
func (s *Store) DeleteSavedView(ctx context.Context, userID, id string) error {
	return s.write(ctx, func(t *tx) error {
		before, err := scanSavedView(t.queryRow(savedViewQuery, userID, id))
		if err := found(err, "saved view"); err != nil {
			return err
		}
		if err := deleteOne(t, "delete from saved_views where id = $1", id, "saved view"); err != nil {
			return err
		}
		return s.note(ctx, t, audit.Delete(audit.OfSavedView(before)))
	})
}
