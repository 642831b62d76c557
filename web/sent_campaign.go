package web

import (
	"context"

	"hookline/internal/hookline"
)

// readSentCampaign narrows the list to what the steps of a campaign sent.
func (s *server) readSentCampaign(ctx context.Context, f *sentFilter) error {
	f.filter.CampaignID = f.get("campaign")
	f.form.Campaign = f.filter.CampaignID
	campaigns, err := s.Store.ListCampaigns(ctx)
	if err != nil || len(campaigns) == 0 && f.form.Campaign == "" {
		return err
	}
	f.form.Campaigns = campaignOptions(campaigns, f.form.Campaign)
	for _, option := range f.form.Campaigns[1:] {
		if option.Value == f.form.Campaign {
			f.chip("campaign", "Campaign: "+option.Label)
		}
	}
	for _, c := range campaigns {
		if c.ID == f.form.Campaign {
			f.crumbs = withinCampaign(c)
		}
	}
	return nil
}

// sentPlaces are the destinations to choose from: those that stand for themselves, or of a campaign those of its steps.
// One that is chosen is among them as long as it is there.
func (s *server) sentPlaces(ctx context.Context, f *sentFilter) ([]hookline.Destination, error) {
	places, err := s.Store.ListDestinations(ctx)
	if err != nil || f.filter.CampaignID == "" && hasPlace(places, f.filter.DestinationID) {
		return places, err
	}
	every, err := s.Store.EveryDestination(ctx)
	if err != nil {
		return nil, err
	}
	if f.filter.CampaignID != "" {
		places = nil
	}
	for _, d := range every {
		if d.Owner != "" && (d.Owner == f.filter.CampaignID || d.ID == f.filter.DestinationID) {
			places = append(places, d)
		}
	}
	return places, nil
}

// hasPlace says whether a chosen destination is in a list; none always is.
func hasPlace(places []hookline.Destination, id string) bool {
	for _, d := range places {
		if d.ID == id {
			return true
		}
	}
	return id == ""
}
