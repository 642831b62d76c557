package web

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"hookline/internal/hookline"
	"hookline/views"
)

type numbersStore interface {
	// ListNumbers gives what the deliveries of webhook steps came to, by step and day.
	ListNumbers(ctx context.Context, destinationIDs []string, since, until time.Time) ([]hookline.DayNumbers, error)
	// CountWentOn tells how many people went on without the answer, by step.
	CountWentOn(ctx context.Context, destinationIDs []string) (map[string]int, error)
	CountSteps(ctx context.Context, campaignID string) (map[string]map[hookline.JourneyState]int, error)
}

const aDay = 24 * time.Hour

func (s *server) showNumbers(w http.ResponseWriter, r *http.Request) error {
	m, err := s.readNumbers(r)
	if err != nil {
		return err
	}
	if err := s.readWentOn(r.Context(), m.Campaign, m.Steps); err != nil {
		return err
	}
	m.MayEdit = visitor(r).user.Role.Allows(hookline.Editor)
	m.Page = s.page(w, r, campaignPage(r, m.Campaign))
	return s.show(w, r, view{page: views.CampaignNumbers(m), fragment: views.CampaignNumbersNow(m)})
}

// readNumbers reads what the campaign's steps came to in the range that the address asks for.
func (s *server) readNumbers(r *http.Request) (views.CampaignNumbersModel, error) {
	m := views.CampaignNumbersModel{Range: views.NumbersRangeNamed(r.URL.Query().Get("range"))}
	var err error
	if m.Campaign, err = s.Store.Campaign(r.Context(), r.PathValue("id")); err != nil {
		return m, err
	}
	since, until := hookline.LastDays(m.Range.Days, time.Now())
	counted, err := s.Store.ListNumbers(r.Context(), m.Campaign.Owned(), since, until)
	if err != nil {
		return m, err
	}
	people, err := s.Store.CountSteps(r.Context(), m.Campaign.ID)
	if err != nil {
		return m, err
	}
	numbers := hookline.NumbersOf(m.Campaign, since, m.Range.Days, counted, people)
	m.Days, m.Sum = numbers.Days, numbers.Sum
	for _, step := range numbers.Steps {
		m.Steps = append(m.Steps, views.StepNumbers{Step: step.Step, People: step.IsAt(), Numbers: step.Numbers})
	}
	return m, nil
}

// numbersOfLate sum up what a campaign's webhooks came to in the days that its list shows.
func (s *server) numbersOfLate(ctx context.Context, c hookline.Campaign) (sum hookline.Numbers, err error) {
	since, until := hookline.LastDays(views.DaysOfLate, time.Now())
	days, err := s.Store.ListNumbers(ctx, c.Owned(), since, until)
	for _, day := range days {
		sum = sum.Add(day.Numbers)
	}
	return sum, err
}

// readWentOn adds how many people went on without what a step's answer would have set.
func (s *server) readWentOn(ctx context.Context, c hookline.Campaign, steps []views.StepNumbers) error {
	counts, err := s.Store.CountWentOn(ctx, c.Owned())
	if err != nil {
		return err
	}
	for i := range steps {
		n := counts[steps[i].Step.Webhook.DestinationID]
		if n == 0 {
			continue
		}
		if steps[i].Without, err = s.setsOf(ctx, steps[i].Step); err != nil {
			return err
		}
		if len(steps[i].Without) > 0 {
			steps[i].WentOn = n
		}
	}
	return nil
}

// wentOnWords say by step how many people went on without its answer.
func (s *server) wentOnWords(ctx context.Context, c hookline.Campaign) (map[string]string, error) {
	var steps []views.StepNumbers
	for step := range c.Walk() {
		steps = append(steps, views.StepNumbers{Step: *step})
	}
	words := map[string]string{}
	err := s.readWentOn(ctx, c, steps)
	for _, step := range steps {
		if step.WentOn > 0 {
			words[step.Step.ID] = views.WentOnWords(step.WentOn, step.Without)
		}
	}
	return words, err
}

// setsOf are the attributes that the answer to a step's webhook sets.
func (s *server) setsOf(ctx context.Context, step hookline.Step) ([]string, error) {
	action, err := unlessMissing(s.Store.Action(ctx, step.Webhook.ActionID))
	if err != nil {
		return nil, err
	}
	var names []string
	for _, a := range action.Response.Attributes {
		names = append(names, a.Name)
	}
	return names, nil
}

// campaignDrawing is what the charts of a campaign draw: a number for each day.
type campaignDrawing struct {
	Range     string  `json:"range"`
	Step      int64   `json:"step"` // seconds
	At        []int64 `json:"at"`   // seconds since 1970
	Drafts    []int   `json:"drafts"`
	OnTheWay  []int   `json:"on_the_way"`
	Delivered []int   `json:"delivered"`
	Failed    []int   `json:"failed"`
	Converted []int   `json:"converted"`
}

// showNumbersSeries answers the charts.
func (s *server) showNumbersSeries(w http.ResponseWriter, r *http.Request) error {
	m, err := s.readNumbers(r)
	if err != nil {
		return err
	}
	d := campaignDrawing{Range: m.Range.Name, Step: int64(aDay / time.Second)}
	for _, day := range m.Days {
		d.At = append(d.At, day.Day.Unix())
		d.Drafts, d.OnTheWay, d.Delivered = append(d.Drafts, day.Drafts), append(d.OnTheWay, day.OnTheWay), append(d.Delivered, day.Delivered)
		d.Failed, d.Converted = append(d.Failed, day.Failed), append(d.Converted, day.Converted)
	}
	text, err := json.Marshal(d)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(text) // a failed write means that the browser has gone
	return nil
}
