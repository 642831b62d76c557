package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"time"
)

// A walk goes through stretches of keys, which are times. The first one has about
// as many deliveries as are always looked at quickly; the next ones are longer or
// shorter, by what the one before took.
const (
	firstStretch = 1000
	quickStretch = 4 * time.Millisecond
	longStretch  = 40 * time.Millisecond

	// graceForStretch is how much longer than it may take a stretch is let go on.
	graceForStretch = 100 * time.Millisecond
)

// noKey is after all keys.
const noKey = int64(math.MaxInt64)

// walk looks at everything in a span.
func (l *look) walk(ctx context.Context, s keySpan) error {
	width, err := l.firstWidth(ctx, s)
	if err != nil {
		return err
	}
	for !s.empty() {
		began := time.Now()
		var part keySpan
		part, s = l.cut(s, width)
		if err := l.walkStretch(ctx, part); err != nil || l.stopped || l.enough() {
			return err
		}
		l.reach(l.end(part))
		switch took := time.Since(began); {
		case s.empty(), l.over():
			return nil
		case took < quickStretch:
			width *= 4
		case took > longStretch:
			width = max(1, width/2)
		}
		if width <= 0 { // past the largest number
			width = noKey
		}
	}
	return nil
}

// walkStretch gives a stretch up when it takes far too long, unless it is the
// first one: nothing in it counts as looked at then.
func (l *look) walkStretch(ctx context.Context, part keySpan) error {
	within, done := ctx, context.CancelFunc(func() {})
	if l.moved {
		within, done = context.WithDeadline(ctx, l.until.Add(graceForStretch))
	}
	defer done()
	limit := 0
	if l.text.Empty() {
		limit = l.need - len(l.hits)
	}
	keys, err := l.fit(within, fmt.Sprintf("d.id >= %d and d.id < %d", part.from, part.to), limit)
	if err != nil && within.Err() != nil && ctx.Err() == nil {
		l.stopped = true
		return nil
	}
	if err != nil {
		return err
	}
	return l.check(ctx, keys)
}

// firstWidth is how long a stretch of firstStretch deliveries is where the walk
// begins.
func (l *look) firstWidth(ctx context.Context, s keySpan) (int64, error) {
	query, from := "select id from deliveries where id < $1 order by id desc limit 1 offset $2", s.to
	if l.up {
		query, from = "select id from deliveries where id >= $1 order by id limit 1 offset $2", s.from
	}
	var key int64
	err := l.db.QueryRowContext(ctx, query, from, firstStretch).Scan(&key)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return noKey, nil // there are no more
	case err != nil:
		return 0, fmt.Errorf("look for deliveries: %w", err)
	case l.up:
		return max(1, key-from), nil
	}
	return max(1, from-key), nil
}

// cut takes a stretch off a span, at the end where the walk is.
func (l *look) cut(s keySpan, width int64) (part, rest keySpan) {
	switch {
	case width >= s.to-s.from:
		return s, keySpan{}
	case l.up:
		return keySpan{s.from, s.from + width}, keySpan{s.from + width, s.to}
	}
	return keySpan{s.to - width, s.to}, keySpan{s.from, s.to - width}
}

// end is how far the walk has come when it has been through a stretch.
func (l *look) end(s keySpan) int64 {
	if l.up {
		return s.to
	}
	return s.from
}
