package views

import (
	"strings"
	"time"

	"hookline/internal/condition"
	"hookline/internal/hookline"
)

// CampaignWords tells triggers and steps in plain English.
type CampaignWords struct {
	Segment func(id string) string                    // a segment's name; "" for one that is gone
	Request func(actionID string) (StepRequest, bool) // what a webhook step sends; false when it is gone
}

// StepRequest is what a webhook step sends, as far as one sentence tells it.
type StepRequest struct {
	Method string
	URL    string   // without what may be secret
	Sets   []string // the attributes that are set from the answer
}

// Condition says a condition as the second half of a sentence: “plan is pro”. One that cannot be read is given as it is.
func (w CampaignWords) Condition(text string) string {
	c, err := condition.Parse(text)
	if err != nil {
		return text
	}
	return strings.TrimPrefix(condition.Words{Segment: w.Segment}.Sentence(c), "When ")
}

// Trigger says who enters a campaign, and when.
func (w CampaignWords) Trigger(t hookline.CampaignTrigger) string {
	switch t.Kind {
	case hookline.TriggerEvent:
		if strings.TrimSpace(t.Condition) == "" {
			return "When an event comes in that is not chosen yet"
		}
		return "When " + w.Condition(t.Condition)
	case hookline.TriggerEntered:
		return "When somebody enters " + w.segment(t.SegmentID) + w.provided(t)
	case hookline.TriggerLeft:
		return "When somebody leaves " + w.segment(t.SegmentID) + w.provided(t)
	case hookline.TriggerDate:
		return dateWords(t) + w.provided(t)
	case hookline.TriggerCall:
		return "When a program calls the campaign" + w.provided(t)
	}
	return "Everybody in " + w.segment(t.SegmentID) + ", " + beginWords(t.At) + w.provided(t)
}

// Entering is Trigger within a sentence.
func (w CampaignWords) Entering(t hookline.CampaignTrigger) string { return lowerFirst(w.Trigger(t)) }

func (w CampaignWords) segment(id string) string {
	if id == "" {
		return "a segment that is not chosen yet"
	}
	if w.Segment != nil {
		if name := w.Segment(id); name != "" {
			return "“" + name + "”"
		}
	}
	return "a segment that is gone"
}

// provided is what else must hold of the person who would enter.
func (w CampaignWords) provided(t hookline.CampaignTrigger) string {
	if strings.TrimSpace(t.Condition) == "" {
		return ""
	}
	return ", provided that " + w.Condition(t.Condition)
}

func dateWords(t hookline.CampaignTrigger) string {
	if t.Attribute == "" {
		return "On a date that is not chosen yet"
	}
	day := "the date in " + t.Attribute
	if t.Yearly {
		day = "the day in " + t.Attribute + " of each year"
	}
	switch {
	case t.Shift < 0:
		return capital(hookline.SpanWords(-t.Shift)) + " before " + day
	case t.Shift > 0:
		return capital(hookline.SpanWords(t.Shift)) + " after " + day
	}
	return "On " + day
}

func beginWords(at time.Time) string {
	if at.IsZero() {
		return "when the campaign is started"
	}
	return "on " + at.UTC().Format("2 January 2006 at 15:04") + " UTC"
}

// Step says what a step does, in one sentence without a full stop.
func (w CampaignWords) Step(s hookline.Step) string {
	switch s.Kind {
	case hookline.StepWebhook:
		return w.webhook(s.Webhook)
	case hookline.StepWait:
		return w.wait(s.Wait)
	case hookline.StepUpdate:
		return updateWords(s.Sets)
	case hookline.StepBranch:
		if strings.TrimSpace(s.If) == "" {
			return "Ask something that is not chosen yet"
		}
		return "Is it so that " + w.Condition(s.If) + "?"
	}
	return "The journey is finished here"
}

func (w CampaignWords) webhook(step hookline.WebhookStep) string {
	if step.ActionID == "" || w.Request == nil {
		return "It has no request yet"
	}
	request, found := w.Request(step.ActionID)
	if !found {
		return "Its request is gone"
	}
	words := request.Method + " " + request.URL
	if step.Auto {
		words += ", sent automatically"
	} else {
		words += ", as a draft that somebody sends"
	}
	if len(request.Sets) > 0 {
		words += ". Sets " + listed(request.Sets)
	}
	return words
}

func (w CampaignWords) wait(s hookline.WaitStep) string {
	switch s.Kind {
	case hookline.WaitSpan:
		return "Wait " + hookline.SpanWords(s.Span)
	case hookline.WaitClock:
		return "Wait until " + hookline.FormatTimeOfDay(s.Minute) + daysWords(s.Days) + " (" + zoneName(s.Zone) + ")"
	case hookline.WaitCondition:
		if strings.TrimSpace(s.Condition) == "" {
			return "Wait until something that is not chosen yet"
		}
		return "Wait until " + w.Condition(s.Condition) + ", at most " + hookline.SpanWords(s.Span)
	}
	return "Wait for something that is not chosen yet"
}

func daysWords(days hookline.Weekdays) string {
	if days == 0 || days.Words() == "every day" {
		return ""
	}
	return " on " + days.Words()
}

func zoneName(zone string) string {
	if zone == "" {
		return "UTC"
	}
	return zone
}

func updateWords(sets []hookline.ResponseAttribute) string {
	if len(sets) == 0 {
		return "Set attributes that are not chosen yet"
	}
	names := make([]string, len(sets))
	for i, set := range sets {
		names[i] = set.Name
	}
	return "Set " + listed(names)
}
