package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
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
		if err := rememberDemo(t, demoOf(d, at)); err != nil {
			return err
		}
		if err := insertReceivers(t, d, at); err != nil {
			return err
		}
		if err := insertActions(t, d.Actions, at); err != nil {
			return err
		}
		if err := s.insertCampaigns(t, d, at); err != nil {
			return err
		}
		return s.note(ctx, t, audit.Make(audit.OfDemo()))
	})
}

// demoOf is what is remembered of a demo that is made at a moment.
func demoOf(d hookline.Demo, at time.Time) hookline.DemoMade {
	made := hookline.DemoMade{MadeAt: at}
	for _, one := range d.Sources {
		made.SourceIDs = append(made.SourceIDs, one.ID)
	}
	for _, b := range d.Bins {
		made.BinIDs = append(made.BinIDs, b.ID)
	}
	for _, one := range d.Destinations {
		made.DestinationIDs = append(made.DestinationIDs, one.ID)
	}
	for _, g := range d.Segments {
		made.SegmentIDs = append(made.SegmentIDs, g.ID)
	}
	for _, c := range d.Campaigns {
		made.CampaignIDs = append(made.CampaignIDs, c.ID)
	}
	for _, one := range d.Shortcuts {
		made.ShortcutIDs = append(made.ShortcutIDs, one.ID)
	}
	return made
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
	for _, one := range d.Destinations {
		one, err := readyDestination(one)
		if err != nil {
			return err
		}
		one.CreatedAt, one.UpdatedAt = at, at
		if err := insertDestination(t, one); err != nil {
			return err
		}
	}
	return nil
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
