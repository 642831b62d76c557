package sqlite

import (
	"fmt"

	"hookline/internal/hookline"
)

// What happens to people happens to their journeys, in the same transaction.

// wakeJourneys has those journeys looked at whose person changed in this
// transaction and which watch for it, as do all of a campaign with an exit
// condition. It is done once, before the commit; where nobody is in a campaign
// it costs one look.
func (t *tx) wakeJourneys() error {
	if len(t.told.people) == 0 {
		return nil
	}
	var any bool
	if err := t.queryRow("select exists (select 1 from journeys where ended_at = 0)").Scan(&any); err != nil {
		return fmt.Errorf("look for journeys: %w", err)
	}
	if !any {
		return nil
	}
	woken := map[string]bool{}
	for _, change := range t.told.people {
		if woken[change.Person.ID] {
			continue
		}
		woken[change.Person.ID] = true
		if err := wakeJourneysOf(t, change.Person.ID); err != nil {
			return err
		}
	}
	return nil
}

const wakeQuery = `update journeys set due_at = $2, version = version + 1 where person_id = $1 and ended_at = 0 and (due_at = 0 or due_at > $2)
	and (watching = 1 or exists (select 1 from campaigns c where c.id = journeys.campaign_id and c.exit_text <> ''))`

// wakeJourneysOf is wakeJourneys for one person, of whom something else than the
// attributes changed: that they are in a segment, or what they did.
func wakeJourneysOf(t *tx, personID string) error {
	n, err := t.exec(wakeQuery, personID, micros(now()))
	if err != nil {
		return fmt.Errorf("wake journeys: %w", err)
	}
	if n > 0 {
		t.changed(hookline.TopicJourneys)
	}
	return nil
}

// The reasons for which people leave.
const (
	leftDeleted    = "The person was deleted."
	leftSuppressed = "The person was suppressed."
	stoppedMerged  = "The person became one with another who was in the campaign already; the journey that began first goes on."
)

// leaveJourneys ends the journeys of somebody who is gone or suppressed.
func leaveJourneys(t *tx, personID, reason string) error {
	n, err := t.exec(`update journeys set state = 'left', step_id = '', wake_at = 0, due_at = 0, watching = 0, reason = $2, version = version + 1, updated_at = $3, ended_at = $3
		where person_id = $1 and ended_at = 0`, personID, reason, micros(now()))
	if err != nil {
		return fmt.Errorf("leave journeys: %w", err)
	}
	if n > 0 {
		t.changed(hookline.TopicJourneys)
	}
	return nil
}

const (
	// Of two journeys through one campaign that are to be one person's, the younger.
	youngerQuery = `update journeys set state = 'stopped', step_id = '', wake_at = 0, due_at = 0, watching = 0, reason = $3, version = version + 1, updated_at = $4, ended_at = $4
		where person_id = $1 and ended_at = 0 and exists (select 1 from journeys o where o.campaign_id = journeys.campaign_id and o.person_id = $2 and o.ended_at = 0
			and (o.began_at, o.id) < (journeys.began_at, journeys.id))`
	mergeJourneys = "update journeys set person_id = $2, version = version + 1 where person_id = $1"
)

// mergeJourneysOf makes the journeys of one person another's.
func mergeJourneysOf(t *tx, from, into string) error {
	at := micros(now())
	for _, pair := range [][2]string{{from, into}, {into, from}} {
		if _, err := t.exec(youngerQuery, pair[0], pair[1], stoppedMerged, at); err != nil {
			return fmt.Errorf("stop the younger journey: %w", err)
		}
	}
	n, err := t.exec(mergeJourneys, from, into)
	if err != nil {
		return fmt.Errorf("merge journeys: %w", err)
	}
	if n == 0 {
		return nil
	}
	t.changed(hookline.TopicJourneys)
	return wakeJourneysOf(t, into)
}
