package api

import (
	"context"
	"strings"
	"time"

	"hookline/internal/condition"
	"hookline/internal/hookline"
)

type campaignStore interface {
	ListCampaigns(ctx context.Context) ([]hookline.Campaign, error)
	Campaign(ctx context.Context, id string) (hookline.Campaign, error)
	ChangeCampaign(ctx context.Context, id string, to hookline.CampaignState) (hookline.Campaign, error)
	SaveCampaign(ctx context.Context, c hookline.Campaign, requests map[string]hookline.Action) (hookline.Campaign, error)
	DeleteCampaign(ctx context.Context, id string) error
}

type campaignTriggerForm struct {
	Kind      string `json:"kind" enum:"event,segment_entered,segment_left,date,call,broadcast" required:"true" doc:"What makes people enter."`
	Condition string `json:"condition" doc:"In the text form of conditions: of an event, over it and the person; of all others, over the person who would enter. Empty: everybody."`
	SegmentID string `json:"segment_id" doc:"For segment_entered, segment_left and broadcast."`
	Attribute string `json:"attribute" doc:"For date: the person's attribute that holds it."`
	ShiftMS   int64  `json:"shift_ms" doc:"For date: so long after it; negative: before it."`
	Yearly    bool   `json:"yearly" doc:"For date: each year on that day."`
	At        string `json:"at" doc:"For broadcast: when it begins (RFC 3339); empty: when the campaign is started."`
}

type reentryForm struct {
	Often   bool  `json:"often" doc:"Whether somebody may enter who was in it before; never twice at the same time."`
	AfterMS int64 `json:"after_ms" doc:"So long after they entered last; 0: as soon as they have finished."`
}

type goalForm struct {
	Condition string `json:"condition" doc:"The event that counts; empty: there is no goal."`
	WithinMS  int64  `json:"within_ms" doc:"So long after the delivery of a webhook that may count."`
}

type campaignForm struct {
	Name        string              `json:"name" required:"true" example:"Welcome new customers"`
	Description string              `json:"description"`
	Trigger     campaignTriggerForm `json:"trigger" required:"true"`
	Reentry     reentryForm         `json:"reentry"`
	Exit        string              `json:"exit" doc:"A condition over the person: who meets it leaves. Empty: nobody."`
	Goal        goalForm            `json:"goal"`
	Steps       []campaignStepForm  `json:"steps" doc:"In their order. A list that is given takes the place of the one before; a step keeps its people by its id."`
	Version     int64               `json:"version" doc:"The version that was read; the call is refused when it is another by now. 0 for whichever it is."`
}

type campaignAnswer struct {
	ID          string              `json:"id" example:"cmp_00000000000000000000"`
	Name        string              `json:"name"`
	Description string              `json:"description"`
	State       string              `json:"state" enum:"draft,running,paused,stopped"`
	Trigger     campaignTriggerForm `json:"trigger"`
	Reentry     reentryForm         `json:"reentry"`
	Exit        string              `json:"exit"`
	Goal        goalForm            `json:"goal"`
	Steps       []campaignStepForm  `json:"steps"`
	Missing     []string            `json:"missing" doc:"What it needs before it can be started; empty when it can be."`
	Version     int64               `json:"version" doc:"Grows with each change."`
	StartedAt   *time.Time          `json:"started_at" doc:"Null when it never was."`
	CreatedAt   time.Time           `json:"created_at"`
	UpdatedAt   time.Time           `json:"updated_at"`
}

// campaignShown is a campaign with what its steps send, as the caller may see it.
func (m *manage) campaignShown(c *call, one hookline.Campaign) (campaignAnswer, error) {
	actions, err := m.actionsOf(c.Context(), one)
	if err != nil {
		return campaignAnswer{}, err
	}
	form := c.campaignForm(one, actions)
	answer := campaignAnswer{
		ID: one.ID, Name: one.Name, Description: one.Description, State: string(one.State), Trigger: form.Trigger, Reentry: form.Reentry,
		Exit: one.Exit, Goal: form.Goal, Steps: form.Steps, Missing: []string{}, Version: one.Version, CreatedAt: one.CreatedAt, UpdatedAt: one.UpdatedAt,
	}
	for _, lack := range one.Missing() {
		answer.Missing = append(answer.Missing, lack.Words)
	}
	if !one.StartedAt.IsZero() {
		answer.StartedAt = &one.StartedAt
	}
	return answer, nil
}

// actionsOf are what the webhook steps of a campaign send, by the action's id.
func (m *manage) actionsOf(ctx context.Context, one hookline.Campaign) (map[string]hookline.Action, error) {
	actions := map[string]hookline.Action{}
	for step := range one.Walk() {
		if id := step.Webhook.ActionID; id != "" {
			a, err := m.Store.Action(ctx, id)
			if err != nil {
				return nil, err
			}
			actions[id] = a
		}
	}
	return actions, nil
}

// campaignForm is a campaign as a change finds it.
func (c *call) campaignForm(one hookline.Campaign, actions map[string]hookline.Action) campaignForm {
	t := one.Trigger
	return campaignForm{
		Name: one.Name, Description: one.Description, Exit: one.Exit, Steps: c.showSteps(one.Steps, actions),
		Trigger: campaignTriggerForm{string(t.Kind), t.Condition, t.SegmentID, t.Attribute, t.Shift.Milliseconds(), t.Yearly, momentText(t.At)},
		Reentry: reentryForm{one.Reentry.Often, one.Reentry.After.Milliseconds()},
		Goal:    goalForm{one.Goal.Condition, one.Goal.Within.Milliseconds()},
	}
}

func (m *manage) listCampaigns(c *call) (listAnswer[campaignAnswer], error) {
	campaigns, err := m.Store.ListCampaigns(c.Context())
	answer := listAnswer[campaignAnswer]{Data: make([]campaignAnswer, len(campaigns))}
	for i, one := range campaigns {
		if err == nil {
			answer.Data[i], err = m.campaignShown(c, one)
		}
	}
	return answer, err
}

func (m *manage) showCampaign(c *call) (campaignAnswer, error) {
	one, err := m.Store.Campaign(c.Context(), c.params["id"])
	if err != nil {
		return campaignAnswer{}, err
	}
	return m.campaignShown(c, one)
}

func (m *manage) createCampaign(c *call, read func(*campaignForm) error) (campaignAnswer, error) {
	var form campaignForm
	if err := read(&form); err != nil {
		return campaignAnswer{}, err
	}
	return m.saveCampaign(c, form, hookline.Campaign{})
}

func (m *manage) changeCampaign(c *call, read func(*campaignForm) error) (campaignAnswer, error) {
	before, err := m.Store.Campaign(c.Context(), c.params["id"])
	if err != nil {
		return campaignAnswer{}, err
	}
	actions, err := m.actionsOf(c.Context(), before)
	if err != nil {
		return campaignAnswer{}, err
	}
	form := c.campaignForm(before, actions)
	steps := form.Steps
	form.Steps = nil // what is given takes the place of it, and is not laid over it
	if err := read(&form); err != nil {
		return campaignAnswer{}, err
	}
	if form.Steps == nil {
		form.Steps = steps
	}
	return m.saveCampaign(c, form, before)
}

// saveCampaign makes the campaign that a form describes, or changes before to it.
func (m *manage) saveCampaign(c *call, f campaignForm, before hookline.Campaign) (campaignAnswer, error) {
	now, err := m.actionsOf(c.Context(), before)
	if err != nil {
		return campaignAnswer{}, err
	}
	wrong := map[string]string{}
	one := f.over(before, wrong)
	steps := stepReader{manage: m, call: c, before: before, now: now, actions: map[string]hookline.Action{}, wrong: wrong}
	if one.Steps, err = steps.read("steps", f.Steps); err != nil {
		return campaignAnswer{}, err
	}
	if err := also(wrong, named(one.Validate(), campaignField)); err != nil {
		return campaignAnswer{}, err
	}
	saved, err := m.Store.SaveCampaign(c.Context(), one, steps.actions)
	if err != nil {
		return campaignAnswer{}, named(err, campaignField)
	}
	return m.campaignShown(c, saved)
}

// over is a campaign with what the form says, all but its steps.
func (f campaignForm) over(one hookline.Campaign, wrong map[string]string) hookline.Campaign {
	t := f.Trigger
	one.Name, one.Description, one.Exit = f.Name, f.Description, f.Exit
	one.Trigger = hookline.CampaignTrigger{
		Kind: hookline.TriggerKind(t.Kind), Condition: t.Condition, SegmentID: t.SegmentID, Attribute: t.Attribute,
		Shift: millis(t.ShiftMS), Yearly: t.Yearly, At: readMoment("trigger.at", t.At, wrong),
	}
	one.Reentry = hookline.Reentry{Often: f.Reentry.Often, After: millis(f.Reentry.AfterMS)}
	one.Goal = hookline.Goal{Condition: f.Goal.Condition, Within: millis(f.Goal.WithinMS)}
	if f.Version != 0 {
		one.Version = f.Version
	}
	about := condition.AboutPeople
	if one.Trigger.Kind == hookline.TriggerEvent {
		about = condition.AboutEvents
	}
	readCondition("trigger.condition", t.Condition, about, wrong)
	readCondition("exit", f.Exit, condition.AboutPeople, wrong)
	readCondition("goal.condition", f.Goal.Condition, condition.AboutEvents, wrong)
	return one
}

// readCondition says at a field what is wrong with a condition.
func readCondition(name, text string, about condition.Scope, wrong map[string]string) {
	if strings.TrimSpace(text) == "" {
		return
	}
	if _, err := condition.ParseIn(text, about); err != nil {
		wrong[name] = triggerTrouble(err)
	}
}

// campaignField gives a campaign's field the name it has here.
func campaignField(name string) string {
	switch name {
	case "trigger":
		return "trigger.kind"
	case "trigger_shift":
		return "trigger.shift_ms"
	case "trigger_condition", "trigger_attribute", "trigger_at":
		return strings.Replace(name, "_", ".", 1)
	case "reentry_after":
		return "reentry.after_ms"
	case "goal":
		return "goal.condition"
	case "goal_within":
		return "goal.within_ms"
	}
	return name
}

// moveCampaign makes a handler that brings a campaign into a state.
func (m *manage) moveCampaign(to hookline.CampaignState) func(*call) (campaignAnswer, error) {
	return func(c *call) (campaignAnswer, error) {
		one, err := m.Store.ChangeCampaign(c.Context(), c.params["id"], to)
		if err != nil {
			return campaignAnswer{}, err
		}
		return m.campaignShown(c, one)
	}
}

func (m *manage) deleteCampaign(c *call) (none, error) {
	return none{}, m.Store.DeleteCampaign(c.Context(), c.params["id"])
}
