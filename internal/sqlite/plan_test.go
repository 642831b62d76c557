package sqlite

import (
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

// statement is what the store runs, with its arguments.
type statement struct {
	text string
	args []any
}

func listed(q *listQuery, c hookline.Cursor) statement {
	text := q.statement(c)
	return statement{text, q.args}
}

// plan gives SQLite's own words on how it would run a statement.
func plan(t *testing.T, s *Store, q statement) []string {
	t.Helper()
	rows, err := s.reads.QueryContext(t.Context(), "explain query plan "+q.text, q.args...)
	if err != nil {
		t.Fatal(err)
	}
	steps, err := collect(rows, func(r row) (step string, err error) {
		var id, parent, unused int
		err = r.Scan(&id, &parent, &unused, &step)
		return step, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return steps
}

// checkPlan checks that a statement goes by an index, up to the terms in want,
// reads no table from end to end and sorts nothing: then its cost is that of
// what it gives, however much is stored.
func checkPlan(t *testing.T, s *Store, q statement, want string) {
	t.Helper()
	steps := plan(t, s, q)
	goes := false
	for _, step := range steps {
		if strings.Contains(step, want) {
			goes = true
			continue
		}
		if strings.HasPrefix(step, "SCAN ") && step != "SCAN wanted" && !strings.HasSuffix(step, "CONSTANT ROWS") && !strings.HasSuffix(step, "CONSTANT ROW") ||
			strings.Contains(step, "TEMP B-TREE") {
			t.Errorf("%s\nof %.300s", step, q.text)
		}
	}
	if !goes {
		t.Errorf("does not go by %s:\n\t%s\nof %.300s", want, strings.Join(steps, "\n\t"), q.text)
	}
}

func TestPlansOfQueue(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	claim := func(except ...string) statement {
		text, args := claimQuery(time.Now(), 500, except)
		return statement{text, args}
	}
	for _, test := range []struct {
		name string
		q    statement
		want string
	}{
		{"claim", claim(), "deliveries_due (next_attempt_at<?)"},
		{"claim except", claim("dst_1", "dst_2"), "deliveries_due (next_attempt_at<?)"},
		{"next due", statement{nextDueQuery, nil}, "SEARCH deliveries USING INDEX deliveries_due"},
		{"count retrying", statement{countRetryingQuery, nil}, "COVERING INDEX deliveries_open (state=?)"},
		{"oldest unread", statement{oldestUnreadQuery, nil}, "SEARCH events USING INDEX sqlite_autoindex_events_1 (id>?)"},
		{"give back", statement{giveBackQuery + "state = 'sending' and id = $1", []any{"dlv_1"}}, "(id=?)"},
		{"recover", statement{giveBackQuery + "state = 'sending'", nil}, "INDEX deliveries_sending"},
		{"events after", statement{eventsAfterQuery, []any{"evt_1", 500}}, "SEARCH events USING INDEX sqlite_autoindex_events_1 (id>?)"},
		{"people by identity", statement{peopleByIdentityQuery, make([]any, identitiesAtOnce)}, "SEARCH i USING INDEX sqlite_autoindex_identities_1 (identity=?)"},
		{"person by identity", statement{personByIdentityQuery, []any{"user:u1"}}, "SEARCH identities USING INDEX sqlite_autoindex_identities_1 (identity=?)"},
		{"merge identities", statement{mergeIdentities, []any{"per_1", "per_2"}}, "identities_person (person_id=?)"},
		{"merge deliveries", statement{mergeDeliveries, []any{"per_1", "per_2"}}, "deliveries_person (person_id=?)"},
	} {
		t.Run(test.name, func(t *testing.T) { checkPlan(t, s, test.q, test.want) })
	}
}

func TestPlansOfPauses(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	const owed = "deliveries_owed (destination_id=?"
	at := micros(time.Now())
	for _, test := range []struct {
		name string
		q    statement
		want string
	}{
		{"count held", statement{countHeldQuery, []any{"dst_1", 9}}, owed + ")"},
		{"oldest held", statement{oldestHeldQuery, []any{"dst_1"}}, owed + ")"},
		{"count the young", statement{sinceQuery, []any{"dst_1", at, 9}}, owed + " AND next_attempt_at>?)"},
		{"caught up", statement{caughtUpQuery, []any{"dst_1", at}}, owed + " AND next_attempt_at<?)"},
		{"skip", statement{skipQuery, []any{"dst_1", 0, "", at, "", at, "", at, 0, true}}, owed + " AND next_attempt_at>? AND next_attempt_at<?)"},
		{"skip: is there a newer one", statement{skipQuery, []any{"dst_1", 0, "", at, "", at, "", at, 0, true}}, "deliveries_person (person_id=? AND id>?)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			steps := strings.Join(plan(t, s, test.q), "\n")
			if !strings.Contains(steps, test.want) || strings.Contains(steps, "SCAN deliveries") {
				t.Errorf("does not go by %s:\n%s", test.want, steps)
			}
		})
	}
	// These sort what they found by the index, and nothing else.
	holds := map[string]hookline.Hold{"dst_1": {}, "dst_2": {}}
	for name, test := range map[string]struct {
		q    statement
		want string
	}{
		"held":             {listed(selectDeliveries(hookline.DeliveryFilter{State: hookline.StateHeld}, holds), hookline.Cursor{}), owed + " AND next_attempt_at>?)"},
		"held, older":      {listed(selectDeliveries(hookline.DeliveryFilter{State: hookline.StateHeld}, holds), hookline.Cursor{Before: "x"}), owed + " AND next_attempt_at>?)"},
		"queued":           {listed(selectDeliveries(hookline.DeliveryFilter{State: hookline.StateQueued}, holds), hookline.Cursor{}), "deliveries_due (next_attempt_at>?)"},
		"queued of one":    {listed(selectDeliveries(hookline.DeliveryFilter{State: hookline.StateQueued, DestinationID: "dst_3"}, holds), hookline.Cursor{}), owed + " AND next_attempt_at>?)"},
		"count the newest": {statement{newestQuery, []any{"dst_1", 9}}, owed + " AND next_attempt_at>?)"},
		"end of a stretch": {statement{skipEndQuery, []any{"dst_1", 0, "", 9}}, owed + " AND next_attempt_at>?)"},
	} {
		t.Run(name, func(t *testing.T) {
			steps := strings.Join(plan(t, s, test.q), "\n")
			if !strings.Contains(steps, test.want) || strings.Contains(steps, "SCAN d ") || strings.Contains(steps, "SCAN deliveries") {
				t.Errorf("does not go by %s:\n%s", test.want, steps)
			}
		})
	}
}

// cursors are the three ways to ask for a page, and how each narrows the
// index beyond a column that is compared with "=".
var cursors = []struct {
	name   string
	cursor hookline.Cursor
	more   string
}{
	{"newest", hookline.Cursor{}, ""},
	{"older", hookline.Cursor{Before: "x"}, " AND id<?"},
	{"newer", hookline.Cursor{After: "x"}, " AND id>?"},
}

func TestPlansOfSent(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	for _, c := range cursors {
		for name, test := range map[string]struct {
			filter hookline.DeliveryFilter
			want   string
		}{
			"destination": {hookline.DeliveryFilter{DestinationID: "dst_1"}, "deliveries_destination (destination_id=?"},
			"person":      {hookline.DeliveryFilter{PersonID: "per_1"}, "deliveries_person (person_id=?"},
			"failed":      {hookline.DeliveryFilter{State: hookline.StateFailed}, "deliveries_open (state=?"},
			"retrying":    {hookline.DeliveryFilter{State: hookline.StateRetrying}, "deliveries_open (state=?"},
		} {
			t.Run(name+" "+c.name, func(t *testing.T) {
				checkPlan(t, s, listed(selectDeliveries(test.filter, nil), c.cursor), test.want+c.more+")")
			})
		}
		// An action makes one delivery of an event, or a batch carries it: they are few, and may be sorted.
		t.Run("event "+c.name, func(t *testing.T) {
			steps := plan(t, s, listed(selectDeliveries(hookline.DeliveryFilter{EventID: "evt_1"}, nil), c.cursor))
			for _, index := range []string{"deliveries_event (event_id=?", "batch_items_event (event_id=?"} {
				if !strings.Contains(strings.Join(steps, "\n"), index) {
					t.Errorf("does not go by %s: %v", index, steps)
				}
			}
			for _, step := range steps {
				if strings.HasPrefix(step, "SCAN ") {
					t.Errorf("reads a table from end to end: %v", steps)
				}
			}
		})
	}
	t.Run("all", func(t *testing.T) {
		checkPlan(t, s, listed(selectDeliveries(hookline.DeliveryFilter{}, nil), hookline.Cursor{}), "SCAN d USING INDEX sqlite_autoindex_deliveries_1")
	})
	t.Run("since", func(t *testing.T) {
		checkPlan(t, s, listed(selectDeliveries(hookline.DeliveryFilter{Since: time.Now()}, nil), hookline.Cursor{Before: "x"}), "(id>? AND id<?)")
	})
}

func TestPlansOfEvents(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	one, two := []string{"a"}, []string{"a", "b"}
	for _, c := range cursors {
		for name, test := range map[string]struct {
			filter hookline.EventFilter
			want   string
		}{
			"source":               {hookline.EventFilter{SourceIDs: one}, "events_source (source_id=?"},
			"sources":              {hookline.EventFilter{SourceIDs: two}, "events_source (source_id=?"},
			"identity":             {hookline.EventFilter{Identities: one}, "events_identity (identity=?"},
			"identities":           {hookline.EventFilter{Identities: two}, "events_identity (identity=?"},
			"identities, a source": {hookline.EventFilter{Identities: two, SourceIDs: one}, "events_identity (identity=?"},
			"identities, sources":  {hookline.EventFilter{Identities: two, SourceIDs: two}, "events_identity (identity=?"},
		} {
			t.Run(name+" "+c.name, func(t *testing.T) {
				checkPlan(t, s, listed(selectEvents(test.filter), c.cursor), test.want+c.more+")")
			})
		}
	}
}

func TestPlansOfIntakes(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	for _, in := range intakeTables {
		for what, f := range map[string]hookline.IntakeFilter{
			"newest": {SourceID: "a"}, "older": {SourceID: "a", Before: "x"},
			"search": {SourceID: "a", Before: "x", Type: "track", Name: "n", Text: "t"},
		} {
			t.Run(in.table+" "+what, func(t *testing.T) {
				text, args := intakeQuery(f, in.prefix, in.columns, in.table)
				checkPlan(t, s, statement{text, args}, in.table+"_source (source_id=?")
			})
		}
	}
}
