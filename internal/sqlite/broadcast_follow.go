package sqlite

import (
	"fmt"

	"hookline/internal/hookline"
)

// followChange does what a change of a campaign's state means for those who
// enter it.
func (s *Store) followChange(t *tx, before, after hookline.Campaign) error {
	switch {
	case after.State == hookline.CampaignStopped:
		return endBroadcasts(t, after.ID, "")
	case after.State != hookline.CampaignRunning:
		return nil
	case after.Trigger.Kind == hookline.TriggerDate:
		return passOverDates(t, after.ID)
	case after.Trigger.Kind == hookline.TriggerBroadcast && before.State != hookline.CampaignPaused:
		return s.planBroadcast(t, after)
	}
	return nil
}

// followTrigger has the broadcast of a campaign follow its trigger when that is
// edited after the start. One that has begun goes on as it began. No edit begins
// one at once, since nobody is asked before they save: what is planned keeps a
// time to come.
func (s *Store) followTrigger(t *tx, before, after hookline.Campaign) error {
	was, is := before.Trigger, after.Trigger
	switch {
	case !after.State.Started() || was.Kind == is.Kind && was.SegmentID == is.SegmentID && was.At.Equal(is.At):
		return nil
	case is.Kind != hookline.TriggerBroadcast:
		return endBroadcasts(t, after.ID, "")
	}
	toCome := is.At.After(now())
	n, err := t.exec("update broadcasts set segment_id = $2, at = $3 where campaign_id = $1 and state = 'waiting'", after.ID, is.SegmentID, micros(is.At))
	switch {
	case err != nil:
		return fmt.Errorf("move broadcast: %w", err)
	case n > 0 && !toCome:
		return hookline.Invalid("The trigger was not saved.", map[string]string{
			"trigger_at": "The campaign is started already, so give its broadcast a time to come. To begin it at once, stop the campaign and start it anew.",
		})
	case n == 0 && toCome:
		return s.planBroadcast(t, after)
	}
	return nil
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

// forgetCampaign removes what is kept for those who would enter a campaign that
// is deleted. The journeys stay, as a record.
func forgetCampaign(t *tx, id string) error {
	if err := endBroadcasts(t, id, ""); err != nil {
		return err
	}
	for _, statement := range []string{
		"delete from removed_steps where campaign_id = $1",
		"delete from campaign_dates where campaign_id = $1",
		"delete from cursors where name = '" + datesCursor + "' || $1",
	} {
		if _, err := t.exec(statement, id); err != nil {
			return fmt.Errorf("forget campaign: %w", err)
		}
	}
	return nil
}
