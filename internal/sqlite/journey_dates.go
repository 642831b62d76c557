package sqlite

import (
	"context"
	"fmt"
	"time"

	"hookline/internal/hookline"
)

// datesCursor begins the name of the cursor that tells until when a campaign was
// looked through for dates: the end of the name is the campaign's id, the cursor
// a time.
const datesCursor = "dates:"

// DatesLooked gives when a campaign was last looked through for dates; zero:
// never.
func (s *Store) DatesLooked(ctx context.Context, campaignID string) (time.Time, error) {
	at, err := readCursor(s.reads.QueryRowContext(ctx, "select event_id from cursors where name = $1", datesCursor+campaignID))
	return fromMicros(at), err
}

// KeepDates notes dates of one campaign that come soon, or came just now; those
// that are known already stay as they are.
func (s *Store) KeepDates(ctx context.Context, dates []hookline.CampaignDate) error {
	return s.write(ctx, func(t *tx) error {
		for _, d := range dates {
			_, err := t.exec("insert into campaign_dates (campaign_id, person_id, at, done) values ($1, $2, $3, 0) on conflict do nothing", d.CampaignID, d.PersonID, micros(d.At))
			if err != nil {
				return fmt.Errorf("keep date: %w", err)
			}
		}
		return nil
	})
}

// FinishDates notes that a campaign was looked through for dates at a time, and
// forgets those that came before another.
func (s *Store) FinishDates(ctx context.Context, campaignID string, at, before time.Time) error {
	return s.write(ctx, func(t *tx) error {
		if _, err := t.exec("delete from campaign_dates where campaign_id = $1 and at < $2 and done = 1", campaignID, micros(before)); err != nil {
			return fmt.Errorf("forget dates: %w", err)
		}
		return setCursor(t, datesCursor+campaignID, micros(at))
	})
}

// passOverDates leaves out the dates that came while a campaign did not run.
func passOverDates(t *tx, campaignID string) error {
	at := micros(now())
	if _, err := t.exec("update campaign_dates set done = 1 where campaign_id = $1 and done = 0 and at < $2", campaignID, at); err != nil {
		return fmt.Errorf("pass over dates: %w", err)
	}
	return setCursor(t, datesCursor+campaignID, at)
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
		return s.beginJourneys(t, begins, func(int) {})
	})
}
