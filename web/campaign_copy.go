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
	requests, err := s.freshSteps(r, c)
	if err != nil {
		return err
	}
	c.ID = ""
	made, err := s.Store.SaveCampaign(r.Context(), c, requests)
	if err != nil {
		return err
	}
	return s.done(w, r, views.CampaignPath(made.ID), "This is the copy. It is a draft: nothing happens before you start it.")
}

// freshSteps gives a campaign's steps ids of their own, as another campaign has them, and copies of what they send, by
// these ids. A step whose request is gone has none in the copy either, which says so.
func (s *server) freshSteps(r *http.Request, c hookline.Campaign) (map[string]hookline.Action, error) {
	ids, requests := new(hookline.IDs), map[string]hookline.Action{}
	for step := range c.Walk() {
		sent := step.Webhook.ActionID
		step.ID, step.Webhook.ActionID, step.Webhook.DestinationID = ids.New("stp"), "", ""
		if sent == "" {
			continue
		}
		a, err := unlessMissing(s.Store.Action(r.Context(), sent))
		if err != nil {
			return nil, err
		}
		if a.ID != "" {
			a.Save = saveBy(r, "", 0)
			requests[step.ID] = a
		}
	}
	return requests, nil
}
