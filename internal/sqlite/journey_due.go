package sqlite

import (
	"context"
	"fmt"
	"time"

	"hookline/internal/hookline"
)

const (
	dueJourneysQuery = "select " + journeyColumns + " from journeys where campaign_id = $1 and due_at <> 0 and due_at <= $2 order by due_at, id limit $3"
	nextJourneyQuery = "select coalesce(min(due_at), 0) from journeys where campaign_id = $1 and due_at <> 0"

	// The index journeys_step is walked from campaign to campaign.
	openCampaignsQuery = `with recursive busy (id) as (
		select min(campaign_id) from journeys where ended_at = 0
		union all
		select (select min(campaign_id) from journeys where ended_at = 0 and campaign_id > busy.id) from busy where busy.id is not null
	) select id from busy where id is not null`

	journeysAtQuery = "select " + journeyColumns + " from journeys where campaign_id = $1 and step_id = $2 and ended_at = 0 limit $3"
)

// DueJourneys gives at most limit journeys of a campaign that are to be looked
// at now, the longest due first.
func (s *Store) DueJourneys(ctx context.Context, campaignID string, at time.Time, limit int) ([]hookline.Journey, error) {
	rows, err := s.reads.QueryContext(ctx, dueJourneysQuery, campaignID, micros(at), limit)
	if err != nil {
		return nil, fmt.Errorf("read due journeys: %w", err)
	}
	return collect(rows, scanJourney)
}

// NextJourney gives when a journey of a campaign is to be looked at next; zero
// when none is.
func (s *Store) NextJourney(ctx context.Context, campaignID string) (time.Time, error) {
	var next int64
	if err := s.reads.QueryRowContext(ctx, nextJourneyQuery, campaignID).Scan(&next); err != nil {
		return time.Time{}, fmt.Errorf("read next journey: %w", err)
	}
	return fromMicros(next), nil
}

// BusyCampaigns gives the ids of the campaigns that somebody is in; one may have
// been deleted.
func (s *Store) BusyCampaigns(ctx context.Context) ([]string, error) {
	rows, err := s.reads.QueryContext(ctx, openCampaignsQuery)
	if err != nil {
		return nil, fmt.Errorf("read busy campaigns: %w", err)
	}
	return collect(rows, func(r row) (id string, err error) { return id, r.Scan(&id) })
}

// JourneysAt gives at most limit journeys that are at a step.
func (s *Store) JourneysAt(ctx context.Context, campaignID, stepID string, limit int) ([]hookline.Journey, error) {
	rows, err := s.reads.QueryContext(ctx, journeysAtQuery, campaignID, stepID, limit)
	if err != nil {
		return nil, fmt.Errorf("read journeys at step: %w", err)
	}
	return collect(rows, scanJourney)
}
