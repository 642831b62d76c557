package web

import (
	"cmp"
	"context"
	"net/http"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

type journeyStore interface {
	Journey(ctx context.Context, id string) (hookline.Journey, error)
	ListJourneys(ctx context.Context, f hookline.JourneyFilter, c hookline.Cursor) (hookline.Listing[hookline.Journey], error)
	CountJourneys(ctx context.Context, campaignID string) (map[hookline.JourneyState]int, error)
	PeopleByID(ctx context.Context, ids []string) ([]hookline.Person, error)
	StopJourney(ctx context.Context, id, by string) error
}

// listJourneys shows who is in a campaign, and who was.
func (s *server) listJourneys(w http.ResponseWriter, r *http.Request) error {
	c, err := s.theCampaign(r)
	if err != nil {
		return err
	}
	m := views.CampaignPeopleModel{Campaign: c, Filter: views.JourneyChoice{State: r.URL.Query().Get("state"), Step: r.URL.Query().Get("step")}}
	filter := hookline.JourneyFilter{CampaignID: c.ID, StepID: m.Filter.Step}
	if filter.Open = m.Filter.State == "open"; !filter.Open {
		filter.State = hookline.JourneyState(m.Filter.State)
	}
	list, err := s.Store.ListJourneys(r.Context(), filter, cursor(r))
	if err != nil {
		return err
	}
	if m.Rows, err = s.journeyRows(r.Context(), list.Rows); err != nil {
		return err
	}
	if m.Counts, err = s.Store.CountJourneys(r.Context(), c.ID); err != nil {
		return err
	}
	m.Pages = pages(r, list, func(j hookline.Journey) string { return j.ID })
	m.Page = s.page(w, r, campaignPage(r, c))
	return s.show(w, r, view{page: views.CampaignPeople(m), fragment: views.JourneyRows(m)})
}

// journeyRows are journeys with the names of their people, campaigns and steps.
func (s *server) journeyRows(ctx context.Context, journeys []hookline.Journey) ([]views.JourneyRow, error) {
	var ids []string
	for _, j := range journeys {
		ids = append(ids, j.PersonID)
	}
	found, err := s.Store.PeopleByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	people := map[string]hookline.Person{}
	for _, p := range found {
		people[p.ID] = p
	}
	campaigns := map[string]hookline.Campaign{}
	rows := make([]views.JourneyRow, len(journeys))
	for i, j := range journeys {
		c, known := campaigns[j.CampaignID]
		if !known {
			if c, err = unlessMissing(s.Store.Campaign(ctx, j.CampaignID)); err != nil {
				return nil, err
			}
			campaigns[j.CampaignID] = c
		}
		rows[i] = journeyRow(j, c, people)
	}
	return rows, nil
}

func journeyRow(j hookline.Journey, c hookline.Campaign, people map[string]hookline.Person) views.JourneyRow {
	row := views.JourneyRow{Journey: j, Campaign: c.Name}
	if p, known := people[j.PersonID]; known {
		row.Person = p.Label()
	}
	if step := c.Step(j.StepID); step != nil {
		row.Step = step.Label()
	}
	return row
}

// theJourney reads the journey that the address names. One of another campaign is not there.
func (s *server) theJourney(r *http.Request) (hookline.Campaign, views.JourneyRow, error) {
	c, err := s.theCampaign(r)
	if err != nil {
		return c, views.JourneyRow{}, err
	}
	j, err := s.Store.Journey(r.Context(), r.PathValue("journey"))
	if err == nil && j.CampaignID != c.ID {
		err = hookline.NotFound("journey")
	}
	if err != nil {
		return c, views.JourneyRow{}, err
	}
	rows, err := s.journeyRows(r.Context(), []hookline.Journey{j})
	if err != nil {
		return c, views.JourneyRow{}, err
	}
	return c, rows[0], nil
}

func (s *server) showJourney(w http.ResponseWriter, r *http.Request) error {
	c, row, err := s.theJourney(r)
	if err != nil {
		return err
	}
	m := views.JourneyModel{Row: row, Paused: c.State == hookline.CampaignPaused, Trigger: string(row.Journey.Trigger), Answers: string(row.Journey.Answers)}
	sent, err := s.Store.ListDeliveries(r.Context(), hookline.DeliveryFilter{JourneyID: row.Journey.ID}, hookline.Cursor{Limit: sentOfJourney})
	if err != nil {
		return err
	}
	m.Deliveries, m.Visits = sent.Rows, visitRows(row.Journey, c, sent.Rows)
	p := ui.Page{
		Title: "The journey of " + cmp.Or(row.Person, "somebody who is gone"), Active: ui.NavCampaigns,
		Crumbs: withinCampaign(c, ui.Crumb{Label: "People", Href: views.CampaignPath(c.ID, "people")}),
	}
	if mayResend(r) && !row.Journey.State.Over() {
		p.Actions = []ui.Button{{Label: "Stop it", Icon: "player-stop", Href: views.JourneyPath(row.Journey) + "/stop"}}
	}
	m.Page = s.page(w, r, p)
	return s.show(w, r, view{page: views.Journey(m), fragment: views.JourneyNow(m)})
}

func (s *server) askStopJourney(w http.ResponseWriter, r *http.Request) error {
	c, row, err := s.theJourney(r)
	if err != nil {
		return err
	}
	return s.ask(w, r, views.QuestionModel{
		Page: ui.Page{
			Title: "Stop this journey?", Active: ui.NavCampaigns,
			Crumbs: withinCampaign(c, ui.Crumb{Label: cmp.Or(row.Person, "Somebody who is gone"), Href: views.JourneyPath(row.Journey)}),
		},
		Text:   cmp.Or(row.Person, "Somebody who is gone") + " is let go where they are, and takes no further step of “" + c.Name + "”. What was sent stays sent. This cannot be taken back.",
		Action: views.JourneyPath(row.Journey) + "/stop", Yes: "Stop journey", Back: views.JourneyPath(row.Journey),
	})
}

func (s *server) stopJourney(w http.ResponseWriter, r *http.Request) error {
	_, row, err := s.theJourney(r)
	if err != nil {
		return err
	}
	if err := s.Store.StopJourney(r.Context(), row.Journey.ID, visitor(r).user.Email); err != nil {
		return err
	}
	return s.done(w, r, views.JourneyPath(row.Journey), "The journey is stopped.")
}

// shownJourneys is how many of a person's journeys their page shows.
const shownJourneys = 20

// journeysOfPerson are a person's newest journeys, for their page.
func (s *server) journeysOfPerson(ctx context.Context, personID string) ([]views.JourneyRow, error) {
	list, err := s.Store.ListJourneys(ctx, hookline.JourneyFilter{PersonID: personID}, hookline.Cursor{Limit: shownJourneys})
	if err != nil {
		return nil, err
	}
	return s.journeyRows(ctx, list.Rows)
}
