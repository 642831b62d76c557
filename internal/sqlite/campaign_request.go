package sqlite

import (
	"context"
	"fmt"

	"hookline/internal/hookline"
)

// saveRequests changes what webhook steps send, and makes it for those that send
// nothing yet, which then name it.
func (s *Store) saveRequests(ctx context.Context, t *tx, c hookline.Campaign, requests map[string]hookline.Action) error {
	for step := range c.Walk() {
		a, given := requests[step.ID]
		if !given || step.Kind != hookline.StepWebhook {
			continue
		}
		if err := s.saveRequest(ctx, t, c.ID, step, a); err != nil {
			return fmt.Errorf("save request of step: %w", err)
		}
	}
	return nil
}

// saveRequest keeps what one step sends. It is called like the step, and is on:
// it is the step that sends it, not an event.
func (s *Store) saveRequest(ctx context.Context, t *tx, campaignID string, step *hookline.Step, a hookline.Action) error {
	a.Name, a.Enabled, a.Trigger = step.Label(), true, ""
	sends := &step.Webhook
	if sends.ActionID == "" {
		d, made, err := s.makeOwned(ctx, t, campaignID, step.Label(), a)
		sends.DestinationID, sends.ActionID = d.ID, made.ID
		return err
	}
	a.ID, a.DestinationID = sends.ActionID, sends.DestinationID
	a, texts, err := readyAction(a)
	if err != nil {
		return err
	}
	_, err = s.changeAction(ctx, t, a, texts)
	return err
}
