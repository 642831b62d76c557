package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

const secretColumns = "name, hosts, sealed, made_by, created_at, updated_at"

func scanSecret(r row) (hookline.KeptSecret, error) {
	var s hookline.KeptSecret
	var hosts string
	var created, updated int64
	if err := r.Scan(&s.Name, &hosts, &s.Sealed, &s.MadeBy, &created, &updated); err != nil {
		return s, err
	}
	s.CreatedAt, s.UpdatedAt = fromMicros(created), fromMicros(updated)
	err := json.Unmarshal([]byte(hosts), &s.Hosts)
	return s, err
}

// ListSecrets gives all secrets, sealed, by their names.
func (s *Store) ListSecrets(ctx context.Context) ([]hookline.KeptSecret, error) {
	rows, err := s.reads.QueryContext(ctx, "select "+secretColumns+" from secrets order by name")
	if err != nil {
		return nil, fmt.Errorf("read secrets: %w", err)
	}
	return collect(rows, scanSecret)
}

// Secret gives one secret, sealed.
func (s *Store) Secret(ctx context.Context, name string) (hookline.KeptSecret, error) {
	one, err := scanSecret(s.reads.QueryRowContext(ctx, "select "+secretColumns+" from secrets where name = $1", name))
	return one, found(err, "secret")
}

// CreateSecret adds a secret. It fails with KindConflict when there is one of
// that name, and when there are MaxSecrets.
func (s *Store) CreateSecret(ctx context.Context, one hookline.KeptSecret) (hookline.KeptSecret, error) {
	if err := one.Validate(); err != nil {
		return hookline.KeptSecret{}, err
	}
	return writeFor(ctx, s, func(t *tx) (hookline.KeptSecret, error) {
		one.CreatedAt = now()
		one.UpdatedAt = one.CreatedAt
		if err := roomForSecret(t, one.Name); err != nil {
			return one, err
		}
		_, err := t.exec("insert into secrets ("+secretColumns+") values ($1, $2, $3, $4, $5, $6)",
			one.Name, hostsJSON(one.Hosts), one.Sealed, one.MadeBy, micros(one.CreatedAt), micros(one.UpdatedAt))
		if err != nil {
			return one, fmt.Errorf("insert secret: %w", err)
		}
		t.changed(hookline.TopicConfig)
		return one, s.note(ctx, t, audit.Make(audit.OfSecret(one)))
	})
}

func roomForSecret(t *tx, name string) error {
	var same, all int
	if err := t.queryRow("select (select count(*) from secrets where name = $1), (select count(*) from secrets)", name).Scan(&same, &all); err != nil {
		return fmt.Errorf("count secrets: %w", err)
	}
	if same > 0 {
		taken := hookline.Conflict("The secret could not be saved.")
		taken.Fields = map[string]string{"name": "There is a secret of this name. Choose another one, or change that."}
		return taken
	}
	if all >= hookline.MaxSecrets {
		return hookline.Conflict(fmt.Sprintf("There are %d secrets, which is the most there can be. Delete one first.", all))
	}
	return nil
}

// UpdateSecret gives a secret other hosts and another value: neither can be
// changed without the other, since they are sealed together.
func (s *Store) UpdateSecret(ctx context.Context, one hookline.KeptSecret) (hookline.KeptSecret, error) {
	if err := one.Validate(); err != nil {
		return hookline.KeptSecret{}, err
	}
	return writeFor(ctx, s, func(t *tx) (hookline.KeptSecret, error) {
		before, err := readSecret(t, one.Name)
		if err != nil {
			return before, err
		}
		stored, err := scanSecret(t.queryRow("update secrets set hosts = $2, sealed = $3, made_by = $4, updated_at = $5 where name = $1 returning "+secretColumns,
			one.Name, hostsJSON(one.Hosts), one.Sealed, one.MadeBy, micros(now())))
		if err != nil {
			return stored, fmt.Errorf("update secret: %w", err)
		}
		t.changed(hookline.TopicConfig)
		return stored, s.noteChange(ctx, t, audit.OfSecret(before), audit.OfSecret(stored))
	})
}

// DeleteSecret removes a secret. What still refers to it fails when it is sent.
func (s *Store) DeleteSecret(ctx context.Context, name string) error {
	return s.write(ctx, func(t *tx) error {
		before, err := readSecret(t, name)
		if err != nil {
			return err
		}
		if err := deleteOne(t, "delete from secrets where name = $1", name, "secret"); err != nil {
			return err
		}
		t.changed(hookline.TopicConfig)
		return s.note(ctx, t, audit.Delete(audit.OfSecret(before)))
	})
}

func readSecret(t *tx, name string) (hookline.KeptSecret, error) {
	one, err := scanSecret(t.queryRow("select "+secretColumns+" from secrets where name = $1", name))
	return one, found(err, "secret")
}

func hostsJSON(hosts []string) string {
	text, _ := json.Marshal(slices.Clone(hosts)) // texts only
	return string(text)
}

// settingReferences holds what marks references to secrets as ours.
const settingReferences = "secret_references"

// ReferenceKey gives the key that marks references to secrets in requests, and
// makes it the first time. Of many who ask at once all get the same.
func (s *Store) ReferenceKey(ctx context.Context) (string, error) {
	key, err := s.Setting(ctx, settingReferences)
	if err != nil || key != "" {
		return key, err
	}
	return writeFor(ctx, s, func(t *tx) (key string, err error) {
		if _, err := t.exec("insert into settings (key, value) values ($1, $2) on conflict (key) do nothing", settingReferences, hookline.Secret()); err != nil {
			return "", fmt.Errorf("keep key of references: %w", err)
		}
		err = t.queryRow("select value from settings where key = $1", settingReferences).Scan(&key)
		if errors.Is(err, sql.ErrNoRows) {
			err = errors.New("it is not there")
		}
		return key, err
	})
}
