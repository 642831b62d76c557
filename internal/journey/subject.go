package journey

import (
	"context"
	"slices"

	"hookline/internal/condition"
	"hookline/internal/data"
	"hookline/internal/hookline"
)

// needs says what has to be read of people, besides their attributes, for the
// conditions of a campaign to be asked.
type needs struct {
	segments bool
	deeds    []string // names of events
}

func (n *needs) add(c *condition.Condition) {
	n.segments = n.segments || len(c.Segments()) > 0
	for _, d := range c.Deeds() {
		if !slices.Contains(n.deeds, d.Event) {
			n.deeds = append(n.deeds, d.Event)
		}
	}
}

type standingStore interface {
	// PeopleByID gives those of the people who are there.
	PeopleByID(ctx context.Context, ids []string) ([]hookline.Person, error)
	// MembershipsOf gives the segments that each of them is in.
	MembershipsOf(ctx context.Context, personIDs []string) (map[string][]string, error)
	// DeedsBy counts in the event log what a person did of each of some events.
	DeedsBy(ctx context.Context, personID string, events []string) (map[string]hookline.Deeds, error)
}

// people are some people as they are now, with what conditions ask of them.
type people struct {
	byID     map[string]*hookline.Person
	segments map[string][]string
	deeds    map[string]map[string]hookline.Deeds // by person and event
}

// readPeople reads people; who is gone is not among them.
func (e *Engine) readPeople(ctx context.Context, ids []string, n needs) (p people, err error) {
	read, err := e.store.PeopleByID(ctx, ids)
	if err != nil {
		return p, err
	}
	p.byID = make(map[string]*hookline.Person, len(read))
	for i := range read {
		p.byID[read[i].ID] = &read[i]
	}
	if n.segments {
		if p.segments, err = e.store.MembershipsOf(ctx, ids); err != nil {
			return p, err
		}
	}
	if len(n.deeds) == 0 {
		return p, nil
	}
	p.deeds = make(map[string]map[string]hookline.Deeds, len(p.byID))
	for id := range p.byID {
		if p.deeds[id], err = e.store.DeedsBy(ctx, id, n.deeds); err != nil {
			return p, err
		}
	}
	return p, nil
}

// subject is what a condition is asked about a person, and the call of an event.
// What cannot be read of either is as if it were missing.
func (p people) subject(person *hookline.Person, call *data.Object) condition.Subject {
	customer, err := condition.Customer(person)
	if err != nil {
		customer = nil
	}
	in, deeds := p.segments[person.ID], p.deeds[person.ID]
	return condition.Subject{
		Event: call, Person: customer,
		InSegment: func(id string) bool { return slices.Contains(in, id) },
		Did:       func(event string) hookline.Deeds { return deeds[event] },
	}
}
