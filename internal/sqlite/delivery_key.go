package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"hookline/internal/hookline"
)

// What is looked for by its idempotency key was attempted at a known time, and so
// made before it, mostly just before: there is no index for it, and the
// deliveries are gone through from there on backwards.
const (
	byKeyFromQuery = "select id from deliveries where id <= $1 order by id desc limit 1 offset $2"
	byKeyQuery     = "select id from deliveries where id <= $1 and id >= $2 and idempotency_key = $3 order by id desc limit 1"

	gonethroughMost = 200_000
)

// DeliveryByKey gives the id of the delivery with this idempotency key, "" when
// it is not among the 200,000 that were made last before a time at which it was
// attempted.
func (s *Store) DeliveryByKey(ctx context.Context, key string, attempted time.Time) (string, error) {
	until := hookline.KeyAt(attempted.Add(time.Minute)) // its ids may be a little ahead of the clock
	var from, found int64
	err := s.reads.QueryRowContext(ctx, byKeyFromQuery, until, gonethroughMost).Scan(&from)
	if err == nil || errors.Is(err, sql.ErrNoRows) {
		err = s.reads.QueryRowContext(ctx, byKeyQuery, until, from, key).Scan(&found)
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("find delivery by key: %w", err)
	}
	return hookline.KeyID("dlv", found), nil
}
