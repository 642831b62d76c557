package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/search"
)

// look goes through deliveries for what no index of SQLite's finds: a text, the
// name of an event, an action, a status. It goes the way of the list, from a
// cursor on, and ends when the page is full, when there is nothing more, or when
// it has taken too long: then it says how far it came.
//
// What has entered the index of words it goes through segment by segment, and
// reads of each only what may fit (look_segments.go); where there is no word to
// go by, and what has not entered yet, stretch by stretch (look_walk.go).
type look struct {
	db    *sql.Tx // one moment of the database
	terms []string
	args  []any // of the terms
	text  search.Query
	words [][]search.Term // that what fits has to have; of each list all together, in one text that entered

	up    bool // from older to newer
	span  keySpan
	need  int
	until time.Time

	hits    []int64 // in the order in which they are met
	at      int64   // how far it came: down to this key, this one included; upwards up to it, and it not
	moved   bool    // it has come further than where it began
	stopped bool    // it took too long
	open    bool    // there is something that is open to search
	folded  []byte
}

// keySpan is a stretch of keys: from is in it, to is not.
type keySpan struct{ from, to int64 }

func (s keySpan) empty() bool { return s.from >= s.to }

func (s keySpan) has(key int64) bool { return key >= s.from && key < s.to }

// patienceFor is how long a look may take: what a person waits for who goes
// through lists, or who searches.
func (s *Store) patienceFor(f hookline.DeliveryFilter) time.Duration {
	switch {
	case s.patience != 0:
		return s.patience
	case f.Query != "":
		return 300 * time.Millisecond
	}
	return 100 * time.Millisecond
}

// needsLook says whether a list has to be looked for. All others have an index
// that gives their rows in order, or few rows.
func needsLook(f hookline.DeliveryFilter) bool {
	if f.Query != "" {
		return true
	}
	if len(f.IDs) > 0 || f.EventID != "" || f.PersonID != "" || f.FailureID != "" || f.ResendID != "" || f.State == hookline.StateQueued || f.State == hookline.StateHeld {
		return false
	}
	inside := f.ActionID != "" || f.EventName != "" || f.Status != 0 || f.Cause != "" || f.Attempts > 0
	if f.CampaignID != "" {
		return inside
	}
	narrowed := 0
	for _, is := range []bool{f.State != "", f.Origin != "", f.DestinationID != ""} {
		if is {
			narrowed++
		}
	}
	return inside || narrowed > 1 || f.State == hookline.StateDelivered || f.Origin == hookline.OriginEvent
}

// lookFor lists what fits f, as far as it comes.
func (s *Store) lookFor(ctx context.Context, f hookline.DeliveryFilter, q *listQuery, c hookline.Cursor) (hookline.Listing[hookline.DeliveryRow], error) {
	var none hookline.Listing[hookline.DeliveryRow]
	db, err := s.reads.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return none, fmt.Errorf("look for deliveries: %w", err)
	}
	defer func() { _ = db.Rollback() }() // it has changed nothing
	l := &look{
		db: db, terms: q.terms, args: q.args, text: search.Parse(f.Query), words: wordsOf(f),
		up: c.After != "", need: c.Size() + 1, until: time.Now().Add(s.patienceFor(f)),
	}
	if err := l.bound(ctx, f, c); err != nil {
		return none, err
	}
	if err := l.run(ctx); err != nil {
		return none, err
	}
	rows, err := rowsOf(ctx, db, l.hits)
	if err != nil {
		return none, err
	}
	return l.listing(rows, c), nil
}

// wordsOf gives what can be looked up in the index of words for a filter. A list
// is about one of the texts of a delivery, such as one try: what is in several of
// them may be in several segments.
func wordsOf(f hookline.DeliveryFilter) [][]search.Term {
	made := search.Parse(f.EventName).Words()
	if f.ActionID != "" {
		made = append(made, search.Mark(markAction, f.ActionID))
	}
	lists := [][]search.Term{search.Parse(f.Query).Words(), made}
	for _, mark := range []struct{ kind, value string }{
		{markCause, string(f.Cause)}, {markStatus, number(f.Status, 1)}, {markTry, number(f.Attempts, 2)},
	} {
		if mark.value != "" {
			lists = append(lists, []search.Term{search.Mark(mark.kind, mark.value)})
		}
	}
	return slices.DeleteFunc(lists, func(list []search.Term) bool { return len(list) == 0 })
}

// number writes n; "" when it is less than least.
func number(n, least int) string {
	if n < least {
		return ""
	}
	return strconv.Itoa(n)
}

// bound finds the keys between which it looks.
func (l *look) bound(ctx context.Context, f hookline.DeliveryFilter, c hookline.Cursor) error {
	err := l.db.QueryRowContext(ctx, "select coalesce((select min(id) from deliveries), 0), coalesce((select max(id) from deliveries), 0) + 1").Scan(&l.span.from, &l.span.to)
	if err != nil {
		return fmt.Errorf("look for deliveries: %w", err)
	}
	if !f.Since.IsZero() {
		l.span.from = max(l.span.from, hookline.KeyAt(f.Since))
	}
	if !f.Until.IsZero() {
		l.span.to = min(l.span.to, hookline.KeyAt(f.Until))
	}
	switch {
	case c.After != "":
		l.span.from = max(l.span.from, hookline.KeyOf(c.After)+1)
	case c.Before != "":
		l.span.to = min(l.span.to, hookline.KeyOf(c.Before))
	}
	l.at = l.span.to
	if l.up {
		l.at = l.span.from
	}
	return nil
}

// run looks at what entered the index of words and at what did not, in the order
// of the list.
func (l *look) run(ctx context.Context) error {
	if len(l.words) == 0 {
		return l.walk(ctx, l.span)
	}
	var entered int64
	if err := l.db.QueryRowContext(ctx, "select "+searchEntered+", exists (select 1 from search_open)").Scan(&entered, &l.open); err != nil {
		return fmt.Errorf("read search index: %w", err)
	}
	old := keySpan{l.span.from, min(l.span.to, entered+1)}
	rest := keySpan{max(l.span.from, entered+1), l.span.to}
	if l.up {
		return l.both(ctx, func() error { return l.walkSegments(ctx, old, entered) }, func() error { return l.walk(ctx, rest) })
	}
	return l.both(ctx, func() error { return l.walk(ctx, rest) }, func() error { return l.walkSegments(ctx, old, entered) })
}

func (l *look) both(ctx context.Context, first, second func() error) error {
	if err := first(); err != nil || l.stopped || l.enough() {
		return err
	}
	return errors.Join(ctx.Err(), second())
}

func (l *look) enough() bool { return len(l.hits) >= l.need }

// over says whether it has taken too long. However slow everything is, it comes
// further each time.
func (l *look) over() bool {
	if l.moved && time.Now().After(l.until) {
		l.stopped = true
	}
	return l.stopped
}

// reach notes that all is looked at down to key, or up to it.
func (l *look) reach(key int64) { l.at, l.moved = key, l.moved || key != l.at }

// fit gives those that meet the terms, and more of them, in the order of the list.
func (l *look) fit(ctx context.Context, more string, limit int) ([]int64, error) {
	rows, err := l.db.QueryContext(ctx, l.fitting(more, limit), l.args...)
	if err != nil {
		return nil, fmt.Errorf("look for deliveries: %w", err)
	}
	return collect(rows, scanKey)
}

func (l *look) fitting(more string, limit int) string {
	text := "select d.id from deliveries d where " + strings.Join(append(slices.Clone(l.terms), more), " and ") + " order by d.id"
	if !l.up {
		text += " desc"
	}
	if limit > 0 {
		text += " limit " + strconv.Itoa(limit)
	}
	return text
}

// listing is what it found, newest first.
func (l *look) listing(rows []hookline.DeliveryRow, c hookline.Cursor) hookline.Listing[hookline.DeliveryRow] {
	if l.up {
		slices.Reverse(rows)
	}
	p := page(rows, c)
	if l.stopped && !l.enough() {
		p.Stopped = hookline.KeyID("dlv", l.at)
		if l.up {
			p.Stopped = hookline.KeyID("dlv", l.at-1)
		}
		p.Older, p.Newer = p.Older || !l.up, p.Newer || l.up
	}
	return p
}
