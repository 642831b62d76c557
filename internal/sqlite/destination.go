package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"hookline/internal/hookline"
)

const destinationColumns = "id, name, enabled, shared_secret, signature_mode, standard_secrets, timeout_ms, created_at, updated_at"

// scanDestination reads all but the sources, which are in a table of their own.
func scanDestination(r row) (hookline.Destination, error) {
	var d hookline.Destination
	var secrets string
	var timeout, created, updated int64
	if err := r.Scan(&d.ID, &d.Name, &d.Enabled, &d.SharedSecret, &d.SignatureMode, &secrets, &timeout, &created, &updated); err != nil {
		return d, err
	}
	d.Timeout = time.Duration(timeout) * time.Millisecond
	d.CreatedAt, d.UpdatedAt = fromMicros(created), fromMicros(updated)
	err := json.Unmarshal([]byte(secrets), &d.StandardSecrets)
	return d, err
}

// ListDestinations gives all destinations with their sources, the oldest first.
func (s *Store) ListDestinations(ctx context.Context) ([]hookline.Destination, error) {
	rows, err := s.reads.QueryContext(ctx, "select "+destinationColumns+" from destinations order by id")
	if err != nil {
		return nil, fmt.Errorf("read destinations: %w", err)
	}
	all, err := collect(rows, scanDestination)
	if err != nil {
		return nil, err
	}
	sources, err := s.readConnections(ctx, "")
	if err != nil {
		return nil, err
	}
	whole := make([]*hookline.Destination, len(all))
	for i := range all {
		all[i].SourceIDs = sources[all[i].ID]
		whole[i] = &all[i]
	}
	return all, s.readWays(ctx, whole...)
}

// Destination gives one destination with its sources.
func (s *Store) Destination(ctx context.Context, id string) (hookline.Destination, error) {
	d, err := scanDestination(s.reads.QueryRowContext(ctx, "select "+destinationColumns+" from destinations where id = $1", id))
	if err := found(err, "destination"); err != nil {
		return hookline.Destination{}, err
	}
	sources, err := s.readConnections(ctx, " where destination_id = $1", id)
	if err != nil {
		return hookline.Destination{}, err
	}
	d.SourceIDs = sources[id]
	return d, s.readWays(ctx, &d)
}

// readConnections gives the ids of the sources that each destination listens
// to, the oldest source first.
func (s *Store) readConnections(ctx context.Context, where string, args ...any) (map[string][]string, error) {
	rows, err := s.reads.QueryContext(ctx, "select destination_id, source_id from destination_sources"+where+" order by source_id", args...)
	if err != nil {
		return nil, fmt.Errorf("read connected sources: %w", err)
	}
	defer rows.Close()
	sources := map[string][]string{}
	for rows.Next() {
		var destination, source string
		if err := rows.Scan(&destination, &source); err != nil {
			return nil, fmt.Errorf("scan connected source: %w", err)
		}
		sources[destination] = append(sources[destination], source)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read connected sources: %w", err)
	}
	return sources, nil
}

// CreateDestination adds a destination and gives it its id and times. The
// sources it names must exist.
func (s *Store) CreateDestination(ctx context.Context, d hookline.Destination) (hookline.Destination, error) {
	d, secrets, err := readyDestination(d)
	if err != nil {
		return hookline.Destination{}, err
	}
	return writeFor(ctx, s, func(t *tx) (hookline.Destination, error) {
		d.ID, d.CreatedAt = s.ids.New("dst"), now()
		d.UpdatedAt = d.CreatedAt
		return d, insertDestination(t, d, secrets)
	})
}

// insertDestination adds a destination with its way, and connects its sources.
func insertDestination(t *tx, d hookline.Destination, secrets string) error {
	_, err := t.exec("insert into destinations ("+destinationColumns+") values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
		d.ID, d.Name, d.Enabled, d.SharedSecret, string(d.SignatureMode), secrets, d.Timeout.Milliseconds(), micros(d.CreatedAt), micros(d.UpdatedAt))
	if err != nil {
		return fmt.Errorf("insert destination: %w", err)
	}
	t.changed(hookline.TopicConfig)
	if err := keepWay(t, d); err != nil {
		return err
	}
	return connect(t, d)
}

// UpdateDestination changes everything but id and time of making.
func (s *Store) UpdateDestination(ctx context.Context, d hookline.Destination) (hookline.Destination, error) {
	d, secrets, err := readyDestination(d)
	if err != nil {
		return hookline.Destination{}, err
	}
	return writeFor(ctx, s, func(t *tx) (hookline.Destination, error) {
		stored, err := scanDestination(t.queryRow(`update destinations set name = $2, enabled = $3, shared_secret = $4, signature_mode = $5,
			standard_secrets = $6, timeout_ms = $7, updated_at = $8 where id = $1 returning `+destinationColumns,
			d.ID, d.Name, d.Enabled, d.SharedSecret, string(d.SignatureMode), secrets, d.Timeout.Milliseconds(), micros(now())))
		if err := found(err, "destination"); err != nil {
			return stored, err
		}
		stored.SourceIDs, stored.TLS, stored.Proxy = d.SourceIDs, d.TLS, d.Proxy
		t.changed(hookline.TopicConfig)
		if err := keepWay(t, stored); err != nil {
			return stored, err
		}
		return stored, connect(t, stored)
	})
}

// readyDestination gives d in the form that is stored, and its secrets as JSON.
func readyDestination(d hookline.Destination) (hookline.Destination, string, error) {
	d.Name = strings.TrimSpace(d.Name)
	d.Timeout = d.Timeout.Truncate(time.Millisecond)
	d.TLS, d.Proxy = d.TLS.Tidy(), strings.TrimSpace(d.Proxy)
	d.SourceIDs = slices.Compact(slices.Sorted(slices.Values(d.SourceIDs)))
	if err := d.Validate(); err != nil {
		return d, "", err
	}
	secrets, err := json.Marshal(d.StandardSecrets)
	if err != nil {
		return d, "", fmt.Errorf("encode secrets: %w", err)
	}
	return d, string(secrets), nil
}

// connect makes d listen to its sources and to no others.
func connect(t *tx, d hookline.Destination) error {
	if _, err := t.exec("delete from destination_sources where destination_id = $1", d.ID); err != nil {
		return fmt.Errorf("disconnect sources: %w", err)
	}
	for _, id := range d.SourceIDs {
		n, err := affected(t.exec("insert into destination_sources (destination_id, source_id) select d.id, s.id from destinations d, sources s where d.id = $1 and s.id = $2", d.ID, id))
		if err != nil {
			return fmt.Errorf("connect source: %w", err)
		}
		if n == 0 {
			return hookline.Invalid("The destination could not be saved.",
				map[string]string{"sources": "One of these sources was deleted in the meantime. Choose again."})
		}
	}
	return nil
}

// DeleteDestination removes a destination with its actions. Its deliveries
// stay, as a record of what was sent; those that were still owed fail, because
// nobody is left to send them to. One that is on its way right now ends as its
// answer says.
func (s *Store) DeleteDestination(ctx context.Context, id string) error {
	at := micros(now())
	return s.write(ctx, func(t *tx) error {
		if err := deleteOne(t, "delete from destinations where id = $1", id, "destination"); err != nil {
			return err
		}
		_, err := t.exec(`update deliveries set state = $2, reason = $3, asked_by = '', next_attempt_at = 0, updated_at = $4
			where destination_id = $1 and state in ('queued', 'retrying', 'held', 'draft')`,
			id, string(hookline.StateFailed), "The destination was deleted.", at)
		if err != nil {
			return fmt.Errorf("fail what is owed: %w", err)
		}
		if _, err := t.exec("delete from batch_items where destination_id = $1 and delivery_id = ''", id); err != nil {
			return fmt.Errorf("drop what was gathered: %w", err)
		}
		t.changed(hookline.TopicConfig, hookline.TopicSent)
		return nil
	})
}
