package api

import (
	"bytes"
	"context"
	"encoding/json"
	"strconv"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/journey"
)

type journeyStore interface {
	Journey(ctx context.Context, id string) (hookline.Journey, error)
	ListJourneys(ctx context.Context, f hookline.JourneyFilter, c hookline.Cursor) (hookline.Listing[hookline.Journey], error)
	StopJourney(ctx context.Context, id, by string) error
}

// Caller lets people enter campaigns because a program asks; journey.Engine is one.
type Caller interface {
	Call(ctx context.Context, campaignID string, personIDs []string, data json.RawMessage) ([]journey.Called, error)
}

type callForm struct {
	PersonIDs []string   `json:"person_ids" required:"true" doc:"Who enters: 1 to 1,000, each by Hookline's own id (per_…) or by the sender's user id."`
	Data      jsonObject `json:"data" doc:"One JSON object, which templates find as trigger: {{ trigger.order }}. At most 32 KB."`
}

type callAnswer struct {
	People []calledAnswer `json:"people" doc:"In the order in which they were given, each once."`
}

type calledAnswer struct {
	PersonID string `json:"person_id"`
	Began    bool   `json:"began" doc:"Whether they entered. Who is in the campaign already, may not enter it again, is suppressed or does not meet its condition does not."`
}

func (m *manage) callCampaign(c *call, read func(*callForm) error) (callAnswer, error) {
	one, err := m.Store.Campaign(c.Context(), c.params["id"])
	if err != nil {
		return callAnswer{}, err
	}
	form := callForm{Data: jsonObject(`{}`)}
	if err := read(&form); err != nil {
		return callAnswer{}, err
	}
	ids, err := m.peopleBy(c, form.PersonIDs, journey.MaxCalled)
	if err != nil {
		return callAnswer{}, err
	}
	called, err := m.Caller.Call(c.Context(), one.ID, ids, bytes.TrimSpace(form.Data))
	answer := callAnswer{make([]calledAnswer, len(called))}
	for i, who := range called {
		answer.People[i] = calledAnswer(who)
	}
	return answer, err
}

// peopleBy finds whom a call names, each once.
func (m *manage) peopleBy(c *call, ids []string, most int) ([]string, error) {
	if len(ids) == 0 || len(ids) > most {
		return nil, hookline.Invalid("Nothing was done.", map[string]string{"person_ids": "Name 1 to " + strconv.Itoa(most) + " people."})
	}
	wrong, known := map[string]string{}, map[string]bool{}
	var found []string
	for i, id := range ids {
		p, err := m.personBy(c.Context(), id)
		switch {
		case hookline.KindOf(err) == hookline.KindNotFound:
			wrong["person_ids."+strconv.Itoa(i)] = "There is no such person."
		case err != nil:
			return nil, err
		case !known[p.ID]:
			known[p.ID] = true
			found = append(found, p.ID)
		}
	}
	if len(wrong) > 0 {
		return nil, hookline.Invalid("Nothing was done.", wrong)
	}
	return found, nil
}

type journeyAnswer struct {
	ID         string        `json:"id" example:"jrn_00000000000"`
	CampaignID string        `json:"campaign_id"`
	PersonID   string        `json:"person_id"`
	State      string        `json:"state" enum:"going,waiting,sending,held,finished,left,stopped"`
	StepID     *string       `json:"step_id" doc:"Where it is; null when it is over."`
	WakeAt     *time.Time    `json:"wake_at" doc:"When it goes on; null when it waits for something else than time."`
	DeliveryID *string       `json:"delivery_id" doc:"What it waits for while it is sending or held."`
	Visits     []visitAnswer `json:"visits" doc:"The steps that it came to, in their order, each as it was visited last; none of journeys from before these were kept."`
	Trigger    jsonObject    `json:"trigger" doc:"What it began with."`
	Answers    jsonObject    `json:"answers" doc:"What its webhooks were answered, by the names of the steps."`
	Reason     string        `json:"reason" doc:"Why it left or was stopped."`
	BeganAt    time.Time     `json:"began_at"`
	UpdatedAt  time.Time     `json:"updated_at"`
	EndedAt    *time.Time    `json:"ended_at"`
}

type visitAnswer struct {
	StepID  string     `json:"step_id"`
	BeganAt time.Time  `json:"began_at"`
	EndedAt *time.Time `json:"ended_at" doc:"Null while it is there, and when the journey ended there."`
	Outcome string     `json:"outcome" doc:"Of a wait: time_came or met. Of a branch: yes or no. Of an update: set or nothing. Of a webhook: nothing when it has no request, else its deliveries say it. removed when the step was taken out of the workflow. Else empty."`
}

func showVisit(v hookline.Visit) visitAnswer {
	return visitAnswer{v.StepID, v.BeganAt, unlessZeroTime(v.EndedAt), string(v.Outcome)}
}

func showJourney(j hookline.Journey) journeyAnswer {
	j.LeaveSent()
	return journeyAnswer{
		j.ID, j.CampaignID, j.PersonID, string(j.State), unlessEmpty(j.StepID), unlessZeroTime(j.WakeAt), unlessEmpty(j.DeliveryID),
		listed(j.Way, showVisit).Data, objectOf(j.Trigger), objectOf(j.Answers), j.Reason, j.BeganAt, j.UpdatedAt, unlessZeroTime(j.EndedAt),
	}
}

func unlessEmpty(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func unlessZeroTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// objectOf is a JSON object as it is kept; {} for nothing.
func objectOf(text []byte) jsonObject {
	if len(text) == 0 {
		return jsonObject(`{}`)
	}
	return jsonObject(text)
}

var journeyParameters = append([]parameter{
	{"state", "Only those that are going, waiting, sending, held, finished, left or stopped.", "string"},
	{"step_id", "Only those at this step.", "string"},
	{"person_id", "Only those of this person, by Hookline's own id (per_…).", "string"},
}, pageParameters...)

func (m *manage) listJourneys(c *call) (listAnswer[journeyAnswer], error) {
	one, err := m.Store.Campaign(c.Context(), c.params["id"])
	if err != nil {
		return listAnswer[journeyAnswer]{}, err
	}
	at, err := c.cursor()
	if err != nil {
		return listAnswer[journeyAnswer]{}, err
	}
	f := hookline.JourneyFilter{CampaignID: one.ID, StepID: c.query("step_id"), PersonID: c.query("person_id"), State: hookline.JourneyState(c.query("state"))}
	if f.State != "" && !f.State.Known() {
		return listAnswer[journeyAnswer]{}, hookline.Invalid("The list could not be read.", map[string]string{"state": "There is no such state."})
	}
	list, err := m.Store.ListJourneys(c.Context(), f, at)
	return stretch(list, showJourney, func(j hookline.Journey) string { return j.ID }), err
}

// theJourney reads the journey that the path names. One of another campaign is
// not there.
func (m *manage) theJourney(c *call) (hookline.Journey, error) {
	j, err := m.Store.Journey(c.Context(), c.params["journey_id"])
	if err == nil && j.CampaignID != c.params["id"] {
		return hookline.Journey{}, hookline.NotFound("journey")
	}
	return j, err
}

func (m *manage) showJourney(c *call) (journeyAnswer, error) {
	j, err := m.theJourney(c)
	return showJourney(j), err
}

func (m *manage) stopJourney(c *call) (journeyAnswer, error) {
	j, err := m.theJourney(c)
	if err == nil {
		err = m.Store.StopJourney(c.Context(), j.ID, c.askedBy())
	}
	if err != nil {
		return journeyAnswer{}, err
	}
	return m.showJourney(c)
}
