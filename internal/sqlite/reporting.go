package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

const (
	reportingSettings = "name, url, enabled, metrics, first_only, with_content, key, key_made_at"
	reportingStanding = "since, place, told, told_at, dropped, dropped_at, tries, next_try_at, failure, failed_at"
	reportingColumns  = "id, created_at, updated_at, " + reportingSettings + ", " + reportingStanding
)

func scanReportingWebhook(r row) (hookline.ReportingWebhook, error) {
	var w hookline.ReportingWebhook
	var metrics string
	var created, updated, keyMade, since, told, dropped, next, failed int64
	g := &w.Standing
	err := r.Scan(&w.ID, &created, &updated, &w.Name, &w.URL, &w.Enabled, &metrics, &w.FirstOnly, &w.WithContent, &w.Key, &keyMade,
		&since, &g.Place, &g.Told, &told, &g.Dropped, &dropped, &g.Tries, &next, &g.Failure, &failed)
	if err != nil {
		return w, err
	}
	w.CreatedAt, w.UpdatedAt, w.KeyMadeAt = fromMicros(created), fromMicros(updated), fromMicros(keyMade)
	g.Since, g.ToldAt, g.DroppedAt, g.NextTryAt, g.FailedAt = fromMicros(since), fromMicros(told), fromMicros(dropped), fromMicros(next), fromMicros(failed)
	return w, json.Unmarshal([]byte(metrics), &w.Metrics)
}

// ListReportingWebhooks gives all of them, the oldest first.
func (s *Store) ListReportingWebhooks(ctx context.Context) ([]hookline.ReportingWebhook, error) {
	rows, err := s.reads.QueryContext(ctx, "select "+reportingColumns+" from reporting_webhooks order by id")
	if err != nil {
		return nil, fmt.Errorf("read reporting webhooks: %w", err)
	}
	return collect(rows, scanReportingWebhook)
}

// ReportingWebhook gives one of them.
func (s *Store) ReportingWebhook(ctx context.Context, id string) (hookline.ReportingWebhook, error) {
	w, err := scanReportingWebhook(s.reads.QueryRowContext(ctx, "select "+reportingColumns+" from reporting_webhooks where id = $1", id))
	return w, found(err, "reporting webhook")
}

// CreateReportingWebhook adds one, with a key of its own unless it brings one.
// It is told what happens from now on.
func (s *Store) CreateReportingWebhook(ctx context.Context, w hookline.ReportingWebhook) (hookline.ReportingWebhook, error) {
	w = w.Tidy()
	if err := w.Validate(); err != nil {
		return hookline.ReportingWebhook{}, err
	}
	start, err := s.reportsStart(ctx)
	if err != nil {
		return hookline.ReportingWebhook{}, err
	}
	if w.Key == "" {
		w.Key = hookline.Secret()
	}
	return writeFor(ctx, s, func(t *tx) (hookline.ReportingWebhook, error) {
		var count int
		if err := t.queryRow("select count(*) from reporting_webhooks").Scan(&count); err != nil {
			return w, fmt.Errorf("count reporting webhooks: %w", err)
		}
		if count >= hookline.MaxReportingWebhooks {
			return w, hookline.Conflict("There are 20 reporting webhooks already. Delete one that nobody needs any more.")
		}
		w.ID, w.CreatedAt, w.Standing = s.ids.New("rpw"), now(), start
		w.UpdatedAt, w.KeyMadeAt = w.CreatedAt, w.CreatedAt
		t.changed(hookline.TopicReporting)
		_, err := t.exec("insert into reporting_webhooks ("+reportingColumns+") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, 0, 0, 0, 0, 0, '', 0)",
			append([]any{w.ID, micros(w.CreatedAt), micros(w.UpdatedAt)}, append(reportingArgs(w), micros(start.Since), start.Place)...)...)
		if err != nil {
			return w, fmt.Errorf("insert reporting webhook: %w", err)
		}
		return w, s.note(ctx, t, audit.Make(audit.OfReporting(w)))
	})
}

// reportingArgs are the values of reportingSettings.
func reportingArgs(w hookline.ReportingWebhook) []any {
	metrics, err := json.Marshal(w.Metrics)
	if err != nil { // cannot be: texts can be marshalled
		metrics = []byte("[]")
	}
	return []any{w.Name, w.URL, w.Enabled, string(metrics), w.FirstOnly, w.WithContent, w.Key, micros(w.KeyMadeAt)}
}

var updateReportingQuery = "update reporting_webhooks set updated_at = $2, " + assignments(reportingSettings, 3) + " where id = $1"

// UpdateReportingWebhook changes the settings. Without a key it keeps its own.
// One that is switched on begins anew, with what happens from now on; what was
// waiting for another address is tried at once.
func (s *Store) UpdateReportingWebhook(ctx context.Context, w hookline.ReportingWebhook) (hookline.ReportingWebhook, error) {
	w = w.Tidy()
	if err := w.Validate(); err != nil {
		return hookline.ReportingWebhook{}, err
	}
	start, err := s.reportsStart(ctx)
	if err != nil {
		return hookline.ReportingWebhook{}, err
	}
	return writeFor(ctx, s, func(t *tx) (hookline.ReportingWebhook, error) {
		before, err := readReportingWebhook(t, w.ID)
		if err != nil {
			return before, err
		}
		after := w
		after.CreatedAt, after.UpdatedAt, after.KeyMadeAt = before.CreatedAt, now(), now()
		if after.Key == "" || after.Key == before.Key {
			after.Key, after.KeyMadeAt = before.Key, before.KeyMadeAt
		}
		t.changed(hookline.TopicReporting)
		if _, err := t.exec(updateReportingQuery, append([]any{after.ID, micros(after.UpdatedAt)}, reportingArgs(after)...)...); err != nil {
			return after, fmt.Errorf("update reporting webhook: %w", err)
		}
		after.Standing = before.Standing
		if err := restand(t, &after, before, start); err != nil {
			return after, err
		}
		return after, s.noteChange(ctx, t, audit.OfReporting(before), audit.OfReporting(after))
	})
}

// restand gives a reporting webhook that was changed the standing it has now.
func restand(t *tx, after *hookline.ReportingWebhook, before hookline.ReportingWebhook, start hookline.Standing) error {
	g := &after.Standing
	on := after.Enabled && !before.Enabled
	if !on && after.URL == before.URL {
		return nil
	}
	g.Tries, g.NextTryAt, g.Failure, g.FailedAt = 0, time.Time{}, "", time.Time{}
	if on {
		g.Since, g.Place = start.Since, start.Place
		if _, err := t.exec("delete from reports_awaited where webhook_id = $1", after.ID); err != nil {
			return fmt.Errorf("forget what was awaited: %w", err)
		}
	}
	_, err := t.exec("update reporting_webhooks set since = $2, place = $3, tries = 0, next_try_at = 0, failure = '', failed_at = 0 where id = $1",
		after.ID, micros(g.Since), g.Place)
	if err != nil {
		return fmt.Errorf("begin reporting: %w", err)
	}
	return nil
}

// RetryReports has a reporting webhook tried again at once.
func (s *Store) RetryReports(ctx context.Context, id string) error {
	return s.write(ctx, func(t *tx) error {
		w, err := readReportingWebhook(t, id)
		if err != nil {
			return err
		}
		t.changed(hookline.TopicReporting)
		if _, err := t.exec("update reporting_webhooks set next_try_at = 0, updated_at = $2 where id = $1", id, micros(now())); err != nil {
			return fmt.Errorf("retry reports: %w", err)
		}
		return s.note(ctx, t, audit.OfReporting(w).Say(audit.Vouched, ""))
	})
}

// DeleteReportingWebhook removes one, with what it was still to be told.
func (s *Store) DeleteReportingWebhook(ctx context.Context, id string) error {
	return s.write(ctx, func(t *tx) error {
		w, err := readReportingWebhook(t, id)
		if err != nil {
			return err
		}
		t.changed(hookline.TopicReporting)
		if err := deleteOne(t, "delete from reporting_webhooks where id = $1", id, "reporting webhook"); err != nil {
			return err
		}
		return s.note(ctx, t, audit.Delete(audit.OfReporting(w)))
	})
}

const oldestUntriedQuery = "select coalesce(min(id), 0) from deliveries where state in ('queued', 'retrying') and next_attempt_at >= 0"

// reportsStart is where a reporting webhook begins that is switched on now:
// before everything that is still to be tried.
func (s *Store) reportsStart(ctx context.Context) (hookline.Standing, error) {
	start := hookline.Standing{Since: now(), Place: s.ids.Last()}
	var oldest int64
	if err := s.reads.QueryRowContext(ctx, oldestUntriedQuery).Scan(&oldest); err != nil {
		return start, fmt.Errorf("read what is owed: %w", err)
	}
	if oldest > 0 {
		start.Place = min(start.Place, max(oldest-1, hookline.KeyAt(start.Since.Add(-hookline.ReportAge))))
	}
	return start, nil
}
