package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"hookline/internal/hookline"
	"hookline/internal/sqlite"
)

// pageSize is how many rows are read at a time.
const pageSize = 5000

// remembered are deliveries as they were read before, by id. What a delivery
// says of itself being the same, its attempts are not read again: that is for
// rounds on a growing database, and the last comparison remembers nothing.
type remembered map[string]storedDelivery

// readStored reads the ledger of what is stored from a folder that no process
// has open, by the store's own exported methods. before may be nil.
func readStored(ctx context.Context, folder string, before remembered) (s *stored, err error) {
	unsound := sqlite.Check(ctx, filepath.Join(folder, sqlite.File))
	store, err := sqlite.Open(ctx, folder, nil)
	if err != nil {
		return nil, fmt.Errorf("I6: open what was left: %w", errors.Join(err, unsound))
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	s = &stored{seen: map[string]int{}, unsound: unsound}
	if err := s.readEvents(ctx, store); err != nil {
		return nil, err
	}
	return s, errors.Join(s.readDeliveries(ctx, store, before), s.readPeople(ctx, store))
}

// traits is what the load's identifies tell of a person.
type traits struct {
	Number int `json:"number"`
}

func (s *stored) readEvents(ctx context.Context, store *sqlite.Store) error {
	c := hookline.Cursor{Limit: pageSize}
	for {
		page, err := store.ListEvents(ctx, hookline.EventFilter{}, c)
		if err != nil {
			return fmt.Errorf("read events: %w", err)
		}
		for _, e := range page.Rows {
			kind := e.Name
			if e.Type == hookline.Identify {
				kind = identify
			}
			var told struct{ Traits traits }
			if err := json.Unmarshal(e.Payload, &told); err != nil {
				return fmt.Errorf("read event %s: %w", e.ID, err)
			}
			s.events = append(s.events, storedEvent{e.ID, e.MessageID, kind, e.UserID, told.Traits.Number})
			c.Before = e.ID
		}
		if !page.Older {
			slices.Reverse(s.events)
			return nil
		}
	}
}

func (s *stored) readDeliveries(ctx context.Context, store *sqlite.Store, before remembered) error {
	c := hookline.Cursor{Limit: pageSize}
	for {
		page, err := store.ListDeliveries(ctx, hookline.DeliveryFilter{}, c)
		if err != nil {
			return fmt.Errorf("read deliveries: %w", err)
		}
		for _, row := range page.Rows {
			d, known := before[row.ID]
			if !known || d.Delivery != row.Delivery {
				if d, err = readDelivery(ctx, store, row.Delivery); err != nil {
					return fmt.Errorf("read delivery %s: %w", row.ID, err)
				}
			}
			if before != nil {
				before[row.ID] = d
			}
			s.deliveries = append(s.deliveries, d)
			c.Before = row.ID
		}
		if !page.Older {
			return nil
		}
	}
}

func readDelivery(ctx context.Context, store *sqlite.Store, row hookline.Delivery) (storedDelivery, error) {
	d := storedDelivery{Delivery: row, EventIDs: []string{row.EventID}}
	var err error
	if d.Attempts, err = store.ListAttempts(ctx, row.ID); err != nil {
		return d, err
	}
	made, err := store.ListRequests(ctx, row.ID)
	if err != nil {
		return d, err
	}
	for _, r := range made {
		d.Bodies = append(d.Bodies, string(r.Request.Body))
	}
	if row.BatchSize == 0 {
		return d, nil
	}
	carried, err := store.ListBatchEvents(ctx, row.ID)
	d.EventIDs = nil
	for _, e := range carried {
		d.EventIDs = append(d.EventIDs, e.EventID)
	}
	return d, err
}

// readPeople reads what the latest identify left with each person.
func (s *stored) readPeople(ctx context.Context, store *sqlite.Store) error {
	users := map[string]bool{}
	for _, e := range s.events {
		if e.Kind == identify {
			users[e.UserID] = true
		}
	}
	for user := range users {
		p, err := store.PersonByIdentity(ctx, hookline.UserIdentity(user))
		if hookline.KindOf(err) == hookline.KindNotFound {
			continue
		}
		if err != nil {
			return fmt.Errorf("read person of user %s: %w", user, err)
		}
		var t traits
		if err := json.Unmarshal(p.Attributes, &t); err != nil {
			return fmt.Errorf("read attributes of user %s: %w", user, err)
		}
		s.seen[user] = t.Number
	}
	return nil
}
