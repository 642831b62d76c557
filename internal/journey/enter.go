package journey

import (
	"context"
	"encoding/json"
	"time"

	"hookline/internal/data"
	"hookline/internal/hookline"
)

type entryStore interface {
	standingStore
	broadcastStore
	dateStore
	// FanoutFollowed gives the last event that fanout has done, and whose people
	// are known as it left them.
	FanoutFollowed() string
	EventsAfter(ctx context.Context, id string, limit int) ([]hookline.Event, error)
	PeopleByIdentity(ctx context.Context, identities []string) (map[string]hookline.Person, error)
	// SegmentMovesAfter gives moves that follow the one named, in their order.
	SegmentMovesAfter(ctx context.Context, id string, limit int) ([]hookline.SegmentMove, error)
	LastSegmentMove(ctx context.Context) (string, error)
	// JourneyCursor gives how far a source was followed.
	JourneyCursor(ctx context.Context, from hookline.JourneySource) (string, error)
	// RecordEntry records a stretch of a source, whole or not at all.
	RecordEntry(ctx context.Context, e hookline.JourneyEntry) (began int, err error)
	// BeginJourneys lets those begin who may, and says who did.
	BeginJourneys(ctx context.Context, begins []hookline.JourneyBegin) (began []bool, err error)
}

const entriesAtOnce = 500 // events or moves that are followed together

// Enter lets a stretch of those enter who shall, of each kind of trigger, and
// says whether there was anything to do.
func (e *Engine) Enter(ctx context.Context) (worked bool, err error) {
	now, err := e.current(ctx)
	if err != nil || !now.any {
		return false, err
	}
	for _, enter := range []func(context.Context, *plans) (bool, error){e.enterByEvent, e.enterByMove, e.enterByDate, e.enterByBroadcast} {
		did, err := enter(ctx, now)
		if err != nil {
			return worked, err
		}
		worked = worked || did
	}
	return worked, nil
}

// of gives the running campaigns that begin like that.
func (p *plans) of(kinds ...hookline.TriggerKind) []*plan {
	var all []*plan
	for _, one := range p.running {
		for _, kind := range kinds {
			if one.Trigger.Kind == kind {
				all = append(all, one)
			}
		}
	}
	return all
}

// enterByEvent follows the event log as far as fanout has come, so that people
// are as the event left them. What came before a campaign was started, or while
// it was paused, lets nobody in.
func (e *Engine) enterByEvent(ctx context.Context, now *plans) (bool, error) {
	from, err := e.store.JourneyCursor(ctx, hookline.JourneysFromEvents)
	if err != nil {
		return false, err
	}
	until := e.store.FanoutFollowed()
	if hookline.KeyOf(from) >= hookline.KeyOf(until) {
		return false, nil
	}
	asked := now.of(hookline.TriggerEvent)
	if len(asked) == 0 {
		return e.passOver(ctx, hookline.JourneysFromEvents, from, until)
	}
	events, err := e.store.EventsAfter(ctx, from, entriesAtOnce)
	for len(events) > 0 && hookline.KeyOf(events[len(events)-1].ID) > hookline.KeyOf(until) {
		events = events[:len(events)-1]
	}
	if err != nil || len(events) == 0 {
		return false, err
	}
	begins, err := e.begunBy(ctx, asked, events)
	if err != nil {
		return false, err
	}
	_, err = e.store.RecordEntry(ctx, hookline.JourneyEntry{Source: hookline.JourneysFromEvents, From: from, To: events[len(events)-1].ID, Begins: begins})
	return true, err
}

// passOver goes to the end of a source from which nobody enters anything.
func (e *Engine) passOver(ctx context.Context, source hookline.JourneySource, from, to string) (bool, error) {
	_, err := e.store.RecordEntry(ctx, hookline.JourneyEntry{Source: source, From: from, To: to})
	return false, err
}

func (e *Engine) begunBy(ctx context.Context, asked []*plan, events []hookline.Event) ([]hookline.JourneyBegin, error) {
	names := make([]string, 0, len(events))
	for i := range events {
		if name := events[i].Identity(); name != "" {
			names = append(names, name)
		}
	}
	known, err := e.store.PeopleByIdentity(ctx, names)
	if err != nil {
		return nil, err
	}
	standing, err := e.readStanding(ctx, known, asked)
	if err != nil {
		return nil, err
	}
	var begins []hookline.JourneyBegin
	for i := range events {
		event := &events[i]
		person, there := known[event.Identity()]
		if !there {
			continue
		}
		call, err := data.DecodeObject(string(event.Payload))
		if err != nil {
			continue // it was checked when it came
		}
		subject := standing.subject(&person, call)
		for _, p := range asked {
			if hookline.KeyOf(event.ID) >= hookline.KeyAt(p.StartedAt) && p.trigger.Met(subject) {
				begins = append(begins, p.begin(person.ID, event.ID, event.Payload, e.now()))
			}
		}
	}
	return begins, nil
}

// readStanding reads in which segments people are whom an identity led to, when
// a trigger asks for it.
func (e *Engine) readStanding(ctx context.Context, known map[string]hookline.Person, asked []*plan) (p people, err error) {
	for _, one := range asked {
		if !one.asks.segments {
			continue
		}
		ids := make([]string, 0, len(known))
		for _, person := range known {
			ids = append(ids, person.ID)
		}
		p.segments, err = e.store.MembershipsOf(ctx, ids)
		return p, err
	}
	return p, nil
}

func (p *plan) begin(personID, eventID string, trigger json.RawMessage, at time.Time) hookline.JourneyBegin {
	return hookline.JourneyBegin{
		CampaignID: p.ID, PersonID: personID, StepID: p.order.First(), Reentry: p.Reentry, EventID: eventID, Trigger: trigger, At: at,
	}
}

// enterByMove follows the moves into and out of segments.
func (e *Engine) enterByMove(ctx context.Context, now *plans) (bool, error) {
	from, err := e.store.JourneyCursor(ctx, hookline.JourneysFromMoves)
	if err != nil {
		return false, err
	}
	asked := now.of(hookline.TriggerEntered, hookline.TriggerLeft)
	if len(asked) == 0 {
		last, err := e.store.LastSegmentMove(ctx)
		if err != nil || hookline.KeyOf(last) <= hookline.KeyOf(from) {
			return false, err
		}
		return e.passOver(ctx, hookline.JourneysFromMoves, from, last)
	}
	moves, err := e.store.SegmentMovesAfter(ctx, from, entriesAtOnce)
	if err != nil || len(moves) == 0 {
		return false, err
	}
	begins, err := e.begunByMoves(ctx, asked, moves)
	if err != nil {
		return false, err
	}
	_, err = e.store.RecordEntry(ctx, hookline.JourneyEntry{Source: hookline.JourneysFromMoves, From: from, To: moves[len(moves)-1].ID, Begins: begins})
	return true, err
}

func (e *Engine) begunByMoves(ctx context.Context, asked []*plan, moves []hookline.SegmentMove) ([]hookline.JourneyBegin, error) {
	var begins []hookline.JourneyBegin
	for _, p := range asked {
		ids := []string{}
		for _, m := range moves {
			if p.beginsWith(m) {
				ids = append(ids, m.PersonID)
			}
		}
		may, err := e.meets(ctx, p, ids)
		if err != nil {
			return nil, err
		}
		for _, m := range moves {
			if p.beginsWith(m) && may(m.PersonID) {
				trigger, err := json.Marshal(map[string]any{"segment_id": m.SegmentID, "entered": m.Entered})
				if err != nil {
					return nil, err
				}
				begins = append(begins, p.begin(m.PersonID, "", trigger, e.now()))
			}
		}
	}
	return begins, nil
}

func (p *plan) beginsWith(m hookline.SegmentMove) bool {
	return m.SegmentID == p.Trigger.SegmentID && m.Entered == (p.Trigger.Kind == hookline.TriggerEntered) && hookline.KeyOf(m.ID) >= hookline.KeyAt(p.StartedAt)
}

// meets says of people whether they meet a campaign's trigger, as they are now.
func (e *Engine) meets(ctx context.Context, p *plan, ids []string) (func(id string) bool, error) {
	if p.trigger.Empty() || len(ids) == 0 {
		return func(string) bool { return true }, nil
	}
	all, err := e.readPeople(ctx, ids, p.asks)
	return func(id string) bool {
		person := all.byID[id]
		return person != nil && p.trigger.Met(all.subject(person, nil))
	}, err
}
