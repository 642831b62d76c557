package web

import (
	"context"

	"hookline/internal/condition"
	"hookline/internal/data"
	"hookline/internal/hookline"
	"hookline/views"
)

// How much of what came in lately is looked at.
const (
	recentEvents = 200 // for suggestions
	askedEvents  = 100 // of them, for “matches N of the last 100”
)

// recent is what came in lately from a destination's sources, the newest first, with whom it is about. It serves one
// request.
type recent struct {
	ctx      context.Context
	store    Store
	sources  []string
	segments views.SegmentNames
	events   []hookline.Event
	payloads []*data.Object
	people   map[string]*hookline.Person // by identity; nil: nobody is known
}

func (s *server) recent(ctx context.Context, d hookline.Destination) (*recent, error) {
	if len(d.SourceIDs) == 0 { // an empty filter would not narrow
		return s.nothingRecent(ctx)
	}
	lately, err := s.recentOfAll(ctx, hookline.EventFilter{SourceIDs: d.SourceIDs})
	lately.sources = d.SourceIDs
	return lately, err
}

func (s *server) nothingRecent(ctx context.Context) (*recent, error) {
	segments, err := s.segmentNames(ctx)
	return &recent{ctx: ctx, store: s.Store, segments: segments, people: map[string]*hookline.Person{}}, err
}

// recentOfAll is what came in lately of what the filter leaves.
func (s *server) recentOfAll(ctx context.Context, f hookline.EventFilter) (*recent, error) {
	lately, err := s.nothingRecent(ctx)
	if err != nil {
		return lately, err
	}
	list, err := s.Store.ListEvents(ctx, f, hookline.Cursor{Limit: recentEvents})
	lately.events = list.Rows
	lately.payloads = make([]*data.Object, len(list.Rows))
	return lately, err
}

func (l *recent) payload(i int) *data.Object {
	if l.payloads[i] == nil {
		l.payloads[i] = condition.Decode(l.events[i].Payload)
	}
	return l.payloads[i]
}

// person is whom an event is about, as they are known now; nil when nobody is.
func (l *recent) person(e hookline.Event) (*hookline.Person, error) {
	identity := e.Identity()
	if identity == "" {
		return nil, nil
	}
	if p, asked := l.people[identity]; asked {
		return p, nil
	}
	p, err := l.store.PersonByIdentity(l.ctx, identity)
	switch {
	case hookline.KindOf(err) == hookline.KindNotFound:
		l.people[identity] = nil
		return nil, nil
	case err != nil:
		return nil, err
	}
	l.people[identity] = &p
	return &p, nil
}

// subject is what a trigger is asked about, as it is when events are fanned out.
func (l *recent) subject(i int) (condition.Subject, error) {
	p, err := l.person(l.events[i])
	if err != nil {
		return condition.Subject{}, err
	}
	return condition.SubjectOf(l.events[i], p), nil
}

// ask tells of each of the latest events whether it meets c, and why.
func (l *recent) ask(c *condition.Condition) ([]views.AskedEvent, error) {
	var asked []views.AskedEvent
	for i, e := range l.events[:min(len(l.events), askedEvents)] {
		subject, err := l.subject(i)
		if err != nil {
			return nil, err
		}
		verdict := c.Evaluate(subject)
		p, err := l.person(e)
		if err != nil {
			return nil, err
		}
		asked = append(asked, views.AskedEvent{
			ID: e.ID, Title: views.EventTitle(e), About: about(e, p), At: e.ReceivedAt,
			Met: verdict.Met, Reasons: l.segments.Words().Reasons(&verdict),
		})
	}
	return asked, nil
}

// newestMet is the place of the newest event that meets c; false when none of the latest does.
func (l *recent) newestMet(c *condition.Condition) (int, bool, error) {
	for i := range l.events[:min(len(l.events), askedEvents)] {
		subject, err := l.subject(i)
		if err != nil {
			return 0, false, err
		}
		if c.Met(subject) {
			return i, true, nil
		}
	}
	return 0, false, nil
}

// about names whom an event is about.
func about(e hookline.Event, p *hookline.Person) string {
	switch {
	case p != nil:
		return p.Label()
	case e.UserID != "":
		return e.UserID
	case e.AnonymousID != "":
		return "anonymous " + e.AnonymousID
	}
	return e.Email
}
