package views

import (
	"testing"
	"time"

	"hookline/internal/hookline"
)

var spokenWords = CampaignWords{
	Segment: func(id string) string { return map[string]string{"seg_1": "Paying customers"}[id] },
	Request: func(actionID string) (StepRequest, bool) {
		return StepRequest{Method: "POST", URL: "https://crm.example.com/leads", Sets: []string{"lead_id"}}, actionID == "act_1"
	},
}

func TestTriggersInWords(t *testing.T) {
	at := time.Date(2026, 12, 5, 9, 0, 0, 0, time.UTC)
	day := 24 * time.Hour
	for want, trigger := range map[string]hookline.CampaignTrigger{
		"When the event is Signed Up":                                               {Kind: hookline.TriggerEvent, Condition: `event = "Signed Up"`},
		"When an event comes in that is not chosen yet":                             {Kind: hookline.TriggerEvent},
		"When somebody enters “Paying customers”":                                   {Kind: hookline.TriggerEntered, SegmentID: "seg_1"},
		"When somebody enters a segment that is gone":                               {Kind: hookline.TriggerEntered, SegmentID: "seg_2"},
		"When somebody leaves a segment that is not chosen yet":                     {Kind: hookline.TriggerLeft},
		"On the date in renewal":                                                    {Kind: hookline.TriggerDate, Attribute: "renewal"},
		"3 days before the date in renewal":                                         {Kind: hookline.TriggerDate, Attribute: "renewal", Shift: -3 * day},
		"1 day after the day in birthday of each year":                              {Kind: hookline.TriggerDate, Attribute: "birthday", Shift: day, Yearly: true},
		"On a date that is not chosen yet":                                          {Kind: hookline.TriggerDate},
		"When a program calls the campaign":                                         {Kind: hookline.TriggerCall},
		"Everybody in “Paying customers”, when the campaign is started":             {Kind: hookline.TriggerBroadcast, SegmentID: "seg_1"},
		"Everybody in “Paying customers”, on 5 December 2026 at 09:00 UTC":          {Kind: hookline.TriggerBroadcast, SegmentID: "seg_1", At: at},
		"When a program calls the campaign, provided that the person’s plan is pro": {Kind: hookline.TriggerCall, Condition: `person.plan = "pro"`},
	} {
		if got := spokenWords.Trigger(trigger); got != want {
			t.Errorf("%+v:\n%q, want\n%q", trigger, got, want)
		}
	}
}

func TestStepsInWords(t *testing.T) {
	weekdays, _ := hookline.ParseWeekdays([]string{"mon", "tue", "wed", "thu", "fri"})
	for want, step := range map[string]hookline.Step{
		"It has no request yet": {Kind: hookline.StepWebhook},
		"Its request is gone":   {Kind: hookline.StepWebhook, Webhook: hookline.WebhookStep{ActionID: "act_2"}},
		"POST https://crm.example.com/leads, as a draft that somebody sends. Sets lead_id": {Kind: hookline.StepWebhook, Webhook: hookline.WebhookStep{ActionID: "act_1"}},
		"POST https://crm.example.com/leads, sent automatically. Sets lead_id":             {Kind: hookline.StepWebhook, Webhook: hookline.WebhookStep{ActionID: "act_1", Auto: true}},
		"Wait 2 days": {Kind: hookline.StepWait, Wait: hookline.WaitStep{Kind: hookline.WaitSpan, Span: 48 * time.Hour}},
		"Wait until 09:00 on Monday to Friday (Europe/Berlin)": {Kind: hookline.StepWait, Wait: hookline.WaitStep{Kind: hookline.WaitClock, Minute: 540, Days: weekdays, Zone: "Europe/Berlin"}},
		"Wait until 00:30 (UTC)":                               {Kind: hookline.StepWait, Wait: hookline.WaitStep{Kind: hookline.WaitClock, Minute: 30}},
		"Wait until the person’s plan is pro, at most 3 days":  {Kind: hookline.StepWait, Wait: hookline.WaitStep{Kind: hookline.WaitCondition, Condition: `person.plan = "pro"`, Span: 72 * time.Hour}},
		"Wait until something that is not chosen yet":          {Kind: hookline.StepWait, Wait: hookline.WaitStep{Kind: hookline.WaitCondition}},
		"Wait for something that is not chosen yet":            {Kind: hookline.StepWait},
		"Set plan and since":                                   {Kind: hookline.StepUpdate, Sets: []hookline.ResponseAttribute{{Name: "plan", Value: "x"}, {Name: "since", Value: "y"}}},
		"Set attributes that are not chosen yet":               {Kind: hookline.StepUpdate},
		"Is it so that the person’s lead_id exists?":           {Kind: hookline.StepBranch, If: `person.lead_id != null`},
		"Ask something that is not chosen yet":                 {Kind: hookline.StepBranch},
		"The journey is finished here":                         {Kind: hookline.StepExit},
	} {
		if got := spokenWords.Step(step); got != want {
			t.Errorf("%+v:\n%q, want\n%q", step, got, want)
		}
	}
}
