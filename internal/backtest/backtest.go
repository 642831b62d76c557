// Package backtest says what an action would have done with the events that came in lately, before it is saved.
//
// Read [Tester.Run] for the way of it; weigh.go is what is found out about one event, answer.go what is told of all.
package backtest

import (
	"context"
	"fmt"
	"time"

	"hookline/internal/compose"
	"hookline/internal/condition"
	"hookline/internal/hookline"
)

// Store is what a back-test reads.
type Store interface {
	// ListEvents gives the events of any of the filter's sources, newest first.
	ListEvents(ctx context.Context, f hookline.EventFilter, c hookline.Cursor) (hookline.Listing[hookline.Event], error)
	// PeopleByIdentity gives the person behind each name that leads to one.
	PeopleByIdentity(ctx context.Context, identities []string) (map[string]hookline.Person, error)
}

// How much a back-test looks at. What is older is left out, and the answer says so.
const (
	MaxEvents = 100_000
	MaxTime   = 4 * time.Second

	atOnce = 500 // events that are read together
)

// Tester makes back-tests. Safe for concurrent use.
type Tester struct {
	store    Store
	composer *compose.Composer
}

// New makes a tester.
func New(store Store, composer *compose.Composer) *Tester { return &Tester{store, composer} }

// Question is what is to be found out.
type Question struct {
	SourceIDs []string  // whose events
	Since     time.Time // only events that came in after this
	Limit     int       // how many at most; 0: MaxEvents
	Trigger   *condition.Condition
	Template  hookline.Template
	Saved     *Saved // to compare with; nil: nothing is saved yet
}

// Saved is the action as it is in use.
type Saved struct {
	Trigger  *condition.Condition
	Template hookline.Template
}

// Run asks the trigger and makes the requests for one event after the other, the newest first, with people as they are
// known now. It ends with the last event, at the question's limit, or when MaxTime is over.
func (t *Tester) Run(ctx context.Context, q Question) (Answer, error) {
	w := weigher{ctx: ctx, question: q, edited: t.composer.Prepare(q.Template), answer: newAnswer()}
	if q.Saved != nil {
		w.saved = t.composer.Prepare(q.Saved.Template)
	}
	if len(q.SourceIDs) == 0 { // an empty filter would not narrow
		return w.answer.done(), nil
	}
	end := time.Now().Add(MaxTime)
	left := MaxEvents
	if q.Limit > 0 {
		left = min(left, q.Limit)
	}
	from := hookline.Cursor{}
	for {
		from.Limit = min(atOnce, left)
		list, err := t.store.ListEvents(ctx, hookline.EventFilter{SourceIDs: q.SourceIDs}, from)
		if err != nil {
			return Answer{}, fmt.Errorf("back-test: %w", err)
		}
		people, err := t.store.PeopleByIdentity(ctx, identities(list.Rows))
		if err != nil {
			return Answer{}, fmt.Errorf("back-test: %w", err)
		}
		for i, e := range list.Rows {
			if !e.ReceivedAt.After(q.Since) {
				return w.answer.done(), nil
			}
			if i%20 == 0 && time.Now().After(end) {
				w.answer.Cut = true
				return w.answer.done(), nil
			}
			w.weigh(e, people)
		}
		if left -= len(list.Rows); !list.Older {
			return w.answer.done(), nil
		}
		if left <= 0 {
			w.answer.Cut = q.Limit == 0
			return w.answer.done(), nil
		}
		from.Before = list.Rows[len(list.Rows)-1].ID
	}
}

func identities(events []hookline.Event) []string {
	seen := map[string]bool{}
	var names []string
	for _, e := range events {
		if name := e.Identity(); name != "" && !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}
