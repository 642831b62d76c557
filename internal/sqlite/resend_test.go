package sqlite

import (
	"fmt"
	"strings"
	"testing"

	"hookline/internal/hookline"

	"github.com/google/go-cmp/cmp"
)

// failedHere records so many failed deliveries of a destination, and begins a run
// over them.
func failedHere(t *testing.T, s *Store, n int) (hookline.ResendRun, hookline.ResendStep) {
	t.Helper()
	ctx := t.Context()
	d, err := s.CreateDestination(ctx, hookline.Destination{Name: "CRM", Enabled: true, SignatureMode: hookline.SignWhole, Timeout: hookline.DefaultTimeout})
	if err != nil {
		t.Fatal(err)
	}
	var step hookline.ResendStep
	for i := range n {
		o, err := s.CreateDelivery(ctx, hookline.Owed{
			Delivery: hookline.Delivery{State: hookline.StateFailed, Origin: hookline.OriginEvent, DestinationID: d.ID, IdempotencyKey: fmt.Sprint(i), RequestNumber: 1, CreatedAt: now()},
			Request:  hookline.Request{Method: "POST", URL: "https://example.com/"},
		})
		if err != nil {
			t.Fatal(err)
		}
		item := hookline.ResendItem{Delivery: o.Delivery, Outcome: hookline.ResentWaiting, Request: &hookline.Request{Method: "PUT", URL: "https://example.com/anew"}}
		if i%3 == 2 {
			item.Outcome, item.Request = hookline.SkippedTrigger, nil
		}
		step.Items, step.To = append(step.Items, item), o.ID
	}
	run, err := s.CreateResend(ctx, hookline.ResendWish{Filter: hookline.DeliveryFilter{State: hookline.StateFailed}, Mode: hookline.ResendCurrent, By: "ana@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	step.RunID = run.ID
	return run, step
}

// resentState is all that a step may change, in one text.
func resentState(t *testing.T, s *Store) string {
	t.Helper()
	var all []string
	for _, query := range []string{
		"select 'delivery ' || id || ' ' || state || ' ' || request_number || ' ' || asked_by || ' ' || (next_attempt_at > 0) from deliveries order by id",
		"select 'request ' || id || ' ' || number || ' ' || url from requests order by id",
		"select 'resent ' || resend_id || ' ' || delivery_id || ' ' || outcome from resend_deliveries order by delivery_id",
		"select 'run ' || position || ' ' || counts || ' ' || open || ' ' || state from resends order by id",
	} {
		rows, err := s.reads.QueryContext(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		lines, err := collect(rows, func(r row) (line string, err error) { return line, r.Scan(&line) })
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, lines...)
	}
	return strings.Join(all, "\n")
}

// TestPositionAndRequeueAreOne: whichever of a step's writes fails, nothing of
// it is there, a neighbour in the same commit is, and afterwards the step can be
// made as if nothing had been.
func TestPositionAndRequeueAreOne(t *testing.T) {
	const n = 9
	failed := 0
	for _, point := range []struct{ table, event, column string }{
		{"deliveries", "update", "old.id"}, {"requests", "insert", "new.delivery_id"}, {"resend_deliveries", "insert", "new.delivery_id"}, {"resends", "update", ""},
	} {
		for at := range n {
			s := openStore(t, t.TempDir(), nil)
			_, step := failedHere(t, s, n)
			when := ""
			if point.column != "" {
				when = fmt.Sprintf(" when %s = %d", point.column, hookline.KeyOf(step.Items[at].Delivery.ID))
			}
			fault := "create trigger fault before " + point.event + " on " + point.table + when + " begin select raise(abort, 'a fault'); end"
			do := func(query string) {
				t.Helper()
				if err := s.write(t.Context(), func(t *tx) error {
					_, err := t.exec(query)
					return err
				}); err != nil {
					t.Fatal(err)
				}
			}
			before := resentState(t, s)
			do(fault)
			neighbour := make(chan error, 1)
			go func() { neighbour <- s.SetSetting(t.Context(), "neighbour", "here") }()
			err := s.StepResend(t.Context(), step)
			if err2 := <-neighbour; err2 != nil {
				t.Errorf("a neighbour failed: %v", err2)
			}
			do("drop trigger fault")
			if err != nil {
				failed++
				if diff := cmp.Diff(before, resentState(t, s)); diff != "" {
					t.Fatalf("a fault at %s of number %d left something behind (-before +after):\n%s", point.table, at, diff)
				}
				if err := s.StepResend(t.Context(), step); err != nil {
					t.Fatal(err)
				}
			}
			after := resentState(t, s)
			if got := strings.Count(after, " queued "); got != n-n/3 || strings.Count(after, "resent ") != n || !strings.Contains(after, fmt.Sprint("run ", hookline.KeyOf(step.To))) {
				t.Fatalf("after the step:\n%s", after)
			}
			if point.column == "" {
				break
			}
		}
	}
	// Of each table but the last: those that are not left out, and those that are noted.
	if want := 2*(n-n/3) + n + 1; failed != want {
		t.Errorf("%d faults were felt, want %d", failed, want)
	}
}

func TestPlansOfResends(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	const run = "rsn_00000000009"
	at := hookline.Cursor{After: theFirst, Limit: 100}
	matching := func(f hookline.DeliveryFilter) asked {
		q, err := s.matching(t.Context(), prefixColumns("d", deliveryColumns), f, run)
		if err != nil {
			t.Fatal(err)
		}
		return listed(q, at)
	}
	for name, test := range map[string]struct {
		q    asked
		want string
	}{
		"everything":           {matching(hookline.DeliveryFilter{}), "SEARCH d USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"},
		"failed":               {matching(hookline.DeliveryFilter{State: hookline.StateFailed}), "deliveries_open (state=? AND rowid>? AND rowid<?)"},
		"of a destination":     {matching(hookline.DeliveryFilter{DestinationID: "dst_1"}), "deliveries_destination (destination_id=? AND rowid>? AND rowid<?)"},
		"of a person":          {matching(hookline.DeliveryFilter{PersonID: "per_1"}), "k USING PRIMARY KEY (run=? AND person_id=? AND delivery_id>?"},
		"of a run":             {matching(hookline.DeliveryFilter{ResendID: run}), "k USING PRIMARY KEY (resend_id=? AND delivery_id>?"},
		"of a run, failed":     {matching(hookline.DeliveryFilter{ResendID: run, ResendOutcome: hookline.ResentFailed}), "k USING COVERING INDEX resend_deliveries_outcome (resend_id=? AND outcome=? AND delivery_id>?"},
		"how they stand":       {asked{openResentQuery, []any{1, "waiting", 1, 9}}, "k USING COVERING INDEX resend_deliveries_outcome (resend_id=? AND outcome=? AND delivery_id>?"},
		"how they stand: each": {asked{openResentQuery, []any{1, "waiting", 1, 9}}, "SEARCH d USING INTEGER PRIMARY KEY (rowid=?)"},
		"listed":               {listed(selectDeliveries(hookline.DeliveryFilter{ResendID: run, ResendOutcome: hookline.ResentFailed}, nil, nil), hookline.Cursor{}), "k USING COVERING INDEX resend_deliveries_outcome (resend_id=? AND outcome=?)"},
	} {
		t.Run(name, func(t *testing.T) { checkPlan(t, s, test.q, test.want) })
	}
}

// TestMatchDeliveriesKeepsItsLimit: a run at a slow rate asks for one at a time,
// and one is what it may have.
func TestMatchDeliveriesKeepsItsLimit(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	run, step := failedHere(t, s, 60)
	after := ""
	for i, limit := range []int{1, 1, 2, 50} {
		got, err := s.MatchDeliveries(t.Context(), run.Filter, hookline.Cursor{After: after, Before: run.ID, Limit: limit})
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != limit {
			t.Fatalf("look %d gave %d deliveries, want %d", i, len(got), limit)
		}
		after = got[limit-1].ID
	}
	if want := step.Items[53].Delivery.ID; after != want {
		t.Errorf("after 54 deliveries it is at %s, want %s", after, want)
	}
}
