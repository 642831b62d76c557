// Package workflow saves a campaign together with what its webhook steps send,
// which is kept as actions of destinations that belong to the campaign.
package workflow

import (
	"context"
	"errors"
	"fmt"

	"hookline/internal/hookline"
)

// Store keeps campaigns and actions.
type Store interface {
	CreateCampaign(ctx context.Context, c hookline.Campaign) (hookline.Campaign, error)
	UpdateCampaign(ctx context.Context, c hookline.Campaign) (hookline.Campaign, error)
	DeleteCampaign(ctx context.Context, id string) error
	CreateOwned(ctx context.Context, owner, name string, a hookline.Action) (hookline.Destination, hookline.Action, error)
	DeleteOwned(ctx context.Context, owner, destinationID string) error
	UpdateAction(ctx context.Context, a hookline.Action) (hookline.Action, error)
}

// Save makes a campaign, or changes the one with its id. Actions has what its
// webhook steps send, by the ids of the steps; a step that is not in it keeps
// what it has. When the campaign is refused, no request of a new step stays
// behind.
func Save(ctx context.Context, store Store, c hookline.Campaign, actions map[string]hookline.Action) (hookline.Campaign, error) {
	isNew := c.ID == ""
	if isNew {
		made, err := store.CreateCampaign(ctx, c)
		if err != nil {
			return c, err
		}
		c.ID, c.Version, c.Steps = made.ID, made.Version, made.Steps
		if len(actions) == 0 {
			return made, nil
		}
	}
	made, err := saveActions(ctx, store, &c, actions)
	if err == nil {
		c, err = store.UpdateCampaign(ctx, c)
	}
	if err == nil {
		return c, nil
	}
	if isNew {
		return c, errors.Join(err, store.DeleteCampaign(ctx, c.ID))
	}
	for _, id := range made {
		err = errors.Join(err, store.DeleteOwned(ctx, c.ID, id))
	}
	return c, err
}

// saveActions changes what steps send, and makes it for those that send nothing
// yet. It gives the destinations that it made.
func saveActions(ctx context.Context, store Store, c *hookline.Campaign, actions map[string]hookline.Action) (made []string, err error) {
	for step := range c.Walk() {
		a, given := actions[step.ID]
		if step.Kind != hookline.StepWebhook || !given {
			continue
		}
		a.Name, a.Enabled, a.Trigger = step.Label(), true, ""
		if step.Webhook.ActionID != "" {
			a.ID, a.DestinationID = step.Webhook.ActionID, step.Webhook.DestinationID
			if _, err := store.UpdateAction(ctx, a); err != nil {
				return made, fmt.Errorf("save request of step: %w", err)
			}
			continue
		}
		d, a, err := store.CreateOwned(ctx, c.ID, step.Label(), a)
		if err != nil {
			return made, fmt.Errorf("make request of step: %w", err)
		}
		made = append(made, d.ID)
		step.Webhook.DestinationID, step.Webhook.ActionID = d.ID, a.ID
	}
	return made, nil
}
