package sqlite

import (
	"context"
	"fmt"
	"strings"

	"hookline/internal/hookline"
)

// demoParts are terms for the rows that belong to the demo workspace; its ids
// are ours, so they need no escaping.
type demoParts struct{ sources, bins, destinations, segments, campaigns, shortcuts string }

func partsOf(made hookline.DemoMade) demoParts {
	in := func(ids []string) string { return "in ('" + strings.Join(ids, "', '") + "')" }
	return demoParts{
		in(made.SourceIDs), in(made.BinIDs), in(made.DestinationIDs), in(made.SegmentIDs), in(made.CampaignIDs), in(made.ShortcutIDs),
	}
}

// DemoOwed tells what the engine has still to do for the demo workspace.
func (s *Store) DemoOwed(ctx context.Context) (hookline.DemoOwed, error) {
	var owed hookline.DemoOwed
	made, err := s.DemoMade(ctx)
	if err != nil || !made.There() {
		return owed, err
	}
	parts := partsOf(made)
	err = s.reads.QueryRowContext(ctx, "select ("+parts.waitingEvents()+"), "+parts.owedByCampaigns()+`,
		(select coalesce(sum(items), 0) from batch_parts where delivery_id = 0 and destination_id `+parts.destinations+`),
		(select count(*) from deliveries where state = 'queued' and destination_id `+parts.destinations+")",
		fanoutCursor, segmentCursor, string(hookline.JourneysFromMoves), micros(now()),
	).Scan(&owed.Events, &owed.Segments, &owed.Unheard, &owed.Moves, &owed.Journeys, &owed.Gathered, &owed.Deliveries)
	if err != nil {
		return owed, fmt.Errorf("count what the demo is owed: %w", err)
	}
	return owed, nil
}

// waitingEvents counts the demo's events that fanout has not come to; $1 is
// the name of its cursor.
func (p demoParts) waitingEvents() string { return p.eventsAfter("$1") }

func (p demoParts) eventsAfter(cursor string) string {
	return "select count(*) from events where source_id " + p.sources + " and id > " + placeOf(cursor)
}

// placeOf is how far the stage came whose cursor has this name.
func placeOf(cursor string) string {
	return "coalesce((select event_id from cursors where name = " + cursor + "), 0)"
}

// owedByCampaigns counts what segments and campaigns have to do that are there
// and run; $2 and $3 are the names of their cursors, $4 is the present.
func (p demoParts) owedByCampaigns() string {
	running := "(select id from campaigns where state = 'running' and id " + p.campaigns + ")"
	return `(select count(*) from segments where state = 'building' and id ` + p.segments + `),
		(` + p.eventsAfter("$2") + ` and exists (select 1 from segments where id ` + p.segments + `)),
		(select count(*) from segment_moves where id > ` + placeOf("$3") + ` and segment_id ` + p.segments + ` and exists ` + running + `),
		(select count(*) from journeys where due_at <> 0 and due_at <= $4 and campaign_id in ` + running + `)`
}
