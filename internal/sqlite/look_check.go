package sqlite

import (
	"context"
	"fmt"
	"slices"

	"hookline/internal/hookline"
	"hookline/internal/search"
)

// checkedAtOnce is how many texts are read before it is looked at the clock.
const checkedAtOnce = 100

// check adds those of keys that have the text. It ends early when there are
// enough or it takes too long.
func (l *look) check(ctx context.Context, keys []int64) error {
	if l.text.Empty() {
		l.hits = append(l.hits, keys[:min(len(keys), l.need-len(l.hits))]...)
		return nil
	}
	for group := range slices.Chunk(keys, checkedAtOnce) {
		texts, err := readTexts(ctx, l.db, group)
		if err != nil {
			return err
		}
		if !l.up {
			slices.Reverse(texts)
		}
		for _, t := range texts {
			is, err := l.has(ctx, t)
			if err != nil {
				return err
			}
			if is {
				l.hits = append(l.hits, t.key)
			}
			if l.enough() {
				return nil
			}
		}
		last := group[len(group)-1]
		if l.up {
			last++
		}
		if l.reach(last); l.over() {
			return nil
		}
	}
	return nil
}

// has says whether the text is in a delivery.
func (l *look) has(ctx context.Context, t sentText) (is bool, err error) {
	look := func(piece []byte) {
		if !is {
			l.folded = search.Fold(l.folded[:0], piece)
			is = l.text.In(l.folded)
		}
	}
	for _, piece := range t.pieces() {
		look(piece)
	}
	if is {
		return true, nil
	}
	err = t.further(ctx, l.db, look, func(try tryText) {
		for _, piece := range try.pieces() {
			look(piece)
		}
	})
	return is, err
}

// rowsOf gives deliveries as a list shows them, newest first.
func rowsOf(ctx context.Context, db asker, keys []int64) ([]hookline.DeliveryRow, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	rows, err := db.QueryContext(ctx, deliveryRows+" where d.id in ("+keyList(keys)+") order by d.id desc")
	if err != nil {
		return nil, fmt.Errorf("list: %w", err)
	}
	return collect(rows, scanDeliveryRow)
}
