package web

import (
	"context"
	"time"

	"hookline/internal/condition"
	"hookline/internal/hookline"
	"hookline/views"
)

// explainDelivery adds to a delivery why it was made, what its action makes of an answer, and what is still before it.
func (s *server) explainDelivery(ctx context.Context, m *views.DeliveryModel) error {
	made, err := s.madeBy(ctx, m.Row)
	if err != nil {
		return err
	}
	for _, attribute := range made.Response.Attributes {
		m.WouldSet = append(m.WouldSet, attribute.Name)
	}
	if m.Why, err = s.whySent(ctx, m.Row, made); err != nil {
		return err
	}
	m.Ahead, err = s.ahead(ctx, m.Row, m.Hold)
	return err
}

// madeBy is the version of the action that made a delivery; of one from before there were versions, the action as it
// is now, without a number. The zero value when it was deleted.
func (s *server) madeBy(ctx context.Context, row hookline.DeliveryRow) (hookline.ActionVersion, error) {
	if row.ActionID == "" {
		return hookline.ActionVersion{}, nil
	}
	if row.ActionVersion > 0 {
		return unlessMissing(s.Store.ActionVersion(ctx, row.ActionID, row.ActionVersion))
	}
	a, err := unlessMissing(s.Store.Action(ctx, row.ActionID))
	if err != nil || a.ID == "" {
		return hookline.ActionVersion{}, err
	}
	v := a.Saved(a.UpdatedAt)
	v.Number = 0
	return v, nil
}

// whySent asks the trigger of then once more: about the event, which does not change, and the person as they are known
// now. It is not asked where the event does not say all, of a batch or a test.
func (s *server) whySent(ctx context.Context, row hookline.DeliveryRow, made hookline.ActionVersion) (views.Why, error) {
	if made.ActionID == "" || row.Origin != hookline.OriginEvent {
		return views.Why{}, nil
	}
	segments, err := s.segmentNames(ctx)
	if err != nil {
		return views.Why{}, err
	}
	why := views.Why{Version: made.Number, Segments: segments, Sentence: segments.Sentence(made.Trigger)}
	trigger, err := condition.Parse(made.Trigger)
	if err != nil || row.EventID == "" {
		return why, nil //nolint:nilerr // a trigger that cannot be read is told as it is written
	}
	event, err := unlessMissing(s.Store.Event(ctx, row.EventID))
	if err != nil || event.ID == "" {
		return why, err
	}
	person, err := unlessMissing(s.Store.Person(ctx, row.PersonID))
	if err != nil {
		return why, err
	}
	why.Told, why.ReadsPerson = true, trigger.ReadsPerson()
	why.Verdict = trigger.Evaluate(condition.SubjectOf(event, knownPerson(person)))
	return why, nil
}

// knownPerson is nil when nobody is known.
func knownPerson(p hookline.Person) *hookline.Person {
	if p.ID == "" {
		return nil
	}
	return &p
}

// ahead is what a delivery that is owed has before it.
func (s *server) ahead(ctx context.Context, row hookline.DeliveryRow, hold hookline.Hold) (hookline.Ahead, error) {
	if !row.State.Owed() && row.State != hookline.StateHeld || row.Origin == hookline.OriginTest {
		return hookline.Ahead{}, nil
	}
	d, err := unlessMissing(s.Store.Destination(ctx, row.DestinationID))
	if err != nil || d.ID == "" {
		return hookline.Ahead{}, err
	}
	next := row.NextAttemptAt
	for _, at := range []time.Time{hold.Next, time.Now()} {
		if at.After(next) {
			next = at
		}
	}
	return s.Schedule.Ahead(d, row.Tries, next), nil
}
