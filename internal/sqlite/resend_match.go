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

// theFirst is before every delivery.
var theFirst = hookline.KeyID("dlv", 1)

// MatchDeliveries gives the deliveries that fit the filter and come after
// c.After and before c.Before, the oldest first.
func (s *Store) MatchDeliveries(ctx context.Context, f hookline.DeliveryFilter, c hookline.Cursor) ([]hookline.Delivery, error) {
	q, err := s.matching(ctx, prefixColumns("d", deliveryColumns), f, c.Before)
	if err != nil {
		return nil, err
	}
	text := q.statement(hookline.Cursor{After: orFirst(c.After)}, c.Size())
	rows, err := s.reads.QueryContext(ctx, text, q.args...)
	if err != nil {
		return nil, fmt.Errorf("match deliveries: %w", err)
	}
	return collect(rows, scanDelivery)
}

func orFirst(id string) string {
	if id == "" {
		return theFirst
	}
	return id
}

// countAtOnce is how many deliveries one read counts: none is left open for long.
const countAtOnce = 5000

// CountMatches counts what MatchDeliveries would give, up to most; 0 for all.
func (s *Store) CountMatches(ctx context.Context, f hookline.DeliveryFilter, before string, most int) (hookline.Waiting, error) {
	var w hookline.Waiting
	for at := ""; ; {
		q, err := s.matching(ctx, "d.id as id", f, before)
		if err != nil {
			return w, err
		}
		text := q.statement(hookline.Cursor{After: orFirst(at)}, countAtOnce)
		var n int
		var last int64
		if err := s.reads.QueryRowContext(ctx, "select count(*), coalesce(max(id), 0) from ("+text+") matched", q.args...).Scan(&n, &last); err != nil {
			return w, fmt.Errorf("count deliveries: %w", err)
		}
		w.Count += n
		if most > 0 && w.Count > most {
			return hookline.Waiting{Count: most, More: true}, nil
		}
		if n < countAtOnce {
			return w, nil
		}
		at = hookline.KeyID("dlv", last)
	}
}

// matching selects columns of the deliveries that fit the filter and were made
// before one with the key of an id.
func (s *Store) matching(ctx context.Context, columns string, f hookline.DeliveryFilter, before string) (*listQuery, error) {
	holds, err := s.holds(ctx)
	if err != nil {
		return nil, err
	}
	var batches []int64
	if f.EventID != "" {
		if batches, err = s.batchesOf(ctx, f.EventID); err != nil {
			return nil, err
		}
	}
	q := selectDeliveries(f, holds, batches)
	// Only the columns are others: the terms are about d, and nothing that is joined to it.
	_, from, _ := strings.Cut(q.text, "\n\tfrom ")
	from, _, _ = strings.Cut(from, "\n")
	q.text = "select " + columns + " from " + from
	if before != "" {
		q.where("d.id < ?", hookline.KeyOf(before))
	}
	return q, nil
}

// overResend narrows a list of deliveries to those that a run has looked at, and
// goes by what it noted of them.
func (q *listQuery) overResend(f hookline.DeliveryFilter) {
	q.text = strings.Replace(q.text, "from deliveries d", "from resend_deliveries k cross join deliveries d on d.id = k.delivery_id", 1)
	q.id, q.from = "k.delivery_id", ""
	q.where("k.resend_id = ?", hookline.KeyOf(f.ResendID))
	if f.ResendOutcome != "" {
		q.where("k.outcome = ?", string(f.ResendOutcome))
	}
}

// ResendNotes gives some deliveries of which a run noted why it left them out,
// by outcome: of each the first few.
func (s *Store) ResendNotes(ctx context.Context, id string, each int) (map[hookline.ResendOutcome][]hookline.ResendItem, error) {
	run, err := s.ResendRun(ctx, id)
	if err != nil {
		return nil, err
	}
	notes := map[hookline.ResendOutcome][]hookline.ResendItem{}
	for _, outcome := range slices.Sorted(maps.Keys(run.Counts)) {
		if !outcome.Skipped() || run.Counts[outcome] == 0 {
			continue
		}
		rows, err := s.reads.QueryContext(ctx, "select delivery_id, outcome, note from resend_deliveries where resend_id = $1 and outcome = $2 order by delivery_id limit "+strconv.Itoa(each),
			hookline.KeyOf(id), string(outcome))
		if err != nil {
			return nil, fmt.Errorf("read notes: %w", err)
		}
		if notes[outcome], err = collect(rows, scanNote); err != nil {
			return nil, err
		}
	}
	return notes, nil
}

func scanNote(r row) (hookline.ResendItem, error) {
	var item hookline.ResendItem
	var key int64
	err := r.Scan(&key, &item.Outcome, &item.Note)
	item.Delivery.ID = hookline.KeyID("dlv", key)
	return item, err
}
