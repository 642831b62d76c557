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

// hearAll hears events until they concern as many people as one round asks, and
// says how many it heard.
func (c *crowd) hearAll(news hookline.SegmentNews) int {
	for i := range news.Events {
		e := &news.Events[i]
		if person, known := news.People[e.Identity()]; known {
			c.hear(e, person)
		} else {
			c.hearNobody(e, c.numbers(e))
		}
		if len(c.people)+len(c.nobody) > atOnce {
			return i + 1
		}
	}
	return len(news.Events)
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

// errChanged says that there is something else to do than was planned.
var errChanged = hookline.Conflict("Segments have changed.")

// follow does what events, changes by others and time ask for.
func (s *Stage) follow(ctx context.Context) (int, error) {
	now := s.now()
	news, err := s.store.SegmentNews(ctx, s.plan.Cursor, now, eventsAtOnce, atOnce)
	if err != nil {
		return 0, err
	}
	if news.Version != s.plan.Version {
		return 0, errChanged
	}
	if len(news.Events)+len(news.Asked)+len(news.Due) == 0 {
		return 0, nil
	}
	c := newCrowd(s.plan)
	heard := c.hearAll(news)
	round := hookline.SegmentRound{Version: s.plan.Version, From: s.plan.Cursor, To: s.plan.Cursor, Asked: news.Asked}
	if heard > 0 {
		round.To = news.Events[heard-1].ID
	}
	if err := s.gather(ctx, c, news, &round); err != nil {
		return 0, err
	}
	if err := s.ask(ctx, c, now, false, &round); err != nil {
		return 0, err
	}
	if err := s.record(ctx, c, round); err != nil {
		return 0, err
	}
	s.plan.Cursor = round.To
	return heard + len(news.Asked) + len(news.Due), nil
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
		if slices.Contains(ids[:asked], person.ID) {
			w.all = true
			delete(c.known, person.ID) // a merge may have changed it
		}
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

// ask has everybody in the crowd take their turn, after what they did is counted.
func (s *Stage) ask(ctx context.Context, c *crowd, now time.Time, silent bool, round *hookline.SegmentRound) error {
	if err := s.findStandings(ctx, c); err != nil {
		return err
	}
	t := newTurn(c.plan, now, round)
	t.silent = silent
	for _, w := range c.people {
		round.Deeds = append(round.Deeds, w.settle(c.plan, w.ID)...)
		if w.ask != nil || w.all {
			t.take(w)
		}
	}
	for name, w := range c.nobody {
		round.Deeds = append(round.Deeds, w.settle(c.plan, name)...)
	}
	return nil
}

// findStandings looks up what is kept of everybody of whom it is not known.
func (s *Stage) findStandings(ctx context.Context, c *crowd) error {
	var unknown []string
	for _, w := range c.people {
		standing, known := c.known[w.ID]
		if !known {
			unknown = append(unknown, w.ID)
		}
		w.standing = standing
	}
	for name := range c.nobody {
		unknown = append(unknown, name)
	}
	if len(unknown) == 0 {
		return nil
	}
	read, err := s.store.Standings(ctx, unknown)
	if err != nil {
		return err
	}
	for id, standing := range read {
		if w := c.byID[id]; w != nil {
			w.standing = standing
		} else if w := c.nobody[id]; w != nil {
			w.standing = standing
		}
	}
	return nil
}

// record records a round, and remembers what is kept of everybody then.
func (s *Stage) record(ctx context.Context, c *crowd, round hookline.SegmentRound) error {
	if err := s.store.RecordSegments(ctx, round); err != nil {
		return err
	}
	if len(c.known) > knownAtMost {
		clear(c.known)
	}
	for _, w := range c.people {
		c.known[w.ID] = w.standing
	}
	return nil
}
