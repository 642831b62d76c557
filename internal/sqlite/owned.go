package sqlite

import (
	"context"
	"fmt"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

// errOwned is what somebody hears who treats an owned destination like one that
// stands for itself.
var errOwned = hookline.Conflict("This request belongs to a campaign or a shortcut and goes with it: it has exactly one action. Change or delete it there.")

// CreateOwned adds a destination that belongs to a campaign or a shortcut, with
// its one action, and gives both as they are stored. It has no sources, so no
// event sets it off. Who the owner is, is not looked up.
func (s *Store) CreateOwned(ctx context.Context, owner, name string, a hookline.Action) (d hookline.Destination, made hookline.Action, err error) {
	err = s.write(ctx, func(t *tx) error {
		d, made, err = s.makeOwned(ctx, t, owner, name, a)
		return err
	})
	return d, made, err
}

// makeOwned is CreateOwned within a unit.
func (s *Store) makeOwned(ctx context.Context, t *tx, owner, name string, a hookline.Action) (hookline.Destination, hookline.Action, error) {
	d, made, err := s.insertOwned(t, owner, name, a)
	if err != nil {
		return d, made, err
	}
	return d, made, s.note(ctx, t, audit.Make(audit.OfAction(made)))
}

// insertOwned is makeOwned without an entry in the audit.
func (s *Store) insertOwned(t *tx, owner, name string, a hookline.Action) (hookline.Destination, hookline.Action, error) {
	d, err := readyDestination(hookline.Destination{
		Owner: owner, Name: name, Enabled: true, SignatureMode: hookline.SignWhole, Timeout: hookline.DefaultTimeout,
	})
	if err != nil {
		return d, a, err
	}
	a, texts, err := readyAction(a)
	if err != nil {
		return d, a, err
	}
	d.ID, d.CreatedAt = s.ids.New("dst"), now()
	d.UpdatedAt = d.CreatedAt
	if err := insertDestination(t, d); err != nil {
		return d, a, err
	}
	a.ID, a.DestinationID, a.CreatedAt, a.UpdatedAt = s.ids.New("act"), d.ID, d.CreatedAt, d.CreatedAt
	a, err = insertAction(t, a, texts)
	return d, a, err
}

// renameOwned gives every destination that belongs to owner another name.
func renameOwned(t *tx, owner, name string) error {
	n, err := t.exec("update destinations set name = $2 where owner = $1 and name <> $2", owner, name)
	if err != nil {
		return fmt.Errorf("rename owned destination: %w", err)
	}
	if n > 0 {
		t.changed(hookline.TopicConfig)
	}
	return nil
}

// renameRequests calls what each webhook step of a campaign sends by the name
// that the step has now. That is no new version: it sends the same.
func renameRequests(t *tx, c hookline.Campaign) error {
	for step := range c.Walk() {
		if step.Webhook.DestinationID == "" {
			continue
		}
		n, err := t.exec("update destinations set name = $3 where id = $1 and owner = $2 and name <> $3", step.Webhook.DestinationID, c.ID, step.Label())
		if err == nil && n > 0 {
			_, err = t.exec("update actions set name = $2 where destination_id = $1", step.Webhook.DestinationID, step.Label())
		}
		if err != nil {
			return fmt.Errorf("rename request of step: %w", err)
		}
	}
	return nil
}

// deleteAllOwned removes every destination that belongs to owner.
func deleteAllOwned(t *tx, owner string) error {
	ids, err := ownedBy(t, owner)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := deleteDestination(t, id); err != nil {
			return err
		}
	}
	return nil
}

func ownedBy(t *tx, owner string) ([]string, error) {
	rows, err := t.query("select id from destinations where owner = $1 and owner <> '' order by id", owner)
	if err != nil {
		return nil, fmt.Errorf("read owned destinations: %w", err)
	}
	return collect(rows, func(r row) (id string, err error) { return id, r.Scan(&id) })
}

func isOwned(t *tx, destinationID string) (owned bool, err error) {
	err = t.queryRow("select exists (select 1 from destinations where id = $1 and owner <> '')", destinationID).Scan(&owned)
	if err != nil {
		return false, fmt.Errorf("read owner: %w", err)
	}
	return owned, nil
}
