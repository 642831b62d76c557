package sqlite

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"hookline/internal/hookline"
)

// endStep lets a journey go on whose step has ended with a delivery: delivered,
// failed or discarded. A good answer that is JSON is kept for later steps. It is
// part of the transaction that ends the delivery. A journey that does not wait
// for this delivery, or not any more, stays where it is.
func endStep(t *tx, journeyID string, delivery int64, answer []byte) error {
	if journeyID == "" {
		return nil
	}
	var answers, word, campaign string
	err := t.queryRow("select answers, word, campaign_id from journeys where id = $1 and delivery_id = $2 and state in ('sending', 'held')",
		hookline.KeyOf(journeyID), delivery).Scan(&answers, &word, &campaign)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read journey of delivery: %w", err)
	}
	if answers, err = withAnswer(answers, word, answer); err != nil {
		return err
	}
	_, err = t.exec("update journeys set state = 'going', answers = $2, wake_at = $3, due_at = $3, version = version + 1, updated_at = $3 where id = $1",
		hookline.KeyOf(journeyID), answers, micros(now()))
	if err != nil {
		return fmt.Errorf("let journey go on: %w", err)
	}
	t.changed(hookline.TopicJourneys, hookline.TopicCampaign(campaign))
	return nil
}

// withAnswer adds an answer to those of a journey, unless it is no JSON.
func withAnswer(answers, word string, answer []byte) (string, error) {
	if word == "" || len(answer) == 0 || len(answer) > maxKeptAnswer || !json.Valid(answer) {
		return answers, nil
	}
	all, err := hookline.ParseAttributes([]byte(answers))
	if err != nil {
		return answers, fmt.Errorf("read answers of journey: %w", err)
	}
	all.Set(word, answer)
	return string(all.JSON()), nil
}

// goodAnswer is the answer of an attempt that delivered, nothing of any other.
func goodAnswer(f hookline.Finished) []byte {
	if f.Outcome.State != hookline.StateDelivered || f.Attempt.AnswerTooLarge {
		return nil
	}
	return f.Attempt.Answer
}

// maxKeptAnswer is how long an answer may be that a journey brings along.
const maxKeptAnswer = 10 << 10

// endSteps does what endStep does for every journey of a campaign that waits for
// a delivery of a destination which is gone.
func endSteps(t *tx, campaignID, destinationID string) error {
	n, err := t.exec(`update journeys set state = 'going', wake_at = $3, due_at = $3, version = version + 1, updated_at = $3
		where campaign_id = $1 and ended_at = 0 and state in ('sending', 'held')
		and (select d.destination_id from deliveries d where d.id = journeys.delivery_id) = $2`, campaignID, destinationID, micros(now()))
	if err != nil {
		return fmt.Errorf("let journeys go on: %w", err)
	}
	if n > 0 {
		t.changed(hookline.TopicJourneys, hookline.TopicCampaign(campaignID))
	}
	return nil
}

// sendHeld notes that the draft was sent for which a journey is held.
func sendHeld(t *tx, journeyID string, delivery int64) error {
	if journeyID == "" {
		return nil
	}
	_, err := t.exec("update journeys set state = 'sending', version = version + 1, updated_at = $3 where id = $1 and delivery_id = $2 and state = 'held'",
		hookline.KeyOf(journeyID), delivery, micros(now()))
	if err != nil {
		return fmt.Errorf("note that a held journey is sending: %w", err)
	}
	return nil
}
