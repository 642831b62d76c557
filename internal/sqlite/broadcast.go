package sqlite

import (
	"context"
	"fmt"
	"time"

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

// planBroadcast makes the broadcast of a campaign that was just started, unless
// one of it goes on.
func (s *Store) planBroadcast(t *tx, c hookline.Campaign) error {
	at := c.Trigger.At
	if at.Before(c.StartedAt) {
		at = c.StartedAt
	}
	_, err := t.exec("insert into broadcasts ("+broadcastColumns+") select $1, $2, $3, 'waiting', $4, '', 0, 0, 0, 0, 0, '' "+
		"where not exists (select 1 from broadcasts where campaign_id = $2 and ended_at = 0)", s.ids.New("brc"), c.ID, c.Trigger.SegmentID, micros(at))
	if err != nil {
		return fmt.Errorf("plan broadcast: %w", err)
	}
	return nil
}

// endBroadcasts stops those of a campaign that was stopped or deleted.
func endBroadcasts(t *tx, campaignID, by string) error {
	_, err := t.exec("update broadcasts set state = 'stopped', ended_at = $2, ended_by = $3 where campaign_id = $1 and ended_at = 0", campaignID, micros(now()), by)
	if err != nil {
		return fmt.Errorf("stop broadcasts: %w", err)
	}
	return nil
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
		began, err := s.beginJourneys(t, begins)
		if err != nil {
			return b, err
		}
		b := b
		b.Began += began
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

// followChange does what a change of a campaign's state means for those who
// enter it.
func (s *Store) followChange(t *tx, before, after hookline.Campaign) error {
	switch {
	case after.State == hookline.CampaignStopped:
		return endBroadcasts(t, after.ID, "")
	case after.State == hookline.CampaignRunning && before.State != hookline.CampaignPaused && after.Trigger.Kind == hookline.TriggerBroadcast:
		return s.planBroadcast(t, after)
	}
	return nil
}

// forgetCampaign removes what is kept for those who would enter a campaign that
// is deleted. The journeys stay, as a record.
func forgetCampaign(t *tx, id string) error {
	if err := endBroadcasts(t, id, ""); err != nil {
		return err
	}
	for _, table := range []string{"removed_steps", "campaign_dates"} {
		if _, err := t.exec("delete from "+table+" where campaign_id = $1", id); err != nil {
			return fmt.Errorf("delete %s: %w", table, err)
		}
	}
	return nil
}

// KeepDates notes dates that come soon; those that are known already stay as
// they are. Those of before a time are forgotten.
func (s *Store) KeepDates(ctx context.Context, dates []hookline.CampaignDate, campaignID string, before time.Time) error {
	return s.write(ctx, func(t *tx) error {
		if _, err := t.exec("delete from campaign_dates where campaign_id = $1 and at < $2 and done = 1", campaignID, micros(before)); err != nil {
			return fmt.Errorf("forget dates: %w", err)
		}
		for _, d := range dates {
			_, err := t.exec("insert into campaign_dates (campaign_id, person_id, at, done) values ($1, $2, $3, 0) on conflict do nothing", d.CampaignID, d.PersonID, micros(d.At))
			if err != nil {
				return fmt.Errorf("keep date: %w", err)
			}
		}
		return nil
	})
}

// DatesDue gives at most limit dates of a campaign that have come.
func (s *Store) DatesDue(ctx context.Context, campaignID string, at time.Time, limit int) ([]hookline.CampaignDate, error) {
	rows, err := s.reads.QueryContext(ctx, "select campaign_id, person_id, at from campaign_dates where campaign_id = $1 and done = 0 and at <= $2 order by at limit $3", campaignID, micros(at), limit)
	if err != nil {
		return nil, fmt.Errorf("read dates: %w", err)
	}
	return collect(rows, func(r row) (d hookline.CampaignDate, err error) {
		var at int64
		err = r.Scan(&d.CampaignID, &d.PersonID, &at)
		d.At = fromMicros(at)
		return d, err
	})
}

// RecordDates has the journeys begin of dates that have come, as one unit.
func (s *Store) RecordDates(ctx context.Context, dates []hookline.CampaignDate, begins []hookline.JourneyBegin) (began int, err error) {
	return writeFor(ctx, s, func(t *tx) (int, error) {
		for _, d := range dates {
			_, err := t.exec("update campaign_dates set done = 1 where campaign_id = $1 and person_id = $2 and at = $3", d.CampaignID, d.PersonID, micros(d.At))
			if err != nil {
				return 0, fmt.Errorf("note that a date has come: %w", err)
			}
		}
		return s.beginJourneys(t, begins)
	})
}
