package sqlite

import (
	"context"
	"fmt"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

const shareColumns = "id, code_hash, delivery_id, made_by, created_at, expires_at"

func scanShare(r row) (hookline.Share, error) {
	var s hookline.Share
	var delivery, created, expires int64
	err := r.Scan(&s.ID, &s.CodeHash, &delivery, &s.MadeBy, &created, &expires)
	s.DeliveryID, s.CreatedAt, s.ExpiresAt = hookline.KeyID("dlv", delivery), fromMicros(created), fromMicros(expires)
	return s, err
}

// ListShares gives the links that still work, the newest first: those to one
// delivery, or with "" all.
func (s *Store) ListShares(ctx context.Context, deliveryID string) ([]hookline.Share, error) {
	query, args := "select "+shareColumns+" from shares where expires_at > $1", []any{micros(now())}
	if deliveryID != "" {
		query, args = query+" and delivery_id = $2", append(args, hookline.KeyOf(deliveryID))
	}
	rows, err := s.reads.QueryContext(ctx, query+" order by id desc", args...)
	if err != nil {
		return nil, fmt.Errorf("read shares: %w", err)
	}
	return collect(rows, scanShare)
}

// CreateShare adds a link to a delivery that works for as long as lasts says,
// and sweeps out those that have expired.
func (s *Store) CreateShare(ctx context.Context, one hookline.Share, lasts time.Duration) (hookline.Share, error) {
	one.CreatedAt = now()
	one.ExpiresAt = one.CreatedAt.Add(lasts)
	if err := one.Validate(); err != nil {
		return hookline.Share{}, err
	}
	return writeFor(ctx, s, func(t *tx) (hookline.Share, error) {
		var known int
		if err := t.queryRow("select count(*) from deliveries where id = $1", hookline.KeyOf(one.DeliveryID)).Scan(&known); err != nil {
			return one, fmt.Errorf("read delivery: %w", err)
		}
		if known == 0 {
			return one, hookline.NotFound("delivery")
		}
		if _, err := t.exec("delete from shares where expires_at <= $1", micros(one.CreatedAt)); err != nil {
			return one, fmt.Errorf("delete shares: %w", err)
		}
		one.ID = s.ids.New("shr")
		_, err := t.exec("insert into shares ("+shareColumns+") values ($1, $2, $3, $4, $5, $6)",
			one.ID, one.CodeHash, hookline.KeyOf(one.DeliveryID), one.MadeBy, micros(one.CreatedAt), micros(one.ExpiresAt))
		if err != nil {
			return one, fmt.Errorf("insert share: %w", err)
		}
		t.changed(hookline.TopicDelivery(one.DeliveryID))
		return one, s.note(ctx, t, audit.Make(audit.OfShare(one)))
	})
}

// Share gives the link with this code while it works.
func (s *Store) Share(ctx context.Context, codeHash string) (hookline.Share, error) {
	one, err := scanShare(s.reads.QueryRowContext(ctx, "select "+shareColumns+" from shares where code_hash = $1 and expires_at > $2", codeHash, micros(now())))
	return one, found(err, "link")
}

// DeleteShare revokes a link and gives it as it was.
func (s *Store) DeleteShare(ctx context.Context, id string) (hookline.Share, error) {
	return writeFor(ctx, s, func(t *tx) (hookline.Share, error) {
		before, err := scanShare(t.queryRow("select "+shareColumns+" from shares where id = $1", id))
		if err := found(err, "link"); err != nil {
			return before, err
		}
		if err := deleteOne(t, "delete from shares where id = $1", id, "link"); err != nil {
			return before, err
		}
		t.changed(hookline.TopicDelivery(before.DeliveryID))
		return before, s.note(ctx, t, audit.Delete(audit.OfShare(before)))
	})
}
