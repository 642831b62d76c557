package web

import (
	"context"
	"slices"
	"strings"

	"hookline/internal/compose"
	"hookline/internal/hookline"
	"hookline/views"
)

// chooseRoots finds the event and the person to preview with, and notes which and why.
func (s *server) chooseRoots(f composerForm, lately *recent, m *views.PreviewModel) (compose.Roots, error) {
	switch {
	case f.owned():
		return s.ownedRoots(f, lately, m)
	case strings.HasPrefix(f.example, "awkward:"):
		if a, ok := awkwardBy(f.example); ok {
			return a.chosen(lately, f.trigger, m)
		}
		m.Choice = ""
	case f.example == exampleID:
		m.Note = "This is an example, not an event of yours."
	case strings.HasPrefix(f.example, "evt_"):
		if e, err := s.Store.Event(lately.ctx, f.example); err == nil && slices.Contains(lately.sources, e.SourceID) {
			return lately.roots(e)
		}
		m.Choice = ""
	case strings.HasPrefix(f.example, "per_"):
		if p, err := s.Store.Person(lately.ctx, f.example); err == nil {
			return s.rootsOf(p, lately, m)
		}
		m.Choice = ""
	}
	if m.Choice == "" && len(lately.events) > 0 {
		return lately.bestRoots(f.trigger, m)
	}
	if m.Choice == "" {
		m.Note = "No event has come in from the connected sources yet, so this is an example."
	}
	m.Example = true
	return compose.Roots{Event: exampleEvent(), Person: examplePerson()}, nil
}

func (l *recent) roots(e hookline.Event) (compose.Roots, error) {
	p, err := l.person(e)
	return compose.Roots{Event: &e, Person: p}, err
}

// bestRoots is the newest event that meets the trigger, else the newest.
func (l *recent) bestRoots(t triggerForm, m *views.PreviewModel) (compose.Roots, error) {
	c, _, _ := t.condition()
	if c == nil {
		m.Note = "The trigger is not complete yet, so this is the newest event."
		return l.roots(l.events[0])
	}
	i, found, err := l.newestMet(c)
	if err != nil {
		return compose.Roots{}, err
	}
	m.Note = "This is the newest event that the trigger matches."
	if !found {
		m.Note = "The trigger matches none of the latest events, so this is the newest one."
	}
	return l.roots(l.events[i])
}

// rootsOf is a person with the newest event about them, or with the example's when there is none.
func (s *server) rootsOf(p hookline.Person, lately *recent, m *views.PreviewModel) (compose.Roots, error) {
	event, err := s.newestOf(lately.ctx, p, lately.sources)
	if err != nil {
		return compose.Roots{}, err
	}
	m.Note = "This is the newest event about this person."
	if event == nil {
		m.Note = "No event about this person has come in from the connected sources, so the event is an example."
		event = exampleEvent()
		event.UserID = p.UserID
	}
	return compose.Roots{Event: event, Person: &p}, nil
}

func (s *server) newestOf(ctx context.Context, p hookline.Person, sources []string) (*hookline.Event, error) {
	names := identities(p)
	if len(names) == 0 || len(sources) == 0 { // an empty filter would not narrow
		return nil, nil
	}
	list, err := s.Store.ListEvents(ctx, hookline.EventFilter{SourceIDs: sources, Identities: names}, hookline.Cursor{Limit: 1})
	if err != nil || len(list.Rows) == 0 {
		return nil, err
	}
	return &list.Rows[0], nil
}

// offerExamples lists what the preview can be made with: what was searched for, else the newest. What was chosen stays on
// offer, however old it is.
func (s *server) offerExamples(lately *recent, chosen compose.Roots, m *views.PreviewModel) error {
	var found examples
	var err error
	if m.Search == "" {
		found, err = s.newestExamples(lately)
	} else {
		found, err = s.searchExamples(lately, m.Search)
	}
	if err != nil {
		return err
	}
	m.Many, m.Found = found.many, len(found.events)+len(found.people)
	m.Awkward = offeredAwkwards()
	if strings.HasPrefix(m.Choice, "evt_") && !slices.ContainsFunc(found.events, func(e hookline.Event) bool { return e.ID == m.Choice }) {
		found.events = append(slices.Clone(found.events), *chosen.Event)
	}
	if strings.HasPrefix(m.Choice, "per_") && !slices.ContainsFunc(found.people, func(p hookline.Person) bool { return p.ID == m.Choice }) {
		found.people = append(slices.Clone(found.people), *chosen.Person)
	}
	for _, e := range found.events {
		p, err := lately.person(e)
		if err != nil {
			return err
		}
		m.Events = append(m.Events, views.Example{ID: e.ID, Title: views.EventTitle(e), About: about(e, p), At: e.ReceivedAt})
	}
	for _, p := range found.people {
		m.People = append(m.People, views.Example{ID: p.ID, Title: p.Label()})
	}
	if e := chosen.Event; e != nil && !strings.HasPrefix(m.Choice, "awkward:") {
		m.Shown = views.Example{Title: views.EventTitle(*e), About: about(*e, chosen.Person), At: e.ReceivedAt}
	}
	return nil
}
