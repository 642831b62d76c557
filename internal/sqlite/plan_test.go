package sqlite

import (
	"slices"
	"strings"
	"testing"
	"time"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

// statement is what the store runs, with its arguments.
type asked struct {
	text string
	args []any
}

func listed(q *listQuery, c hookline.Cursor) asked {
	text := q.statement(c, c.Size()+1)
	return asked{text, q.args}
}

// plan gives SQLite's own words on how it would run a statement.
func plan(t *testing.T, s *Store, q asked) []string {
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
func checkPlan(t *testing.T, s *Store, q asked, want string) {
	t.Helper()
	steps := plan(t, s, q)
	goes := false
	for _, step := range steps {
		if strings.Contains(step, want) {
			goes = true
			continue
		}
		if strings.HasPrefix(step, "SCAN ") && step != "SCAN wanted" && !strings.HasPrefix(step, "SCAN (subquery") && !strings.HasSuffix(step, "CONSTANT ROWS") && !strings.HasSuffix(step, "CONSTANT ROW") ||
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
	for _, test := range []struct {
		name string
		q    asked
		want string
	}{
		{"due", asked{dueQuery, []any{"dst_1", 1, 500}}, "INDEX deliveries_due (destination_id=? AND next_attempt_at<?)"},
		{"parts of a delivery", asked{partsOfDeliveryQuery, []any{1}}, "INDEX batch_parts_delivery (delivery_id=?)"},
		{"batches of an event", asked{partsOfEventQuery, []any{1, 1000, 1}}, "INDEX batch_parts_event (last_event>? AND last_event<?)"},
		{"next due", asked{nextDueQuery, []any{"dst_1", 1}}, "INDEX deliveries_due (destination_id=? AND next_attempt_at>?)"},
		{"owed", asked{owedQuery, []any{1}}, "SEARCH d USING INTEGER PRIMARY KEY (rowid=?)"},
		{"count retrying", asked{countRetryingQuery, nil}, "COVERING INDEX deliveries_open (state=?)"},
		{"oldest unread", asked{oldestUnreadQuery, nil}, "SEARCH events USING INTEGER PRIMARY KEY (rowid>?)"},
		{"events after", asked{eventsAfterQuery, []any{1, 500}}, "SEARCH events USING INTEGER PRIMARY KEY (rowid>?)"},
		{"people by identity", asked{peopleByIdentityQuery, make([]any, identitiesAtOnce)}, "SEARCH i USING PRIMARY KEY (identity=?)"},
		{"person by identity", asked{personByIdentityQuery, []any{"user:u1"}}, "SEARCH identities USING PRIMARY KEY (identity=?)"},
		{"merge identities", asked{mergeIdentities, []any{"per_1", "per_2"}}, "identities_person (person_id=?)"},
		{"merge deliveries", asked{mergeDeliveries, []any{"per_1", "per_2"}}, "k USING PRIMARY KEY (run=? AND person_id=?)"},
	} {
		t.Run(test.name, func(t *testing.T) { checkPlan(t, s, test.q, test.want) })
	}
}

// TestPlansOfPeople: whoever goes by a name is taken from the names, which are put in
// order by themselves; the walk goes from place to place.
func TestPlansOfPeople(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	for name, test := range map[string]struct {
		among       among
		named, walk string
	}{
		"everybody": {among{}, "SEARCH people USING INDEX sqlite_autoindex_people_1 (id=?)", "people USING INDEX sqlite_autoindex_people_1 (id>? AND id<?)"},
		"members":   {among{1, 9}, "SEARCH segment_members USING PRIMARY KEY (segment=? AND person_id=?)", "segment_members USING PRIMARY KEY (segment=? AND person_id>? AND person_id<?)"},
	} {
		t.Run(name, func(t *testing.T) {
			l := &personLook{among: test.among, names: namesLike("u"), begins: "u%", holds: "%u%"}
			for _, up := range []bool{false, true} {
				end := inOrder(l.among.id(), up) + " limit 51"
				q := newList("")
				steps := plan(t, s, asked{l.namedText(q, "per_5", up, 204) + end, q.args})
				for _, want := range []string{"SEARCH identities USING PRIMARY KEY (identity>? AND identity<?)", test.named} {
					if !slices.Contains(steps, want) {
						t.Errorf("those named do not go by %s:\n\t%s", want, strings.Join(steps, "\n\t"))
					}
				}
				if steps[0] != test.named { // it comes first, and has the order of the list
					t.Errorf("those named are gathered before they are put in order:\n\t%s", strings.Join(steps, "\n\t"))
				}
				q = newList("")
				checkPlan(t, s, asked{l.fittingText(q, "per_1", "per_9", up) + end, q.args}, test.walk)
			}
		})
	}
}

func TestPlansOfPauses(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	const owed = "deliveries_due (destination_id=?"
	at := micros(time.Now())
	for _, test := range []struct {
		name string
		q    asked
		want string
	}{
		{"count held", asked{countHeldQuery, []any{"dst_1", 9}}, owed + " AND next_attempt_at>?)"},
		{"oldest held", asked{oldestHeldQuery, []any{"dst_1"}}, owed + ")"},
		{"count the young", asked{sinceQuery, []any{"dst_1", at, 9}}, owed + " AND next_attempt_at>?)"},
		{"caught up", asked{caughtUpQuery, []any{"dst_1", at}}, owed + " AND next_attempt_at<?)"},
		{"skip", asked{skipQuery, []any{"dst_1", 0, 0, at, 0, at, "", at, 0, true}}, owed + " AND next_attempt_at>? AND next_attempt_at<?)"},
		{"skip: is there a newer one", asked{skipQuery, []any{"dst_1", 0, 0, at, 0, at, "", at, 0, true}}, "k USING PRIMARY KEY (run=? AND person_id=? AND delivery_id>?)"},
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
		q    asked
		want string
	}{
		"held":             {listed(selectDeliveries(hookline.DeliveryFilter{State: hookline.StateHeld}, holds, nil), hookline.Cursor{}), owed + " AND next_attempt_at>?)"},
		"held, older":      {listed(selectDeliveries(hookline.DeliveryFilter{State: hookline.StateHeld}, holds, nil), hookline.Cursor{Before: "x"}), owed + " AND next_attempt_at>?)"},
		"queued":           {listed(selectDeliveries(hookline.DeliveryFilter{State: hookline.StateQueued}, holds, nil), hookline.Cursor{}), "SCAN d USING INDEX deliveries_due"},
		"queued of one":    {listed(selectDeliveries(hookline.DeliveryFilter{State: hookline.StateQueued, DestinationID: "dst_3"}, holds, nil), hookline.Cursor{}), owed + " AND next_attempt_at>?)"},
		"count the newest": {asked{newestQuery, []any{"dst_1", 9}}, owed + " AND next_attempt_at>?)"},
		"end of a stretch": {asked{skipEndQuery, []any{"dst_1", 0, "", 9}}, owed + " AND next_attempt_at>?)"},
	} {
		t.Run(name, func(t *testing.T) {
			steps := strings.Join(plan(t, s, test.q), "\n")
			rest := strings.ReplaceAll(steps, "SCAN d USING INDEX deliveries_due", "") // which holds what is owed and no more
			if !strings.Contains(steps, test.want) || strings.Contains(rest, "SCAN d ") || strings.Contains(steps, "SCAN deliveries") {
				t.Errorf("does not go by %s:\n%s", test.want, steps)
			}
		})
	}
}

// TestPlansOfManyHeld: of what is very much the newest of each destination are
// found in their order, and only they are sorted.
func TestPlansOfManyHeld(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	holds := map[string]hookline.Hold{"dst_1": {}, "dst_2": {}}
	for _, f := range []hookline.DeliveryFilter{{}, {DestinationID: "dst_1"}} {
		for _, c := range cursors {
			t.Run(f.DestinationID+" "+c.name, func(t *testing.T) {
				steps := plan(t, s, listed(walkHeld(f, holds), c.cursor))
				from := slices.IndexFunc(steps, func(step string) bool { return strings.Contains(step, "SCAN wanted") })
				to := slices.IndexFunc(steps, func(step string) bool {
					return strings.Contains(step, "deliveries_destination (destination_id=?"+c.more+")")
				})
				if from < 0 || to < from || strings.Contains(strings.Join(steps[from:to+1], "\n"), "TEMP B-TREE") || strings.Contains(strings.Join(steps, "\n"), "SCAN d") {
					t.Errorf("does not walk by destination:\n%s", strings.Join(steps, "\n"))
				}
			})
		}
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
	{"older", hookline.Cursor{Before: hookline.KeyID("x", 1)}, " AND rowid<?"},
	{"newer", hookline.Cursor{After: hookline.KeyID("x", 1)}, " AND rowid>?"},
}

func TestPlansOfSent(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	for _, c := range cursors {
		for name, test := range map[string]struct {
			filter hookline.DeliveryFilter
			want   string
		}{
			"destination": {hookline.DeliveryFilter{DestinationID: "dst_1"}, "deliveries_destination (destination_id=?"},
			"failed":      {hookline.DeliveryFilter{State: hookline.StateFailed}, "deliveries_open (state=?"},
			"retrying":    {hookline.DeliveryFilter{State: hookline.StateRetrying}, "deliveries_open (state=?"},
			"doubted":     {hookline.DeliveryFilter{State: hookline.StateDoubted}, "deliveries_doubted (state=?"},
			"tests":       {hookline.DeliveryFilter{Origin: hookline.OriginTest}, "deliveries_tests (origin=?"},
			"a journey":   {hookline.DeliveryFilter{JourneyID: hookline.KeyID("jrn", 1)}, "deliveries_journey (journey_id=?"},
			"one action":  {hookline.DeliveryFilter{DestinationID: "dst_1", ActionID: "act_1", State: hookline.StateDelivered}, "deliveries_destination (destination_id=?"},
		} {
			t.Run(name+" "+c.name, func(t *testing.T) {
				checkPlan(t, s, listed(selectDeliveries(test.filter, nil, nil), c.cursor), test.want+c.more+")")
			})
		}
		t.Run("person "+c.name, func(t *testing.T) {
			for _, destination := range []string{"", "dst_1"} {
				q := listed(selectDeliveries(hookline.DeliveryFilter{PersonID: "per_1", DestinationID: destination}, nil, nil), c.cursor)
				checkPlan(t, s, q, "k USING PRIMARY KEY (run=? AND person_id=?"+strings.ReplaceAll(c.more, "rowid", "delivery_id")+")")
				checkPlan(t, s, q, "rowid>?"+strings.TrimPrefix(c.more, " AND rowid>?")+")") // what is not in the index yet
			}
		})
		// An action makes one delivery of an event, or a batch carries it: they are few, and may be sorted.
		t.Run("event "+c.name, func(t *testing.T) {
			steps := plan(t, s, listed(selectDeliveries(hookline.DeliveryFilter{EventID: hookline.KeyID("evt", 1)}, nil, []int64{7}), c.cursor))
			for _, index := range []string{"deliveries_event (event_id=?"} {
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
		checkPlan(t, s, listed(selectDeliveries(hookline.DeliveryFilter{}, nil, nil), hookline.Cursor{}), "SCAN d")
	})
	t.Run("since", func(t *testing.T) {
		checkPlan(t, s, listed(selectDeliveries(hookline.DeliveryFilter{Since: time.Now()}, nil, nil), hookline.Cursor{Before: hookline.KeyID("x", 1)}), "(rowid>? AND rowid<?)")
	})
}

// TestPlansOfLooks: a stretch of a look goes by the keys, or by an index within
// them, and sorts nothing; so do the statements that read the index of words.
func TestPlansOfLooks(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	const within = "d.id >= 5 and d.id < 9"
	for _, up := range []bool{false, true} {
		for name, test := range map[string]struct {
			filter hookline.DeliveryFilter
			want   string
		}{
			"all":         {hookline.DeliveryFilter{Origin: hookline.OriginEvent}, "(rowid>? AND rowid<?)"},
			"destination": {hookline.DeliveryFilter{DestinationID: "dst_1", Status: 404}, "deliveries_destination (destination_id=? AND rowid>? AND rowid<?)"},
			"failed":      {hookline.DeliveryFilter{State: hookline.StateFailed, Attempts: 3}, "deliveries_open (state=? AND rowid>? AND rowid<?)"},
			"event":       {hookline.DeliveryFilter{EventName: "Order Paid"}, "(rowid>? AND rowid<?)"},
			"action":      {hookline.DeliveryFilter{ActionID: "act_1"}, "(rowid>? AND rowid<?)"},
		} {
			t.Run(name, func(t *testing.T) {
				q := selectDeliveries(test.filter, nil, nil)
				l := look{terms: q.terms, args: q.args, up: up}
				checkPlan(t, s, asked{l.fitting(within, 51), l.args}, test.want)
			})
		}
	}
	for name, test := range map[string]struct {
		q    asked
		want string
	}{
		"texts":        {asked{sentTextSelect + " where d.id > $1 and d.id <= $2 order by d.id", []any{1, 2}}, "SEARCH d USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"},
		"some texts":   {asked{sentTextSelect + " where d.id in (1, 2, 3) order by d.id", nil}, "SEARCH d USING INTEGER PRIMARY KEY (rowid=?)"},
		"its tries":    {asked{tryTextSelect + furtherOfOne, []any{1}}, "attempts_again (delivery_id=?"},
		"its requests": {asked{requestTextSelect + furtherOfOne, []any{1}}, "requests_again (delivery_id=?"},
		"tries since":  {asked{tryTextSelect + furtherBetween, []any{1, 2}}, "(rowid>? AND rowid<?)"},
		"tried since":  {asked{triedSinceQuery, []any{1, 2, 3}}, "SEARCH attempts USING INTEGER PRIMARY KEY (rowid>?)"},
		"end of rows":  {asked{searchEndRows, []any{1, 3999}}, "(rowid>?)"},
		"end of tries": {asked{searchEndTries, []any{1, 7999}}, "(rowid>?)"},
	} {
		t.Run(name, func(t *testing.T) { checkPlan(t, s, test.q, test.want) })
	}
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
			"identity":             {hookline.EventFilter{Identities: one}, "k USING PRIMARY KEY (run=? AND identity=?"},
			"identities":           {hookline.EventFilter{Identities: two}, "k USING PRIMARY KEY (run=? AND identity=?"},
			"identities, a source": {hookline.EventFilter{Identities: two, SourceIDs: one}, "k USING PRIMARY KEY (run=? AND identity=?"},
			"identities, sources":  {hookline.EventFilter{Identities: two, SourceIDs: two}, "k USING PRIMARY KEY (run=? AND identity=?"},
		} {
			t.Run(name+" "+c.name, func(t *testing.T) {
				more := c.more
				if len(test.filter.Identities) > 0 {
					more = strings.ReplaceAll(more, "rowid", "event_id")
				}
				checkPlan(t, s, listed(selectEvents(test.filter), c.cursor), test.want+more+")")
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
				text, args := intakeQuery(f, in.place, in.columns, in.table)
				checkPlan(t, s, asked{text, args}, in.table+"_source (source_id=?")
			})
		}
	}
}

func TestPlansOfTheAuditLog(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	for _, c := range []struct {
		cursor hookline.Cursor
		more   string
	}{{hookline.Cursor{}, ""}, {hookline.Cursor{Before: "aud_x"}, " AND id<?"}, {hookline.Cursor{After: "aud_x"}, " AND id>?"}} {
		for want, f := range map[string]audit.Filter{
			"audit_entries_actor (actor_name=?": {Actor: "ana@example.com"},
			"audit_entries_thing (thing_id=?":   {ThingID: "src_1"},
			"audit_entries_kind (thing_kind=?":  {Kind: audit.Source},
			"audit_entries_deed (deed=?":        {Deed: audit.Created},
		} {
			checkPlan(t, s, listed(selectAudit(f), c.cursor), want+c.more+")")
		}
	}
	checkPlan(t, s, listed(selectAudit(audit.Filter{}), hookline.Cursor{}), "SCAN audit_entries USING INDEX sqlite_autoindex_audit_entries_1")
}
