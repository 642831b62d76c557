package sqlite

import (
	"context"
	"fmt"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

const stopQuery = `update journeys set state = 'stopped', step_id = '', wake_at = 0, due_at = 0, watching = 0, reason = $2, version = version + 1, updated_at = $3, ended_at = $3
	where id in (select id from journeys where campaign_id = $1 and ended_at = 0 and began_at < $4 limit $5)`

// StopJourneys lets go at most limit people of a campaign who entered it before
// a time, and says how many.
func (s *Store) StopJourneys(ctx context.Context, campaignID, reason string, before time.Time, limit int) (int, error) {
	return writeFor(ctx, s, func(t *tx) (int, error) {
		n, err := t.exec(stopQuery, campaignID, reason, micros(now()), micros(before), limit)
		if err != nil {
			return 0, fmt.Errorf("stop journeys: %w", err)
		}
		t.changed(hookline.TopicJourneys, hookline.TopicCampaign(campaignID))
		return int(n), nil
	})
}

// StopJourney lets one person go, because somebody asked. It fails with
// KindConflict when the journey is over.
func (s *Store) StopJourney(ctx context.Context, id, by string) error {
	return s.write(ctx, func(t *tx) error {
		j, err := scanJourney(t.queryRow("select "+journeyColumns+" from journeys where id = $1", hookline.KeyOf(id)))
		switch {
		case found(err, "journey") != nil:
			return found(err, "journey")
		case j.State.Over():
			return hookline.Conflict("This journey is over already.")
		}
		j.State, j.StepID, j.WakeAt, j.Reason, j.UpdatedAt, j.EndedAt = hookline.JourneyStopped, "", time.Time{}, by+" stopped it.", now(), now()
		if err := saveJourney(t, j, hookline.JourneyStep{}); err != nil {
			return err
		}
		t.changed(hookline.TopicJourneys, hookline.TopicCampaign(j.CampaignID), hookline.TopicPerson(j.PersonID))
		c, err := readCampaign(t, j.CampaignID)
		if err != nil {
			return err
		}
		return s.note(ctx, t, audit.OfCampaign(c).Say(audit.Cancelled, "for one person"))
	})
}

// keepRemovedSteps notes where those go on who are at a step that a campaign no
// longer has, and that what goes on does not come back to one.
func keepRemovedSteps(t *tx, before, after hookline.Campaign) error {
	for _, removed := range before.RemovedSteps(after) {
		_, err := t.exec("insert into removed_steps (campaign_id, step_id, next_id) values ($1, $2, $3) on conflict (campaign_id, step_id) do update set next_id = excluded.next_id",
			before.ID, removed.Step.ID, removed.NextID)
		if err != nil {
			return fmt.Errorf("note removed step: %w", err)
		}
		if _, err := t.exec("update removed_steps set next_id = $3 where campaign_id = $1 and next_id = $2", before.ID, removed.Step.ID, removed.NextID); err != nil {
			return fmt.Errorf("note what follows a removed step: %w", err)
		}
	}
	return nil
}

// RemovedSteps tells of each step that a campaign once had which one those go on
// with who are at it; "" is the end.
func (s *Store) RemovedSteps(ctx context.Context, campaignID string) (map[string]string, error) {
	rows, err := s.reads.QueryContext(ctx, "select step_id, next_id from removed_steps where campaign_id = $1", campaignID)
	if err != nil {
		return nil, fmt.Errorf("read removed steps: %w", err)
	}
	defer rows.Close()
	next := map[string]string{}
	for rows.Next() {
		var id, follows string
		if err := rows.Scan(&id, &follows); err != nil {
			return nil, fmt.Errorf("scan removed step: %w", err)
		}
		next[id] = follows
	}
	return next, rows.Err()
}
