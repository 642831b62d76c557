package sqlite

import (
	"testing"
	"time"

	"hookline/internal/hookline"
)

// Reports are looked for again and again, so no look may cost more than what lies
// between its ends.
func TestPlansOfReports(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	all := hookline.ReportingWebhook{Metrics: hookline.Metrics()}
	first := all
	first.FirstOnly = true
	const between = "USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"
	at := micros(time.Now())
	for name, test := range map[string]struct {
		q    asked
		want string
	}{
		"last key":               {asked{lastKeyQuery, nil}, "SEARCH attempts"},
		"end of a look":          {asked{attemptsToQuery, []any{1, 9, 200}}, "SEARCH attempts " + between},
		"attempts":               {asked{reportsQuery + wanted(all) + " order by a.id", []any{1, 9, at}}, "SEARCH a " + between},
		"attempts, first only":   {asked{reportsQuery + wanted(first) + " order by a.id", []any{1, 9, at}}, "SEARCH a " + between},
		"untried":                {asked{untriedQuery, []any{1, 9, 200}}, "SEARCH d " + between},
		"end of what is awaited": {asked{awaitedToQuery, []any{"rpw_1", 1, 200}}, "SEARCH reports_awaited USING PRIMARY KEY (webhook_id=? AND delivery_id>?)"},
		"awaited":                {asked{awaitedQuery, []any{"rpw_1", 1, 9}}, "SEARCH w USING PRIMARY KEY (webhook_id=? AND delivery_id>? AND delivery_id<?)"},
		"awaited, one":           {asked{firstTryQuery, []any{1, at}}, "SEARCH a USING INTEGER PRIMARY KEY (rowid=?)"},
		"awaited, untried":       {asked{untriedOneQuery, []any{1}}, "SEARCH d USING INTEGER PRIMARY KEY (rowid=?)"},
		"delivery by key":        {asked{byKeyQuery, []any{9, 1, "key"}}, "SEARCH deliveries " + between},
		"delivery by key, from":  {asked{byKeyFromQuery, []any{9, 200}}, "SEARCH deliveries USING INTEGER PRIMARY KEY (rowid<?)"},
	} {
		t.Run(name, func(t *testing.T) { checkPlan(t, s, test.q, test.want) })
	}
}

func TestDeliveryByKey(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	now := time.Now()
	var want string
	for _, key := range []string{"one", "two", "three"} {
		o, err := s.CreateDelivery(t.Context(), hookline.Owed{Delivery: hookline.Delivery{State: hookline.StateQueued, Origin: hookline.OriginEvent, IdempotencyKey: key, CreatedAt: now, UpdatedAt: now}})
		if err != nil {
			t.Fatal(err)
		}
		if key == "two" {
			want = o.ID
		}
	}
	for _, test := range []struct {
		key  string
		at   time.Time
		want string
	}{{"two", now, want}, {"two", now.Add(time.Hour), want}, {"two", now.Add(-time.Hour), ""}, {"four", now, ""}} {
		if got, err := s.DeliveryByKey(t.Context(), test.key, test.at); err != nil || got != test.want {
			t.Errorf("%s at %s: %q, %v; want %q", test.key, test.at, got, err, test.want)
		}
	}
}
