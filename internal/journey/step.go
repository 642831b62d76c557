package journey

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"hookline/internal/compose"
	"hookline/internal/hookline"
)

// take does what a step does. It gives the step that comes next, "" at the end;
// goes is false when the journey waits here or is over.
func (w *walker) take(step *readyStep) (next string, goes bool) {
	next = w.plan.order.After(step.ID)
	switch step.Kind {
	case hookline.StepWebhook:
		return next, w.send(step)
	case hookline.StepWait:
		return next, w.begin(step)
	case hookline.StepUpdate:
		w.update(step)
	case hookline.StepBranch:
		yes := step.asks.Met(w.subject())
		w.journey.Leave(w.at, branched(yes))
		return w.plan.order.Branch(step.ID, yes), true
	case hookline.StepExit:
		w.journey.Leave(w.at, "")
		w.end(hookline.JourneyFinished, "")
		return "", false
	}
	return next, true
}

func branched(yes bool) hookline.VisitOutcome {
	if yes {
		return hookline.VisitYes
	}
	return hookline.VisitNo
}

// begin begins a wait, and says whether it is over already.
func (w *walker) begin(step *readyStep) bool {
	j := w.journey
	j.WakeAt = step.waits.until(w.at)
	if over, outcome := w.waited(step); over {
		j.Leave(w.at, outcome)
		return true
	}
	j.State = hookline.JourneyWaiting
	w.watch(step)
	return false
}

// update sets attributes of the person. One that cannot be worked out, or comes
// out empty, is not set.
func (w *walker) update(step *readyStep) {
	used := w.engine.compose.Values(w.ctx, step.Sets, true, w.roots())
	attributes, err := hookline.ParseAttributes(w.person.Attributes)
	if len(used.Doubts) > 0 || err != nil {
		w.engine.log.InfoContext(w.ctx, "update attributes", "journey", w.journey.ID, "step", step.ID, "doubts", used.Doubts, "error", err)
	}
	if err != nil || len(used.Sets) == 0 {
		w.journey.Leave(w.at, hookline.VisitNothing)
		return
	}
	w.journey.Leave(w.at, hookline.VisitSet)
	for _, one := range used.Sets {
		attributes.Set(one.Name, one.Value)
	}
	w.person.Attributes = attributes.JSON()
	w.step.Sets = append(w.step.Sets, used.Sets...)
}

// send owes the step's webhook, and says whether the journey goes on at once: it
// does when no request could be made to be sent, and when there is a draft that
// sets nothing.
func (w *walker) send(step *readyStep) bool {
	if step.prepared == nil { // its action was deleted
		w.journey.Leave(w.at, hookline.VisitNothing)
		return true
	}
	o := w.owe(step)
	w.step.Owed = append(w.step.Owed, o)
	switch {
	case o.State == hookline.StateQueued:
		w.journey.State = hookline.JourneySending
	case o.State == hookline.StateDraft && step.holds():
		w.journey.State = hookline.JourneyHeld
	default:
		w.journey.Leave(w.at, "")
		return true
	}
	w.journey.WakeAt, w.step.Word = time.Time{}, step.Word()
	return false
}

// owe makes the delivery of a webhook step: queued, or a draft. A request that
// cannot be made fails the delivery, with the reason; a draft stays one and keeps
// the reason, because it is made anew when somebody sends it. A template that
// decides not to send discards either.
func (w *walker) owe(step *readyStep) hookline.Owed {
	j, a := w.journey, step.action
	o := hookline.Owed{Delivery: hookline.Delivery{
		State: hookline.StateDraft, Origin: hookline.OriginCampaign, DestinationID: a.DestinationID, ActionID: a.ID, ActionVersion: a.Version,
		EventID: j.EventID, PersonID: j.PersonID, JourneyID: j.ID, IdempotencyKey: idempotencyKey(j.ID, step.ID, j.Visits),
		RequestNumber: 1, CreatedAt: w.at, UpdatedAt: w.at,
	}}
	if step.Webhook.Auto {
		o.State, o.NextAttemptAt = hookline.StateQueued, w.at
	}
	var err error
	if o.Request, err = step.prepared.Request(w.ctx, w.roots()); err == nil {
		return o
	}
	o.RequestNumber, o.NextAttemptAt, o.Reason = 0, time.Time{}, compose.Reason(err)
	if _, cancelled := errors.AsType[*compose.Cancelled](err); cancelled {
		o.State = hookline.StateDiscarded
	} else if step.Webhook.Auto {
		o.State = hookline.StateFailed
	}
	return o
}

// idempotencyKey comes from the journey, the step and the number of the visit, so
// that work which is done again after a crash carries the same key.
func idempotencyKey(journeyID, stepID string, visit int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s/%s/%d", journeyID, stepID, visit))
	return hex.EncodeToString(sum[:16])
}
