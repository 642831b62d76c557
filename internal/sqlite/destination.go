package sqlite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

// The columns of a destination: what it was given, and what people did with it since.
const (
	settingColumns = "name, enabled, shared_secret, signature_mode, standard_secrets, standard_ends, timeout_ms, " +
		"max_per_second, burst, max_concurrent, retry_base_ms, max_tries, maintenance"
	pauseColumns       = "paused_at, paused_by, paused_note, resume_at, resume_by, resume_keep, resume_since, resume_per_second, resume_ramp_ms, vouched_at"
	destinationColumns = "id, " + settingColumns + ", " + pauseColumns + ", created_at, updated_at, owner"
)

// scanDestination reads all but the sources, which are in a table of their own.
func scanDestination(r row) (hookline.Destination, error) {
	var d hookline.Destination
	var secrets, ends, maintenance string
	var timeout, retryBase, ramp, paused, resume, since, vouched, created, updated int64
	err := r.Scan(&d.ID, &d.Name, &d.Enabled, &d.SharedSecret, &d.SignatureMode, &secrets, &ends, &timeout,
		&d.MaxPerSecond, &d.Burst, &d.MaxConcurrent, &retryBase, &d.MaxTries, &maintenance,
		&paused, &d.Paused.By, &d.Paused.Note, &resume, &d.Resume.By, &d.Resume.Keep, &since, &d.Resume.PerSecond, &ramp, &vouched, &created, &updated, &d.Owner)
	if err != nil {
		return d, err
	}
	d.Timeout, d.RetryBase, d.Resume.Ramp = millis(timeout), millis(retryBase), millis(ramp)
	d.Paused.At, d.Resume.At, d.Resume.Since, d.VouchedAt = fromMicros(paused), fromMicros(resume), fromMicros(since), fromMicros(vouched)
	d.CreatedAt, d.UpdatedAt = fromMicros(created), fromMicros(updated)
	d.StandardEnds, err = readEnds(ends)
	return d, errors.Join(err, json.Unmarshal([]byte(secrets), &d.StandardSecrets), json.Unmarshal([]byte(maintenance), &d.Maintenance))
}

func millis(n int64) time.Duration { return time.Duration(n) * time.Millisecond }

// ListDestinations gives all destinations that stand for themselves, with their
// sources, the oldest first.
func (s *Store) ListDestinations(ctx context.Context) ([]hookline.Destination, error) {
	return s.destinations(ctx, " where owner = ''")
}

// EveryDestination gives those of campaigns and shortcuts too.
func (s *Store) EveryDestination(ctx context.Context) ([]hookline.Destination, error) {
	return s.destinations(ctx, "")
}

func (s *Store) destinations(ctx context.Context, where string) ([]hookline.Destination, error) {
	rows, err := s.reads.QueryContext(ctx, "select "+destinationColumns+" from destinations"+where+" order by id")
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
// sources it names must exist. It may begin paused.
func (s *Store) CreateDestination(ctx context.Context, d hookline.Destination) (hookline.Destination, error) {
	d, err := readyDestination(d)
	if err != nil {
		return hookline.Destination{}, err
	}
	d.Resume, d.VouchedAt, d.Owner = hookline.Resume{}, time.Time{}, ""
	return writeFor(ctx, s, func(t *tx) (hookline.Destination, error) {
		d.ID, d.CreatedAt = s.ids.New("dst"), now()
		d.UpdatedAt = d.CreatedAt
		if err := insertDestination(t, d); err != nil {
			return d, err
		}
		return d, s.note(ctx, t, audit.Make(audit.OfDestination(d)))
	})
}

// insertDestination adds a destination with its way, and connects its sources.
func insertDestination(t *tx, d hookline.Destination) error {
	settings, err := settingArgs(d)
	if err != nil {
		return err
	}
	args := append(append([]any{d.ID}, settings...), pauseArgs(d)...)
	args = append(args, micros(d.CreatedAt), micros(d.UpdatedAt), d.Owner)
	if _, err := t.exec(insertDestinationQuery, args...); err != nil {
		return fmt.Errorf("insert destination: %w", err)
	}
	t.changed(hookline.TopicConfig)
	if err := knowsRegion(t, d.Region); err != nil {
		return err
	}
	if err := keepWay(t, d); err != nil {
		return err
	}
	return connect(t, d)
}

var insertDestinationQuery = "insert into destinations (" + destinationColumns + ") values (" + placeholders(strings.Count(destinationColumns, ",")+1) + ")"

// settingArgs are the values of settingColumns, pauseArgs those of pauseColumns.
func settingArgs(d hookline.Destination) ([]any, error) {
	secrets, err1 := json.Marshal(d.StandardSecrets)
	maintenance, err2 := json.Marshal(d.Maintenance)
	if err := errors.Join(err1, err2); err != nil {
		return nil, fmt.Errorf("encode settings: %w", err)
	}
	return []any{
		d.Name, d.Enabled, d.SharedSecret, string(d.SignatureMode), string(secrets), endsJSON(d), d.Timeout.Milliseconds(),
		d.MaxPerSecond, d.Burst, d.MaxConcurrent, d.RetryBase.Milliseconds(), d.MaxTries, string(maintenance),
	}, nil
}

func pauseArgs(d hookline.Destination) []any {
	p, r := d.Paused, d.Resume
	return []any{
		micros(p.At), p.By, p.Note, micros(r.At), r.By, string(r.Keep), micros(r.Since), r.PerSecond, r.Ramp.Milliseconds(), micros(d.VouchedAt),
	}
}

// UpdateDestination changes everything but id, time of making, and what people
// do with a destination by other ways: pausing, resuming, vouching for it.
func (s *Store) UpdateDestination(ctx context.Context, d hookline.Destination) (hookline.Destination, error) {
	d, err := readyDestination(d)
	if err != nil {
		return hookline.Destination{}, err
	}
	settings, err := settingArgs(d)
	if err != nil {
		return hookline.Destination{}, err
	}
	return writeFor(ctx, s, func(t *tx) (hookline.Destination, error) {
		before, err := readDestination(t, d.ID)
		if err != nil {
			return before, err
		}
		if before.Owner != "" && (d.Name != before.Name || len(d.SourceIDs) > 0) {
			return before, errOwned
		}
		stored, err := scanDestination(t.queryRow(updateDestinationQuery, append([]any{d.ID, micros(now())}, settings...)...))
		if err := found(err, "destination"); err != nil {
			return stored, err
		}
		stored.SourceIDs, stored.TLS, stored.Proxy, stored.Region = d.SourceIDs, d.TLS, d.Proxy, d.Region
		t.changed(hookline.TopicConfig)
		if stored.Region != before.Region {
			if err := knowsRegion(t, stored.Region); err != nil {
				return stored, err
			}
		}
		if err := keepWay(t, stored); err != nil {
			return stored, err
		}
		if err := connect(t, stored); err != nil {
			return stored, err
		}
		return stored, s.noteChange(ctx, t, audit.OfDestination(before), audit.OfDestination(stored))
	})
}

var updateDestinationQuery = "update destinations set updated_at = $2, " + assignments(settingColumns, 3) + " where id = $1 returning " + destinationColumns

// assignments gives each column a parameter, the first one number first.
func assignments(columns string, first int) string {
	names := strings.Split(columns, ", ")
	for i, name := range names {
		names[i] = fmt.Sprintf("%s = $%d", name, first+i)
	}
	return strings.Join(names, ", ")
}

// readyDestination gives d in the form that is stored.
func readyDestination(d hookline.Destination) (hookline.Destination, error) {
	d.Name = strings.TrimSpace(d.Name)
	d.Timeout, d.RetryBase = d.Timeout.Truncate(time.Millisecond), d.RetryBase.Truncate(time.Millisecond)
	d.TLS, d.Proxy, d.Region = d.TLS.Tidy(), strings.TrimSpace(d.Proxy), strings.TrimSpace(d.Region)
	d.SourceIDs = slices.Compact(slices.Sorted(slices.Values(d.SourceIDs)))
	d.StandardEnds = tidyEnds(d)
	d.Paused.Note = strings.TrimSpace(d.Paused.Note)
	d.Paused.At = d.Paused.At.Truncate(time.Microsecond)
	d.Maintenance = slices.Clone(d.Maintenance)
	for i, w := range d.Maintenance {
		d.Maintenance[i].From, d.Maintenance[i].Until = w.From.UTC(), w.Until.UTC()
	}
	return d, d.Validate()
}

// connect makes d listen to its sources and to no others.
func connect(t *tx, d hookline.Destination) error {
	if _, err := t.exec("delete from destination_sources where destination_id = $1", d.ID); err != nil {
		return fmt.Errorf("disconnect sources: %w", err)
	}
	for _, id := range d.SourceIDs {
		n, err := t.exec("insert into destination_sources (destination_id, source_id) select d.id, s.id from destinations d, sources s where d.id = $1 and s.id = $2", d.ID, id)
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
	return s.write(ctx, func(t *tx) error {
		before, err := readDestination(t, id)
		switch {
		case err != nil:
			return err
		case before.Owner != "":
			return errOwned
		}
		if err := deleteDestination(t, id); err != nil {
			return err
		}
		return s.note(ctx, t, audit.Delete(audit.OfDestination(before)))
	})
}

func deleteDestination(t *tx, id string) error {
	var owner string
	if err := t.queryRow("select coalesce(max(owner), '') from destinations where id = $1", id).Scan(&owner); err != nil {
		return fmt.Errorf("read owner: %w", err)
	}
	if err := deleteOne(t, "delete from destinations where id = $1", id, "destination"); err != nil {
		return err
	}
	_, err := t.exec(`update deliveries set state = $2, reason = $3, asked_by = '', next_attempt_at = 0, updated_at = $4
		where destination_id = $1 and state in ('queued', 'retrying', 'held', 'draft')`,
		id, string(hookline.StateFailed), destinationDeleted, micros(now()))
	if err != nil {
		return fmt.Errorf("fail what is owed: %w", err)
	}
	if owner != "" {
		if err := endSteps(t, owner, id); err != nil {
			return err
		}
	}
	if err := closeFailures(t, id); err != nil {
		return err
	}
	if _, err := t.exec("delete from batch_parts where destination_id = $1 and delivery_id = 0", id); err != nil {
		return fmt.Errorf("drop what was gathered: %w", err)
	}
	t.changed(hookline.TopicConfig, hookline.TopicSent)
	return nil
}
