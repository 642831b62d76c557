package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"hookline/internal/hookline"
)

// RecordJourneys records how far journeys of one campaign went: the journeys,
// the attributes that they set, and the deliveries that they owe, in one unit.
// A journey that has changed since it was read, or whose person has, is left as
// it is, to be looked at again. It fails with KindConflict when the campaign is
// no longer running as it was. It gives the deliveries that it made.
func (s *Store) RecordJourneys(ctx context.Context, stretch hookline.JourneyStretch) ([]hookline.Owed, error) {
	return writeFor(ctx, s, func(t *tx) ([]hookline.Owed, error) {
		if err := stillRuns(t, stretch); err != nil {
			return nil, err
		}
		var made []hookline.Owed
		for i := range stretch.Steps {
			step := &stretch.Steps[i]
			same, err := unchanged(t, step)
			if err != nil {
				return nil, err
			}
			if !same {
				continue
			}
			owed, err := s.recordStep(t, *step)
			if err != nil {
				return nil, err
			}
			made = append(made, owed...)
		}
		t.changed(hookline.TopicJourneys, hookline.TopicCampaign(stretch.CampaignID))
		return made, nil
	})
}

func stillRuns(t *tx, stretch hookline.JourneyStretch) error {
	var runs bool
	err := t.queryRow("select exists (select 1 from campaigns where id = $1 and version = $2 and state = 'running')", stretch.CampaignID, stretch.Version).Scan(&runs)
	if err != nil {
		return fmt.Errorf("read campaign: %w", err)
	}
	if !runs {
		return errMoved
	}
	return nil
}

// unchanged says whether a journey and its person are as they were read.
func unchanged(t *tx, step *hookline.JourneyStep) (bool, error) {
	j := &step.Journey
	var version, person int64
	err := t.queryRow("select version, coalesce((select p.version from people p where p.id = person_id), 0) from journeys where id = $1 and person_id = $2 and ended_at = 0",
		hookline.KeyOf(j.ID), j.PersonID).Scan(&version, &person)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read journey: %w", err)
	}
	return version == j.Version && person == step.PersonVersion, nil
}

func (s *Store) recordStep(t *tx, step hookline.JourneyStep) (made []hookline.Owed, err error) {
	j := step.Journey
	if err := setOfPerson(t, j, step.Sets); err != nil {
		return nil, err
	}
	for _, o := range step.Owed {
		if err := s.createDelivery(t, &o); err != nil {
			return nil, err
		}
		made = append(made, o)
		if j.State == hookline.JourneySending || j.State == hookline.JourneyHeld {
			j.DeliveryID = o.ID
		}
		if o.State == hookline.StateQueued {
			t.changed(hookline.TopicDeliveries)
		}
	}
	return made, saveJourney(t, j, step)
}

// saveJourney keeps a journey as it is, and when it is looked at next. The word
// for the answer to a delivery stays as long as that does.
func saveJourney(t *tx, j hookline.Journey, step hookline.JourneyStep) error {
	due := j.WakeAt
	if !step.LookAt.IsZero() {
		due = step.LookAt
	}
	_, err := t.exec(`update journeys set state = $2, step_id = $3, visits = $4, wake_at = $5, due_at = $13, watching = $6, delivery_id = $7,
		word = case when delivery_id = $7 and $7 <> 0 then word else $8 end,
		answers = $9, reason = $10, version = version + 1, updated_at = $11, ended_at = $12, way = $14 where id = $1`,
		hookline.KeyOf(j.ID), string(j.State), j.StepID, j.Visits, micros(j.WakeAt), step.Watching, hookline.KeyOf(j.DeliveryID), step.Word,
		string(j.Answers), j.Reason, micros(j.UpdatedAt), micros(j.EndedAt), micros(due), packWay(j.Way))
	if err != nil {
		return fmt.Errorf("save journey: %w", err)
	}
	return nil
}

// setOfPerson sets attributes of a journey's person as they are in this
// transaction.
func setOfPerson(t *tx, j hookline.Journey, sets []hookline.SetAttribute) error {
	if len(sets) == 0 {
		return nil
	}
	p, err := scanPerson(t.queryRow("select "+personColumns+" from people where id = $1", j.PersonID))
	if err != nil {
		return fmt.Errorf("read person of journey: %w", err)
	}
	attributes, err := hookline.ParseAttributes(p.Attributes)
	if err != nil {
		return fmt.Errorf("read attributes of %s: %w", p.ID, err)
	}
	for _, one := range sets {
		attributes.Set(one.Name, one.Value)
	}
	text := attributes.JSON()
	if len(text) > maxAttributes || string(text) == string(p.Attributes) {
		return nil
	}
	by := hookline.Setter{ID: j.ID, At: now()}
	if err := t.queryRow("select name from campaigns where id = $1", j.CampaignID).Scan(&by.From); err != nil {
		return fmt.Errorf("read campaign of journey: %w", err)
	}
	return saveAttributes(t, p, text, by)
}
