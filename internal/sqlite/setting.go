package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

// Setting gives what was set under key, "" when nothing was.
func (s *Store) Setting(ctx context.Context, key string) (string, error) {
	var value string
	err := s.reads.QueryRowContext(ctx, "select value from settings where key = $1", key).Scan(&value)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("read setting: %w", err)
	}
	return value, nil
}

// SetSetting sets what Setting gives from now on.
func (s *Store) SetSetting(ctx context.Context, key, value string) error {
	return s.write(ctx, func(t *tx) error {
		before, err := readSetting(t, key)
		if err != nil {
			return err
		}
		if key == hookline.SettingAddresses {
			if err := keepsUsedRegions(t, value); err != nil {
				return err
			}
			t.changed(hookline.TopicConfig) // a region says how its destinations are reached
		}
		_, err = t.exec("insert into settings (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value", key, value)
		if err != nil {
			return fmt.Errorf("save setting: %w", err)
		}
		if key == hookline.SettingAddresses { // the others are no person's choice
			return s.noteChange(ctx, t, audit.OfAddresses(before), audit.OfAddresses(value))
		}
		return nil
	})
}
