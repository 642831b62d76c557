package sqlite

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"hookline/internal/hookline"
)

// deliveryRows joins what a list shows beside a delivery; each name may be gone.
var deliveryRows = "select " + prefixColumns("d", deliveryColumns) + `,
		coalesce(t.name, ''), coalesce(a.name, ''), coalesce(nullif(p.email, ''), nullif(p.user_id, ''), p.id, ''), coalesce(nullif(e.name, ''), e.type, ''),
		coalesce(r.method, ''), coalesce(r.url, ''), coalesce(a.version, 0), coalesce(t.owner, ''), coalesce(c.name, '')
	from deliveries d
	left join destinations t on t.id = d.destination_id
	left join campaigns c on c.id = t.owner
	left join actions a on a.id = d.action_id
	left join people p on p.id = d.person_id
	left join events e on e.id = d.event_id
	left join requests r on r.id = ` + currentRequest

func scanDeliveryRow(r row) (hookline.DeliveryRow, error) {
	var w hookline.DeliveryRow
	var err error
	w.Delivery, err = scanDelivery(suffixed{r, []any{&w.DestinationName, &w.ActionName, &w.PersonLabel, &w.EventName, &w.Method, &w.URL, &w.VersionInUse, &w.Owner, &w.OwnerName}})
	return w, err
}

// suffixed scans more columns, after those of the noun.
type suffixed struct {
	row
	rest []any
}

func (s suffixed) Scan(dest ...any) error { return s.row.Scan(append(dest, s.rest...)...) }

// ListDeliveries gives the deliveries that fit the filter, newest first. Its
// Query is a text that is found, as it stands and from the beginning of a word
// on, in the URL, the body, an answer or the reason of a try, the name of the
// event, its messageId, the idempotency key, or what the person is called; or it
// is the id of a delivery or of an event, or a person's user id or e-mail
// address, whatever they were called when something was sent to them.
//
// Where there is no index for a filter it ends after some tenths of a second,
// and the listing says how far it came.
func (s *Store) ListDeliveries(ctx context.Context, f hookline.DeliveryFilter, c hookline.Cursor) (hookline.Listing[hookline.DeliveryRow], error) {
	var none hookline.Listing[hookline.DeliveryRow]
	holds, err := s.holds(ctx)
	if err != nil {
		return none, err
	}
	f, personID, err := s.readQuery(ctx, f)
	if err != nil {
		return none, err
	}
	l, err := s.listDeliveries(ctx, f, c, holds)
	if err == nil && personID != "" {
		f.Query, f.PersonID = "", personID
		var theirs hookline.Listing[hookline.DeliveryRow]
		theirs, err = s.listDeliveries(ctx, f, c, holds)
		l = union(l, theirs, c)
	}
	for i := range l.Rows {
		showHeld(&l.Rows[i], holds)
	}
	return l, err
}

func (s *Store) listDeliveries(ctx context.Context, f hookline.DeliveryFilter, c hookline.Cursor, holds map[string]hookline.Hold) (hookline.Listing[hookline.DeliveryRow], error) {
	var batches []int64
	var err error
	if f.EventID != "" {
		if batches, err = s.batchesOf(ctx, f.EventID); err != nil {
			return hookline.Listing[hookline.DeliveryRow]{}, err
		}
	}
	q := selectDeliveries(f, holds, batches)
	if needsLook(f) {
		return s.lookFor(ctx, f, q, c)
	}
	if many, err := s.manyHeld(ctx, f, holds); err != nil {
		return hookline.Listing[hookline.DeliveryRow]{}, err
	} else if many {
		q = walkHeld(f, holds)
	}
	return list(ctx, s.reads, q, c, scanDeliveryRow)
}

// selectDeliveries narrows the list; holds are the destinations that hold now,
// batches those that carried the filter's event.
func selectDeliveries(f hookline.DeliveryFilter, holds map[string]hookline.Hold, batches []int64) *listQuery {
	q := newList(deliveryRows)
	q.id, q.keyed = "d.id", true
	filterState(q, f.State, slices.Sorted(maps.Keys(holds)))
	filterOrigin(q, f.Origin)
	if len(f.IDs) > 0 {
		keys := make([]int64, len(f.IDs))
		for i, id := range f.IDs {
			keys[i] = hookline.KeyOf(id)
		}
		q.where("d.id in (" + keyList(keys) + ")")
	}
	for _, term := range []struct{ column, value string }{{"d.destination_id", f.DestinationID}, {"d.action_id", f.ActionID}} {
		if term.value != "" {
			q.where(term.column+" = ?", term.value)
		}
	}
	filterCampaign(q, f)
	if f.JourneyID != "" {
		q.where("d.journey_id = ? and d.journey_id <> 0", hookline.KeyOf(f.JourneyID))
	}
	switch {
	case f.PersonID == "":
	case f.EventID != "" || len(f.IDs) > 0 || f.ResendID != "" || f.FailureID != "" || f.Query != "": // by which fewer are found
		q.where("d.person_id = ?", f.PersonID)
	default:
		q.alias = " d"
		q.byLate(deliveriesByPerson, []string{f.PersonID})
	}
	if f.EventID != "" {
		key := hookline.KeyOf(f.EventID)
		q.where("(d.event_id = ? and d.event_id <> 0 or d.id in ("+keyList(batches)+"))", key)
	}
	if f.FailureID != "" { // walked in the order of the list, however many there are
		q.from, q.by = "failure_deliveries k cross join deliveries d on d.id = k.delivery_id", "k.delivery_id"
		q.where("k.failure_id = ?", hookline.KeyOf(f.FailureID))
	}
	filterTried(q, f)
	if !f.Since.IsZero() {
		q.where("d.id >= ?", hookline.KeyAt(f.Since))
	}
	if !f.Until.IsZero() {
		q.where("d.id < ?", hookline.KeyAt(f.Until))
	}
	if f.ResendID != "" {
		q.overResend(f)
	}
	return q
}

// filterCampaign goes by the index of what steps sent. Several steps' rows are
// put in order by their ids alone.
func filterCampaign(q *listQuery, f hookline.DeliveryFilter) {
	if f.CampaignID == "" {
		return
	}
	q.where("d.origin = 'campaign' and d.destination_id in (select owned.id from destinations owned where owned.owner = ? and owned.owner <> '')", f.CampaignID)
	if f.PersonID == "" && len(f.IDs) == 0 {
		q.from = "deliveries d"
	}
}

// keyList writes keys for the brackets of an "in".
func keyList(keys []int64) string {
	texts := make([]string, len(keys))
	for i, key := range keys {
		texts[i] = strconv.FormatInt(key, 10)
	}
	return strings.Join(texts, ", ")
}

// filterState repeats the words of the partial indexes: only then are they
// used. What is queued or held is found by what is owed, however much was sent,
// and put in order before anything is joined to it.
func filterState(q *listQuery, state hookline.State, holding []string) {
	switch state {
	case "":
		return
	case hookline.StateDoubted:
		q.where("d.state = 'delivered' and d.reason <> ''")
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
		q.where("d.state <> 'delivered' and d.state <> 'queued'")
	}
	q.where("d.state = ?", string(state))
	if state == hookline.StateQueued || state == hookline.StateRetrying {
		for _, id := range holding {
			q.where("d.destination_id <> ?", id)
		}
	}
}

// filterOrigin repeats the words of the partial index for what is rare.
func filterOrigin(q *listQuery, origin hookline.Origin) {
	switch origin {
	case "":
	case hookline.OriginTest:
		q.where("d.origin = 'test'")
	default:
		q.where("d.origin = ?", string(origin))
	}
}

// filterTried goes by what no index has.
func filterTried(q *listQuery, f hookline.DeliveryFilter) {
	if f.Status != 0 {
		q.where("d.last_status = ?", f.Status)
	}
	if f.EventName != "" {
		q.where("exists (select 1 from events named where named.id = d.event_id and named.name = ?)", f.EventName)
	}
	if f.Attempts > 0 {
		q.where("d.attempts >= ?", f.Attempts)
	}
	filterCause(q, f.Cause)
}

// filterCause goes by the words of the reason of what has failed or is tried
// again. A cause that is not known is nobody's.
func filterCause(q *listQuery, cause hookline.NetworkCause) {
	if cause == "" {
		return
	}
	begins, holds := cause.Words()
	terms := make([]string, 0, len(begins)+1)
	var args []any
	for _, words := range begins {
		terms, args = append(terms, "substr(d.reason, 1, "+strconv.Itoa(len(words))+") = ?"), append(args, words)
	}
	if holds != "" {
		terms, args = append(terms, `d.reason like ? escape '\'`), append(args, "%"+likeText(holds)+"%")
	}
	if len(terms) == 0 {
		terms = append(terms, "1 = 0")
	}
	q.where("d.state in ('failed', 'retrying')")
	q.where("("+strings.Join(terms, " or ")+")", args...)
}

// DeliveryRow gives one delivery as a list shows it.
func (s *Store) DeliveryRow(ctx context.Context, id string) (hookline.DeliveryRow, error) {
	w, err := scanDeliveryRow(s.reads.QueryRowContext(ctx, deliveryRows+" where d.id = $1", hookline.KeyOf(id)))
	if err := found(err, "delivery"); err != nil {
		return w, err
	}
	holds, err := s.holds(ctx)
	showHeld(&w, holds)
	return w, err
}

// ListAttempts gives a delivery's attempts, the first one first.
func (s *Store) ListAttempts(ctx context.Context, deliveryID string) ([]hookline.Attempt, error) {
	rows, err := s.reads.QueryContext(ctx, attemptSelect+" where id = $1 or delivery_id = $1 and number > 1 order by number", hookline.KeyOf(deliveryID))
	if err != nil {
		return nil, fmt.Errorf("read attempts: %w", err)
	}
	attempts, err := collect(rows, scanAttempt)
	if err != nil {
		return nil, err
	}
	emptied, err := s.emptied(ctx, "attempts", hookline.KeyOf(deliveryID))
	for i := range attempts[:min(emptied, len(attempts))] {
		attempts[i].AnswerDeleted = attempts[i].Status != 0 // without an answer there was none
	}
	return attempts, err
}

// ListRequests gives a delivery's requests, the first one first.
func (s *Store) ListRequests(ctx context.Context, deliveryID string) ([]hookline.RequestMade, error) {
	key := hookline.KeyOf(deliveryID)
	rows, err := s.reads.QueryContext(ctx, "select "+requestColumns+" from requests where id = $1 or delivery_id = $1 and number > 1 order by number", key)
	if err != nil {
		return nil, fmt.Errorf("read requests: %w", err)
	}
	requests, err := collect(rows, scanRequest)
	if err != nil {
		return nil, err
	}
	emptied, err := s.emptied(ctx, "requests", key)
	for i := range requests[:min(emptied, len(requests))] {
		requests[i].BodyDeleted = true
	}
	if err != nil || emptied > 0 || len(requests) == 0 || len(requests[0].Request.Body) > 0 || requests[0].Number != 1 {
		return requests, err
	}
	var batchSize int
	if err := s.reads.QueryRowContext(ctx, "select batch_size from deliveries where id = $1", key).Scan(&batchSize); err != nil {
		return nil, found(err, "delivery")
	}
	return requests, s.withBody(ctx, key, batchSize, &requests[0].Request)
}
