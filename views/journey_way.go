package views

import "hookline/internal/hookline"

// VisitRow is a step that a journey came to, as its page tells it.
type VisitRow struct {
	hookline.Visit
	Step     hookline.Step         // none: it is no longer part of the workflow
	Delivery *hookline.DeliveryRow // what it sent last; nil: nothing, or that is no longer kept
}

func (row VisitRow) label() string {
	if row.Step.ID == "" {
		return "A step that is gone"
	}
	return row.Step.Label()
}

// isThere says whether the journey is at this step.
func (row VisitRow) isThere(j hookline.Journey) bool { return row.EndedAt.IsZero() && !j.State.Over() }

// outcomes are what came of steps, in the words people read.
var outcomes = map[hookline.VisitOutcome]string{
	hookline.VisitTimeCame: "The time came.",
	hookline.VisitMet:      "The condition was met.",
	hookline.VisitYes:      "Yes: the condition was met.",
	hookline.VisitNo:       "No: the condition was not met.",
	hookline.VisitSet:      "Attributes were set.",
	hookline.VisitRemoved:  "The step was removed from the workflow.",
}

// words say what came of a step, or why the journey is still there. What a
// webhook came to, its delivery says.
func (row VisitRow) words(j hookline.Journey) string {
	switch {
	case row.EndedAt.IsZero() && j.State.Over():
		return "The journey ended here."
	case row.isThere(j):
		return row.waitsFor(j.State)
	case row.Outcome == hookline.VisitNothing && row.Step.Kind == hookline.StepWebhook:
		return "It had no request, so nothing was sent."
	case row.Outcome == hookline.VisitNothing:
		return "No value came out, so nothing was set."
	case row.Outcome != "":
		return outcomes[row.Outcome]
	case row.Step.Kind == hookline.StepExit:
		return "The journey was finished."
	case row.Step.Kind == hookline.StepWebhook && row.Delivery == nil:
		return "What it sent is no longer kept."
	}
	return ""
}

// waitsFor says what has to happen before the journey goes on from this step.
func (row VisitRow) waitsFor(state hookline.JourneyState) string {
	switch {
	case state == hookline.JourneyHeld:
		return "Waits until somebody sends or discards this draft."
	case state == hookline.JourneySending:
		return "Waits until this webhook is delivered, or has failed for good."
	case state == hookline.JourneyWaiting && row.Step.Wait.Kind == hookline.WaitCondition:
		return "Waits for its condition, at most until"
	case state == hookline.JourneyWaiting:
		return "Waits until"
	}
	return "Goes on soon."
}

// untold is how many of a journey's steps its page has no times of.
func (m JourneyModel) untold() int { return m.Row.Journey.Visits - len(m.Visits) }

func (m JourneyModel) untoldWords() string {
	if m.untold() == 1 {
		return "1 more step is not listed: the journey came there again later, or before Hookline kept these times."
	}
	return Grouped(m.untold()) + " more steps are not listed: the journey came there again later, or before Hookline kept these times."
}
