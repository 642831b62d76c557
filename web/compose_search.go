package web

import (
	"slices"
	"strings"

	"hookline/internal/hookline"
)

// searchedText is the longest text that is searched for, in bytes; searchedPeople is of how many of the people found
// the events are found too.
const (
	searchedText   = 200
	searchedPeople = 5
)

// examples are the events and people that a preview can be made with.
type examples struct {
	events []hookline.Event
	people []hookline.Person
	many   bool // there are more
}

// newestExamples are the newest of both.
func (s *server) newestExamples(lately *recent) (examples, error) {
	people, err := s.Store.ListPeople(lately.ctx, "", hookline.Cursor{Limit: offeredPeople})
	return examples{
		events: lately.events[:min(len(lately.events), offeredEvents)],
		people: people.Rows, many: people.Older || len(lately.events) > offeredEvents,
	}, err
}

// searchExamples finds events by their id, by their name among the latest, and by whom they are about: a user id, an
// anonymous id or an e-mail address; and people as their list finds them.
func (s *server) searchExamples(lately *recent, text string) (examples, error) {
	text = strings.ToValidUTF8(text[:min(len(text), searchedText)], "")
	people, err := s.Store.ListPeople(lately.ctx, text, hookline.Cursor{Limit: offeredPeople})
	if err != nil {
		return examples{}, err
	}
	found := examples{people: people.Rows, many: true}
	names := []string{hookline.UserIdentity(text), hookline.AnonymousIdentity(text), hookline.EmailIdentity(text)}
	for _, p := range people.Rows[:min(len(people.Rows), searchedPeople)] {
		names = append(names, identities(p)...)
	}
	if len(lately.sources) > 0 { // an empty filter would not narrow
		list, err := s.Store.ListEvents(lately.ctx, hookline.EventFilter{SourceIDs: lately.sources, Identities: names}, hookline.Cursor{Limit: offeredEvents})
		if err != nil {
			return examples{}, err
		}
		found.events = list.Rows
	}
	if e, err := s.Store.Event(lately.ctx, text); err == nil && slices.Contains(lately.sources, e.SourceID) {
		found.events = append(found.events, e)
	}
	sought := strings.ToLower(text)
	for _, e := range lately.events {
		if strings.Contains(strings.ToLower(e.Name), sought) {
			found.events = append(found.events, e)
		}
	}
	slices.SortFunc(found.events, func(a, b hookline.Event) int { return strings.Compare(b.ID, a.ID) })
	found.events = slices.CompactFunc(found.events, func(a, b hookline.Event) bool { return a.ID == b.ID })
	found.events = found.events[:min(len(found.events), offeredEvents)]
	return found, nil
}
