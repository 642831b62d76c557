package sqlite

import (
	"context"
	"fmt"

	"hookline/internal/hookline"
)

// readWays fills in how destinations are reached; those without a row are
// reached in the usual way.
func (s *Store) readWays(ctx context.Context, destinations ...*hookline.Destination) error {
	if len(destinations) == 0 {
		return nil
	}
	where, args := "", []any{}
	if len(destinations) == 1 {
		where, args = " where destination_id = $1", []any{destinations[0].ID}
	}
	rows, err := s.reads.QueryContext(ctx, "select destination_id, ca, client_cert, client_key, proxy, region from destination_ways"+where, args...)
	if err != nil {
		return fmt.Errorf("read ways: %w", err)
	}
	defer rows.Close()
	ways := map[string]hookline.Destination{}
	for rows.Next() {
		var d hookline.Destination
		if err := rows.Scan(&d.ID, &d.TLS.CA, &d.TLS.ClientCert, &d.TLS.ClientKey, &d.Proxy, &d.Region); err != nil {
			return fmt.Errorf("scan way: %w", err)
		}
		ways[d.ID] = d
	}
	for _, d := range destinations {
		d.TLS, d.Proxy, d.Region = ways[d.ID].TLS, ways[d.ID].Proxy, ways[d.ID].Region
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read ways: %w", err)
	}
	return nil
}

// keepWay writes down how d is reached, or that there is nothing to say.
func keepWay(t *tx, d hookline.Destination) error {
	if _, err := t.exec("delete from destination_ways where destination_id = $1", d.ID); err != nil {
		return fmt.Errorf("delete way: %w", err)
	}
	if d.TLS == (hookline.TLS{}) && d.Proxy == "" && d.Region == "" {
		return nil
	}
	_, err := t.exec("insert into destination_ways (destination_id, ca, client_cert, client_key, proxy, region) values ($1, $2, $3, $4, $5, $6)",
		d.ID, d.TLS.CA, d.TLS.ClientCert, d.TLS.ClientKey, d.Proxy, d.Region)
	if err != nil {
		return fmt.Errorf("insert way: %w", err)
	}
	return nil
}
