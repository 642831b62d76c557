package api

import (
	"errors"
	"strconv"

	"hookline/internal/condition"
	"hookline/internal/hookline"
)

// campaignStepForm is a step of a campaign, given or shown. Of the members after
// the name only those of its kind are used.
type campaignStepForm struct {
	ID   string `json:"id" doc:"It stays when the step is moved or changed. Leave it out of a new step." example:"stp_00000000000000000000"`
	Kind string `json:"kind" enum:"webhook,wait,update,branch,exit" required:"true"`
	Name string `json:"name" doc:"Later steps find a webhook's answer by it: “Create lead” becomes answers.create_lead."`

	Auto          bool            `json:"auto" doc:"Of a webhook: sent at once. Else a draft waits for somebody to send it."`
	Conversion    bool            `json:"conversion" doc:"Of a webhook: it may count towards the goal."`
	Request       *templateForm   `json:"request" doc:"Of a webhook: what it sends; null: it stays as it is, or there is none yet. Its Liquid speaks of customer, event, trigger and answers."`
	Attributes    []attributeForm `json:"attributes" doc:"Of a webhook, with its request: attributes of the person that are set from an answer of 2xx."`
	Expect        expectForm      `json:"expect" doc:"Of a webhook, with its request."`
	DestinationID string          `json:"destination_id" doc:"Of a webhook: the destination that belongs to it. What is given is not used."`
	ActionID      string          `json:"action_id" doc:"Of a webhook: that destination's one action. What is given is not used."`

	Wait      waitForm           `json:"wait"`
	Sets      []attributeForm    `json:"sets" doc:"Of an update: the attributes, with their values in Liquid."`
	Condition string             `json:"condition" doc:"Of a branch: over the person, and the event that began the journey."`
	Yes       []campaignStepForm `json:"yes" doc:"Of a branch: for who meets the condition."`
	No        []campaignStepForm `json:"no" doc:"Of a branch: for who does not."`
}

// waitForm is what a step waits for, given or shown.
type waitForm struct {
	Kind      string   `json:"kind" doc:"span, clock or condition; empty: not chosen yet."`
	SpanMS    int64    `json:"span_ms" doc:"Of a span: how long. Of a condition: at most so long."`
	Time      string   `json:"time" doc:"Of a clock: until this time of day, such as 09:30."`
	Days      []string `json:"days" doc:"Of a clock: on these days, such as mon; none: every day."`
	TimeZone  string   `json:"time_zone" doc:"Of a clock: such as Europe/Berlin; empty: UTC."`
	Condition string   `json:"condition" doc:"Of a condition: over the person."`
}

func (c *call) showSteps(steps []hookline.Step, actions map[string]hookline.Action) []campaignStepForm {
	shown := make([]campaignStepForm, len(steps))
	for i, s := range steps {
		shown[i] = campaignStepForm{
			ID: s.ID, Kind: string(s.Kind), Name: s.Name, Auto: s.Webhook.Auto, Conversion: s.Webhook.Conversion,
			Attributes: []attributeForm{}, Expect: showExpectation(hookline.Response{}), DestinationID: s.Webhook.DestinationID, ActionID: s.Webhook.ActionID,
			Wait: showWait(s.Wait), Sets: showAttributes(hookline.Response{Attributes: s.Sets}), Condition: s.If,
			Yes: c.showSteps(s.Yes, actions), No: c.showSteps(s.No, actions),
		}
		if a, sends := actions[s.Webhook.ActionID]; sends {
			request := c.showRequest(a.Template)
			shown[i].Request, shown[i].Attributes, shown[i].Expect = &request, showAttributes(a.Response), showExpectation(a.Response)
		}
	}
	return shown
}

func showWait(w hookline.WaitStep) waitForm {
	form := waitForm{Kind: string(w.Kind), SpanMS: w.Span.Milliseconds(), Days: append([]string{}, w.Days.Names()...), TimeZone: w.Zone, Condition: w.Condition}
	if w.Kind == hookline.WaitClock {
		form.Time = hookline.FormatTimeOfDay(w.Minute)
	}
	return form
}

// stepReader makes steps of forms, and the actions of those that send something.
type stepReader struct {
	*manage
	*call
	before  hookline.Campaign
	now     map[string]hookline.Action // what is sent now, by the action's id
	actions map[string]hookline.Action // what is to be sent, by the step's id
	wrong   map[string]string          // what is wrong, by the place in the body
}

func (r *stepReader) read(path string, forms []campaignStepForm) (steps []hookline.Step, err error) {
	for i, f := range forms {
		step, err := r.step(path+"."+strconv.Itoa(i)+".", f)
		if err != nil {
			return nil, err
		}
		steps = append(steps, step)
	}
	return steps, nil
}

// step keeps what a step sends when it is there already: by its id, not by what
// the form says of destination and action.
func (r *stepReader) step(path string, f campaignStepForm) (s hookline.Step, err error) {
	s = hookline.Step{ID: f.ID, Kind: hookline.StepKind(f.Kind), Name: f.Name, If: f.Condition, Wait: f.Wait.read(path, r.wrong)}
	if s.ID == "" {
		s.ID = r.ids.New("stp")
	}
	if known := r.before.Step(s.ID); known != nil {
		s.Webhook = known.Webhook
	}
	s.Webhook.Auto, s.Webhook.Conversion = f.Auto, f.Conversion
	for _, set := range f.Sets {
		s.Sets = append(s.Sets, hookline.ResponseAttribute(set))
	}
	readCondition(path+"condition", s.If, condition.AboutJourneys, r.wrong)
	readCondition(path+"wait.condition", s.Wait.Condition, condition.AboutPeople, r.wrong)
	if f.Request != nil && s.Kind == hookline.StepWebhook {
		if err := r.action(path, f, s); err != nil {
			return s, err
		}
	}
	if s.Yes, err = r.read(path+"yes", f.Yes); err == nil {
		s.No, err = r.read(path+"no", f.No)
	}
	return s, err
}

// action reads what a step sends.
func (r *stepReader) action(path string, f campaignStepForm, s hookline.Step) error {
	now := r.now[s.Webhook.ActionID]
	now.Save = hookline.Save{By: r.askedBy(), Over: now.Version}
	form := actionForm{Name: s.Label(), Enabled: true, Request: f.Request.withDefaults(), Batch: showBatching(hookline.NewBatching()), Attributes: f.Attributes, Expect: f.Expect}
	a, err := r.overAction(r.call, form, now)
	if e, ok := errors.AsType[*hookline.Error](err); ok && len(e.Fields) > 0 {
		for name, words := range e.Fields {
			r.wrong[path+name] = words
		}
		return nil
	}
	r.actions[s.ID] = a
	return err
}

// withDefaults is a request that may leave out its method and its headers.
func (f templateForm) withDefaults() templateForm {
	usual := newTemplateForm()
	if f.Method == "" {
		f.Method = usual.Method
	}
	if f.Headers == nil {
		f.Headers = usual.Headers
	}
	return f
}

// read is what a step waits for; what cannot be read is told at its place.
func (f waitForm) read(path string, wrong map[string]string) hookline.WaitStep {
	w := hookline.WaitStep{Kind: hookline.WaitKind(f.Kind), Span: millis(f.SpanMS), Zone: f.TimeZone, Condition: f.Condition}
	var known bool
	if w.Days, known = hookline.ParseWeekdays(f.Days); !known {
		wrong[path+"wait.days"] = "Name days such as mon, tue, wed, thu, fri, sat and sun."
	}
	if f.Time == "" {
		return w
	}
	if w.Minute, known = hookline.ParseTimeOfDay(f.Time); !known {
		wrong[path+"wait.time"] = "Use a time of day such as 09:30."
	}
	return w
}
