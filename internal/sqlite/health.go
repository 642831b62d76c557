package sqlite

import (
	"context"
	"fmt"

	"hookline/internal/hookline"
)

const healthColumns = "destination_id, breaker, reason, since, opened_at, next_try, openings, asked_until, gone_at"

func scanHealth(r row) (hookline.Health, error) {
	var h hookline.Health
	var since, opened, next, asked, gone int64
	err := r.Scan(&h.DestinationID, &h.Breaker, &h.Reason, &since, &opened, &next, &h.Openings, &asked, &gone)
	h.Since, h.OpenedAt, h.NextTry, h.AskedUntil, h.GoneAt = fromMicros(since), fromMicros(opened), fromMicros(next), fromMicros(asked), fromMicros(gone)
	return h, err
}

// ListHealth gives what is known of receivers, by the id of their destination;
// those of which nothing bad is known are left out. The map is shared and must
// not be changed. It is read again only after a change.
func (s *Store) ListHealth(ctx context.Context) (map[string]hookline.Health, error) {
	return s.health.get(s.healthVersion.Load(), func() (map[string]hookline.Health, error) { return s.readHealth(ctx) })
}

func (s *Store) readHealth(ctx context.Context) (map[string]hookline.Health, error) {
	rows, err := s.reads.QueryContext(ctx, "select "+healthColumns+" from destination_health")
	if err != nil {
		return nil, fmt.Errorf("read health: %w", err)
	}
	list, err := collect(rows, scanHealth)
	if err != nil {
		return nil, fmt.Errorf("read health: %w", err)
	}
	known := make(map[string]hookline.Health, len(list))
	for _, h := range list {
		known[h.DestinationID] = h
	}
	return known, nil
}

const saveHealthQuery = "insert into destination_health (" + healthColumns + `)
	select id, $2, $3, $4, $5, $6, $7, $8, $9 from destinations where id = $1
	on conflict (destination_id) do update set breaker = excluded.breaker, reason = excluded.reason, since = excluded.since,
		opened_at = excluded.opened_at, next_try = excluded.next_try, openings = excluded.openings, asked_until = excluded.asked_until, gone_at = excluded.gone_at`

// SaveHealth keeps what is known of a receiver from now on. That of a
// destination which was deleted is forgotten.
func (s *Store) SaveHealth(ctx context.Context, h hookline.Health) error {
	return s.write(ctx, func(t *tx) error {
		t.changed(hookline.TopicHealth)
		if h.Well() {
			_, err := t.exec("delete from destination_health where destination_id = $1", h.DestinationID)
			return err
		}
		_, err := t.exec(saveHealthQuery, h.DestinationID, string(h.Breaker), h.Reason, micros(h.Since), micros(h.OpenedAt),
			micros(h.NextTry), h.Openings, micros(h.AskedUntil), micros(h.GoneAt))
		if err != nil {
			return fmt.Errorf("save health: %w", err)
		}
		return nil
	})
}
