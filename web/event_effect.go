package web

import (
	"context"
	"slices"

	"hookline/internal/fanout"
	"hookline/internal/hookline"
	"hookline/views"
)

// shownDeliveries is how many deliveries of one event are read: one for each action of two full destinations.
const shownDeliveries = 2 * hookline.MaxActions

// readEffects tells for each action of each destination that is connected to the source what it made of the event.
// Deliveries are facts; where there is none, the trigger is asked again, about the person as they are known now.
func (s *server) readEffects(ctx context.Context, m *views.EventModel) error {
	cursor, err := s.Store.FanoutCursor(ctx)
	if err != nil {
		return err
	}
	m.Pending = cursor < m.Event.ID
	sent, err := s.Store.ListDeliveries(ctx, hookline.DeliveryFilter{EventID: m.Event.ID}, hookline.Cursor{Limit: shownDeliveries})
	if err != nil {
		return err
	}
	destinations, err := s.Store.ListDestinations(ctx)
	if err != nil {
		return err
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
	for _, told := range fanout.Explain(m.Event, m.Known(), actions) {
		a := views.ActionEffect{Action: told.Action, Broken: told.Broken, Verdict: told.Verdict}
		a.Deliveries, m.Others = partition(m.Others, func(row hookline.DeliveryRow) bool {
			return row.ActionID == told.Action.ID && row.Origin != hookline.OriginTest
		})
		effect.Actions = append(effect.Actions, a)
	}
	m.Effects = append(m.Effects, effect)
	return nil
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
