package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"hookline/internal/hookline"
)

// What is told lies in the attempts, and in the deliveries of which none was
// made. Both are looked at in the order of their keys, from where one reporting
// webhook has come to. A later attempt has a key of its own, made when it was
// recorded, so none comes before one that is there already. A first attempt has
// its delivery's: so a delivery that is passed before it was tried is noted in
// reports_awaited, and looked at until it was.

// reportColumns need a delivery d, a person p and a request r.
const reportColumns = "d.id, d.destination_id, d.action_id, d.batch_size, coalesce(p.user_id, ''), coalesce(p.email, ''), coalesce(r.url, '')"

const attemptReports = "select a.id, a.number, a.request_number, a.outcome, a.reason, a.started_at + a.duration_us, " + reportColumns + `
	from attempts a join deliveries d on d.id = a.delivery_id
	left join people p on p.id = d.person_id
	left join requests r on r.id = case when a.request_number = 1 then a.delivery_id
		else (select q.id from requests q where q.delivery_id = a.delivery_id and q.number = a.request_number and q.number > 1) end`

// Of each delivery, the first attempt that ended in some way has no other of
// that way before it.
const firstOfItsWay = ` and (a.number = 1 or not exists (select 1 from attempts e where e.outcome = a.outcome and e.number < a.number and e.id = a.delivery_id)
	and not exists (select 1 from attempts e where e.outcome = a.outcome and e.number < a.number and e.delivery_id = a.delivery_id and e.number > 1))`

// The plus keeps SQLite from going by what the tests are few by.
const reportsQuery = attemptReports + " where a.id > $1 and a.id <= $2 and a.started_at + a.duration_us >= $3 and +d.origin <> 'test'"

const untriedReports = "select d.id, 0, 0, d.state, d.reason, d.updated_at, " + reportColumns + `
	from deliveries d left join people p on p.id = d.person_id left join requests r on r.id = d.id`

const (
	lastKeyQuery    = "select max(coalesce((select max(id) from attempts), 0), coalesce((select max(id) from deliveries), 0))"
	attemptsToQuery = "select id from attempts where id > $1 and id <= $2 order by id limit 1 offset $3"
	untriedQuery    = untriedReports + " where d.id > $1 and d.id <= $2 and d.attempts = 0 and +d.origin <> 'test' order by d.id limit $3"
)

func scanReport(r row) (hookline.Report, error) {
	var one hookline.Report
	var outcome hookline.State
	var at, delivery int64
	err := r.Scan(&one.Place, &one.Attempt, &one.RequestNumber, &outcome, &one.Reason, &at,
		&delivery, &one.DestinationID, &one.ActionID, &one.BatchSize, &one.UserID, &one.Email, &one.URL)
	one.At, one.DeliveryID = fromMicros(at), hookline.KeyID("dlv", delivery)
	switch {
	case outcome == hookline.StateFailed && one.Attempt == 0:
		one.Metric = hookline.MetricUndeliverable
	case outcome == hookline.StateFailed:
		one.Metric = hookline.MetricFailed
	case outcome == hookline.StateDelivered:
		one.Metric, one.Reason = hookline.MetricSent, ""
	case one.Attempt > 0:
		one.Metric = hookline.MetricAttempted
	}
	return one, err // without a metric: a delivery that was not tried, and may yet be
}

// ReportsAfter looks on from where w stands, at about limit attempts at most. A
// delivery that was made after young and was not tried yet ends the look: it is
// about to be.
func (s *Store) ReportsAfter(ctx context.Context, w hookline.ReportingWebhook, young time.Time, limit int) (hookline.Reports, error) {
	from := w.Standing.Place
	found := hookline.Reports{Place: from}
	end, more, err := s.lookUntil(ctx, from, limit)
	if err != nil || end <= from {
		return found, err
	}
	// Deliveries are read before attempts: one that is tried in between is then in
	// both, and not in neither.
	untried, err := s.untried(ctx, from, end, limit)
	if err != nil {
		return found, err
	}
	if len(untried) == limit {
		end, more = untried[limit-1].Place, true
	}
	var waiting []hookline.Report
	for _, r := range untried {
		if r.Metric == "" && hookline.KeyAt(young) < r.Place {
			end, more = r.Place-1, false
			break
		}
		waiting = append(waiting, r)
	}
	if end <= from {
		return found, nil
	}
	tried, err := s.triedBetween(ctx, w, from, end)
	if err != nil {
		return found, err
	}
	found.Place, found.More = end, more
	found.Rows, found.Await = sortOut(w, waiting, tried)
	return found, nil
}

// lookUntil gives the last key that is looked at, of what is stored by now.
func (s *Store) lookUntil(ctx context.Context, from int64, limit int) (end int64, more bool, err error) {
	if err := s.reads.QueryRowContext(ctx, lastKeyQuery).Scan(&end); err != nil {
		return 0, false, fmt.Errorf("read last key: %w", err)
	}
	var bound int64
	err = s.reads.QueryRowContext(ctx, attemptsToQuery, from, end, limit-1).Scan(&bound)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return end, false, nil
	case err != nil:
		return 0, false, fmt.Errorf("read attempts: %w", err)
	}
	return bound, bound < end, nil
}

func (s *Store) untried(ctx context.Context, from, end int64, limit int) ([]hookline.Report, error) {
	rows, err := s.reads.QueryContext(ctx, untriedQuery, from, end, limit)
	if err != nil {
		return nil, fmt.Errorf("read deliveries to report: %w", err)
	}
	return collect(rows, scanReport)
}

func (s *Store) triedBetween(ctx context.Context, w hookline.ReportingWebhook, from, end int64) ([]hookline.Report, error) {
	rows, err := s.reads.QueryContext(ctx, reportsQuery+wanted(w)+" order by a.id", from, end, micros(w.Standing.Since))
	if err != nil {
		return nil, fmt.Errorf("read attempts to report: %w", err)
	}
	return collect(rows, scanReport)
}

// wanted narrows attempts to those that w is told of.
func wanted(w hookline.ReportingWebhook) string {
	var outcomes []string
	for metric, outcome := range map[hookline.Metric]string{hookline.MetricAttempted: "'retrying'", hookline.MetricSent: "'delivered'", hookline.MetricFailed: "'failed'"} {
		if w.Wants(metric) {
			outcomes = append(outcomes, outcome)
		}
	}
	slices.Sort(outcomes)
	term := " and a.outcome in (" + strings.Join(outcomes, ", ") + ")"
	if w.FirstOnly {
		term += firstOfItsWay
	}
	return term
}

// sortOut puts what is told in order, and lists what has to be awaited. What
// was tried between the two looks is no more awaited.
func sortOut(w hookline.ReportingWebhook, untried, tried []hookline.Report) (rows []hookline.Report, await []string) {
	seen := map[string]bool{}
	for _, r := range tried {
		seen[r.DeliveryID] = seen[r.DeliveryID] || r.Attempt == 1
	}
	rows = tried
	for _, r := range untried {
		switch {
		case seen[r.DeliveryID]:
		case r.Metric == "":
			await = append(await, r.DeliveryID)
		case w.Wants(r.Metric) && !r.At.Before(w.Standing.Since):
			rows = append(rows, r)
		}
	}
	slices.SortStableFunc(rows, func(a, b hookline.Report) int { return cmp.Compare(a.Place, b.Place) })
	return rows, await
}
