package sqlite

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

func TestMinutes(t *testing.T) {
	at := time.Unix(60*1000, 0)
	text := ""
	for _, minute := range []int{0, 0, 30, 59, 61, 30, 2, -100} { // some come late
		text = addMinute(text, at.Add(time.Duration(minute)*time.Minute))
	}
	if want := "1002:1 1030:2 1059:1 1061:1"; text != want {
		t.Errorf("kept is %q, want %q", text, want)
	}
	minutes := readMinutes(text, at.Add(62*time.Minute))
	want := make([]int, 60)
	want[27], want[56], want[58] = 2, 1, 1
	if !slices.Equal(minutes, want) {
		t.Errorf("read is %v", minutes)
	}
	if got := readMinutes("1:2 nothing x:3 4:y", time.Unix(60, 0)); got[59] != 2 {
		t.Errorf("read of what is torn is %v", got)
	}
}

// TestPlansOfFailures: a failure's deliveries are found in the order of the list,
// however many there are; counting the open ones reads an index alone.
func TestPlansOfFailures(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	id := hookline.KeyID("flr", 7)
	for _, c := range cursors {
		for name, f := range map[string]hookline.DeliveryFilter{
			"all": {FailureID: id}, "of a person": {FailureID: id, PersonID: "per_1"}, "failed": {FailureID: id, State: hookline.StateFailed}, "queued": {FailureID: id, State: hookline.StateQueued},
		} {
			t.Run(name+" "+c.name, func(t *testing.T) {
				checkPlan(t, s, listed(selectDeliveries(f, nil, nil), c.cursor), "k USING PRIMARY KEY (failure_id=?"+strings.ReplaceAll(c.more, "rowid", "delivery_id")+")")
			})
		}
	}
	for name, test := range map[string]struct {
		q    asked
		want string
	}{
		"alike":  {asked{failureAlikeQuery, []any{"dst_1", "act_1", "status", 401, ""}}, "failures_alike (destination_id=? AND action_id=? AND trouble=? AND status=? AND answer=?)"},
		"notes":  {asked{failureNotesQuery, []any{7, 9}}, "failure_notes_failure (failure_id=?)"},
		"oldest": {asked{oldestOfFailureQuery, []any{7}}, "PRIMARY KEY (failure_id=?)"},
		"gather": {asked{gatherQuery, []any{7, "", 9}}, "deliveries_open (state=? AND rowid<?)"},
	} {
		t.Run(name, func(t *testing.T) { checkPlan(t, s, test.q, test.want) })
	}
	t.Run("list", func(t *testing.T) {
		steps := strings.Join(plan(t, s, listed(selectFailures(hookline.FailureFilter{State: hookline.FailureOpen}, time.Now()), hookline.Cursor{Before: id})), "\n")
		if !strings.Contains(steps, "sqlite_autoindex_failures_1 (place<?)") || strings.Contains(steps, "TEMP B-TREE") {
			t.Errorf("does not go by the place:\n%s", steps)
		}
	})
	t.Run("open", func(t *testing.T) {
		steps := strings.Join(plan(t, s, asked{countOpenFailuresQuery, []any{1}}), "\n")
		if !strings.Contains(steps, "COVERING INDEX failures_unresolved") {
			t.Errorf("does not go by failures_unresolved:\n%s", steps)
		}
	})
	t.Run("like it", func(t *testing.T) {
		steps := strings.Join(plan(t, s, asked{likeItQuery, []any{1, 1000}}), "\n")
		if !strings.Contains(steps, "events_source (source_id=? AND rowid>? AND rowid<?)") || strings.Contains(steps, "SCAN e") {
			t.Errorf("does not go by events_source:\n%s", steps)
		}
	})
}

// before0014 makes a database as it was before there were failures: with failed
// deliveries of two kinds, and some that are part of none.
func before0014(t *testing.T, dir string, failed int) {
	t.Helper()
	statements := []string{
		`insert into destinations (id, name, enabled, shared_secret, signature_mode, standard_secrets, timeout_ms, created_at, updated_at) values ('dst_1', 'CRM', 1, '', 'whole', '[]', 4000, 1, 2)`,
	}
	row := func(key int, state, origin, destination, reason string, request int) {
		statements = append(statements, fmt.Sprintf(`insert into deliveries values (%d, '%s', '%s', '%s', 'act_1', 0, 'per_%d', 'k%d', %d, '', 1, %d, 0, '%s', %d, 0, %d, 0, 0)`,
			key, state, origin, destination, key%3, key, request, request, reason, key, key))
	}
	for key := 1; key <= failed; key++ {
		row(key, "failed", "event", "dst_1", "The receiver answered 422.", 1)
		statements = append(statements, fmt.Sprintf(`insert into attempts (id, delivery_id, number, request_number, asked_by, sent, started_at, duration_us, timings, status, answer_headers, answer, answer_too_large, outcome, reason)
			values (%d, %d, 1, 1, '', '[]', 1, 1, '{}', 422, '[]', x'6e6f207573657220%x', 0, 'failed', 'The receiver answered 422.')`, key, key, fmt.Sprint(key)))
	}
	row(failed+1, "failed", "event", "dst_1", "The body could not be made. It is too large.", 0)
	row(failed+2, "failed", "test", "dst_1", "The receiver answered 422.", 1)
	row(failed+3, "failed", "event", "dst_gone", "The receiver answered 422.", 1)
	row(failed+4, "failed", "event", "dst_1", destinationDeleted, 1)
	row(failed+5, "delivered", "event", "dst_1", "", 1)
	atVersion(t, 12, dir, statements...)
}

func TestWhatFailedBeforeIsGatheredLater(t *testing.T) {
	const failed = 2*gatherAtOnce + 50
	dir := t.TempDir()
	before0014(t, dir, failed)
	s, err := Open(t.Context(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	all := func() []hookline.FailureRow {
		t.Helper()
		l, err := s.ListFailures(ctx, hookline.FailureFilter{}, hookline.Cursor{})
		if err != nil {
			t.Fatal(err)
		}
		return l.Rows
	}
	if n := len(all()); n != 0 {
		t.Fatalf("%d failures when it has only been opened", n)
	}
	if n, err := s.gatherSome(ctx); err != nil || n != gatherAtOnce {
		t.Fatalf("gathered %d, %v", n, err)
	}
	if err := s.Close(); err != nil { // and goes on after a restart
		t.Fatal(err)
	}
	s = openStore(t, dir, nil)
	if err := s.GatherFailures(ctx); err != nil {
		t.Fatal(err)
	}
	rows := all()
	if len(rows) != 2 || rows[0].Trouble != hookline.TroubleTemplate || rows[0].Deliveries != 1 {
		t.Fatalf("gathered are %+v", rows)
	}
	got := rows[1]
	if got.Status != 422 || got.Answer != "no user …" || got.Deliveries != failed || got.Total != failed || got.People != 3 ||
		!got.FirstAt.Equal(fromMicros(1)) || !got.LastAt.Equal(fromMicros(failed)) || got.State != hookline.FailureOpen {
		t.Errorf("gathered is %+v", got)
	}
	if n, err := s.gatherSome(ctx); err != nil || n != 0 {
		t.Errorf("once more: %d, %v", n, err)
	}
}

// TestGatheringAgainCountsNothingTwice: what failed anew or was repaired since is
// as it is, and what somebody resolved meanwhile stays so.
func TestGatheringAgainCountsNothingTwice(t *testing.T) {
	dir := t.TempDir()
	before0014(t, dir, 3)
	s := openStore(t, dir, nil)
	ctx := context.WithoutCancel(t.Context())
	do := func(statement string) {
		t.Helper()
		if err := s.write(ctx, func(t *tx) error { _, err := t.exec(statement); return err }); err != nil {
			t.Fatal(err)
		}
	}
	do("update deliveries set state = 'delivered' where id = 3")
	for range 2 {
		if err := s.GatherFailures(ctx); err != nil {
			t.Fatal(err)
		}
		do("insert into cursors (name, event_id) values ('failures', 100)")
		do("update failures set state = 'resolved'")
	}
	l, err := s.ListFailures(ctx, hookline.FailureFilter{}, hookline.Cursor{})
	if err != nil || len(l.Rows) != 2 {
		t.Fatalf("%+v, %v", l, err)
	}
	if got := l.Rows[1]; got.Deliveries != 2 || got.Total != 2 || got.State != hookline.FailureResolved {
		t.Errorf("gathered is %+v", got)
	}
}

// TestManyFailuresOfOneKind: with 20,000 deliveries in one failure a page of them
// is read as fast as of few, see TestPlansOfFailures, and the counts are kept.
func TestManyFailuresOfOneKind(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	ctx := t.Context()
	const many = 20_000
	reason := "The body could not be made. It is too large."
	for made := 0; made < many; made += 1000 {
		err := s.write(ctx, func(tx *tx) error {
			for i := range 1000 {
				o := hookline.Owed{Delivery: hookline.Delivery{
					State: hookline.StateFailed, Origin: hookline.OriginEvent, DestinationID: "dst_1", ActionID: "act_1", IdempotencyKey: "k",
					PersonID: fmt.Sprint("per_", (made+i)%500), Reason: reason, CreatedAt: now(), UpdatedAt: now(),
				}}
				if err := s.createDelivery(tx, &o); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	failures, err := s.ListFailures(ctx, hookline.FailureFilter{}, hookline.Cursor{})
	if err != nil || len(failures.Rows) != 1 || failures.Rows[0].Deliveries != many || failures.Rows[0].People != 500 {
		t.Fatalf("%+v, %v", failures.Rows, err)
	}
	walked := 0
	for c := (hookline.Cursor{Limit: 5000}); ; {
		page, err := s.ListDeliveries(ctx, hookline.DeliveryFilter{FailureID: failures.Rows[0].ID}, c)
		if err != nil {
			t.Fatal(err)
		}
		if walked += len(page.Rows); !page.Older {
			break
		}
		c.Before = page.Rows[len(page.Rows)-1].ID
	}
	if walked != many {
		t.Errorf("walked through %d", walked)
	}
}
