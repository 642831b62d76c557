package web

import (
	"context"
	"slices"
	"time"

	"hookline/internal/fanout"
	"hookline/internal/hookline"
	"hookline/views"
)

// shownDeliveries is how many deliveries of one event are read: one for each action of two full destinations.
const shownDeliveries = 2 * hookline.MaxActions

// readEffects tells for each action of those destinations that are connected to the source what it made of the event.
// Deliveries are facts; where there is none, the trigger that was in use then is asked again, about the person as they
// are known now.
func (s *server) readEffects(ctx context.Context, m *views.EventModel, destinations []hookline.Destination) error {
	cursor, err := s.Store.FanoutCursor(ctx)
	if err != nil {
		return err
	}
	m.Pending = cursor < m.Event.ID
	if m.Segments, err = s.segmentNames(ctx); err != nil {
		return err
	}
	sent, err := s.Store.ListDeliveries(ctx, hookline.DeliveryFilter{EventID: m.Event.ID}, hookline.Cursor{Limit: shownDeliveries})
	if err != nil {
		return err
	}
	waits, err := s.Store.ListBatchWaits(ctx, m.Event.ID)
	if err != nil {
		return err
	}
	m.Waits = map[string]time.Time{}
	for _, wait := range waits {
		m.Waits[wait.ActionID] = wait.DueAt
	}
	m.Others = sent.Rows
	for _, d := range destinations {
		if !slices.Contains(d.SourceIDs, m.Event.SourceID) {
			continue
		}
		if err := s.addEffects(ctx, m, withoutSecrets(d)); err != nil {
			return err
		}
	}
	return nil
}

// addEffects adds one destination, and takes the deliveries of its actions out of m.Others.
func (s *server) addEffects(ctx context.Context, m *views.EventModel, d hookline.Destination) error {
	actions, err := s.Store.ListActions(ctx, d.ID)
	if err != nil {
		return err
	}
	effect := views.DestinationEffect{Destination: d, Refused: !fanout.Allows(m.Event, d.Name)}
	asked, versions, err := s.askedThen(ctx, m.Event, actions)
	if err != nil {
		return err
	}
	for i, told := range fanout.Explain(m.Event, m.Known(), asked) {
		a := views.ActionEffect{Action: actions[i], Broken: told.Broken, Verdict: told.Verdict, Then: versions[i]}
		a.Deliveries, m.Others = partition(m.Others, func(row hookline.DeliveryRow) bool {
			return row.ActionID == told.Action.ID && row.Origin != hookline.OriginTest
		})
		effect.Actions = append(effect.Actions, a)
	}
	m.Effects = append(m.Effects, effect)
	return nil
}

// askedThen gives the actions with the triggers that they had when an event came in, and for those that have another
// one now the version that it was of. An action that came later has the one that it has.
func (s *server) askedThen(ctx context.Context, e hookline.Event, actions []hookline.Action) ([]hookline.Action, []int, error) {
	asked, versions := slices.Clone(actions), make([]int, len(actions))
	until := e.ReceivedAt.Add(time.Millisecond - time.Microsecond) // which has no more than milliseconds
	for i, a := range actions {
		then, err := s.Store.ActionVersionsMade(ctx, a.ID, time.Time{}, until, 1)
		if err != nil {
			return nil, nil, err
		}
		if len(then) > 0 && then[0].Trigger != a.Trigger {
			asked[i].Trigger, versions[i] = then[0].Trigger, then[0].Number
		}
	}
	return asked, versions, nil
}

// partition gives those of rows that are meant, and the others.
func partition[T any](rows []T, meant func(T) bool) (picked, left []T) {
	for _, row := range rows {
		if meant(row) {
			picked = append(picked, row)
		} else {
			left = append(left, row)
		}
	}
	return picked, left
}
