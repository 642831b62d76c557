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
	destinations, err := s.EveryDestination(ctx)
	if err != nil {
		return nil, fmt.Errorf("read routing: %w", err)
	}
	keys, err := s.SigningKeys(ctx)
	if err != nil {
		return nil, fmt.Errorf("read routing: %w", err)
	}
	responses, err := s.responses(ctx)
	if err != nil {
		return nil, fmt.Errorf("read routing: %w", err)
	}
	secrets, err := s.ListSecrets(ctx)
	if err != nil {
		return nil, fmt.Errorf("read routing: %w", err)
	}
	regions, err := s.regions(ctx)
	if err != nil {
		return nil, fmt.Errorf("read routing: %w", err)
	}
	r := &hookline.Routing{Version: version, Regions: regions, Secrets: make(map[string]hookline.KeptSecret, len(secrets)), Destinations: make(map[string]hookline.Destination, len(destinations)), SigningKeys: keys, Responses: responses}
	for _, one := range secrets {
		r.Secrets[one.Name] = one
	}
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

// responses gives what actions make of their answers, also those that are off:
// what they owe is still sent.
func (s *Store) responses(ctx context.Context) (map[string]hookline.Response, error) {
	rows, err := s.reads.QueryContext(ctx, "select "+actionColumns+" from actions where response <> '{}'")
	if err != nil {
		return nil, fmt.Errorf("read responses: %w", err)
	}
	actions, err := collect(rows, scanAction)
	var all map[string]hookline.Response
	for _, a := range actions {
		if a.Response.Unused() {
			continue
		}
		if all == nil {
			all = map[string]hookline.Response{}
		}
		all[a.ID] = a.Response
	}
	return all, err
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
