package api

import (
	"context"
	"strconv"
	"time"

	"hookline/internal/hookline"
)

type numbersStore interface {
	ListNumbers(ctx context.Context, destinationIDs []string, since, until time.Time) ([]hookline.DayNumbers, error)
	CountWentOn(ctx context.Context, destinationIDs []string) (map[string]int, error)
	CountSteps(ctx context.Context, campaignID string) (map[string]map[hookline.JourneyState]int, error)
	CountJourneys(ctx context.Context, campaignID string) (map[hookline.JourneyState]int, error)
}

// For how many days numbers are told.
const (
	usualDays = 30
	mostDays  = 90
)

var numbersParameters = []parameter{{"days", "For how many days, today included: 1 to 90, 30 unless given. A webhook is counted on the day (UTC) on which somebody came to its step.", "integer"}}

// webhookNumbers are what webhooks came to, by how they stand now.
type webhookNumbers struct {
	Drafted   int `json:"drafted" doc:"Drafts that wait for somebody to send them."`
	Sent      int `json:"sent" doc:"All that were sent or are about to be: delivered, failed, or on their way."`
	OnTheWay  int `json:"on_the_way" doc:"Of these: not delivered yet, nor failed for good."`
	Delivered int `json:"delivered"`
	Failed    int `json:"failed" doc:"Given up, until somebody sends them again."`
	Converted int `json:"converted" doc:"Of those that were delivered: so many count towards the goal."`
}

func showNumbers(n hookline.Numbers) webhookNumbers {
	return webhookNumbers{n.Drafts, n.Sent(), n.OnTheWay, n.Delivered, n.Failed, n.Converted}
}

type stepNumbersAnswer struct {
	StepID  string         `json:"step_id"`
	Kind    string         `json:"kind" enum:"webhook,wait,update,branch,exit"`
	Name    string         `json:"name"`
	Waiting int            `json:"waiting" doc:"How many people are at the step now, whatever they wait for. This has nothing to do with the days."`
	States  map[string]int `json:"states" doc:"The same, by the state of their journeys."`
	WentOn  int            `json:"went_on" doc:"How many people went on without the attributes that the answer to the webhook would have set, because it failed and was not delivered since. This has nothing to do with the days."`
	webhookNumbers
}

type dayNumbersAnswer struct {
	Day string `json:"day" example:"2026-11-21"`
	webhookNumbers
}

type campaignNumbersAnswer struct {
	Journeys map[string]int      `json:"journeys" doc:"How many journeys are in which state."`
	Steps    []stepNumbersAnswer `json:"steps" doc:"Every step, those of branches after their branch. One that sends nothing has only zeros for webhooks."`
	Days     []dayNumbersAnswer  `json:"days" doc:"All steps together, each day, the oldest first."`
	Total    webhookNumbers      `json:"total"`
}

func (m *manage) countCampaign(c *call) (campaignNumbersAnswer, error) {
	days, err := c.days()
	if err != nil {
		return campaignNumbersAnswer{}, err
	}
	one, err := m.Store.Campaign(c.Context(), c.params["id"])
	if err != nil {
		return campaignNumbersAnswer{}, err
	}
	numbers, err := m.numbersOf(c.Context(), one, days)
	if err != nil {
		return campaignNumbersAnswer{}, err
	}
	journeys, err := m.Store.CountJourneys(c.Context(), one.ID)
	if err != nil {
		return campaignNumbersAnswer{}, err
	}
	wentOn, err := m.wentOn(c.Context(), one)
	answer := campaignNumbersAnswer{Journeys: journeyCounts(journeys), Steps: []stepNumbersAnswer{}, Days: listed(numbers.Days, showDay).Data, Total: showNumbers(numbers.Sum)}
	for _, step := range numbers.Steps {
		answer.Steps = append(answer.Steps, stepNumbersAnswer{
			step.Step.ID, string(step.Step.Kind), step.Step.Label(), step.IsAt(), journeyCounts(step.People), wentOn[step.Step.ID], showNumbers(step.Numbers),
		})
	}
	return answer, err
}

// days reads for how many days numbers are asked.
func (c *call) days() (int, error) {
	text := c.query("days")
	if text == "" {
		return usualDays, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > mostDays {
		return 0, hookline.Invalid("The numbers could not be read.", map[string]string{"days": "Use a number between 1 and " + strconv.Itoa(mostDays) + "."})
	}
	return n, nil
}

func (m *manage) numbersOf(ctx context.Context, one hookline.Campaign, days int) (hookline.CampaignNumbers, error) {
	since, until := hookline.LastDays(days, time.Now())
	counted, err := m.Store.ListNumbers(ctx, one.Owned(), since, until)
	if err != nil {
		return hookline.CampaignNumbers{}, err
	}
	people, err := m.Store.CountSteps(ctx, one.ID)
	return hookline.NumbersOf(one, since, days, counted, people), err
}

// wentOn is how many people went on without an answer that sets attributes, by
// the step.
func (m *manage) wentOn(ctx context.Context, one hookline.Campaign) (map[string]int, error) {
	counts, err := m.Store.CountWentOn(ctx, one.Owned())
	if err != nil {
		return nil, err
	}
	actions, err := m.actionsOf(ctx, one)
	of := map[string]int{}
	for step := range one.Walk() {
		if a := actions[step.Webhook.ActionID]; len(a.Response.Attributes) > 0 {
			of[step.ID] = counts[step.Webhook.DestinationID]
		}
	}
	return of, err
}

func showDay(d hookline.DayNumbers) dayNumbersAnswer {
	return dayNumbersAnswer{d.Day.Format(time.DateOnly), showNumbers(d.Numbers)}
}

func journeyCounts(counts map[hookline.JourneyState]int) map[string]int {
	named := map[string]int{}
	for state, n := range counts {
		named[string(state)] = n
	}
	return named
}
