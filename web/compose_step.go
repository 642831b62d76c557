package web

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"hookline/internal/compose"
	"hookline/internal/data"
	"hookline/internal/hookline"
	"hookline/views"
)

// ownerPage is where the owner of a destination shows it: of a campaign, at the step whose request it is.
func (s *server) ownerPage(ctx context.Context, d hookline.Destination) (string, error) {
	if !strings.HasPrefix(d.Owner, "cmp_") {
		return views.OwnerPath(d.Owner), nil
	}
	c, step, err := s.stepOf(ctx, d)
	if err != nil || step == nil {
		return views.OwnerPath(d.Owner), err
	}
	return views.StepAnchor(c.ID, step.ID), nil
}

// stepOf finds the step of a campaign that a destination belongs to; nil when it is gone.
func (s *server) stepOf(ctx context.Context, d hookline.Destination) (hookline.Campaign, *hookline.Step, error) {
	c, err := unlessMissing(s.Store.Campaign(ctx, d.Owner))
	for step := range c.Walk() {
		if step.Webhook.DestinationID == d.ID {
			return c, step, err
		}
	}
	return c, nil, err
}

// stepRoots add to a person what the request of a step can speak of: what the newest journey began with and was answered,
// else what one would begin with. Of an earlier step that the journey has no answer of, its last answer stands in.
func (s *server) stepRoots(ctx context.Context, d hookline.Destination, person *hookline.Person, m *views.PreviewModel) (compose.Roots, error) {
	c, step, err := s.stepOf(ctx, d)
	if err != nil {
		return compose.Roots{}, err
	}
	filter := hookline.JourneyFilter{CampaignID: c.ID}
	if m.Choice != "" {
		filter.PersonID = person.ID
	}
	found, err := s.Store.ListJourneys(ctx, filter, hookline.Cursor{Limit: 1})
	if err != nil {
		return compose.Roots{}, err
	}
	var journey hookline.Journey
	if len(found.Rows) > 0 && m.Choice != exampleID {
		journey = found.Rows[0]
		if p, err := unlessMissing(s.Store.Person(ctx, journey.PersonID)); err != nil {
			return compose.Roots{}, err
		} else if p.ID != "" {
			person = &p
		}
		m.Note, m.Example = "This is the newest journey through the campaign.", false
	} else if journey, err = s.journeyToBe(ctx, c); err != nil {
		return compose.Roots{}, err
	}
	if journey.Answers, err = s.answersBefore(ctx, c, step, journey.Answers); err != nil {
		return compose.Roots{}, err
	}
	return compose.OfJourney(&journey, person), nil
}

// journeyToBe is a journey as the campaign would begin one: with the newest event where events begin it, else with data
// that a program might give.
func (s *server) journeyToBe(ctx context.Context, c hookline.Campaign) (hookline.Journey, error) {
	switch c.Trigger.Kind {
	case hookline.TriggerCall:
		return hookline.Journey{Trigger: json.RawMessage(`{"plan":"Startup"}`)}, nil
	case hookline.TriggerEvent:
	default:
		return hookline.Journey{}, nil
	}
	list, err := s.Store.ListEvents(ctx, hookline.EventFilter{}, hookline.Cursor{Limit: recentEvents})
	if err != nil {
		return hookline.Journey{}, err
	}
	event := exampleEvent()
	asked := draftTrigger(views.AskStart, c.Trigger.Condition)
	if condition, _, _ := asked.condition(); condition != nil {
		lately := &recent{ctx: ctx, store: s.Store, events: list.Rows, payloads: make([]*data.Object, len(list.Rows)), people: map[string]*hookline.Person{}}
		i, met, err := lately.newestMet(condition)
		if err != nil {
			return hookline.Journey{}, err
		}
		if met {
			event = &list.Rows[i]
		}
	}
	return hookline.Journey{EventID: event.ID, Trigger: event.Payload, BeganAt: event.ReceivedAt}, nil
}

// answersBefore adds to a journey's answers the last ones of the webhooks that stand before a step.
func (s *server) answersBefore(ctx context.Context, c hookline.Campaign, until *hookline.Step, known json.RawMessage) (json.RawMessage, error) {
	answers := map[string]json.RawMessage{}
	_ = json.Unmarshal(known, &answers) // what is kept is an object; nothing is none
	for step := range c.Walk() {
		if until != nil && step.ID == until.ID {
			break
		}
		if step.Kind != hookline.StepWebhook || answers[step.Word()] != nil {
			continue
		}
		answer, err := s.lastAnswer(ctx, step.Webhook)
		if err != nil {
			return nil, err
		}
		answers[step.Word()] = answer
	}
	return json.Marshal(answers)
}

// lastAnswer is what a step's request was answered last, or an example of what a receiver might answer.
func (s *server) lastAnswer(ctx context.Context, w hookline.WebhookStep) (json.RawMessage, error) {
	example := json.RawMessage(`{"id":"example"}`)
	if w.ActionID == "" {
		return example, nil
	}
	filter := hookline.DeliveryFilter{DestinationID: w.DestinationID, ActionID: w.ActionID, State: hookline.StateDelivered}
	list, err := s.Store.ListDeliveries(ctx, filter, hookline.Cursor{Limit: 1})
	if err != nil || len(list.Rows) == 0 {
		return example, err
	}
	attempts, err := s.Store.ListAttempts(ctx, list.Rows[0].ID)
	if err != nil || len(attempts) == 0 {
		return example, err
	}
	if answer := attempts[len(attempts)-1].Answer; json.Valid(answer) {
		return json.RawMessage(answer), nil
	}
	return example, nil
}

// surveyJourney looks through what the request of a step can speak of beside the person.
func (s *server) surveyJourney(r *http.Request, d hookline.Destination) (trigger, answers *survey, err error) {
	roots, err := s.stepRoots(r.Context(), d, examplePerson(), &views.PreviewModel{})
	if err != nil {
		return nil, nil, err
	}
	trigger, answers = newSurvey("trigger", "journeys"), newSurvey("answers", "journeys")
	for root, text := range map[*survey]json.RawMessage{trigger: roots.Trigger, answers: roots.Answers} {
		object, err := data.DecodeObject(string(text))
		if err != nil {
			return nil, nil, err
		}
		root.look(object)
	}
	return trigger, answers, nil
}
