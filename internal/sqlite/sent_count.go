package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/search"
)

// CountByState counts what fits the filter in each of states, its own state left
// out of account: exactly up to most, and from there on that there is more. It
// takes no longer than within, shared by the states: where that is not enough a
// count is what was found until then, with more, and a state that it did not get
// to has none.
func (s *Store) CountByState(ctx context.Context, f hookline.DeliveryFilter, states []hookline.State, most int, within time.Duration) (map[hookline.State]hookline.Waiting, error) {
	until := time.Now().Add(within)
	counting, cancel := context.WithDeadline(ctx, until.Add(graceForStretch))
	defer cancel()
	counts := map[hookline.State]hookline.Waiting{}
	for i, state := range states {
		f.State = state
		share := time.Until(until) / time.Duration(len(states)-i)
		w, known, err := s.countWithin(counting, f, most, share)
		if counting.Err() != nil {
			return counts, ctx.Err() // the time is up, unless whoever asked has gone
		}
		if err != nil {
			return nil, err
		}
		if known {
			counts[state] = w
		}
	}
	return counts, nil
}

// countWithin counts what fits, unless that takes too long.
func (s *Store) countWithin(ctx context.Context, f hookline.DeliveryFilter, most int, share time.Duration) (w hookline.Waiting, known bool, err error) {
	until := time.Now().Add(share)
	within, cancel := context.WithDeadline(ctx, until.Add(graceForStretch))
	defer cancel()
	w, err = s.countFitting(within, f, most, until)
	if err != nil && within.Err() != nil {
		return w, false, nil
	}
	return w, err == nil, err
}

// countFitting counts what fits a filter. What a search finds by who somebody is
// and by a text is counted once.
func (s *Store) countFitting(ctx context.Context, f hookline.DeliveryFilter, most int, until time.Time) (hookline.Waiting, error) {
	var w hookline.Waiting
	f, personID, err := s.readQuery(ctx, f)
	if err != nil {
		return w, err
	}
	keys, stopped, err := s.fittingKeys(ctx, f, most+1, until)
	if err != nil {
		return w, err
	}
	if personID != "" {
		f.Query, f.PersonID = "", personID
		theirs, _, err := s.fittingKeys(ctx, f, most+1, until)
		if err != nil {
			return w, err
		}
		keys = append(keys, theirs...)
		slices.Sort(keys)
		keys = slices.Compact(keys)
	}
	w.Count, w.More = min(len(keys), most), stopped || len(keys) > most
	return w, nil
}

// fittingKeys gives the keys of what fits, up to limit of them.
func (s *Store) fittingKeys(ctx context.Context, f hookline.DeliveryFilter, limit int, until time.Time) (keys []int64, stopped bool, err error) {
	q, err := s.matching(ctx, "d.id as id", f, "")
	if err != nil {
		return nil, false, err
	}
	if needsLook(f) && !(rare(f.State) && f.Query == "") {
		return s.lookForKeys(ctx, f, q, limit, until)
	}
	text := q.statement(hookline.Cursor{}, limit)
	if q.late == (late{}) && q.by == "" && f.ResendID == "" {
		text = anyOrder(q, rare(f.State)) + fmt.Sprintf(" limit %d", limit)
	}
	rows, err := s.reads.QueryContext(ctx, text, q.args...)
	if err != nil {
		return nil, false, fmt.Errorf("count deliveries: %w", err)
	}
	keys, err = collect(rows, scanKey)
	return keys, false, err
}

// rare says whether a state has an index of its own.
func rare(state hookline.State) bool {
	switch state {
	case hookline.StateDraft, hookline.StateRetrying, hookline.StateFailed, hookline.StateDiscarded, hookline.StateDoubted:
		return true
	}
	return false
}

// anyOrder is the statement of a list whose order does not matter: nothing has
// to be sorted. It goes by the index of a rare state, which has fewer rows than
// that of a destination, from which the plus keeps SQLite.
func anyOrder(q *listQuery, byState bool) string {
	text := q.text
	for i, term := range q.terms {
		if byState {
			term = strings.ReplaceAll(term, "d.destination_id", "+d.destination_id")
		}
		if i == 0 {
			text += " where " + term
		} else {
			text += " and " + term
		}
	}
	return text
}

func (s *Store) lookForKeys(ctx context.Context, f hookline.DeliveryFilter, q *listQuery, limit int, until time.Time) (keys []int64, stopped bool, err error) {
	db, err := s.reads.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, false, fmt.Errorf("count deliveries: %w", err)
	}
	defer func() { _ = db.Rollback() }() // it has changed nothing
	l := &look{db: db, terms: q.terms, args: q.args, text: search.Parse(f.Query), words: wordsOf(f), need: limit, until: until}
	if err := l.bound(ctx, f, hookline.Cursor{}); err != nil {
		return nil, false, err
	}
	err = l.run(ctx)
	return l.hits, l.stopped && !l.enough(), err
}
