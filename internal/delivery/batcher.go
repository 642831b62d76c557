package delivery

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"hookline/internal/hookline"
)

// BatchStore is what the batcher reads and writes.
type BatchStore interface {
	// WaitingBatches tells what has been gathered, by action and key.
	WaitingBatches(ctx context.Context) ([]hookline.BatchWaiting, error)
	// BatchParts gives the waiting parts, the oldest first, as many as it takes
	// for that many items.
	BatchParts(ctx context.Context, actionID, key string, items int) ([]hookline.BatchPart, error)
	// CreateBatch makes one delivery of parts, of the last only the first items,
	// as one unit, and gives it its id.
	CreateBatch(ctx context.Context, o hookline.Owed, parts []hookline.BatchPart, ofLast int) (hookline.Owed, error)
	// Action gives one action.
	Action(ctx context.Context, id string) (hookline.Action, error)
}

// runBatcher closes batches that are full or have waited long enough, until ctx
// ends. What is gathered is in the table, so a stop loses nothing.
func (e *Engine) runBatcher(ctx context.Context) {
	for ctx.Err() == nil {
		next, err := e.closeBatches(ctx, time.Now())
		if err != nil && ctx.Err() == nil {
			e.log.ErrorContext(ctx, "close batches", "error", err)
			next = waitAfterFail
		}
		timer := time.NewTimer(next)
		select {
		case <-ctx.Done():
		case <-timer.C:
		case <-e.gathered:
		}
		timer.Stop()
	}
}

// NudgeBatches hints that something was gathered. It never blocks.
func (e *Engine) NudgeBatches() {
	select {
	case e.gathered <- struct{}{}:
	default:
	}
}

// closeBatches makes deliveries of all that is due, and says when to look again.
func (e *Engine) closeBatches(ctx context.Context, now time.Time) (next time.Duration, err error) {
	waiting, err := e.store.WaitingBatches(ctx)
	if err != nil {
		return 0, err
	}
	next = lookAgain
	for _, w := range waiting {
		size, err := e.batchSize(ctx, w.ActionID)
		if err != nil {
			return 0, err
		}
		left := w.Count
		for left >= size || left > 0 && !w.DueAt.After(now) {
			n, err := e.closeBatch(ctx, w, size, now)
			if err != nil || n == 0 {
				return lookAgain, err
			}
			left -= n
		}
		if left > 0 {
			next = min(next, w.DueAt.Sub(now))
		}
	}
	return max(next, time.Millisecond), nil
}

// batchSize is how many events the action wants in a request. What an action
// gathered before it was deleted or stopped batching is sent all the same.
func (e *Engine) batchSize(ctx context.Context, actionID string) (int, error) {
	a, err := e.store.Action(ctx, actionID)
	if hookline.KindOf(err) == hookline.KindNotFound || err == nil && a.Batching.Size < 1 {
		return hookline.DefaultBatchSize, nil
	}
	return a.Batching.Size, err
}

// closeBatch makes a delivery of at most size events, and tells of how many.
func (e *Engine) closeBatch(ctx context.Context, w hookline.BatchWaiting, size int, now time.Time) (int, error) {
	parts, err := e.store.BatchParts(ctx, w.ActionID, w.Key, size)
	if err != nil || len(parts) == 0 {
		return 0, err
	}
	parts, ofLast := fitting(parts, size)
	items := itemsOf(parts, ofLast)
	o := hookline.Owed{Request: parts[0].Request, Delivery: hookline.Delivery{
		State: hookline.StateQueued, Origin: hookline.OriginEvent, DestinationID: parts[0].DestinationID, ActionID: w.ActionID,
		ActionVersion:  newestVersion(parts),
		IdempotencyKey: batchIdempotencyKey(w.ActionID, items), RequestNumber: 1, BatchSize: len(items),
		CreatedAt: now.UTC(), NextAttemptAt: now.UTC(), UpdatedAt: now.UTC(),
	}}
	o.Request.Body = hookline.JoinBodies(items)
	e.Expect()
	if o, err = e.store.CreateBatch(ctx, o, parts, ofLast); err != nil {
		e.Take(nil)
		return 0, fmt.Errorf("create batch: %w", err)
	}
	e.Take([]hookline.Owed{o})
	return len(items), nil
}

// fitting leaves of parts what one request may hold: so many items, as many as
// the byte limit allows and at least one. Of the last part only the first items
// may be in it.
func fitting(parts []hookline.BatchPart, size int) (fit []hookline.BatchPart, ofLast int) {
	bytes, count := 2, 0
	for i, p := range parts {
		for n, item := range p.Items {
			bytes += len(item.Body) + 1
			if count == size || count > 0 && bytes > hookline.MaxBatchBytes {
				if n == 0 {
					return parts[:i], len(parts[i-1].Items)
				}
				return parts[:i+1], n
			}
			count++
		}
	}
	return parts, len(parts[len(parts)-1].Items)
}

// newestVersion is the newest of the action's that parts were made with: they
// may share a request although the action was saved while they were gathered.
func newestVersion(parts []hookline.BatchPart) int {
	newest := 0
	for _, p := range parts {
		newest = max(newest, p.ActionVersion)
	}
	return newest
}

// itemsOf puts the items of parts together, of the last part only the first.
func itemsOf(parts []hookline.BatchPart, ofLast int) []hookline.BatchItem {
	var items []hookline.BatchItem
	for _, p := range parts[:len(parts)-1] {
		items = append(items, p.Items...)
	}
	return append(items, parts[len(parts)-1].Items[:ofLast]...)
}

// batchIdempotencyKey comes from the action and the events alone.
func batchIdempotencyKey(actionID string, items []hookline.BatchItem) string {
	h := sha256.New()
	h.Write([]byte(actionID))
	for _, i := range items {
		h.Write([]byte(i.EventID))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
