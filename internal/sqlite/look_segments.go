package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"hookline/internal/search"
)

// segmentPlace is a segment of the index of words, and between which keys it
// has something: most are later than from, the others are further tries of
// deliveries that are older.
type segmentPlace struct {
	number   int64
	from, to int64
	oldest   int64
}

// segmentReader reads pages of segments.
type segmentReader struct{ directory, page *sql.Stmt }

// walkSegments looks at what has entered the index of words. What a segment has
// of older deliveries waits until the walk comes to them; so does, upwards, what
// it has of newer ones.
func (l *look) walkSegments(ctx context.Context, s keySpan, entered int64) error {
	if s.empty() {
		return nil
	}
	waiting, err := l.triedSince(ctx, s, entered)
	if err != nil {
		return err
	}
	segments, err := l.segmentsOf(ctx, s)
	if err != nil {
		return err
	}
	reader, err := l.prepare(ctx)
	if err != nil {
		return err
	}
	defer reader.close()
	words, err := reader.fewest(ctx, segments, l.words)
	if err != nil {
		return err
	}
	for i := 0; i <= len(segments) && !s.empty(); i++ {
		if i < len(segments) {
			keys, err := reader.find(ctx, segments[i], words)
			if err != nil {
				return err
			}
			waiting = append(waiting, keys...)
		}
		var part keySpan
		part, s = l.ready(s, segments, i)
		if waiting, err = l.checkWaiting(ctx, part, waiting); err != nil || l.stopped || l.enough() {
			return err
		}
		if l.reach(l.end(part)); !s.empty() && l.over() {
			return nil
		}
	}
	return nil
}

// ready gives the keys that no segment after number i has anything of, and the
// rest of the span.
func (l *look) ready(s keySpan, segments []segmentPlace, i int) (part, rest keySpan) {
	switch {
	case i+1 >= len(segments):
		return s, keySpan{}
	case l.up:
		bound := min(max(segments[i+1].oldest, s.from), s.to)
		return keySpan{s.from, bound}, keySpan{bound, s.to}
	}
	bound := max(min(segments[i+1].to+1, s.to), s.from)
	return keySpan{bound, s.to}, keySpan{s.from, bound}
}

// checkWaiting looks at those who wait in a stretch, and at those that are open
// in it, and gives those who go on waiting.
func (l *look) checkWaiting(ctx context.Context, part keySpan, waiting []int64) ([]int64, error) {
	if part.empty() {
		return waiting, nil
	}
	turn, err := l.openIn(ctx, part)
	if err != nil {
		return nil, err
	}
	later := waiting[:0]
	for _, key := range waiting {
		if part.has(key) {
			turn = append(turn, key)
		} else if l.up == (key >= part.to) { // on the side that is still to come
			later = append(later, key)
		}
	}
	slices.Sort(turn)
	turn = slices.Compact(turn)
	if !l.up {
		slices.Reverse(turn)
	}
	for group := range slices.Chunk(turn, 2*checkedAtOnce) {
		keys, err := l.fit(ctx, "d.id in ("+keyList(group)+")", 0)
		if err != nil {
			return nil, err
		}
		if err := l.check(ctx, keys); err != nil || l.stopped || l.enough() {
			return later, err
		}
	}
	return later, nil
}

// openIn gives what is open in a stretch; mostly nothing is in any.
func (l *look) openIn(ctx context.Context, part keySpan) ([]int64, error) {
	if !l.open {
		return nil, nil
	}
	rows, err := l.db.QueryContext(ctx, "select delivery_id from search_open where delivery_id >= $1 and delivery_id < $2", part.from, part.to)
	if err != nil {
		return nil, fmt.Errorf("read what is open to search: %w", err)
	}
	return collect(rows, scanKey)
}

// triedSinceQuery goes by the keys, which are few: the plus keeps SQLite from
// going by all further tries of the span.
const triedSinceQuery = `select delivery_id from attempts where id > $1 and number > 1 and +delivery_id >= $2 and +delivery_id < $3
	union all select delivery_id from requests where id > $1 and number > 1 and +delivery_id >= $2 and +delivery_id < $3`

// triedSince gives those that have been tried, or made anew, after they entered
// the index, with what has not entered it.
func (l *look) triedSince(ctx context.Context, s keySpan, entered int64) ([]int64, error) {
	rows, err := l.db.QueryContext(ctx, triedSinceQuery, entered, s.from, s.to)
	if err != nil {
		return nil, fmt.Errorf("read what the search index lacks: %w", err)
	}
	return collect(rows, scanKey)
}

// segmentsOf gives the segments that have anything of a span, in the order in
// which the walk can do without the rest.
func (l *look) segmentsOf(ctx context.Context, s keySpan) ([]segmentPlace, error) {
	query := "select number, from_key, to_key, oldest from search_segments where to_key >= $1 and oldest < $2 order by "
	if l.up {
		query += "oldest, number"
	} else {
		query += "number desc"
	}
	rows, err := l.db.QueryContext(ctx, query, s.from, s.to)
	if err != nil {
		return nil, fmt.Errorf("read search index: %w", err)
	}
	return collect(rows, func(r row) (p segmentPlace, err error) {
		return p, r.Scan(&p.number, &p.from, &p.to, &p.oldest)
	})
}

func (l *look) prepare(ctx context.Context) (r segmentReader, err error) {
	if r.directory, err = l.db.PrepareContext(ctx, "select directory from search_segments where number = $1"); err == nil {
		r.page, err = l.db.PrepareContext(ctx, "select page from search_pages where id = $1")
	}
	if err != nil {
		r.close()
		return r, fmt.Errorf("read search index: %w", err)
	}
	return r, nil
}

func (r segmentReader) close() {
	for _, s := range []*sql.Stmt{r.directory, r.page} {
		if s != nil {
			_ = s.Close() // nothing was changed
		}
	}
}

// sampled is how many segments tell which words are the rarest.
const sampled = 3

// fewest gives the words that the fewest have.
func (r segmentReader) fewest(ctx context.Context, segments []segmentPlace, lists [][]search.Term) (best []search.Term, err error) {
	if len(lists) == 1 {
		return lists[0], nil
	}
	least := -1
	for _, words := range lists {
		n := 0
		for _, p := range segments[:min(len(segments), sampled)] {
			keys, err := r.find(ctx, p, words)
			if err != nil {
				return nil, err
			}
			n += len(keys)
		}
		if least < 0 || n < least {
			least, best = n, words
		}
	}
	return best, nil
}

// find gives what of a segment may have the words.
func (r segmentReader) find(ctx context.Context, p segmentPlace, words []search.Term) ([]int64, error) {
	var directory []byte
	if err := r.directory.QueryRowContext(ctx, p.number).Scan(&directory); err != nil {
		return nil, fmt.Errorf("read search index: %w", err)
	}
	return search.Find(directory, words, func(page int) (text []byte, err error) {
		if err := r.page.QueryRowContext(ctx, p.number*pagesEach+int64(page)).Scan(&text); err != nil {
			return nil, fmt.Errorf("read page of search index: %w", err)
		}
		return text, nil
	})
}
