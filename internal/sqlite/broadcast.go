package sqlite

import (
	"context"
	"fmt"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

const broadcastColumns = "id, campaign_id, segment_id, state, at, position, total, looked, began, started_at, ended_at, ended_by"

func scanBroadcast(r row) (hookline.Broadcast, error) {
	var b hookline.Broadcast
	var at, started, ended int64
	err := r.Scan(&b.ID, &b.CampaignID, &b.SegmentID, &b.State, &at, &b.Position, &b.Total, &b.Looked, &b.Began, &started, &ended, &b.EndedBy)
	b.At, b.StartedAt, b.EndedAt = fromMicros(at), fromMicros(started), fromMicros(ended)
	return b, err
}

// OpenBroadcasts gives those that are not over, the oldest first.
func (s *Store) OpenBroadcasts(ctx context.Context) ([]hookline.Broadcast, error) {
	rows, err := s.reads.QueryContext(ctx, "select "+broadcastColumns+" from broadcasts where state in ('waiting', 'running') order by id")
	if err != nil {
		return nil, fmt.Errorf("read broadcasts: %w", err)
	}
	return collect(rows, scanBroadcast)
}

// ListBroadcasts gives those of a campaign, the newest first.
func (s *Store) ListBroadcasts(ctx context.Context, campaignID string) ([]hookline.Broadcast, error) {
	rows, err := s.reads.QueryContext(ctx, "select "+broadcastColumns+" from broadcasts where campaign_id = $1 order by id desc limit 100", campaignID)
	if err != nil {
		return nil, fmt.Errorf("read broadcasts: %w", err)
	}
	return collect(rows, scanBroadcast)
}

// RecordBroadcast records a stretch of a broadcast: who may begins a journey, and
// it is as b says, with those counted who began. It fails with KindConflict when
// it is not where it was, from, or over.
func (s *Store) RecordBroadcast(ctx context.Context, from string, b hookline.Broadcast, begins []hookline.JourneyBegin) (hookline.Broadcast, error) {
	return writeFor(ctx, s, func(t *tx) (hookline.Broadcast, error) {
		b := b
		runs, err := isRunning(t, b.CampaignID)
		if err != nil {
			return b, err
		}
		if runs {
			began, err := beginTogether(t, &s.ids, begins)
			if err != nil {
				return b, err
			}
			b.Began += int(began)
		}
		n, err := t.exec(`update broadcasts set state = $3, position = $4, total = $5, looked = $6, began = $7, started_at = $8, ended_at = $9
			where id = $1 and position = $2 and ended_at = 0`,
			b.ID, from, string(b.State), b.Position, b.Total, b.Looked, b.Began, micros(b.StartedAt), micros(b.EndedAt))
		if err != nil {
			return b, fmt.Errorf("record broadcast: %w", err)
		}
		if n == 0 {
			return b, errMoved
		}
		t.changed(hookline.TopicJourneys, hookline.TopicCampaign(b.CampaignID))
		return b, nil
	})
}

// StopBroadcast ends a broadcast because somebody asked; who has begun goes on.
// It fails with KindConflict when it is over.
func (s *Store) StopBroadcast(ctx context.Context, id, by string) error {
	return s.write(ctx, func(t *tx) error {
		b, err := scanBroadcast(t.queryRow("select "+broadcastColumns+" from broadcasts where id = $1", id))
		if err := found(err, "broadcast"); err != nil {
			return err
		}
		if b.State.Over() {
			return hookline.Conflict("This broadcast is over already.")
		}
		_, err = t.exec("update broadcasts set state = 'stopped', ended_at = $2, ended_by = $3 where id = $1", id, micros(now()), by)
		if err != nil {
			return fmt.Errorf("stop broadcast: %w", err)
		}
		t.changed(hookline.TopicJourneys, hookline.TopicCampaign(b.CampaignID))
		c, err := readCampaign(t, b.CampaignID)
		if err != nil {
			return err
		}
		return s.note(ctx, t, audit.OfCampaign(c).Say(audit.Cancelled, "its broadcast"))
	})
}
