package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

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

// SigningKeys gives the workspace's keys, the newest first; that one signs.
// There is at least one.
func (s *Store) SigningKeys(ctx context.Context) ([]hookline.SigningKey, error) {
	rows, err := s.reads.QueryContext(ctx, "select key, created_at from signing_keys order by created_at desc")
	if err != nil {
		return nil, fmt.Errorf("read signing keys: %w", err)
	}
	return collect(rows, scanSigningKey)
}

func scanSigningKey(r row) (hookline.SigningKey, error) {
	var k hookline.SigningKey
	var at int64
	err := r.Scan(&k.Key, &at)
	k.CreatedAt = fromMicros(at)
	return k, err
}

// RotateSigningKey makes a new key, which signs from now on. The ones before
// it stay listed.
func (s *Store) RotateSigningKey(ctx context.Context) (hookline.SigningKey, error) {
	return s.TakeSigningKey(ctx, hookline.Secret())
}

// TakeSigningKey takes a key that was made elsewhere, which signs from now on;
// it may be one of those before it. They stay listed.
func (s *Store) TakeSigningKey(ctx context.Context, key string) (hookline.SigningKey, error) {
	if key == "" {
		return hookline.SigningKey{}, hookline.Invalid("A signing key cannot be empty.", nil)
	}
	return writeFor(ctx, s, func(t *tx) (hookline.SigningKey, error) {
		added, err := addSigningKey(t, key)
		if err != nil {
			return added, err
		}
		return added, s.note(ctx, t, audit.OfSigningKey().Say(audit.Rotated, ""))
	})
}

// addSigningKey gives each key a later time than the one before, also when the
// clock was set back: the order decides which key signs.
func addSigningKey(t *tx, text string) (hookline.SigningKey, error) {
	key := hookline.SigningKey{Key: text, CreatedAt: now()}
	var last int64
	if err := t.queryRow("select coalesce(max(created_at), 0) from signing_keys").Scan(&last); err != nil {
		return key, fmt.Errorf("read last signing key: %w", err)
	}
	if micros(key.CreatedAt) <= last {
		key.CreatedAt = fromMicros(last).Add(time.Microsecond)
	}
	if _, err := t.exec("insert into signing_keys (key, created_at) values ($1, $2) on conflict (key) do update set created_at = excluded.created_at", key.Key, micros(key.CreatedAt)); err != nil {
		return key, fmt.Errorf("insert signing key: %w", err)
	}
	t.changed(hookline.TopicConfig)
	return key, nil
}

// firstSigningKey makes the key of a new house.
func (s *Store) firstSigningKey(ctx context.Context) error {
	keys, err := s.SigningKeys(ctx)
	if err != nil || len(keys) > 0 {
		return err
	}
	_, err = s.RotateSigningKey(ctx)
	return err
}
