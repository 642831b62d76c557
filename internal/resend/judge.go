package resend

import (
	"context"
	"errors"

	"hookline/internal/compose"
	"hookline/internal/condition"
	"hookline/internal/hookline"
)

// JudgeStore is what has to be known to judge a delivery.
type JudgeStore interface {
	// MatchDeliveries gives the deliveries that fit the filter and come after
	// c.After and before c.Before, the oldest first.
	MatchDeliveries(ctx context.Context, f hookline.DeliveryFilter, c hookline.Cursor) ([]hookline.Delivery, error)
	ListRequests(ctx context.Context, deliveryID string) ([]hookline.RequestMade, error)
	// Routing gives the configuration as of now; cheap while it does not change.
	Routing(ctx context.Context) (*hookline.Routing, error)
	Action(ctx context.Context, id string) (hookline.Action, error)
	Event(ctx context.Context, id string) (hookline.Event, error)
	Person(ctx context.Context, id string) (hookline.Person, error)
}

// Judge says what a run makes of a delivery. Safe for concurrent use.
type Judge struct {
	store    JudgeStore
	composer Composer
	sending  func(hookline.Delivery) bool // nil: nobody knows of any
}

// NewJudge makes a judge.
func NewJudge(store JudgeStore, composer Composer) *Judge {
	return &Judge{store: store, composer: composer}
}

// Judge says whether a delivery is resent by a wish, and what would be sent, or
// why it is left out. It changes nothing. An error means that nobody knows.
func (j *Judge) Judge(ctx context.Context, w hookline.ResendWish, d hookline.Delivery) (hookline.ResendItem, error) {
	item := hookline.ResendItem{Delivery: d, Outcome: w.Skips(d)}
	if item.Outcome != "" {
		return item, nil
	}
	if w.Discards() { // also what could not be sent
		item.Outcome = hookline.ResentDiscarded
		return item, nil
	}
	routing, err := j.store.Routing(ctx)
	if err != nil {
		return item, err
	}
	destination, there := routing.Destinations[d.DestinationID]
	switch {
	case !there:
		item.Outcome = hookline.SkippedNowhere
	case !destination.Enabled:
		item.Outcome = hookline.SkippedOff
	case j.sending != nil && j.sending(d):
		item.Outcome = hookline.SkippedOwed
	case w.Mode != hookline.ResendOriginal:
		return j.anew(ctx, item)
	case d.RequestNumber == 0:
		item.Outcome, item.Note = hookline.SkippedMissing, "No request could be made for it, so there are no original bytes to send."
	default:
		item.Outcome = hookline.ResentWaiting
	}
	return item, nil
}

// anew makes the request by the action as it is now, when its trigger is met.
func (j *Judge) anew(ctx context.Context, item hookline.ResendItem) (hookline.ResendItem, error) {
	met, err := j.met(ctx, item.Delivery)
	if err != nil {
		return item, err
	}
	if !met {
		item.Outcome = hookline.SkippedTrigger
		return item, nil
	}
	made, version, err := j.composer.Anew(ctx, item.Delivery)
	if err == nil {
		item.Outcome, item.Request, item.ActionVersion = hookline.ResentWaiting, &made.Request, version
		return item, nil
	}
	return refused(item, err)
}

// refused tells why no request could be made; what is about us and not about the
// delivery stays an error.
func refused(item hookline.ResendItem, err error) (hookline.ResendItem, error) {
	if cancelled, ok := errors.AsType[*compose.Cancelled](err); ok {
		item.Outcome, item.Note = hookline.SkippedCancelled, cancelled.Error()
		return item, nil
	}
	e, ok := errors.AsType[*hookline.Error](err)
	if !ok {
		return item, err
	}
	switch e.Kind {
	case hookline.KindInvalid:
		item.Outcome, item.Note = hookline.SkippedTemplate, e.Message
	case hookline.KindConflict, hookline.KindNotFound:
		item.Outcome, item.Note = hookline.SkippedMissing, e.Message
	default:
		return item, err
	}
	return item, nil
}

// met asks the action's trigger as it is now. What no event set off by itself,
// such as a step of a campaign, is not asked, nor is a batch, which carries many.
// What is deleted is told by who needs it to make the request.
func (j *Judge) met(ctx context.Context, d hookline.Delivery) (bool, error) {
	if d.EventID == "" || d.BatchSize > 0 || d.Origin != hookline.OriginEvent {
		return true, nil
	}
	action, err := j.store.Action(ctx, d.ActionID)
	if err != nil {
		return true, unlessGone(err)
	}
	event, err := j.store.Event(ctx, d.EventID)
	if err != nil {
		return true, unlessGone(err)
	}
	var person *hookline.Person
	if d.PersonID != "" {
		p, err := j.store.Person(ctx, d.PersonID)
		if err != nil {
			return true, unlessGone(err)
		}
		person = &p
	}
	trigger, err := condition.Parse(action.Trigger)
	if err != nil {
		return false, nil // nor would an event set it off
	}
	return trigger.Met(condition.SubjectOf(event, person)), nil
}

func unlessGone(err error) error {
	if hookline.KindOf(err) == hookline.KindNotFound {
		return nil
	}
	return err
}
