package delivery

import (
	"bytes"
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
	// BatchItems gives at most limit waiting items, the oldest first.
	BatchItems(ctx context.Context, actionID, key string, limit int) ([]hookline.BatchItem, error)
	// CreateBatch makes one delivery of items, as one unit, and gives it its id.
	CreateBatch(ctx context.Context, o hookline.Owed, items []hookline.BatchItem) (hookline.Owed, error)
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

func (e *Engine) closeBatch(ctx context.Context, w hookline.BatchWaiting, size int, now time.Time) (int, error) {
	items, err := e.store.BatchItems(ctx, w.ActionID, w.Key, size)
	if err != nil || len(items) == 0 {
		return 0, err
	}
	request, n := join(items)
	items = items[:n]
	o := hookline.Owed{Request: request, Delivery: hookline.Delivery{
		State: hookline.StateQueued, Origin: hookline.OriginEvent, DestinationID: items[0].DestinationID, ActionID: w.ActionID,
		IdempotencyKey: batchIdempotencyKey(items), RequestNumber: 1, BatchSize: n,
		CreatedAt: now.UTC(), NextAttemptAt: now.UTC(), UpdatedAt: now.UTC(),
	}}
	if o, err = e.store.CreateBatch(ctx, o, items); err != nil {
		return 0, fmt.Errorf("create batch: %w", err)
	}
	e.Take([]hookline.Owed{o})
	return n, nil
}

// join makes one request of the first items, as many as the byte limit allows
// and at least one: a JSON array of their bodies (seed 000).
func join(items []hookline.BatchItem) (r hookline.Request, n int) {
	var body bytes.Buffer
	body.WriteByte('[')
	for _, i := range items {
		if n > 0 && body.Len()+len(i.Request.Body)+2 > hookline.MaxBatchBytes {
			break
		}
		if n > 0 {
			body.WriteByte(',')
		}
		body.Write(bytes.TrimSpace(i.Request.Body))
		n++
	}
	body.WriteByte(']')
	r = items[0].Request
	r.Body = body.Bytes()
	return r, n
}

// batchIdempotencyKey comes from the items alone.
func batchIdempotencyKey(items []hookline.BatchItem) string {
	h := sha256.New()
	for _, i := range items {
		fmt.Fprintln(h, i.ID)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
