package backtest

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"hookline/internal/compose"
	"hookline/internal/condition"
	"hookline/internal/data"
	"hookline/internal/hookline"
)

// weigher finds out about event after event.
type weigher struct {
	ctx           context.Context
	question      Question
	edited, saved *compose.Prepared // saved is nil when nothing is saved
	answer        *Answer
}

// outcome is what came of one event for one of the two actions.
type outcome struct {
	matched  bool
	made     compose.Made
	err      error // why there is no request
	canceled bool  // the template did not want to send it
}

func (o outcome) sent() bool { return o.matched && o.err == nil }

// weigh asks both actions about an event, and notes what is worth telling.
func (w *weigher) weigh(e hookline.Event, people map[string]hookline.Person) {
	roots := compose.Roots{Event: &e}
	if p, known := people[e.Identity()]; known {
		roots.Person = &p
	}
	subject := condition.SubjectOf(e, roots.Person)
	now := w.ask(w.question.Trigger, w.edited, subject, &roots)
	w.answer.add(e, roots.Person, now)
	if w.saved == nil {
		return
	}
	before := w.ask(w.question.Saved.Trigger, w.saved, subject, &roots)
	w.answer.compare(e, roots.Person, before, now)
}

func (w *weigher) ask(trigger *condition.Condition, template *compose.Prepared, subject condition.Subject, roots *compose.Roots) (o outcome) {
	if o.matched = trigger.Met(subject); !o.matched {
		return o
	}
	if roots.Call == nil { // decoded once for both; what cannot be, compose tells
		roots.Call, _ = data.DecodeObject(string(roots.Event.Payload))
	}
	o.made, o.err = template.Make(w.ctx, *roots)
	_, o.canceled = errors.AsType[*compose.Cancelled](o.err)
	return o
}

// alike says whether two requests are the same to a receiver.
func alike(a, b hookline.Request) bool {
	return a.Method == b.Method && a.URL == b.URL && slices.Equal(a.Headers, b.Headers) && bytes.Equal(a.Body, b.Body)
}
