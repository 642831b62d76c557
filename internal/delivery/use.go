package delivery

import (
	"context"
	"errors"

	"hookline/internal/compose"
	"hookline/internal/hookline"
)

// AnswerStore is what is read to make use of an answer.
type AnswerStore interface {
	Event(ctx context.Context, id string) (hookline.Event, error)
	Person(ctx context.Context, id string) (hookline.Person, error)
	Journey(ctx context.Context, id string) (hookline.Journey, error)
	// DeliveryRow tells whom a delivery is about now.
	DeliveryRow(ctx context.Context, id string) (hookline.DeliveryRow, error)
}

// use adds to an attempt what its action makes of a good answer: attributes to
// set, and doubts. Of an action that makes nothing of it, nothing is even read.
// An answer to a batch is about all its events and so about nobody: it may be
// doubted, and sets nothing.
func (e *Engine) use(ctx context.Context, o hookline.Owed, r hookline.Response, f *hookline.Finished) {
	if f.Outcome.State != hookline.StateDelivered || r.Unused() {
		return
	}
	var roots compose.Roots
	if o.BatchSize > 0 {
		r.Attributes = nil
	} else if len(r.Attributes) > 0 {
		var err error
		if roots, err = e.answerRoots(ctx, o); err != nil {
			e.log.ErrorContext(ctx, "read what an answer is about", "delivery", o.ID, "error", err)
			addDoubts(f, "no attribute was set, because the event or the person could not be read")
			r.Attributes = nil
		}
	}
	e.useWith(ctx, roots, r, f)
	if roots.Person != nil {
		f.PersonVersion = roots.Person.Version
	}
	if o.Origin == hookline.OriginTest {
		f.Sets = nil // also when it is resent
	}
}

// usedAnew is how often attributes are worked out anew because the person
// changed meanwhile. After that they are set as they are: somebody about whom so
// much happens must not keep an attempt from being recorded.
const usedAnew = 5

// finish records an attempt. Attributes that were worked out from a person who
// has changed since are worked out again.
func (e *Engine) finish(ctx context.Context, o hookline.Owed, f *hookline.Finished) error {
	err := e.store.Finish(ctx, *f)
	for try := 1; errors.Is(err, hookline.ErrPersonChanged); try++ {
		routing, err2 := e.store.Routing(ctx)
		if err2 != nil {
			return err2
		}
		f.Outcome.Reason, f.Attempt.Reason, f.Sets = "", "", nil
		if e.use(ctx, o, routing.Responses[o.ActionID], f); try >= usedAnew {
			f.PersonVersion = 0
		}
		err = e.store.Finish(ctx, *f)
	}
	return err
}

// useWith is use with what the answer is about already read.
func (e *Engine) useWith(ctx context.Context, roots compose.Roots, r hookline.Response, f *hookline.Finished) {
	if f.Attempt.Timings.Inside && !r.Inside && len(r.Attributes) > 0 {
		addDoubts(f, "no attribute was set, because the answer came from an inside address and this action was last changed by somebody who is no administrator")
		r.Attributes = nil
	}
	answer := compose.ReadAnswer(f.Attempt.Status, f.Attempt.Answer)
	roots.Answer = &answer
	used := e.composer.Use(ctx, r, roots)
	f.Sets = used.Sets
	addDoubts(f, used.Doubts...)
}

func addDoubts(f *hookline.Finished, doubts ...string) {
	for _, doubt := range doubts {
		f.Outcome.Reason = hookline.WithDoubt(f.Outcome.Reason, doubt)
	}
	f.Attempt.Reason = f.Outcome.Reason
}

// answerRoots reads the event or the journey, and the person as they are now.
// What is not there any more is not spoken of.
func (e *Engine) answerRoots(ctx context.Context, o hookline.Owed) (roots compose.Roots, err error) {
	switch {
	case o.JourneyID != "":
		journey, err := e.store.Journey(ctx, o.JourneyID)
		switch {
		case err == nil:
			roots = compose.OfJourney(&journey, nil)
		case hookline.KindOf(err) != hookline.KindNotFound:
			return roots, err
		}
	case o.EventID != "":
		event, err := e.store.Event(ctx, o.EventID)
		switch {
		case err == nil:
			roots.Event = &event
		case hookline.KindOf(err) != hookline.KindNotFound:
			return roots, err
		}
	}
	person, err := e.personNow(ctx, o)
	switch {
	case err == nil:
		roots.Person = &person
	case hookline.KindOf(err) != hookline.KindNotFound:
		return roots, err
	}
	return roots, nil
}

// personNow is whom a delivery is about, or whom that person was merged into
// while it was on its way.
func (e *Engine) personNow(ctx context.Context, o hookline.Owed) (hookline.Person, error) {
	if o.PersonID == "" {
		return hookline.Person{}, hookline.NotFound("person")
	}
	person, err := e.store.Person(ctx, o.PersonID)
	if hookline.KindOf(err) != hookline.KindNotFound {
		return person, err
	}
	row, err := e.store.DeliveryRow(ctx, o.ID)
	if err != nil {
		return person, err
	}
	return e.store.Person(ctx, row.PersonID)
}
