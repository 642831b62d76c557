package sqlite

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

// Press gives one press of a shortcut, with what it came to for each person.
func (s *Store) Press(ctx context.Context, id string) (hookline.Press, error) {
	p, err := scanPress(s.reads.QueryRowContext(ctx, pressQuery, id))
	if err := found(err, "press"); err != nil {
		return p, err
	}
	p.For, err = readPressed(s.reading(ctx), id)
	return p, err
}

// LatestPresses gives the newest presses of a shortcut, the newest first.
func (s *Store) LatestPresses(ctx context.Context, shortcutID string, limit int) ([]hookline.Press, error) {
	rows, err := s.reads.QueryContext(ctx, "select id, shortcut_id, by, at from presses where shortcut_id = $1 order by at desc, id desc limit $2", shortcutID, limit)
	if err != nil {
		return nil, fmt.Errorf("read presses: %w", err)
	}
	presses, err := collect(rows, scanPress)
	for i := range presses {
		if presses[i].For, err = readPressed(s.reading(ctx), presses[i].ID); err != nil {
			return nil, err
		}
	}
	return presses, err
}

const pressQuery = "select id, shortcut_id, by, at from presses where id = $1"

func scanPress(r row) (hookline.Press, error) {
	var p hookline.Press
	var at int64
	err := r.Scan(&p.ID, &p.ShortcutID, &p.By, &at)
	p.At = fromMicros(at)
	return p, err
}

func readPressed(query func(string, ...any) (rows, error), pressID string) ([]hookline.Pressed, error) {
	rows, err := query("select person_id, delivery_id, refused from press_people where press_id = $1 order by place", pressID)
	if err != nil {
		return nil, fmt.Errorf("read who was pressed for: %w", err)
	}
	return collect(rows, func(r row) (one hookline.Pressed, err error) {
		var delivery int64
		err = r.Scan(&one.PersonID, &delivery, &one.Refused)
		one.DeliveryID = hookline.KeyID("dlv", delivery)
		return one, err
	})
}

// CreatePress records a press and owes its deliveries, all or none: owed has
// them by person, and whoever of p.For is not in it says why. A press that is
// recorded already is given as it is, and nothing is owed twice. It fails with
// KindConflict when the shortcut is off, and refuses people who were deleted or
// suppressed in the meantime.
func (s *Store) CreatePress(ctx context.Context, p hookline.Press, owed map[string]hookline.Owed) (hookline.Press, error) {
	if err := p.Validate(); err != nil {
		return p, err
	}
	return writeFor(ctx, s, func(t *tx) (hookline.Press, error) {
		before, err := pressedBefore(t, p)
		if err != nil || before.ID != "" {
			return before, err
		}
		shortcut, err := pressable(t, p.ShortcutID)
		if err != nil {
			return p, err
		}
		p.At = now()
		if _, err := t.exec("insert into presses (id, shortcut_id, by, at) values ($1, $2, $3, $4)", p.ID, p.ShortcutID, p.By, micros(p.At)); err != nil {
			return p, fmt.Errorf("insert press: %w", err)
		}
		stored := p
		stored.For = make([]hookline.Pressed, len(p.For))
		for place, one := range p.For {
			if stored.For[place], err = s.pressFor(t, p.ID, place, one, owed); err != nil {
				return p, err
			}
		}
		t.changed(hookline.TopicDeliveries)
		return stored, s.note(ctx, t, audit.OfShortcut(shortcut).Say(audit.Pressed, audit.PressRemark(stored)))
	})
}

// pressedBefore gives the press of this id; without one, nothing.
func pressedBefore(t *tx, p hookline.Press) (hookline.Press, error) {
	before, err := scanPress(t.queryRow(pressQuery, p.ID))
	switch kind := hookline.KindOf(found(err, "press")); {
	case kind == hookline.KindNotFound:
		return hookline.Press{}, nil
	case kind != "":
		return before, err
	case before.ShortcutID != p.ShortcutID || before.By != p.By:
		return hookline.Press{}, hookline.Conflict("This page was used for something else already. Go back and begin anew.")
	}
	before.For, err = readPressed(t.query, p.ID)
	return before, err
}

func pressable(t *tx, shortcutID string) (hookline.Shortcut, error) {
	s, err := scanShortcut(t.queryRow(shortcutQuery, shortcutID))
	if err := found(err, "shortcut"); err != nil {
		return s, err
	}
	return s, s.Pressable()
}

// pressFor records what the press came to for one person.
func (s *Store) pressFor(t *tx, pressID string, place int, one hookline.Pressed, owed map[string]hookline.Owed) (hookline.Pressed, error) {
	o, made := owed[one.PersonID]
	refused, err := refusedFor(t, one.PersonID)
	switch {
	case err != nil:
		return one, err
	case refused != "":
		one.Refused = refused
	case !made && one.Refused == "":
		return one, errors.New("press shortcut: somebody is owed nothing, and it is not said why")
	}
	if one.Refused == "" {
		if err := s.createDelivery(t, &o); err != nil {
			return one, err
		}
		one.DeliveryID = o.ID
	}
	_, err = t.exec("insert into press_people (press_id, place, person_id, delivery_id, refused) values ($1, $2, $3, $4, $5)",
		pressID, place, one.PersonID, hookline.KeyOf(one.DeliveryID), one.Refused)
	return one, wrapped(err, "insert who was pressed for")
}

// refusedFor says why nothing may be sent about somebody; "" when it may.
func refusedFor(t *tx, personID string) (string, error) {
	var known, suppressed bool
	err := t.queryRow("select exists (select 1 from people where id = $1), exists (select 1 from people where id = $1 and suppressed = 1)", personID).Scan(&known, &suppressed)
	switch {
	case err != nil:
		return "", fmt.Errorf("read person: %w", err)
	case !known:
		return hookline.PressedGone, nil
	case suppressed:
		return hookline.PressedSuppressed, nil
	}
	return "", nil
}

// trimPresses deletes presses that were made before a moment.
func (s *Store) trimPresses(ctx context.Context, before time.Time, rest func(context.Context, time.Duration) error) error {
	for {
		n, err := s.timed(ctx, rest, func(t *tx) (int, error) {
			n, err := t.exec("delete from presses where id in (select id from presses where at < $1 limit $2)", micros(before), retainAtOnce)
			return int(n), wrapped(err, "delete old presses")
		})
		if err != nil || n < retainAtOnce {
			return err
		}
	}
}
