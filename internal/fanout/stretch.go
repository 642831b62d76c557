package fanout

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"hookline/internal/compose"
	"hookline/internal/condition"
	"hookline/internal/hookline"
)

// stretch is some consecutive events while they are worked out.
type stretch struct {
	*Fanout
	calls  []call // of all events, in their order
	done   int    // how many of them are worked out
	people *people
	owed   []hookline.Owed
	owners []*member // whose each of owed is; nil for nobody's
	parts  []hookline.BatchPart
	partAt map[string]int // of parts, by action and key
}

// newStretch reads the calls and looks up everybody they may touch.
func (f *Fanout) newStretch(ctx context.Context, events []hookline.Event) (*stretch, error) {
	s := &stretch{Fanout: f, calls: make([]call, len(events))}
	names := make([]string, 0, 2*len(events))
	seen := make(map[string]struct{}, 2*len(events))
	add := func(name string) {
		if _, known := seen[name]; !known {
			seen[name] = struct{}{}
			names = append(names, name)
		}
	}
	for i := range events {
		s.calls[i] = newCall(&events[i])
		s.calls[i].identities(add)
	}
	known, err := f.store.PeopleByIdentity(ctx, names)
	if err != nil {
		return nil, fmt.Errorf("look up people: %w", err)
	}
	s.people = newPeople(&f.ids, known)
	if f.matcher.readsSegments {
		if err := s.findSegments(ctx, known); err != nil {
			return nil, fmt.Errorf("look up memberships: %w", err)
		}
	}
	return s, nil
}

// findSegments looks up in which segments everybody is who is known already.
// Nobody enters or leaves one within the stretch.
func (s *stretch) findSegments(ctx context.Context, known map[string]hookline.Person) error {
	var ids []string
	for _, p := range known {
		ids = append(ids, p.ID)
	}
	slices.Sort(ids)
	memberships, err := s.store.MembershipsOf(ctx, slices.Compact(ids))
	for _, m := range s.people.byIdentity {
		m.segments = memberships[m.person.ID]
	}
	return err
}

// event changes the person, asks the triggers, and makes what is owed. It is
// called for each event in turn.
func (s *stretch) event(ctx context.Context, e *hookline.Event) {
	c := &s.calls[s.done]
	s.done++
	m := s.people.apply(c)
	if s.matcher.asks(e.SourceID) && (m == nil || !m.person.Suppressed) {
		s.route(ctx, c, m)
	}
	s.people.remove(e, m)
	*c = call{} // frees what it was decoded to
}

func (s *stretch) route(ctx context.Context, c *call, m *member) {
	subject := condition.Subject{Event: c.payload()}
	roots := compose.Roots{Event: c.event, Call: c.payload()}
	if m != nil {
		roots.Person, roots.Customer = &m.person, m.customer
	}
	if m != nil && s.matcher.readsPerson {
		subject.Person, _ = m.customer()
	}
	if m != nil && len(m.segments) > 0 {
		subject.InSegment = condition.InSegments(m.segments)
	}
	for _, r := range s.matcher.bySource[c.event.SourceID] {
		if !c.allows(r.destination.Name) {
			continue
		}
		for i := range r.actions {
			if a := &r.actions[i]; a.trigger.Met(subject) {
				s.act(ctx, a, roots, m)
			}
		}
	}
}

// act makes what one action owes: a delivery, or an item of a batch that is
// still being gathered.
func (s *stretch) act(ctx context.Context, a *readyAction, roots compose.Roots, m *member) {
	o := s.owe(ctx, a, roots)
	if !a.Batching.Enabled || o.State != hookline.StateQueued {
		if s.owed == nil { // most often each event to come owes one more
			s.owed = make([]hookline.Owed, 0, len(s.calls)-s.done+1)
		}
		s.owed = append(s.owed, o)
		s.owners = append(s.owners, m)
		return
	}
	item := hookline.BatchItem{EventID: roots.Event.ID, Body: bytes.TrimSpace(o.Request.Body)}
	if roots.Person != nil {
		item.PersonID = roots.Person.ID
	}
	p := s.part(a, o)
	p.Items = append(p.Items, item)
}

// part gives the part of a batch that a delivery would be in, which this stretch
// begins when it has none yet.
func (s *stretch) part(a *readyAction, o hookline.Owed) *hookline.BatchPart {
	key := batchKey(o.Request)
	at, begun := s.partAt[a.ID+key]
	if !begun {
		if s.partAt == nil {
			s.partAt = map[string]int{}
		}
		at = len(s.parts)
		s.partAt[a.ID+key] = at
		o.Request.Body = nil
		s.parts = append(s.parts, hookline.BatchPart{
			DestinationID: a.DestinationID, ActionID: a.ID, ActionVersion: a.Version, Key: key, Request: o.Request, DueAt: o.CreatedAt.Add(a.Batching.Window),
		})
	}
	return &s.parts[at]
}

// batchKey is equal for requests that may share one: the same method, address
// and headers.
func batchKey(r hookline.Request) string {
	var room [512]byte
	text := appendCounted(appendCounted(room[:0], r.Method), r.URL)
	for _, header := range r.Headers {
		text = appendCounted(appendCounted(text, header.Name), header.Value)
	}
	return shortSum(text)
}

// appendCounted puts its length before a text, so that no two lists of texts
// look the same.
func appendCounted(to []byte, text string) []byte {
	return append(binary.AppendUvarint(to, uint64(len(text))), text...)
}

// owe makes the delivery of one action. A request that cannot be made fails
// this delivery, with the reason, and nothing else; a template that decides not
// to send discards it.
func (s *stretch) owe(ctx context.Context, a *readyAction, roots compose.Roots) hookline.Owed {
	at := time.Now().UTC()
	o := hookline.Owed{Delivery: hookline.Delivery{
		State: hookline.StateQueued, Origin: hookline.OriginEvent,
		DestinationID: a.DestinationID, ActionID: a.ID, ActionVersion: a.Version, EventID: roots.Event.ID,
		IdempotencyKey: idempotencyKey(roots.Event.ID, a.ID),
		RequestNumber:  1, CreatedAt: at, NextAttemptAt: at, UpdatedAt: at,
	}}
	var err error
	if o.Request, err = a.template(s.compose).Request(ctx, roots); err == nil {
		return o
	}
	o.State, o.RequestNumber, o.NextAttemptAt, o.Reason = hookline.StateFailed, 0, time.Time{}, compose.Reason(err)
	if _, cancelled := errors.AsType[*compose.Cancelled](err); cancelled {
		o.State = hookline.StateDiscarded
	}
	return o
}

// idempotencyKey comes from the event and the action alone, so that work that
// is done again after a crash carries the same key.
func idempotencyKey(eventID, actionID string) string {
	var room [128]byte
	return shortSum(append(append(append(room[:0], eventID...), '/'), actionID...))
}

func shortSum(text []byte) string {
	sum := sha256.Sum256(text)
	var room [32]byte
	return string(hex.AppendEncode(room[:0], sum[:16]))
}

// record is the stretch as the store takes it. A delivery names whom its person
// became by the stretch's end.
func (s *stretch) record(from, to string) hookline.Fanout {
	for i, m := range s.owners {
		for m != nil && m.into != nil {
			m = m.into
		}
		if m != nil {
			s.owed[i].PersonID = m.person.ID
		}
	}
	return hookline.Fanout{From: from, To: to, People: s.people.changes(), Deliveries: s.owed, Parts: s.parts}
}
