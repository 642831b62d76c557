package web

import (
	"net/http"

	"hookline/internal/hookline"
	"hookline/views"
)

// duplicateCampaign makes a draft with the same steps, whose requests are copies: changing one changes no other.
func (s *server) duplicateCampaign(w http.ResponseWriter, r *http.Request) error {
	c, err := s.theCampaign(r)
	if err != nil {
		return err
	}
	c.Name = copyName(c.Name)
	steps, requests := freshSteps(c)
	c.Steps = nil
	made, err := s.Store.CreateCampaign(r.Context(), c)
	if err != nil {
		return err
	}
	made.Steps = steps
	for step, actionID := range requests {
		if err := s.copyRequest(r, made, step, actionID); err != nil {
			return err
		}
	}
	if made, err = s.Store.UpdateCampaign(r.Context(), made); err != nil {
		return err
	}
	return s.done(w, r, views.CampaignPath(made.ID), "This is the copy. It is a draft: nothing happens before you start it.")
}

// freshSteps are a campaign's steps for another one, without ids and requests, and whose requests they had.
func freshSteps(c hookline.Campaign) (steps []hookline.Step, requests map[*hookline.Step]string) {
	c.Insert(hookline.Spot{}, hookline.Step{}) // edits copy, so that c stays as it is
	c.Steps = c.Steps[1:]
	requests = map[*hookline.Step]string{}
	for step := range c.Walk() {
		if step.Webhook.ActionID != "" {
			requests[step] = step.Webhook.ActionID
		}
		step.ID, step.Webhook.ActionID, step.Webhook.DestinationID = "", "", ""
	}
	return c.Steps, requests
}

func (s *server) copyRequest(r *http.Request, c hookline.Campaign, step *hookline.Step, actionID string) error {
	a, err := s.Store.Action(r.Context(), actionID)
	if hookline.KindOf(err) == hookline.KindNotFound {
		return nil // the copy has no request either, and says so
	}
	if err != nil {
		return err
	}
	a.Save = saveBy(r, "", 0)
	d, made, err := s.Store.CreateOwned(r.Context(), c.ID, step.Label(), a)
	step.Webhook.DestinationID, step.Webhook.ActionID = d.ID, made.ID
	return err
}
