package sqlite

import (
	"context"
	"encoding/json"
	"fmt"

	"hookline/internal/hookline"
)

const journeyColumns = "id, campaign_id, person_id, state, step_id, visits, wake_at, delivery_id, event_id, trigger, answers, way, reason, " +
	"version, began_at, updated_at, ended_at"

func scanJourney(r row) (hookline.Journey, error) {
	var j hookline.Journey
	var trigger, answers, way string
	var key, wake, delivery, event, began, updated, ended int64
	err := r.Scan(&key, &j.CampaignID, &j.PersonID, &j.State, &j.StepID, &j.Visits, &wake, &delivery, &event, &trigger, &answers, &way, &j.Reason,
		&j.Version, &began, &updated, &ended)
	if err != nil {
		return j, err
	}
	j.ID, j.DeliveryID, j.EventID = hookline.KeyID("jrn", key), hookline.KeyID("dlv", delivery), hookline.KeyID("evt", event)
	j.Trigger, j.Answers = json.RawMessage(trigger), json.RawMessage(answers)
	j.WakeAt, j.BeganAt, j.UpdatedAt, j.EndedAt = fromMicros(wake), fromMicros(began), fromMicros(updated), fromMicros(ended)
	j.Way, err = unpackWay(way)
	return j, err
}

// Journey gives one journey.
func (s *Store) Journey(ctx context.Context, id string) (hookline.Journey, error) {
	j, err := scanJourney(s.reads.QueryRowContext(ctx, "select "+journeyColumns+" from journeys where id = $1", hookline.KeyOf(id)))
	return j, found(err, "journey")
}

// ListJourneys gives the journeys that fit the filter, those that began last
// first. What it asks for has to name a campaign or a person.
func (s *Store) ListJourneys(ctx context.Context, f hookline.JourneyFilter, c hookline.Cursor) (hookline.Listing[hookline.Journey], error) {
	return list(ctx, s.reads, selectJourneys(f), c, scanJourney)
}

// selectJourneys goes by the person, else by the step, else by the states; the
// words of a partial index are repeated.
func selectJourneys(f hookline.JourneyFilter) *listQuery {
	q := newList("select " + journeyColumns + " from journeys")
	q.keyed = true
	if f.CampaignID != "" {
		q.where("campaign_id = ?", f.CampaignID)
	}
	states := make([]string, 0, 7)
	for _, state := range hookline.JourneyStates() {
		if (f.State == "" || f.State == state) && !(f.Open && state.Over()) && !(f.StepID != "" && state.Over()) {
			states = append(states, string(state))
		}
	}
	if f.StepID != "" {
		q.where("step_id = ? and ended_at = 0", f.StepID)
	}
	if f.PersonID != "" {
		q.where("person_id = ?", f.PersonID)
		q.oneOf("+state", states)
		return q
	}
	if len(states) == 0 {
		q.where("1 = 0")
	}
	q.each("journeys", "state", states)
	return q
}

const (
	stepCountsQuery  = "select step_id, state, count(*) from journeys where campaign_id = $1 and ended_at = 0 group by step_id, state"
	stateCountsQuery = "select state, count(*) from journeys where campaign_id = $1 group by state"
)

// CountSteps tells how many journeys of a campaign are at each of its steps, by
// step and state; steps at which nobody is are left out.
func (s *Store) CountSteps(ctx context.Context, campaignID string) (map[string]map[hookline.JourneyState]int, error) {
	rows, err := s.reads.QueryContext(ctx, stepCountsQuery, campaignID)
	if err != nil {
		return nil, fmt.Errorf("count steps: %w", err)
	}
	defer rows.Close()
	counts := map[string]map[hookline.JourneyState]int{}
	for rows.Next() {
		var step string
		var state hookline.JourneyState
		var n int
		if err := rows.Scan(&step, &state, &n); err != nil {
			return nil, fmt.Errorf("scan count: %w", err)
		}
		if counts[step] == nil {
			counts[step] = map[hookline.JourneyState]int{}
		}
		counts[step][state] = n
	}
	return counts, rows.Err()
}

// CountJourneys tells how many journeys of a campaign are in each state.
func (s *Store) CountJourneys(ctx context.Context, campaignID string) (map[hookline.JourneyState]int, error) {
	rows, err := s.reads.QueryContext(ctx, stateCountsQuery, campaignID)
	if err != nil {
		return nil, fmt.Errorf("count journeys: %w", err)
	}
	defer rows.Close()
	counts := map[hookline.JourneyState]int{}
	for rows.Next() {
		var state hookline.JourneyState
		var n int
		if err := rows.Scan(&state, &n); err != nil {
			return nil, fmt.Errorf("scan count: %w", err)
		}
		counts[state] = n
	}
	return counts, rows.Err()
}
