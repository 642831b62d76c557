package journey

import (
	"context"
	"time"

	"hookline/internal/compose"
	"hookline/internal/condition"
	"hookline/internal/data"
	"hookline/internal/hookline"
)

type walkStore interface {
	// DueJourneys gives journeys of a campaign that are to be looked at now, the
	// longest due first.
	DueJourneys(ctx context.Context, campaignID string, at time.Time, limit int) ([]hookline.Journey, error)
	// RecordJourneys records how far journeys went; what has changed meanwhile is
	// left as it is, and looked at again.
	RecordJourneys(ctx context.Context, stretch hookline.JourneyStretch) (made []hookline.Owed, err error)
}

const (
	journeysAtOnce = 10                     // that are recorded together: few, so that nobody else waits long for the writer
	stretchTime    = 100 * time.Millisecond // after which what was worked out is recorded
)

// Walk takes a stretch of those who are due through each running campaign, lets
// those go whose campaign is over, and says whether there was anything to do.
func (e *Engine) Walk(ctx context.Context) (worked bool, err error) {
	now, err := e.current(ctx)
	if err != nil {
		return false, err
	}
	if worked, err = e.sweep(ctx, now); err != nil {
		return worked, err
	}
	for _, p := range now.running {
		if e.bringsIn(p) {
			continue
		}
		did, err := e.walkCampaign(ctx, p)
		if err != nil {
			return worked, err
		}
		worked = worked || did
	}
	return worked, nil
}

func (e *Engine) walkCampaign(ctx context.Context, p *plan) (worked bool, err error) {
	due, err := e.store.DueJourneys(ctx, p.ID, e.now(), journeysAtOnce)
	if err != nil || len(due) == 0 {
		return false, err
	}
	return true, e.walkThese(ctx, p, due)
}

// walkThese takes some journeys as far as they go, and records it.
func (e *Engine) walkThese(ctx context.Context, p *plan, due []hookline.Journey) error {
	ids := make([]string, len(due))
	for i := range due {
		ids[i] = due[i].PersonID
	}
	all, err := e.readPeople(ctx, ids, p.asks)
	if err != nil {
		return err
	}
	stretch := hookline.JourneyStretch{CampaignID: p.ID, Version: p.Version}
	began := time.Now()
	for i := range due {
		stretch.Steps = append(stretch.Steps, e.walk(ctx, p, due[i], all))
		if time.Since(began) > stretchTime {
			break
		}
	}
	_, err = e.store.RecordJourneys(ctx, stretch)
	return err
}

// walk works out how far one journey goes.
func (e *Engine) walk(ctx context.Context, p *plan, j hookline.Journey, all people) hookline.JourneyStep {
	w := walker{engine: e, ctx: ctx, plan: p, all: all, at: e.now(), step: hookline.JourneyStep{Journey: j}}
	w.journey = &w.step.Journey
	if known := all.byID[j.PersonID]; known != nil {
		own := *known
		w.person, w.step.PersonVersion = &own, own.Version
	}
	w.goOn()
	w.journey.UpdatedAt = w.at
	return w.step
}

// walker is one journey while it goes on.
type walker struct {
	engine  *Engine
	ctx     context.Context
	plan    *plan
	all     people
	at      time.Time
	person  *hookline.Person // as the steps so far have left them; nil: they are gone
	step    hookline.JourneyStep
	journey *hookline.Journey // within step
	call    *data.Object      // the event that began it, once it was decoded
}

// goOn takes the journey from where it is to where it waits, or to its end.
func (w *walker) goOn() {
	w.journey.LeaveSent()
	if w.leaves() {
		return
	}
	at := w.journey.StepID
	switch next, moves := w.fromHere(at); {
	case !moves:
		if w.journey.State == hookline.JourneyWaiting {
			w.watch(w.ready(at))
		}
		return
	default:
		at = next
	}
	for at != "" {
		if w.leaves() {
			return
		}
		step := w.ready(at)
		w.arrive(at)
		next, goes := w.take(step)
		if !goes {
			return
		}
		at = next
	}
	w.end(hookline.JourneyFinished, "")
}

// ready is the step with this id, which is there.
func (w *walker) ready(id string) *readyStep { return w.plan.steps[id] }

// fromHere says with which step the journey goes on, or that it stays. Where its
// step was removed it goes on with what followed that.
func (w *walker) fromHere(at string) (next string, moves bool) {
	j := w.journey
	if !w.plan.order.Has(at) {
		j.Leave(w.at, hookline.VisitRemoved)
		return w.plan.removed[at], true
	}
	switch j.State {
	case hookline.JourneyGoing:
		if j.DeliveryID != "" {
			return w.plan.order.After(at), true
		}
		return at, true
	case hookline.JourneyWaiting:
		if over, outcome := w.waited(w.ready(at)); over {
			j.Leave(w.at, outcome)
			return w.plan.order.After(at), true
		}
	}
	return "", false
}

// waited says whether a wait is over, and by what.
func (w *walker) waited(step *readyStep) (bool, hookline.VisitOutcome) {
	switch {
	case step.Kind != hookline.StepWait || !w.journey.WakeAt.After(w.at):
		return true, hookline.VisitTimeCame
	case step.Wait.Kind == hookline.WaitCondition && step.asks.Met(w.subject()):
		return true, hookline.VisitMet
	}
	return false, ""
}

// askAgain is how often it is asked whether what somebody waits for has been
// done: deeds are events, which change nothing about a person.
const askAgain = time.Minute

// watch says when a journey that waits is looked at before its time is up.
func (w *walker) watch(step *readyStep) {
	w.step.Watching = step.Wait.Kind == hookline.WaitCondition
	if next := w.at.Add(askAgain); len(step.asks.Deeds()) > 0 && next.Before(w.journey.WakeAt) {
		w.step.LookAt = next
	}
}

// arrive notes that the journey has come to a step.
func (w *walker) arrive(at string) {
	j := w.journey
	j.State, j.StepID, j.DeliveryID, j.WakeAt = hookline.JourneyGoing, at, "", w.at
	j.Visits++
	j.Come(at, w.at)
	w.step.Word, w.step.LookAt = "", time.Time{}
}

// leaves ends the journey of somebody who is gone or suppressed, who meets the
// exit condition, or whose campaign was stopped since they entered.
func (w *walker) leaves() bool {
	switch {
	case w.person == nil:
		w.end(hookline.JourneyLeft, "The person was deleted.")
	case w.person.Suppressed:
		w.end(hookline.JourneyLeft, "The person was suppressed.")
	case w.journey.BeganAt.Before(w.plan.StartedAt):
		w.end(hookline.JourneyStopped, stoppedReason)
	case !w.plan.exit.Empty() && w.plan.exit.Met(w.subject()):
		w.end(hookline.JourneyLeft, "The exit condition was met.")
	default:
		return false
	}
	return true
}

func (w *walker) end(state hookline.JourneyState, reason string) {
	j := w.journey
	j.State, j.StepID, j.DeliveryID, j.WakeAt, j.Reason, j.EndedAt = state, "", "", time.Time{}, reason, w.at
	w.step.Watching, w.step.LookAt, w.step.Word = false, time.Time{}, ""
}

// subject is what conditions are asked about: the person as the steps so far have
// left them, and the event that began the journey.
func (w *walker) subject() condition.Subject {
	if w.call == nil && w.journey.EventID != "" {
		if call, err := data.DecodeObject(string(w.journey.Trigger)); err == nil {
			w.call = call
		}
	}
	return w.all.subject(w.person, w.call)
}

func (w *walker) roots() compose.Roots { return compose.OfJourney(w.journey, w.person) }
