package segment

import (
	"context"
	"slices"
	"time"

	"hookline/internal/condition"
	"hookline/internal/hookline"
)

// Tracks that change the person themself: Customer.io's semantic events.
const (
	userSuppressed   = "User Suppressed"
	userUnsuppressed = "User Unsuppressed"
)

// crowd is everybody whom a round concerns, in the order in which they came up.
type crowd struct {
	*plan
	byID   map[string]*someone
	people []*someone
	nobody map[string]*someone // who did something under a name that leads to nobody yet
}

func newCrowd(p *plan) *crowd {
	return &crowd{plan: p, byID: map[string]*someone{}, nobody: map[string]*someone{}}
}

// someone is a person of the crowd, which they join.
func (c *crowd) someone(p hookline.Person) *someone {
	w := c.byID[p.ID]
	if w == nil {
		w = &someone{Person: p}
		c.byID[p.ID] = w
		c.people = append(c.people, w)
	}
	if p.Version > w.Version {
		w.Person = p
	}
	return w
}

// hear notes what an event may have changed.
func (c *crowd) hear(e *hookline.Event, person hookline.Person) {
	switch {
	case person.CreatedAt.Equal(e.ReceivedAt.Truncate(time.Microsecond)): // this event made them, most likely
		w := c.someone(person)
		w.all, w.eventID = true, e.ID
	case e.Type == hookline.Identify:
		for name := range condition.Decode(e.Payload).Look("traits").Object().Keys() {
			if segments := c.byAttribute[name]; len(segments) > 0 {
				w := c.someone(person)
				w.touch(c.plan, segments)
				w.eventID = e.ID
			}
		}
	case e.Type == hookline.Alias, e.Type == hookline.Track && (e.Name == userSuppressed || e.Name == userUnsuppressed):
		w := c.someone(person)
		w.all, w.eventID = true, e.ID
	}
	if numbers := c.numbers(e); len(numbers) > 0 {
		w := c.someone(person)
		w.touch(c.plan, c.byEvent[e.Name])
		w.eventID = e.ID
		w.add(e, numbers)
	}
}

// numbers are those under which an event is counted; mostly there are none.
func (c *crowd) numbers(e *hookline.Event) []int64 {
	if e.Type != hookline.Track {
		return nil
	}
	return c.counted[e.Name]
}

// hearNobody counts what was done under an anonymous id that leads to nobody yet.
func (c *crowd) hearNobody(e *hookline.Event, numbers []int64) {
	if e.AnonymousID == "" || e.UserID != "" || len(numbers) == 0 {
		return
	}
	name := e.Identity()
	if c.nobody[name] == nil {
		c.nobody[name] = &someone{}
	}
	c.nobody[name].add(e, numbers)
}

// add counts an event. It was done not later than we heard of it, whatever the
// sender's clock says.
func (w *someone) add(e *hookline.Event, numbers []int64) {
	at := e.Timestamp
	if at.After(e.ReceivedAt) {
		at = e.ReceivedAt
	}
	if w.did == nil {
		w.did = map[int64]hookline.Deeds{}
	}
	for _, number := range numbers {
		w.did[number] = w.did[number].With(hookline.Deeds{Total: 1, Times: []int64{at.UnixMicro()}}, condition.MaxTimes+1)
	}
}

// deeds lists what was done, in an order that is always the same.
func (c *crowd) deeds() []hookline.DeedsOf {
	var all []hookline.DeedsOf
	add := func(owner string, w *someone) {
		for _, d := range c.Deeds {
			if deeds, some := w.did[d.Number]; some {
				all = append(all, hookline.DeedsOf{Owner: owner, Deed: d.Number, Deeds: deeds})
			}
		}
	}
	for _, w := range c.people {
		add(w.ID, w)
	}
	for name, w := range c.nobody {
		add(name, w)
	}
	return all
}

// errChanged says that there is something else to do than was planned.
var errChanged = hookline.Conflict("Segments have changed.")

// follow does what events, changes by others and time ask for.
func (s *Stage) follow(ctx context.Context) (int, error) {
	now := s.now()
	news, err := s.store.SegmentNews(ctx, s.plan.Cursor, now, atOnce)
	if err != nil {
		return 0, err
	}
	if news.Version != s.plan.Version {
		return 0, errChanged
	}
	n := len(news.Events) + len(news.Asked) + len(news.Due)
	if n == 0 {
		return 0, nil
	}
	c := newCrowd(s.plan)
	for i := range news.Events {
		e := &news.Events[i]
		if person, known := news.People[e.Identity()]; known {
			c.hear(e, person)
		} else {
			c.hearNobody(e, c.numbers(e))
		}
	}
	round := hookline.SegmentRound{Version: s.plan.Version, From: s.plan.Cursor, To: s.plan.Cursor, Asked: news.Asked}
	if len(news.Events) > 0 {
		round.To = news.Events[len(news.Events)-1].ID
	}
	if err := s.gather(ctx, c, news, &round); err != nil {
		return 0, err
	}
	if err := s.ask(ctx, c, now, false, &round); err != nil {
		return 0, err
	}
	round.Deeds = c.deeds()
	if err := s.store.RecordSegments(ctx, round); err != nil {
		return 0, err
	}
	s.plan.Cursor = round.To
	return n, nil
}

// gather brings those into the crowd who were changed by something else than an
// event, or whose time has come. Who is gone has no time to come.
func (s *Stage) gather(ctx context.Context, c *crowd, news hookline.SegmentNews, round *hookline.SegmentRound) error {
	var ids []string
	for _, a := range news.Asked {
		ids = append(ids, a.PersonID)
	}
	asked := len(ids)
	ids = append(ids, news.Due...)
	if len(ids) == 0 {
		return nil
	}
	people, err := s.store.PeopleByID(ctx, ids)
	if err != nil {
		return err
	}
	for _, person := range people {
		w := c.someone(person)
		w.all = w.all || slices.Contains(ids[:asked], person.ID)
		if slices.Contains(news.Due, person.ID) {
			w.due = true
			w.touch(c.plan, c.timed)
		}
	}
	for _, id := range news.Due {
		if c.byID[id] == nil {
			round.Due = append(round.Due, hookline.DueChange{PersonID: id})
		}
	}
	return nil
}

// ask has everybody in the crowd take their turn.
func (s *Stage) ask(ctx context.Context, c *crowd, now time.Time, silent bool, round *hookline.SegmentRound) error {
	if len(c.people) == 0 {
		return nil
	}
	ids := make([]string, len(c.people))
	for i, w := range c.people {
		ids[i] = w.ID
	}
	standings, err := s.store.Standings(ctx, ids)
	if err != nil {
		return err
	}
	t := newTurn(c.plan, now, round)
	t.silent = silent
	for _, w := range c.people {
		t.take(w, standings[w.ID])
	}
	return nil
}
