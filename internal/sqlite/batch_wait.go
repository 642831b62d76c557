package sqlite

import (
	"context"
	"fmt"

	"hookline/internal/hookline"
)

// ListBatchWaits tells in which batches, not closed yet, an event waits.
func (s *Store) ListBatchWaits(ctx context.Context, eventID string) ([]hookline.BatchWait, error) {
	rows, err := s.reads.QueryContext(ctx, partsOfEventQuery, hookline.KeyOf(eventID), longestStretch, int64(1)<<62)
	if err != nil {
		return nil, fmt.Errorf("read batches of event: %w", err)
	}
	parts, err := collect(rows, func(r row) (hookline.BatchWait, error) {
		var delivery int64
		p, err := scanBatchPart(lastKept{r, &delivery})
		for _, i := range p.Items {
			if i.EventID == eventID && delivery == 0 {
				return hookline.BatchWait{ActionID: p.ActionID, DueAt: p.DueAt}, err
			}
		}
		return hookline.BatchWait{}, err
	})
	var waits []hookline.BatchWait
	for _, p := range parts {
		if p.ActionID != "" {
			waits = append(waits, p)
		}
	}
	return waits, err
}
