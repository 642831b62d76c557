package web

import (
	"context"
	"net/http"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

type broadcastStore interface {
	ListBroadcasts(ctx context.Context, campaignID string) ([]hookline.Broadcast, error)
	StopBroadcast(ctx context.Context, id, by string) error
}

// latestBroadcast is that of a campaign which was begun last; nil when there was none.
func (s *server) latestBroadcast(ctx context.Context, c hookline.Campaign) (*hookline.Broadcast, error) {
	if c.Trigger.Kind != hookline.TriggerBroadcast {
		return nil, nil
	}
	all, err := s.Store.ListBroadcasts(ctx, c.ID)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}

func (s *server) askStopBroadcast(w http.ResponseWriter, r *http.Request) error {
	c, b, err := s.openBroadcast(r)
	if err != nil {
		return err
	}
	m := views.QuestionModel{
		Page:   ui.Page{Title: "Stop this broadcast?", Active: ui.NavCampaigns, Crumbs: withinCampaign(c)},
		Text:   "Nobody else enters “" + c.Name + "” by this broadcast. " + views.BroadcastBegan(b) + " To let nobody go on, stop the campaign instead.",
		Action: views.BroadcastStopPath(c.ID), Yes: "Stop broadcast", Back: views.CampaignPath(c.ID),
	}
	if b.State == hookline.BroadcastWaiting {
		m.Page.Title, m.Yes = "Call off this broadcast?", "Call off broadcast"
		m.Text = "Nobody enters “" + c.Name + "” by it. The campaign itself stays as it is: to plan another broadcast, give its trigger another time."
	}
	return s.ask(w, r, m)
}

func (s *server) stopBroadcast(w http.ResponseWriter, r *http.Request) error {
	c, b, err := s.openBroadcast(r)
	if err != nil {
		return err
	}
	if err := s.Store.StopBroadcast(r.Context(), b.ID, visitor(r).user.Email); err != nil {
		return err
	}
	text := "The broadcast is stopped."
	if b.State == hookline.BroadcastWaiting {
		text = "The broadcast is called off."
	}
	return s.done(w, r, views.CampaignPath(c.ID), text)
}

// openBroadcast is the one of the campaign in the address that is not over.
func (s *server) openBroadcast(r *http.Request) (c hookline.Campaign, b hookline.Broadcast, err error) {
	if c, err = s.theCampaign(r); err != nil {
		return c, b, err
	}
	latest, err := s.latestBroadcast(r.Context(), c)
	switch {
	case err != nil:
		return c, b, err
	case latest == nil || latest.State.Over():
		return c, b, hookline.Conflict("No broadcast of this campaign goes on, so there is nothing to stop.")
	}
	return c, *latest, nil
}
