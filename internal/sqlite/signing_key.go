package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

// SigningKeys gives the workspace's keys: the one that signs now, those that
// will, and those that did, the newest first. There is at least one.
func (s *Store) SigningKeys(ctx context.Context) ([]hookline.SigningKey, error) {
	rows, err := s.reads.QueryContext(ctx, "select key, created_at, signs_at from signing_keys order by created_at desc")
	if err != nil {
		return nil, fmt.Errorf("read signing keys: %w", err)
	}
	keys, err := collect(rows, scanSigningKey)
	if err != nil {
		return nil, err
	}
	inUse, _ := hookline.InUse(keys, now())
	slices.SortStableFunc(keys, func(a, b hookline.SigningKey) int {
		switch {
		case a.Key == inUse.Key && b.Key != inUse.Key:
			return -1
		case b.Key == inUse.Key && a.Key != inUse.Key:
			return 1
		}
		return 0
	})
	return keys, nil
}

func scanSigningKey(r row) (hookline.SigningKey, error) {
	var k hookline.SigningKey
	var made, signs int64
	err := r.Scan(&k.Key, &made, &signs)
	k.CreatedAt, k.SignsAt = fromMicros(made), fromMicros(signs)
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
		added, err := addSigningKey(t, hookline.SigningKey{Key: key})
		if err != nil {
			return added, err
		}
		return added, s.note(ctx, t, audit.OfSigningKey().Say(audit.Rotated, ""))
	})
}

// PrepareSigningKey makes a new key, which signs from a time on; until then the
// one before it does. One at a time may wait.
func (s *Store) PrepareSigningKey(ctx context.Context, signsAt time.Time) (hookline.SigningKey, error) {
	return writeFor(ctx, s, func(t *tx) (hookline.SigningKey, error) {
		var waiting int
		if err := t.queryRow("select count(*) from signing_keys where signs_at > $1", micros(now())).Scan(&waiting); err != nil {
			return hookline.SigningKey{}, fmt.Errorf("read next signing key: %w", err)
		}
		if waiting > 0 {
			return hookline.SigningKey{}, hookline.Conflict("There is a new key already that has not begun to sign. Use it now, or discard it, before you make another.")
		}
		added, err := addSigningKey(t, hookline.SigningKey{Key: hookline.Secret(), SignsAt: signsAt.UTC().Truncate(time.Microsecond)})
		if err != nil {
			return added, err
		}
		return added, s.note(ctx, t, audit.OfSigningKey().Say(audit.Rotated, "It signs from "+added.SignsAt.Format(time.RFC3339)+" on."))
	})
}

// UseSigningKey has the key that waits sign from now on.
func (s *Store) UseSigningKey(ctx context.Context) error {
	return s.nextSigningKey(ctx, "The new key signs from now on.", "update signing_keys set signs_at = $1 where signs_at > $1")
}

// DropSigningKey discards the key that waits.
func (s *Store) DropSigningKey(ctx context.Context) error {
	return s.nextSigningKey(ctx, "The new key was discarded.", "delete from signing_keys where signs_at > $1")
}

func (s *Store) nextSigningKey(ctx context.Context, remark, statement string) error {
	return s.write(ctx, func(t *tx) error {
		n, err := t.exec(statement, micros(now()))
		if err != nil {
			return fmt.Errorf("change next signing key: %w", err)
		}
		if n == 0 {
			return hookline.Conflict("No key waits any more: the new one signs already, or was discarded.")
		}
		t.changed(hookline.TopicConfig)
		return s.note(ctx, t, audit.OfSigningKey().Say(audit.Rotated, remark))
	})
}

// addSigningKey gives each key a later time than the one before, also when the
// clock was set back: the order decides which key signs.
func addSigningKey(t *tx, key hookline.SigningKey) (hookline.SigningKey, error) {
	key.CreatedAt = now()
	var last int64
	if err := t.queryRow("select coalesce(max(created_at), 0) from signing_keys").Scan(&last); err != nil {
		return key, fmt.Errorf("read last signing key: %w", err)
	}
	if micros(key.CreatedAt) <= last {
		key.CreatedAt = fromMicros(last).Add(time.Microsecond)
	}
	if _, err := t.exec("insert into signing_keys (key, created_at, signs_at) values ($1, $2, $3) on conflict (key) do update set created_at = excluded.created_at, signs_at = excluded.signs_at",
		key.Key, micros(key.CreatedAt), micros(key.SignsAt)); err != nil {
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

// tidyEnds gives when a destination's secrets end, of those that it has.
func tidyEnds(d hookline.Destination) map[string]time.Time {
	var ends map[string]time.Time
	for secret, end := range d.StandardEnds {
		if !slices.Contains(d.StandardSecrets, secret) || end.IsZero() {
			continue
		}
		if ends == nil {
			ends = map[string]time.Time{}
		}
		ends[secret] = end.UTC().Truncate(time.Microsecond)
	}
	return ends
}

func endsJSON(d hookline.Destination) string {
	ends := map[string]int64{}
	for secret, end := range d.StandardEnds {
		ends[secret] = micros(end)
	}
	text, err := json.Marshal(ends)
	if err != nil { // cannot be: texts and numbers can be marshalled
		return "{}"
	}
	return string(text)
}

func readEnds(text string) (map[string]time.Time, error) {
	if text == "{}" {
		return nil, nil
	}
	var stored map[string]int64
	if err := json.Unmarshal([]byte(text), &stored); err != nil {
		return nil, fmt.Errorf("read ends of secrets: %w", err)
	}
	ends := make(map[string]time.Time, len(stored))
	for secret, end := range stored {
		ends[secret] = fromMicros(end)
	}
	return ends, nil
}
