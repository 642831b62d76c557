package journey

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"hookline/internal/condition"
	"hookline/internal/hookline"
)

// GoalStore is what goals read and write.
type GoalStore interface {
	ListCampaigns(ctx context.Context) ([]hookline.Campaign, error)
	FanoutCursor(ctx context.Context) (string, error)
	// GoalsCursor gives the last event that was held against goals; "" while there is none.
	GoalsCursor(ctx context.Context) (string, error)
	// EventsAfter gives at most limit events that follow the one named, oldest first.
	EventsAfter(ctx context.Context, id string, limit int) ([]hookline.Event, error)
	// PeopleByIdentity gives the person behind each name that leads to one.
	PeopleByIdentity(ctx context.Context, identities []string) (map[string]hookline.Person, error)
	// MembershipsOf gives the segments that each of them is in.
	MembershipsOf(ctx context.Context, personIDs []string) (map[string][]string, error)
	// ToConvert gives the delivery that counts when a person meets a goal at a moment.
	ToConvert(ctx context.Context, campaignID, personID string, destinationIDs []string, at time.Time, within time.Duration) (hookline.Conversion, bool, error)
	// MoveGoals records conversions and moves the cursor; KindConflict when that is somewhere else.
	MoveGoals(ctx context.Context, from, to string, conversions []hookline.Conversion) error
}

const (
	goalStretch   = 500             // events that are held against the goals together
	goalsReadFor  = time.Minute     // how long campaigns are known without a nudge
	goalsLookFor  = time.Second     // how often new events are looked for
	goalsPatience = 2 * time.Second // how old an event has to be: by then the answer to the webhook that brought it about is recorded
)

// beforeAll is before every event.
var beforeAll = hookline.KeyID("evt", 1)

// Goals follows the event log behind fanout and counts conversions; make it with
// NewGoals and run it once. While no campaign has a goal nothing is read.
type Goals struct {
	store  GoalStore
	log    *slog.Logger
	nudged chan struct{}

	goals []goal
	read  time.Time // when they were
	stale bool
}

// goal is that of one campaign, ready to be asked.
type goal struct {
	campaignID     string
	destinationIDs []string // that may count
	condition      *condition.Condition
	person         bool // the condition asks about the person
	asks           needs
	within         time.Duration
}

// NewGoals makes the stage.
func NewGoals(store GoalStore, log *slog.Logger) *Goals {
	return &Goals{store: store, log: log, nudged: make(chan struct{}, 1)}
}

// Nudge hints that campaigns changed. It never blocks.
func (g *Goals) Nudge() {
	select {
	case g.nudged <- struct{}{}:
	default:
	}
}

// Run works until ctx ends. Trouble is logged and tried again: the place in the
// event log moves only with what was recorded.
func (g *Goals) Run(ctx context.Context) error {
	tick := time.NewTicker(goalsLookFor)
	defer tick.Stop()
	for ctx.Err() == nil {
		more, err := g.step(ctx)
		switch {
		case err == nil && more:
			continue
		case err != nil && ctx.Err() == nil && hookline.KindOf(err) != hookline.KindConflict:
			g.log.ErrorContext(ctx, "count conversions", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-g.nudged:
			g.stale = true
		case <-tick.C:
		}
	}
	return nil
}

// step holds the next stretch of events against the goals; more says that there
// may be another one already. A goal counts from the moment at which it is set.
func (g *Goals) step(ctx context.Context) (more bool, err error) {
	if err := g.readGoals(ctx); err != nil {
		return false, err
	}
	from, err := g.store.GoalsCursor(ctx)
	switch {
	case err != nil:
		return false, err
	case len(g.goals) == 0 && from == "":
		return false, nil
	case len(g.goals) == 0:
		return false, g.store.MoveGoals(ctx, from, "", nil)
	}
	end, err := g.store.FanoutCursor(ctx)
	if err != nil {
		return false, err
	}
	if from == "" {
		return false, g.store.MoveGoals(ctx, from, cmp.Or(end, beforeAll), nil)
	}
	events, err := g.store.EventsAfter(ctx, from, goalStretch)
	if err != nil {
		return false, err
	}
	events = settled(events, end, time.Now())
	if len(events) == 0 {
		return false, nil
	}
	conversions, err := g.convert(ctx, events)
	if err != nil {
		return false, err
	}
	return len(events) == goalStretch, g.store.MoveGoals(ctx, from, events[len(events)-1].ID, conversions)
}

// settled are the first events, up to where fanout is, that are old enough.
func settled(events []hookline.Event, end string, now time.Time) []hookline.Event {
	for i, e := range events {
		if e.ID > end || hookline.KeyOf(e.ID) >= hookline.KeyAt(now.Add(-goalsPatience)) {
			return events[:i]
		}
	}
	return events
}

func (g *Goals) readGoals(ctx context.Context) error {
	if !g.stale && time.Since(g.read) < goalsReadFor {
		return nil
	}
	campaigns, err := g.store.ListCampaigns(ctx)
	if err != nil {
		return err
	}
	g.goals, g.read, g.stale = g.goals[:0], time.Now(), false
	for _, c := range campaigns {
		if one, is := goalOf(c); is {
			g.goals = append(g.goals, one)
		}
	}
	return nil
}

// goalOf gives the goal of a campaign that somebody may reach. What was sent
// before a pause or a stop counts as well.
func goalOf(c hookline.Campaign) (goal, bool) {
	ids := c.Converting()
	if len(ids) == 0 || c.State == hookline.CampaignDraft {
		return goal{}, false
	}
	asks, err := condition.Parse(c.Goal.Condition)
	if err != nil || asks.Empty() {
		return goal{}, false
	}
	one := goal{campaignID: c.ID, destinationIDs: ids, condition: asks, within: c.Goal.Within}
	one.asks.add(asks)
	one.person = asks.ReadsPerson() || one.asks.segments
	return one, true
}

// hit is that an event may meet a goal.
type hit struct {
	event hookline.Event
	goal  goal
}

// convert gives the conversions that events bring.
func (g *Goals) convert(ctx context.Context, events []hookline.Event) ([]hookline.Conversion, error) {
	hits := g.hits(events)
	if len(hits) == 0 {
		return nil, nil
	}
	known, err := g.store.PeopleByIdentity(ctx, identitiesOf(hits))
	if err != nil {
		return nil, fmt.Errorf("look up people: %w", err)
	}
	standing, err := g.readStanding(ctx, known, hits)
	if err != nil {
		return nil, err
	}
	var all []hookline.Conversion
	for _, h := range hits {
		person, there := known[h.event.Identity()]
		if !there || person.Suppressed || h.goal.person && !h.goal.condition.Met(standing.subject(&person, condition.Decode(h.event.Payload))) {
			continue
		}
		c, is, err := g.store.ToConvert(ctx, h.goal.campaignID, person.ID, h.goal.destinationIDs, h.event.Timestamp, h.goal.within)
		if err != nil {
			return nil, err
		}
		if is {
			c.EventID = h.event.ID
			all = append(all, c)
		}
	}
	return all, nil
}

// readStanding reads in which segments people are, when a goal asks for it.
func (g *Goals) readStanding(ctx context.Context, known map[string]hookline.Person, hits []hit) (p people, err error) {
	if !slices.ContainsFunc(hits, func(h hit) bool { return h.goal.asks.segments }) {
		return p, nil
	}
	ids := make([]string, 0, len(known))
	for _, person := range known {
		ids = append(ids, person.ID)
	}
	p.segments, err = g.store.MembershipsOf(ctx, ids)
	return p, err
}

// hits are the events that meet a goal as far as they alone can tell.
func (g *Goals) hits(events []hookline.Event) []hit {
	var hits []hit
	for _, e := range events {
		subject := condition.SubjectOf(e, nil)
		for _, one := range g.goals {
			if one.person || one.condition.Met(subject) {
				hits = append(hits, hit{e, one})
			}
		}
	}
	return hits
}

func identitiesOf(hits []hit) []string {
	var names []string
	seen := map[string]bool{}
	for _, h := range hits {
		if name := h.event.Identity(); name != "" && !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}
