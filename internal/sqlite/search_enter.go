package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"hookline/internal/search"
)

// searchCursor is the cursor up to which deliveries have entered the index of
// words, and further tries with them.
const searchCursor = "search"

// How much enters the index of words together. Texts are read and indexed
// outside of the writer, which only stores the pages, some at a time.
const (
	searchLooks = 20_000   // of those that entered before their first try are looked at, whether they have had it
	searchBytes = 16 << 20 // texts, about
	searchPages = 32       // in one unit
)

// segmentSize is how much a segment has, about.
type segmentSize struct {
	rows  int // deliveries
	tries int // further tries
	picks int // of those that entered before their first try
}

// usualSegment is small enough for the memory that making it takes, and for what
// is looked through until there is enough for the next one.
var usualSegment = segmentSize{rows: 4000, tries: 8000, picks: 2000}

// pagesEach is room for the pages of a segment in the keys of search_pages.
const pagesEach = 1 << 16

// The plan of a segment: where it begins, and where it must end because there is
// enough; nothing when there is not.
const (
	searchEntered  = "coalesce((select event_id from cursors where name = '" + searchCursor + "'), 0)"
	searchPlan     = "select " + searchEntered + ", coalesce((select max(number) from search_segments), 0) + 1"
	searchEndRows  = "select id from deliveries where id > $1 order by id limit 1 offset $2"
	searchEndTries = "select id from attempts where id > $1 and number > 1 order by id limit 1 offset $2"

	// Of those that are open: what has been tried since, what is gone, and what
	// will not be tried.
	searchPicked = `select o.delivery_id from (select delivery_id from search_open where delivery_id > $1 order by delivery_id limit $2) o
		left join deliveries d on d.id = o.delivery_id left join attempts a on a.id = o.delivery_id
		where a.id is not null or d.id is null or d.state = 'discarded' or d.state = 'failed' and d.origin <> 'test'
		order by o.delivery_id limit $3`
)

// segmentPlan is what enters the index of words next.
type segmentPlan struct {
	number   int64
	from, to int64   // keys: what was made after from, up to to
	picks    []int64 // and these, which are open no more
	opened   []int64 // those in it that had no try yet
}

// enterSearch brings the next deliveries into the index of words and says how
// many texts that were; 0 when there are not enough yet, or with rest when there
// are none.
func (s *Store) enterSearch(ctx context.Context, rest bool) (texts int, err error) {
	p, segment, texts, err := s.makeSegment(ctx, rest)
	if err != nil || texts == 0 {
		return 0, err
	}
	for first := 0; first < len(segment.Pages); first += searchPages {
		some := segment.Pages[first:min(first+searchPages, len(segment.Pages))]
		if err := s.write(ctx, func(t *tx) error { return storePages(t, p.number*pagesEach+int64(first), some) }); err != nil {
			return 0, err
		}
	}
	return texts, s.write(ctx, func(t *tx) error { return storeSegment(t, p, segment) })
}

// storePages may find pages of a segment that was not made whole.
func storePages(t *tx, id int64, pages [][]byte) error {
	for i, page := range pages {
		_, err := t.exec("insert into search_pages (id, page) values ($1, $2) on conflict (id) do update set page = excluded.page", id+int64(i), page)
		if err != nil {
			return fmt.Errorf("store page of search index: %w", err)
		}
	}
	return nil
}

// storeSegment lets a segment be found: from then on it stands for what was
// looked through before.
func storeSegment(t *tx, p segmentPlan, segment search.Segment) error {
	at, err := readCursor(t.queryRow("select event_id from cursors where name = $1", searchCursor))
	if err != nil {
		return err
	}
	if at != p.from {
		return errMoved
	}
	if len(segment.Pages) > 0 {
		_, err = t.exec("insert into search_segments (number, from_key, to_key, oldest, directory) values ($1, $2, $3, $4, $5)",
			p.number, p.from, p.to, segment.Oldest, segment.Directory)
		if err != nil {
			return fmt.Errorf("store segment of search index: %w", err)
		}
	}
	for _, key := range p.picks {
		if _, err := t.exec("delete from search_open where delivery_id = $1", key); err != nil {
			return fmt.Errorf("close delivery in search index: %w", err)
		}
	}
	for _, key := range p.opened {
		if err := openToSearch(t, key); err != nil {
			return err
		}
	}
	return setCursor(t, searchCursor, p.to)
}

// openToSearch has a delivery looked at by every search, until it is picked up.
func openToSearch(t *tx, key int64) error {
	if _, err := t.exec("insert into search_open (delivery_id) values ($1) on conflict (delivery_id) do nothing", key); err != nil {
		return fmt.Errorf("open delivery to search: %w", err)
	}
	return nil
}

// makeSegment reads one moment of the database.
func (s *Store) makeSegment(ctx context.Context, rest bool) (p segmentPlan, made search.Segment, texts int, err error) {
	db, err := s.reads.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return p, made, 0, fmt.Errorf("read for search index: %w", err)
	}
	defer func() { _ = db.Rollback() }() // it has changed nothing
	if p, err = s.planSegment(ctx, db); err == nil && p.to == 0 && rest {
		err = p.takeRest(ctx, db)
	}
	if err != nil || p.to == 0 {
		return p, made, 0, err
	}
	b := search.NewBuilder()
	if err := p.addRows(ctx, db, b); err != nil {
		return p, made, 0, err
	}
	if err := p.addFurther(ctx, db, b); err != nil {
		return p, made, 0, err
	}
	if err := p.addPicks(ctx, db, b); err != nil || b.Len() == 0 {
		return p, made, len(p.picks), err
	}
	return p, b.Build(), b.Len(), nil
}

// planSegment gives a plan whose end is 0 when there is not enough.
func (s *Store) planSegment(ctx context.Context, db *sql.Tx) (p segmentPlan, err error) {
	if err := db.QueryRowContext(ctx, searchPlan).Scan(&p.from, &p.number); err != nil {
		return p, fmt.Errorf("read search index: %w", err)
	}
	for _, end := range []struct {
		query string
		rows  int
	}{{searchEndRows, s.segment.rows}, {searchEndTries, s.segment.tries}} {
		var key int64
		err := db.QueryRowContext(ctx, end.query, p.from, end.rows-1).Scan(&key)
		switch {
		case errors.Is(err, sql.ErrNoRows):
		case err != nil:
			return p, fmt.Errorf("read what the search index lacks: %w", err)
		case p.to == 0 || key < p.to:
			p.to = key
		}
	}
	if p.picks, err = s.picksForSearch(ctx, db); err != nil {
		return p, err
	}
	if p.to == 0 && len(p.picks) == s.segment.picks {
		p.to = p.from
	}
	return p, nil
}

// takeRest plans to enter all that there is, however little.
func (p *segmentPlan) takeRest(ctx context.Context, db *sql.Tx) error {
	for _, table := range []string{"deliveries", "attempts", "requests"} {
		var last int64
		if err := db.QueryRowContext(ctx, "select coalesce(max(id), 0) from "+table).Scan(&last); err != nil {
			return fmt.Errorf("read what the search index lacks: %w", err)
		}
		p.to = max(p.to, last)
	}
	if p.to <= p.from {
		p.to = 0
		if len(p.picks) > 0 {
			p.to = p.from
		}
	}
	return nil
}

// picksForSearch goes through what is open, some at a time.
func (s *Store) picksForSearch(ctx context.Context, db *sql.Tx) ([]int64, error) {
	from := s.openFrom.Load()
	rows, err := db.QueryContext(ctx, searchPicked, from, searchLooks, s.segment.picks)
	if err != nil {
		return nil, fmt.Errorf("read what is open to search: %w", err)
	}
	picks, err := collect(rows, scanKey)
	if err != nil {
		return nil, err
	}
	var last int64
	if len(picks) == s.segment.picks {
		last = picks[len(picks)-1]
	} else if err := db.QueryRowContext(ctx, "select coalesce((select delivery_id from search_open where delivery_id > $1 order by delivery_id limit 1 offset $2), 0)",
		from, searchLooks-1).Scan(&last); err != nil {
		return nil, fmt.Errorf("read what is open to search: %w", err)
	}
	s.openFrom.Store(last) // 0 after the last one: then it begins anew
	return picks, nil
}

func scanKey(r row) (key int64, err error) { return key, r.Scan(&key) }
