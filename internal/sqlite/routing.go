package sqlite

import (
	"context"
	"fmt"

	"hookline/internal/hookline"
)

// Routing gives the configuration for the engine. It is read again only after
// a change, so it may be asked for each event.
func (s *Store) Routing(ctx context.Context) (*hookline.Routing, error) {
	version := s.config.Load()
	return s.routes.get(version, func() (*hookline.Routing, error) { return s.readRouting(ctx, version) })
}

func (s *Store) readRouting(ctx context.Context, version int64) (*hookline.Routing, error) {
	destinations, err := s.ListDestinations(ctx)
	if err != nil {
		return nil, fmt.Errorf("read routing: %w", err)
	}
	keys, err := s.SigningKeys(ctx)
	if err != nil {
		return nil, fmt.Errorf("read routing: %w", err)
	}
	r := &hookline.Routing{Version: version, Destinations: make(map[string]hookline.Destination, len(destinations)), SigningKeys: keys}
	for _, d := range destinations {
		r.Destinations[d.ID] = d
		if !d.Enabled {
			continue
		}
		actions, err := s.enabledActions(ctx, d.ID)
		if err != nil {
			return nil, fmt.Errorf("read routing: %w", err)
		}
		if len(actions) > 0 {
			r.Routes = append(r.Routes, hookline.Route{Destination: d, Actions: actions})
		}
	}
	return r, nil
}

func (s *Store) enabledActions(ctx context.Context, destinationID string) ([]hookline.Action, error) {
	actions, err := s.ListActions(ctx, destinationID)
	if err != nil {
		return nil, err
	}
	enabled := actions[:0]
	for _, a := range actions {
		if a.Enabled {
			enabled = append(enabled, a)
		}
	}
	return enabled, nil
}
