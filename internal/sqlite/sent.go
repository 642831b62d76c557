package sqlite

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"hookline/internal/hookline"
)

// deliveryRows joins what a list shows beside a delivery; each name may be gone.
var deliveryRows = "select " + prefixColumns("d", deliveryColumns) + `,
		coalesce(t.name, ''), coalesce(a.name, ''), coalesce(nullif(p.email, ''), nullif(p.user_id, ''), p.id, ''), coalesce(nullif(e.name, ''), e.type, ''),
		coalesce(r.method, ''), coalesce(r.url, '')
	from deliveries d
	left join destinations t on t.id = d.destination_id
	left join actions a on a.id = d.action_id
	left join people p on p.id = d.person_id
	left join events e on e.id = d.event_id
	left join requests r on r.delivery_id = d.id and r.number = d.request_number`

func scanDeliveryRow(r row) (hookline.DeliveryRow, error) {
	var w hookline.DeliveryRow
	var err error
	w.Delivery, err = scanDelivery(suffixed{r, []any{&w.DestinationName, &w.ActionName, &w.PersonLabel, &w.EventName, &w.Method, &w.URL}})
	return w, err
}

// suffixed scans more columns, after those of the noun.
type suffixed struct {
	row
	rest []any
}

func (s suffixed) Scan(dest ...any) error { return s.row.Scan(append(dest, s.rest...)...) }

// ListDeliveries gives the deliveries that fit the filter, newest first.
func (s *Store) ListDeliveries(ctx context.Context, f hookline.DeliveryFilter, c hookline.Cursor) (hookline.Listing[hookline.DeliveryRow], error) {
	holds, err := s.holds(ctx)
	if err != nil {
		return hookline.Listing[hookline.DeliveryRow]{}, err
	}
	l, err := list(ctx, s.reads, selectDeliveries(f, holds), c, scanDeliveryRow)
	for i := range l.Rows {
		showHeld(&l.Rows[i], holds)
	}
	return l, err
}

// selectDeliveries narrows the list; holds are the destinations that hold now.
func selectDeliveries(f hookline.DeliveryFilter, holds map[string]hookline.Hold) *listQuery {
	q := newList(deliveryRows)
	q.id = "d.id"
	filterState(q, f.State, slices.Sorted(maps.Keys(holds)))
	for _, term := range []struct{ column, value string }{
		{"d.destination_id", f.DestinationID}, {"d.action_id", f.ActionID}, {"d.person_id", f.PersonID},
	} {
		if term.value != "" {
			q.where(term.column+" = ?", term.value)
		}
	}
	if f.PersonID != "" {
		q.where("d.person_id <> ''") // the words of the partial index deliveries_person: only then is it used
	}
	if f.EventID != "" {
		q.where("(d.event_id = ? or d.id in (select delivery_id from batch_items where event_id = ?))", f.EventID, f.EventID)
	}
	if f.Status != 0 {
		q.where("d.last_status = ?", f.Status)
	}
	if !f.Since.IsZero() {
		q.where("d.id >= ?", hookline.IDAt("dlv", f.Since))
	}
	if !f.Until.IsZero() {
		q.where("d.id < ?", hookline.IDAt("dlv", f.Until))
	}
	return q
}

// filterState repeats the words of the partial indexes: only then are they
// used. What is queued or held is found by what is owed, however much was sent,
// and put in order before anything is joined to it.
func filterState(q *listQuery, state hookline.State, holding []string) {
	switch state {
	case "":
		return
	case hookline.StateHeld:
		q.from = "deliveries d"
		q.oneOf("d.destination_id", holding)
		q.where("d.state in ('queued', 'retrying') and d.next_attempt_at >= 0")
		return
	case hookline.StateQueued:
		q.from = "deliveries d"
		q.where("d.state in ('queued', 'retrying') and d.next_attempt_at >= 0")
	case hookline.StateDraft, hookline.StateRetrying, hookline.StateFailed, hookline.StateDiscarded:
		q.where("d.state in ('draft', 'retrying', 'failed', 'held', 'discarded')")
	}
	q.where("d.state = ?", string(state))
	if state == hookline.StateQueued || state == hookline.StateRetrying {
		for _, id := range holding {
			q.where("d.destination_id <> ?", id)
		}
	}
}

// DeliveryRow gives one delivery as a list shows it.
func (s *Store) DeliveryRow(ctx context.Context, id string) (hookline.DeliveryRow, error) {
	w, err := scanDeliveryRow(s.reads.QueryRowContext(ctx, deliveryRows+" where d.id = $1", id))
	if err := found(err, "delivery"); err != nil {
		return w, err
	}
	holds, err := s.holds(ctx)
	showHeld(&w, holds)
	return w, err
}

// ListAttempts gives a delivery's attempts, the first one first.
func (s *Store) ListAttempts(ctx context.Context, deliveryID string) ([]hookline.Attempt, error) {
	rows, err := s.reads.QueryContext(ctx, "select "+attemptColumns+" from attempts where delivery_id = $1 order by number", deliveryID)
	if err != nil {
		return nil, fmt.Errorf("read attempts: %w", err)
	}
	return collect(rows, scanAttempt)
}

// ListRequests gives a delivery's requests, the first one first.
func (s *Store) ListRequests(ctx context.Context, deliveryID string) ([]hookline.RequestMade, error) {
	rows, err := s.reads.QueryContext(ctx, "select "+requestColumns+" from requests where delivery_id = $1 order by number", deliveryID)
	if err != nil {
		return nil, fmt.Errorf("read requests: %w", err)
	}
	return collect(rows, scanRequest)
}
