package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"hookline/internal/hookline"
	"hookline/internal/search"
)

// addRows adds the deliveries, and ends the segment early when they are long.
func (p *segmentPlan) addRows(ctx context.Context, db *sql.Tx, b *search.Builder) error {
	rows, err := db.QueryContext(ctx, sentTextSelect+" where d.id > $1 and d.id <= $2 order by d.id", p.from, p.to)
	if err != nil {
		return fmt.Errorf("read deliveries for search index: %w", err)
	}
	defer rows.Close()
	var batches []int64
	for size := 0; rows.Next(); {
		t, err := scanSentText(rows)
		if err != nil {
			return fmt.Errorf("scan delivery for search index: %w", err)
		}
		size += t.add(b)
		if !t.tried && (t.state.Owed() || t.state == hookline.StateDraft || t.origin == hookline.OriginTest) {
			p.opened = append(p.opened, t.key)
		}
		if t.batchSize > 0 && len(t.body) == 0 {
			batches = append(batches, t.key)
			size += t.batchSize * 500 // about
		}
		if size > searchBytes {
			p.to = t.key
			break
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return fmt.Errorf("read deliveries for search index: %w", err)
	}
	return addBatches(ctx, db, b, batches)
}

func addBatches(ctx context.Context, db *sql.Tx, b *search.Builder, keys []int64) error {
	for _, key := range keys {
		texts, err := batchTexts(ctx, db, key)
		if err != nil {
			return err
		}
		for _, text := range texts {
			b.Text(key, text)
		}
	}
	return nil
}

// addFurther adds what was made of any delivery between the keys.
func (p *segmentPlan) addFurther(ctx context.Context, db *sql.Tx, b *search.Builder) error {
	args := []any{p.from, p.to}
	err := eachText(ctx, db, requestTextSelect+furtherBetween, args, func(delivery int64, pieces [][]byte) {
		for _, piece := range pieces {
			b.Text(delivery, piece)
		}
	})
	if err != nil {
		return err
	}
	return eachTry(ctx, db, tryTextSelect+furtherBetween, args, func(delivery int64, try tryText) { try.add(b, delivery) })
}

// addPicks adds whole deliveries.
func (p *segmentPlan) addPicks(ctx context.Context, db *sql.Tx, b *search.Builder) error {
	texts, err := readTexts(ctx, db, p.picks)
	if err != nil {
		return err
	}
	for _, t := range texts {
		t.add(b)
		err := t.further(ctx, db, func(text []byte) { b.Text(t.key, text) }, func(try tryText) { try.add(b, t.key) })
		if err != nil {
			return err
		}
	}
	return nil
}

// readTexts gives the texts of deliveries, in the order of their keys.
func readTexts(ctx context.Context, db asker, keys []int64) ([]sentText, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	rows, err := db.QueryContext(ctx, sentTextSelect+" where d.id in ("+keyList(keys)+") order by d.id")
	if err != nil {
		return nil, fmt.Errorf("read what was sent: %w", err)
	}
	return collect(rows, scanSentText)
}
