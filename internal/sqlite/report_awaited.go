package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"hookline/internal/hookline"
)

const (
	awaitedToQuery = "select delivery_id from reports_awaited where webhook_id = $1 and delivery_id > $2 order by delivery_id limit 1 offset $3"
	awaitedQuery   = `select w.delivery_id, coalesce(d.attempts, 0), coalesce(d.state, 'discarded') from reports_awaited w
		left join deliveries d on d.id = w.delivery_id
		where w.webhook_id = $1 and w.delivery_id > $2 and w.delivery_id <= $3 and (d.id is null or d.attempts > 0 or d.state not in ('queued', 'retrying', 'draft'))
		order by w.delivery_id`
	untriedOneQuery = untriedReports + " where d.id = $1 and d.attempts = 0"
	firstTryQuery   = attemptReports + " where a.id = $1 and a.started_at + a.duration_us >= $2"
)

// AwaitedReports looks through at most limit of the deliveries that w awaits,
// those after the given one, and tells which of them have been tried by now, or
// will not be. The Place of what it gives is where to look on; 0: from the
// beginning.
func (s *Store) AwaitedReports(ctx context.Context, w hookline.ReportingWebhook, after int64, limit int) (hookline.Reports, error) {
	var found hookline.Reports
	end := int64(1<<63 - 1)
	err := s.reads.QueryRowContext(ctx, awaitedToQuery, w.ID, after, limit-1).Scan(&end)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return found, fmt.Errorf("read what is awaited: %w", err)
	}
	if err == nil {
		found.Place = end
	}
	rows, err := s.reads.QueryContext(ctx, awaitedQuery, w.ID, after, end)
	if err != nil {
		return found, fmt.Errorf("read what is awaited: %w", err)
	}
	ended, err := collect(rows, scanAwaited)
	if err != nil {
		return found, err
	}
	for _, one := range ended {
		found.Settled = append(found.Settled, hookline.KeyID("dlv", one.key))
		reports, err := s.awaitedReport(ctx, w, one)
		if err != nil {
			return found, err
		}
		found.Rows = append(found.Rows, reports...)
	}
	return found, nil
}

// awaited is a delivery that need not be awaited any more.
type awaited struct {
	key      int64
	attempts int
	state    hookline.State
}

func scanAwaited(r row) (a awaited, err error) {
	err = r.Scan(&a.key, &a.attempts, &a.state)
	return a, err
}

// awaitedReport gives what w is told of one of them: mostly one thing.
func (s *Store) awaitedReport(ctx context.Context, w hookline.ReportingWebhook, one awaited) ([]hookline.Report, error) {
	query, args := firstTryQuery, []any{one.key, micros(w.Standing.Since)}
	switch {
	case one.state == hookline.StateDiscarded:
		return nil, nil
	case one.attempts == 0:
		query, args = untriedOneQuery, args[:1]
	}
	rows, err := s.reads.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read awaited report: %w", err)
	}
	reports, err := collect(rows, scanReport)
	for i := range reports {
		reports[i].Awaited = true
	}
	return slices.DeleteFunc(reports, func(r hookline.Report) bool { return !w.Wants(r.Metric) }), err
}

// awaitFirstTry has a delivery looked at that was passed without an attempt, and
// is to be sent after all.
func awaitFirstTry(t *tx, d hookline.Delivery) error {
	if d.Attempts > 0 {
		return nil
	}
	_, err := t.exec("insert into reports_awaited (webhook_id, delivery_id) select id, $1 from reporting_webhooks where enabled <> 0 and place >= $1 on conflict do nothing",
		hookline.KeyOf(d.ID))
	if err != nil {
		return fmt.Errorf("await first attempt: %w", err)
	}
	return nil
}

// ReportBody gives the body of the request that a report is about.
func (s *Store) ReportBody(ctx context.Context, r hookline.Report) ([]byte, error) {
	key := hookline.KeyOf(r.DeliveryID)
	var request hookline.Request
	query, args := "select body from requests where id = $1", []any{key}
	if r.RequestNumber > 1 {
		query, args = "select body from requests where delivery_id = $1 and number = $2 and number > 1", append(args, r.RequestNumber)
	}
	if err := s.reads.QueryRowContext(ctx, query, args...).Scan(&request.Body); err != nil {
		return nil, found(err, "request")
	}
	if r.RequestNumber > 1 {
		return request.Body, nil
	}
	return request.Body, s.withBody(ctx, key, r.BatchSize, &request)
}

// SaveTold keeps how far a reporting webhook has been told. One that was
// deleted meanwhile is no trouble.
func (s *Store) SaveTold(ctx context.Context, told hookline.Told) error {
	return s.write(ctx, func(t *tx) error {
		t.changed(hookline.TopicReports(told.WebhookID))
		n, err := t.exec(`update reporting_webhooks set place = case when $2 > place then $2 else place end,
			told = told + $3, told_at = case when $4 > told_at then $4 else told_at end,
			dropped = dropped + $5, dropped_at = case when $6 > dropped_at then $6 else dropped_at end where id = $1`,
			told.WebhookID, told.Place, told.Told, micros(told.ToldAt), told.Dropped, micros(told.DroppedAt))
		if err != nil {
			return fmt.Errorf("save what was told: %w", err)
		}
		if n == 0 {
			return nil
		}
		if told.Told > 0 { // the receiver is well again
			if _, err := t.exec("update reporting_webhooks set tries = 0, next_try_at = 0, failure = '', failed_at = 0 where id = $1 and tries > 0", told.WebhookID); err != nil {
				return fmt.Errorf("save what was told: %w", err)
			}
		}
		return saveAwaited(t, told)
	})
}

func saveAwaited(t *tx, told hookline.Told) error {
	for _, id := range told.Await {
		_, err := t.exec("insert into reports_awaited (webhook_id, delivery_id) values ($1, $2) on conflict do nothing", told.WebhookID, hookline.KeyOf(id))
		if err != nil {
			return fmt.Errorf("save what is awaited: %w", err)
		}
	}
	for _, id := range told.Settled {
		if _, err := t.exec("delete from reports_awaited where webhook_id = $1 and delivery_id = $2", told.WebhookID, hookline.KeyOf(id)); err != nil {
			return fmt.Errorf("save what is awaited: %w", err)
		}
	}
	return nil
}

// SaveUntold keeps why a reporting webhook could not be told, and when it is
// tried again.
func (s *Store) SaveUntold(ctx context.Context, u hookline.Untold) error {
	return s.write(ctx, func(t *tx) error {
		t.changed(hookline.TopicReports(u.WebhookID))
		_, err := t.exec("update reporting_webhooks set tries = $2, next_try_at = $3, failure = $4, failed_at = $5 where id = $1",
			u.WebhookID, u.Tries, micros(u.NextTryAt), u.Failure, micros(u.FailedAt))
		if err != nil {
			return fmt.Errorf("save why it was not told: %w", err)
		}
		return nil
	})
}

// How much is looked at and counted for a page, which does not wait for more.
const (
	lookedMost     = 50_000
	unreportedMost = 10_000
)

// Unreported tells what a reporting webhook has still to be told, of what has
// been tried by now.
func (s *Store) Unreported(ctx context.Context, w hookline.ReportingWebhook) (hookline.Unreported, error) {
	var u hookline.Unreported
	from := w.Standing.Place
	var end int64
	if err := s.reads.QueryRowContext(ctx, lastKeyQuery).Scan(&end); err != nil || end <= from {
		return u, err
	}
	var bound int64
	err := s.reads.QueryRowContext(ctx, attemptsToQuery, from, end, lookedMost).Scan(&bound)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return u, fmt.Errorf("count what is untold: %w", err)
	}
	if err == nil {
		end, u.More = bound, true
	}
	var oldest int64
	query := "select count(*), coalesce(min(at), 0) from (select a.started_at + a.duration_us at from attempts a join deliveries d on d.id = a.delivery_id" +
		" where a.id > $1 and a.id <= $2 and a.started_at + a.duration_us >= $3 and +d.origin <> 'test'" + wanted(w) + " order by a.id limit $4) counted"
	if err := s.reads.QueryRowContext(ctx, query, from, end, micros(w.Standing.Since), unreportedMost+1).Scan(&u.Count, &oldest); err != nil {
		return u, fmt.Errorf("count what is untold: %w", err)
	}
	u.Oldest = fromMicros(oldest)
	if u.Count > unreportedMost {
		u.Count, u.More = unreportedMost, true
	}
	return u, nil
}
