package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"hookline/internal/hookline"
)

// goalsCursor is the name under which goals keep their place in the event log.
const goalsCursor = "goals"

// GoalsCursor gives the id of the last event that was held against the goals of
// campaigns; "" while there is no goal.
func (s *Store) GoalsCursor(ctx context.Context) (string, error) {
	key, err := readCursor(s.reads.QueryRowContext(ctx, "select event_id from cursors where name = $1", goalsCursor))
	return hookline.KeyID("evt", key), err
}

// MoveGoals records the conversions that a stretch of the event log brought, and
// moves the cursor, whole or not at all; to is "" when there is no goal any
// more. A journey that has converted already does not once more, nor does one
// that is gone. It fails with KindConflict when the cursor is somewhere else.
func (s *Store) MoveGoals(ctx context.Context, from, to string, conversions []hookline.Conversion) error {
	return s.write(ctx, func(t *tx) error {
		at, err := readCursor(t.queryRow("select event_id from cursors where name = $1", goalsCursor))
		switch {
		case err != nil:
			return err
		case at != hookline.KeyOf(from):
			return errMoved
		}
		for _, c := range conversions {
			if err := insertConversion(t, c); err != nil {
				return err
			}
		}
		return setCursor(t, goalsCursor, hookline.KeyOf(to))
	})
}

func insertConversion(t *tx, c hookline.Conversion) error {
	n, err := t.exec(`insert into conversions (delivery_id, journey_id, campaign_id, destination_id, event_id, at) select $1, $2, $3, $4, $5, $6
		where exists (select 1 from journeys where id = $2) on conflict do nothing`,
		hookline.KeyOf(c.DeliveryID), hookline.KeyOf(c.JourneyID), c.CampaignID, c.DestinationID, hookline.KeyOf(c.EventID), micros(c.At))
	if err != nil {
		return fmt.Errorf("insert conversion: %w", err)
	}
	if n > 0 {
		t.changed(hookline.TopicCampaign(c.CampaignID))
	}
	return nil
}

// toConvertQuery takes an attempt's begin for the moment of the delivery: from
// then on the receiver may have acted.
func toConvertQuery(steps *listQuery) string {
	return `select d.id, d.journey_id, d.destination_id from journeys j
		join deliveries d on d.journey_id = j.id and d.journey_id <> 0
		join attempts a on a.id = d.id or a.delivery_id = d.id and a.number > 1
		where j.campaign_id = $1 and j.person_id = $2 and a.outcome = 'delivered' and a.started_at <= $3 and a.started_at >= $4 and ` +
		steps.terms[0] + " order by a.started_at desc, d.id desc limit 1"
}

// ToConvert gives the delivery that counts when a person does at a moment what a
// campaign is for: of those of its steps, by the destinations that they own, the
// one that was delivered last before it, and not longer ago than within. false
// when there is none.
func (s *Store) ToConvert(ctx context.Context, campaignID, personID string, destinationIDs []string, at time.Time, within time.Duration) (c hookline.Conversion, is bool, err error) {
	if len(destinationIDs) == 0 {
		return c, false, nil
	}
	q := &listQuery{args: []any{campaignID, personID, micros(at), micros(at.Add(-within))}}
	q.in("d.destination_id", destinationIDs)
	var delivery, journey int64
	err = s.reads.QueryRowContext(ctx, toConvertQuery(q), q.args...).Scan(&delivery, &journey, &c.DestinationID)
	if errors.Is(err, sql.ErrNoRows) {
		return c, false, nil
	}
	if err != nil {
		return c, false, fmt.Errorf("find what converts: %w", err)
	}
	c.CampaignID, c.DeliveryID, c.JourneyID, c.At = campaignID, hookline.KeyID("dlv", delivery), hookline.KeyID("jrn", journey), at
	return c, true, nil
}
