package sqlite

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"hookline/internal/hookline"
)

// JourneyCursor gives how far a source was followed, "" before the first.
func (s *Store) JourneyCursor(ctx context.Context, from hookline.JourneySource) (string, error) {
	key, err := readCursor(s.reads.QueryRowContext(ctx, "select event_id from cursors where name = $1", string(from)))
	return hookline.KeyID(journeyPrefix(from), key), err
}

// FanoutFollowed gives the last event that fanout has done and whose people are
// known as it left them, "" before the first.
func (s *Store) FanoutFollowed() string { return hookline.KeyID("evt", s.fanned.Load()) }

func journeyPrefix(from hookline.JourneySource) string {
	if from == hookline.JourneysFromMoves {
		return "smv"
	}
	return "evt"
}

// RecordEntry records a stretch of a source: who may begins a journey, and the
// cursor moves, whole or not at all. It fails with KindConflict when the cursor
// has moved. It says how many began.
func (s *Store) RecordEntry(ctx context.Context, e hookline.JourneyEntry) (began int, err error) {
	return writeFor(ctx, s, func(t *tx) (int, error) {
		at, err := readCursor(t.queryRow("select event_id from cursors where name = $1", string(e.Source)))
		if err != nil {
			return 0, err
		}
		if at != hookline.KeyOf(e.From) {
			return 0, errMoved
		}
		if err := setCursor(t, string(e.Source), hookline.KeyOf(e.To)); err != nil {
			return 0, err
		}
		return s.beginJourneys(t, e.Begins, func(int) {})
	})
}

// BeginJourneys lets those begin who may, as one unit, and says who did.
func (s *Store) BeginJourneys(ctx context.Context, begins []hookline.JourneyBegin) (began []bool, err error) {
	return writeFor(ctx, s, func(t *tx) ([]bool, error) {
		began := make([]bool, len(begins))
		_, err := s.beginJourneys(t, begins, func(i int) { began[i] = true })
		return began, err
	})
}

// beginJourneys lets those begin who may, in campaigns that run, and says how
// many did.
func (s *Store) beginJourneys(t *tx, begins []hookline.JourneyBegin, did func(i int)) (began int, err error) {
	runs := map[string]bool{}
	for i := range begins {
		b := &begins[i]
		if _, asked := runs[b.CampaignID]; !asked {
			if runs[b.CampaignID], err = isRunning(t, b.CampaignID); err != nil {
				return 0, err
			}
		}
		if !runs[b.CampaignID] {
			continue
		}
		yes, err := s.beginJourney(t, *b)
		if err != nil {
			return 0, err
		}
		if yes {
			began++
			did(i)
		}
	}
	for id, running := range runs {
		if running && began > 0 {
			t.changed(hookline.TopicJourneys, hookline.TopicCampaign(id))
		}
	}
	return began, nil
}

func isRunning(t *tx, campaignID string) (runs bool, err error) {
	err = t.queryRow("select exists (select 1 from campaigns where id = $1 and state = 'running')", campaignID).Scan(&runs)
	if err != nil {
		return false, fmt.Errorf("read campaign: %w", err)
	}
	return runs, nil
}

const (
	mayBeginQuery = `select exists (select 1 from people where id = $2 and suppressed = 0)
		and not exists (select 1 from journeys where campaign_id = $1 and person_id = $2 and (ended_at = 0 or began_at > $3))`

	journeyBeginning = `insert into journeys (id, campaign_id, person_id, state, step_id, visits, wake_at, due_at, watching, delivery_id, word, event_id,
		trigger, answers, reason, version, began_at, updated_at, ended_at)`

	// A journey begins alike in all but a few columns.
	insertJourney = journeyBeginning + ` values ($1, $2, $3, 'going', $4, 0, $5, $5, 0, 0, '', $6, $7, '{}', '', 1, $5, $5, 0)`
)

func (s *Store) beginJourney(t *tx, b hookline.JourneyBegin) (began bool, err error) {
	err = t.queryRow(mayBeginQuery, b.CampaignID, b.PersonID, enteredAfter(b)).Scan(&began)
	if err != nil {
		return false, fmt.Errorf("ask whether a journey may begin: %w", err)
	}
	if !began {
		return false, nil
	}
	trigger := string(b.Trigger)
	if trigger == "" {
		trigger = "{}"
	}
	_, err = t.exec(insertJourney, s.ids.Key(), b.CampaignID, b.PersonID, b.StepID, micros(b.At), hookline.KeyOf(b.EventID), trigger)
	if err != nil {
		return false, fmt.Errorf("insert journey: %w", err)
	}
	return true, nil
}

// beginTogether is beginJourneys for people of a broadcast in a campaign that
// runs: each is another one, and they begin alike, with no event and nothing that
// triggered them. One statement for all of them is quicker than one for each.
func beginTogether(t *tx, ids *hookline.IDs, begins []hookline.JourneyBegin) (began int64, err error) {
	if len(begins) == 0 {
		return 0, nil
	}
	all := begins[0]
	args := []any{all.CampaignID, all.StepID, micros(all.At), enteredAfter(all)}
	for _, b := range begins {
		args = append(args, ids.Key(), b.PersonID)
	}
	began, err = t.exec(beginTogetherQuery(len(begins)), args...)
	if err != nil {
		return 0, fmt.Errorf("begin journeys: %w", err)
	}
	return began, nil
}

func beginTogetherQuery(people int) string {
	rows := make([]string, people)
	for i := range rows {
		rows[i] = fmt.Sprintf("($%d, $%d)", 2*i+5, 2*i+6)
	}
	return `with wanted (id, person_id) as (values ` + strings.Join(rows, ", ") + `) ` + journeyBeginning + `
		select wanted.id, $1, wanted.person_id, 'going', $2, 0, $3, $3, 0, 0, '', 0, '{}', '{}', '', 1, $3, $3, 0 from wanted
		where exists (select 1 from people where id = wanted.person_id and suppressed = 0)
		and not exists (select 1 from journeys where campaign_id = $1 and person_id = wanted.person_id and (ended_at = 0 or began_at > $4))`
}

// enteredAfter is the time from which on an earlier journey keeps somebody out.
func enteredAfter(b hookline.JourneyBegin) int64 {
	switch {
	case !b.Reentry.Often:
		return -1
	case b.Reentry.After == 0:
		return math.MaxInt64
	}
	return micros(b.At.Add(-b.Reentry.After).Add(time.Microsecond)) - 1
}
