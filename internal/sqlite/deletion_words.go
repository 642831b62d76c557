package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"hookline/internal/hookline"
	"hookline/internal/search"
)

// SweepWords makes the next segment of the index of words anew that has words of
// deliveries that were removed or shrunk, and says whether there are more.
func (s *Store) SweepWords(ctx context.Context, d hookline.Deletion) (more bool, err error) {
	if d.FirstDelivery == "" {
		return false, nil
	}
	from, _ := strconv.ParseInt(d.Position, 10, 64) // nothing: before the first
	var p segmentPlan
	err = s.reads.QueryRowContext(ctx, "select number, from_key, to_key from search_segments where number > $1 and to_key >= $2 and oldest <= $3 order by number limit 1",
		from, hookline.KeyOf(d.FirstDelivery), hookline.KeyOf(d.LastDelivery)).Scan(&p.number, &p.from, &p.to)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read search index: %w", err)
	}
	segment, texts, err := s.remake(ctx, &p)
	if err != nil {
		return false, err
	}
	return true, s.changeDeletion(ctx, d.ID, func(t *tx, now *hookline.Deletion) error {
		if now.Stage != d.Stage || now.Position != d.Position {
			return errMoved
		}
		now.Position = strconv.FormatInt(p.number, 10)
		now.Count(hookline.DeletedWords, 1)
		return replaceSegment(t, p.number, segment, texts > 0)
	})
}

// remake makes a segment of the deliveries that it has, as they are now.
func (s *Store) remake(ctx context.Context, p *segmentPlan) (made search.Segment, texts int, err error) {
	db, err := s.reads.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return made, 0, fmt.Errorf("read for search index: %w", err)
	}
	defer func() { _ = db.Rollback() }() // it has changed nothing
	keys, err := keysOfSegment(ctx, db, p.number)
	if err != nil {
		return made, 0, err
	}
	b := search.NewBuilder()
	for some := range slices.Chunk(keys, remakeAtOnce) {
		p.picks = some
		if err := p.addPicks(ctx, db, b); err != nil {
			return made, 0, err
		}
	}
	if b.Len() == 0 {
		return made, 0, nil
	}
	return b.Build(), b.Len(), nil
}

// remakeAtOnce is how many deliveries are read at once to make a segment anew.
const remakeAtOnce = 200

// keysOfSegment gives every delivery that a segment has anything of.
func keysOfSegment(ctx context.Context, db *sql.Tx, number int64) ([]int64, error) {
	var directory []byte
	if err := db.QueryRowContext(ctx, "select directory from search_segments where number = $1", number).Scan(&directory); err != nil {
		return nil, fmt.Errorf("read search index: %w", err)
	}
	return search.Find(directory, nil, func(page int) (text []byte, err error) {
		err = db.QueryRowContext(ctx, "select page from search_pages where id = $1", number*pagesEach+int64(page)).Scan(&text)
		return text, wrapped(err, "read page of search index")
	})
}

// replaceSegment puts a segment in the place of the one with that number, unless
// it has grown too old meanwhile; one with nothing in it goes.
func replaceSegment(t *tx, number int64, made search.Segment, filled bool) error {
	var there bool
	if err := t.queryRow("select exists (select 1 from search_segments where number = $1)", number).Scan(&there); err != nil || !there {
		return wrapped(err, "read search index")
	}
	if _, err := t.exec("delete from search_pages where id >= $1 and id < $2", number*pagesEach, (number+1)*pagesEach); err != nil {
		return fmt.Errorf("delete pages of search index: %w", err)
	}
	if !filled {
		_, err := t.exec("delete from search_segments where number = $1", number)
		return wrapped(err, "delete segment of search index")
	}
	if err := storePages(t, number*pagesEach, made.Pages); err != nil {
		return err
	}
	_, err := t.exec("update search_segments set oldest = $2, directory = $3 where number = $1", number, made.Oldest, made.Directory)
	return wrapped(err, "store segment of search index")
}
