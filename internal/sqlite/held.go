package sqlite

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"hookline/internal/hookline"
)

// holds gives the destinations that hold what they owe now, and why.
func (s *Store) holds(ctx context.Context) (map[string]hookline.Hold, error) {
	routing, err := s.Routing(ctx)
	if err != nil {
		return nil, err
	}
	health, err := s.ListHealth(ctx)
	if err != nil {
		return nil, err
	}
	var holds map[string]hookline.Hold
	for id, d := range routing.Destinations {
		if hold := d.Hold(health[id], time.Now()); hold.Cause.Holds() {
			if holds == nil {
				holds = map[string]hookline.Hold{}
			}
			holds[id] = hold
		}
	}
	return holds, nil
}

// showHeld shows what waits for a destination that holds as held.
func showHeld(d *hookline.DeliveryRow, holds map[string]hookline.Hold) {
	if hold, holding := holds[d.DestinationID]; holding && (d.State == hookline.StateQueued || d.State == hookline.StateRetrying) {
		d.State, d.Hold = hookline.StateHeld, hold
	}
}

// manyToSort is how much may be held for the list of it to be sorted.
const manyToSort = 20_000

// manyHeld says whether so much is held that its list is better walked.
func (s *Store) manyHeld(ctx context.Context, f hookline.DeliveryFilter, holds map[string]hookline.Hold) (bool, error) {
	if f.State != hookline.StateHeld || !reflect.DeepEqual(f, hookline.DeliveryFilter{State: f.State, DestinationID: f.DestinationID}) {
		return false, nil
	}
	held := 0
	for id := range holds {
		if f.DestinationID != "" && f.DestinationID != id {
			continue
		}
		w, err := s.HeldBy(ctx, id)
		if held += w.Count; err != nil || held > manyToSort {
			return held > manyToSort, err
		}
	}
	return false, nil
}

// walkHeld lists what is held in the order of the list, with hardly anything to
// sort: nothing is sent to a destination that holds, so among what is newest of
// it there is little else.
func walkHeld(f hookline.DeliveryFilter, holds map[string]hookline.Hold) *listQuery {
	q := newList(deliveryRows)
	q.id, q.keyed, q.alias = "d.id", true, " d"
	holding := slices.Sorted(maps.Keys(holds))
	if f.DestinationID != "" {
		holding = []string{f.DestinationID}
	}
	q.each("deliveries", "d.destination_id", holding)
	q.where("d.state in ('queued', 'retrying')")
	return q
}

// countedMost is how many deliveries are counted before it is only said that
// there are more: a page does not wait for more.
const countedMost = 100_000

// The two numbers of Held. The words repeat those of the partial index
// deliveries_due: only then is it used.
const (
	countHeldQuery  = "select count(*) from (select 1 from deliveries where destination_id = $1 and state in ('queued', 'retrying') and next_attempt_at >= 0 limit $2) counted"
	oldestHeldQuery = "select coalesce(min(next_attempt_at), 0) from deliveries where destination_id = $1 and state in ('queued', 'retrying')"
)

// Held tells how much each destination owes, whether or not it holds, and
// since when the longest due of it waits. Those that owe nothing are left out.
func (s *Store) Held(ctx context.Context) (map[string]hookline.Waiting, error) {
	routing, err := s.Routing(ctx)
	if err != nil {
		return nil, err
	}
	all := map[string]hookline.Waiting{}
	for id := range routing.Destinations {
		w, err := s.HeldBy(ctx, id)
		if err != nil {
			return nil, err
		}
		if w.Count > 0 {
			all[id] = w
		}
	}
	return all, nil
}

// HeldBy is Held for one destination.
func (s *Store) HeldBy(ctx context.Context, destinationID string) (hookline.Waiting, error) {
	var w hookline.Waiting
	if err := s.reads.QueryRowContext(ctx, countHeldQuery, destinationID, countedMost+1).Scan(&w.Count); err != nil {
		return w, fmt.Errorf("count what is held: %w", err)
	}
	if w.Count == 0 {
		return w, nil
	}
	var oldest int64
	if err := s.reads.QueryRowContext(ctx, oldestHeldQuery, destinationID).Scan(&oldest); err != nil {
		return w, fmt.Errorf("read what is held: %w", err)
	}
	w.Oldest = fromMicros(oldest)
	return countedTo(w), nil
}

// countedTo says that there are more than countedMost when there are.
func countedTo(w hookline.Waiting) hookline.Waiting {
	w.More = w.Count > countedMost
	w.Count = min(w.Count, countedMost)
	return w
}
