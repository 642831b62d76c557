package fanout

import (
	"slices"
	"strings"
	"time"

	"hookline/internal/condition"
	"hookline/internal/data"
	"hookline/internal/hookline"
)

// Customer.io's semantic events: tracks that act on the person themself.
const (
	userDeleted      = "User Deleted"
	userSuppressed   = "User Suppressed"
	userUnsuppressed = "User Unsuppressed"
)

// people is everybody whom a stretch touches, as they are after the events so
// far. The store hears of them once, at the stretch's end.
type people struct {
	ids        *hookline.IDs
	byIdentity map[string]*member
	order      []*member // in the order in which they were first changed
	differing  []string  // room for the names of one identify's attributes
}

// member is one person within a stretch.
type member struct {
	person  hookline.Person
	changed bool
	names   []string // new identities
	merged  []string // ids of stored people who became this one
	deleted bool
	into    *member // who this one became

	segments []string // ids of those that they are in, where a trigger asks for any

	attributes *data.Object // the person's, when they were decoded
	asCustomer *data.Object // the same with the id, when it was asked for
}

func newPeople(ids *hookline.IDs, known map[string]hookline.Person) *people {
	p := &people{ids: ids, byIdentity: make(map[string]*member, len(known))}
	byID := map[string]*member{}
	for identity, person := range known {
		m := byID[person.ID]
		if m == nil {
			m = &member{person: person}
			byID[person.ID] = m
		}
		p.byIdentity[identity] = m
	}
	return p
}

// find gives the person behind a name, nil when it leads to nobody.
func (p *people) find(identity string) *member {
	m := p.byIdentity[identity]
	for m != nil && m.into != nil {
		m = m.into
	}
	if m == nil || m.deleted {
		return nil
	}
	return m
}

// apply does to the people what the event says and gives the person whom the
// event is about, nil when that is nobody we know.
func (p *people) apply(c *call) *member {
	e, m := c.event, p.subject(c)
	if m == nil {
		return nil
	}
	if m.person.Suppressed && e.Name != userUnsuppressed {
		return m
	}
	switch {
	case e.Type == hookline.Identify:
		p.identify(m, c)
	case e.Type == hookline.Alias:
		p.alias(m, c.previousID())
	case e.Type == hookline.Track && e.Name == userSuppressed:
		m.person.Suppressed, m.person.Setters = true, ""
		m.write(&data.Object{})
		p.touch(m, e.ReceivedAt)
	case e.Type == hookline.Track && e.Name == userUnsuppressed && m.person.Suppressed:
		m.person.Suppressed = false
		p.touch(m, e.ReceivedAt)
	}
	return m
}

// remove deletes the person of a "User Deleted" event, after everything that
// still wanted to see them has.
func (p *people) remove(e *hookline.Event, m *member) {
	if m != nil && e.Type == hookline.Track && e.Name == userDeleted {
		p.touch(m, e.ReceivedAt)
		m.deleted = true
	}
}

// subject finds or makes the person an event is about: by user id, else by
// anonymous id, else by e-mail. Only an identify makes a person of somebody
// anonymous. A user id that comes with an anonymous id takes it, and takes over
// who was known by it alone; an anonymous id keeps its first user.
func (p *people) subject(c *call) *member {
	e := c.event
	switch {
	case c.user != "":
		m := p.find(c.user)
		if m == nil && e.Type == hookline.Track && e.Name == userDeleted {
			return nil
		}
		if m == nil {
			m = p.create(hookline.Person{UserID: e.UserID}, c.user, e.ReceivedAt)
		}
		if c.anonymous != "" {
			p.claim(m, c.anonymous)
		}
		return m
	case c.anonymous != "":
		m := p.find(c.anonymous)
		if m == nil && e.Type == hookline.Identify {
			m = p.create(hookline.Person{}, c.anonymous, e.ReceivedAt)
		}
		return m
	case c.email == "":
		return nil
	}
	m := p.find(c.email)
	if m == nil {
		m = p.create(hookline.Person{}, c.email, e.ReceivedAt)
	}
	return m
}

func (p *people) create(person hookline.Person, identity string, at time.Time) *member {
	person.ID, person.Attributes, person.CreatedAt = p.ids.New("per"), []byte("{}"), at
	m := &member{person: person}
	p.name(m, identity)
	p.touch(m, at)
	return m
}

// own are the person's attributes, decoded once until they change.
func (m *member) own() (*data.Object, error) {
	if m.attributes != nil {
		return m.attributes, nil
	}
	var err error
	m.attributes, err = condition.Attributes(&m.person)
	return m.attributes, err
}

// customer is the person as triggers and templates see them, made once until
// they change.
func (m *member) customer() (*data.Object, error) {
	if m.asCustomer != nil {
		return m.asCustomer, nil
	}
	own, err := m.own()
	if err != nil {
		return nil, err
	}
	m.asCustomer = condition.WithID(own, m.person.UserID)
	return m.asCustomer, nil
}

// write gives the person other attributes.
func (m *member) write(attributes *data.Object) {
	m.attributes, m.asCustomer = attributes, nil
	m.person.Attributes = attributes.AppendWritten(make([]byte, 0, len(m.person.Attributes)+256))
	m.person.Email = strings.Clone(textOf(attributes.Look("email"))) // who keeps the person shall not keep the event
}

// touch notes that a person was changed and has to be recorded.
func (p *people) touch(m *member, at time.Time) {
	m.person.UpdatedAt = at
	if !m.changed {
		m.changed = true
		p.order = append(p.order, m)
	}
}

// name makes a name lead to a person.
func (p *people) name(m *member, identity string) {
	p.byIdentity[identity] = m
	m.names = append(m.names, identity)
}

// claim makes a name lead to m: a free one is taken, and somebody who has no
// user id of their own becomes m. Who has one keeps the name.
func (p *people) claim(m *member, identity string) {
	owner := p.find(identity)
	switch {
	case owner == m:
	case owner == nil:
		p.name(m, identity)
		p.touch(m, m.person.UpdatedAt)
	case owner.person.UserID == "":
		p.merge(owner, m)
	}
}

// identify adds what a call says of a person.
func (p *people) identify(m *member, c *call) {
	traits := c.traits()
	if traits.Len() == 0 {
		return
	}
	own, _ := m.own() // an error cannot be: we wrote them
	both := merged(own, traits)
	by := hookline.Setter{ID: c.event.ID, From: c.event.SourceID, At: c.event.ReceivedAt}
	p.differing = differing(p.differing[:0], own, traits)
	m.person.Setters = m.person.Setters.With(by, p.differing, both.Len())
	m.write(both)
	p.touch(m, c.event.ReceivedAt)
	if m.person.Email != "" {
		p.claim(m, hookline.EmailIdentity(m.person.Email))
	}
}

// alias makes whoever goes by the previous id become m.
func (p *people) alias(m *member, previousID string) {
	if previousID == "" {
		return
	}
	for _, identity := range []string{hookline.UserIdentity(previousID), hookline.AnonymousIdentity(previousID)} {
		if owner := p.find(identity); owner != nil && owner != m {
			p.merge(owner, m)
			return
		}
	}
	if p.find(hookline.UserIdentity(previousID)) == nil {
		p.claim(m, hookline.AnonymousIdentity(previousID))
	}
}

// merge makes one person become another, who keeps every attribute they have
// and gets those that they lack.
func (p *people) merge(from, into *member) {
	theirs, err1 := from.own()
	own, err2 := into.own()
	if err1 == nil && err2 == nil {
		has := func(name string) bool { return own.Look(name).Kind() != data.KindMissing }
		into.person.Setters = into.person.Setters.Joined(from.person.Setters, has)
		into.write(merged(theirs, own))
	}
	if from.person.Version > 0 {
		into.merged = append(into.merged, from.person.ID)
	}
	into.merged = append(into.merged, from.merged...)
	into.segments = slices.Concat(into.segments, from.segments)
	for _, identity := range from.names {
		p.name(into, identity)
	}
	from.into = into
	p.touch(into, into.person.UpdatedAt)
}

// merged are the members of both, as they were written; of a key in both, the
// second's.
func merged(first, second *data.Object) *data.Object {
	both := data.NewObject(first.Len() + second.Len())
	for _, o := range []*data.Object{first, second} {
		for i := range o.Len() {
			both.PutView(o.At(i))
		}
	}
	return both
}

// differing adds to names those that more gives another value than own has.
func differing(names []string, own, more *data.Object) []string {
	for i := range more.Len() {
		if name, value := more.At(i); !own.Look(name).Same(value) {
			names = append(names, name)
		}
	}
	return names
}

// changes lists what the store has to record, in the order in which it happened.
func (p *people) changes() []hookline.PersonChange {
	changes := make([]hookline.PersonChange, 0, len(p.order))
	for _, m := range p.order {
		if m.into != nil || m.deleted && m.person.Version == 0 && len(m.merged) == 0 {
			continue
		}
		changes = append(changes, hookline.PersonChange{Person: m.person, Identities: m.names, Merged: m.merged, Deleted: m.deleted})
	}
	return changes
}
