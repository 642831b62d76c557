package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

// demoSetting is the setting that remembers, as JSON, what the demo workspace
// consists of.
const demoSetting = "demo"

// DemoMade tells what the demo workspace consists of; the zero value when
// there is none.
func (s *Store) DemoMade(ctx context.Context) (hookline.DemoMade, error) {
	var made hookline.DemoMade
	text, err := s.Setting(ctx, demoSetting)
	if err != nil || text == "" {
		return made, err
	}
	if err := json.Unmarshal([]byte(text), &made); err != nil {
		return made, fmt.Errorf("read what the demo consists of: %w", err)
	}
	return made, nil
}

// CreateDemo adds all parts of a demo workspace, under the ids that they have,
// and remembers them. It fails with KindConflict when there is one already.
func (s *Store) CreateDemo(ctx context.Context, d hookline.Demo) error {
	return s.write(ctx, func(t *tx) error {
		at := now()
		made := hookline.DemoMade{DestinationIDs: []string{d.Destination.ID}, MadeAt: at}
		for _, one := range d.Sources {
			made.SourceIDs = append(made.SourceIDs, one.ID)
		}
		for _, b := range d.Bins {
			made.BinIDs = append(made.BinIDs, b.ID)
		}
		if err := rememberDemo(t, made); err != nil {
			return err
		}
		if err := insertReceivers(t, d, at); err != nil {
			return err
		}
		if err := insertActions(t, d.Actions, at); err != nil {
			return err
		}
		return s.note(ctx, t, audit.Make(audit.OfDemo()))
	})
}

func rememberDemo(t *tx, made hookline.DemoMade) error {
	text, err := json.Marshal(made)
	if err != nil {
		return fmt.Errorf("encode what the demo consists of: %w", err)
	}
	n, err := t.exec("insert into settings (key, value) values ($1, $2) on conflict (key) do nothing", demoSetting, string(text))
	if err != nil {
		return fmt.Errorf("remember demo: %w", err)
	}
	if n == 0 {
		return hookline.Conflict("The demo is already here. Remove it first if you want it anew.")
	}
	return nil
}

func insertReceivers(t *tx, d hookline.Demo, at time.Time) error {
	for _, one := range d.Sources {
		if err := one.Validate(); err != nil {
			return err
		}
		one.CreatedAt, one.UpdatedAt = at, at
		if err := insertSource(t, one); err != nil {
			return err
		}
	}
	for _, b := range d.Bins {
		b, script, err := readyBin(b)
		if err != nil {
			return err
		}
		b.CreatedAt = at
		if err := insertBin(t, b, script); err != nil {
			return err
		}
	}
	destination, err := readyDestination(d.Destination)
	if err != nil {
		return err
	}
	destination.CreatedAt, destination.UpdatedAt = at, at
	return insertDestination(t, destination)
}

func insertActions(t *tx, actions []hookline.Action, at time.Time) error {
	for _, a := range actions {
		a, texts, err := readyAction(a)
		if err != nil {
			return err
		}
		a.CreatedAt, a.UpdatedAt = at, at
		if _, err := insertAction(t, a, texts); err != nil {
			return err
		}
	}
	return nil
}

// demoParts are terms for the rows that belong to the demo workspace; its ids
// are ours, so they need no escaping.
type demoParts struct{ sources, bins, destinations string }

func partsOf(made hookline.DemoMade) demoParts {
	in := func(ids []string) string { return "in ('" + strings.Join(ids, "', '") + "')" }
	return demoParts{in(made.SourceIDs), in(made.BinIDs), in(made.DestinationIDs)}
}

// DemoOwed tells what the engine has still to do for the demo workspace.
func (s *Store) DemoOwed(ctx context.Context) (hookline.DemoOwed, error) {
	var owed hookline.DemoOwed
	made, err := s.DemoMade(ctx)
	if err != nil || !made.There() {
		return owed, err
	}
	parts := partsOf(made)
	err = s.reads.QueryRowContext(ctx, "select ("+parts.waitingEvents()+`),
		(select coalesce(sum(items), 0) from batch_parts where delivery_id = 0 and destination_id `+parts.destinations+`),
		(select count(*) from deliveries where state = 'queued' and destination_id `+parts.destinations+")",
		fanoutCursor).Scan(&owed.Events, &owed.Gathered, &owed.Deliveries)
	if err != nil {
		return owed, fmt.Errorf("count what the demo is owed: %w", err)
	}
	return owed, nil
}

// waitingEvents counts the demo's events that fanout has not come to; $1 is
// the name of its cursor.
func (p demoParts) waitingEvents() string {
	return "select count(*) from events where source_id " + p.sources +
		" and id > coalesce((select event_id from cursors where name = $1), 0)"
}
