package sqlite

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"hookline/internal/hookline"
)

// whatHolds are counts of rows that nothing belongs to, or that do not fit
// together. All are 0 whatever was deleted, and wherever a deletion was broken off.
var whatHolds = map[string]string{
	"attempts without delivery":           "select count(*) from attempts where delivery_id not in (select id from deliveries)",
	"requests without delivery":           "select count(*) from requests where delivery_id not in (select id from deliveries)",
	"parts without delivery":              "select count(*) from batch_parts where delivery_id <> 0 and delivery_id not in (select id from deliveries)",
	"failed ones without delivery":        "select count(*) from failure_deliveries where delivery_id not in (select id from deliveries)",
	"open to search without delivery":     "select count(*) from search_open where delivery_id not in (select id from deliveries)",
	"people's entries without delivery":   "select count(*) from deliveries_by_person where delivery_id not in (select id from deliveries)",
	"entries of identities without event": "select count(*) from events_by_identity where event_id not in (select id from events)",
	"entries in runs that nobody knows":   "select count(*) from deliveries_by_person where run not in (select run from late_runs where name = 'deliveries_by_person')",
	"owed without request":                "select count(*) from deliveries where state in ('queued', 'retrying') and request_number > 0 and id not in (select id from requests)",
	"owed without body":                   "select count(*) from deliveries d join requests r on r.id = d.id where d.state in ('queued', 'retrying') and d.request_number = 1 and length(r.body) = 0",
	"owed without event":                  "select count(*) from deliveries where state in ('queued', 'retrying') and event_id <> 0 and event_id not in (select id from events)",
	"failures that count wrongly":         "select count(*) from failures f where deliveries <> (select count(*) from failure_deliveries where failure_id = f.id)",
	"failed and part of no failure":       "select count(*) from deliveries where state = 'failed' and id not in (select delivery_id from failure_deliveries)",
	"pages without segment":               "select count(*) from search_pages where id / 65536 not in (select number from search_segments) and id / 65536 not in (select key from retained where part = 'pages')",
	"damage":                              "select count(*) from pragma_integrity_check where integrity_check <> 'ok'",
}

func (s *sender) holds(when string) {
	s.t.Helper()
	for what, query := range whatHolds {
		var n int
		if err := s.reads.QueryRowContext(s.t.Context(), query).Scan(&n); err != nil || n != 0 {
			s.t.Fatalf("%s: %d %s, %v", when, n, what, err)
		}
	}
}

// hasDestinations makes those that s sends to, without which nothing is sent again.
func (s *sender) hasDestinations() {
	s.t.Helper()
	for _, id := range []string{"dst_1", "dst_2"} {
		d, err := s.CreateDestination(s.t.Context(), hookline.Destination{Name: id, Enabled: true, SignatureMode: hookline.SignWhole, Timeout: time.Second})
		if err == nil {
			err = s.write(s.t.Context(), func(t *tx) error {
				_, err := t.exec("update destinations set id = $1 where id = $2", id, d.ID)
				return err
			})
		}
		if err != nil {
			s.t.Fatal(err)
		}
	}
}

func (s *sender) count(query string) (n int) {
	s.t.Helper()
	if err := s.reads.QueryRowContext(s.t.Context(), query).Scan(&n); err != nil {
		s.t.Fatal(err)
	}
	return n
}

// fannedOut says that every event so far has been worked out.
func (s *sender) fannedOut() {
	s.t.Helper()
	err := s.write(s.t.Context(), func(t *tx) error {
		_, err := t.exec("insert into cursors (name, event_id) select 'fanout', max(id) from events where true on conflict (name) do update set event_id = excluded.event_id")
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// forgetGone takes out of s.all what was deleted.
func (s *sender) forgetGone() {
	s.t.Helper()
	var left []string
	for _, id := range s.all {
		_, err := s.DeliveryRow(s.t.Context(), id)
		switch hookline.KindOf(err) {
		case "":
			left = append(left, id)
		case hookline.KindNotFound:
		default:
			s.t.Fatal(err)
		}
	}
	s.all = left
}

var errBroken = errors.New("the power is cut")

// breaking breaks a deletion off after so many units.
func breaking(units int) func(context.Context, time.Duration) error {
	return func(context.Context, time.Duration) error {
		if units--; units < 0 {
			return errBroken
		}
		return nil
	}
}

// TestRetentionKeepsWhatHolds: whatever is deleted, and wherever the deletion is
// broken off, nothing is left that belongs to nothing, what is owed is whole, and
// lists and searches find what reading everything finds. After a restart it goes
// on to the same end.
func TestRetentionKeepsWhatHolds(t *testing.T) {
	s := newSender(t)
	for i := range 330 {
		s.send()
		if s.random.IntN(3) > 0 {
			s.try(s.all[s.random.IntN(len(s.all))])
		}
		if i%60 == 59 {
			if err := s.CompleteIndexes(t.Context()); err != nil {
				t.Fatal(err)
			}
			fillRuns(t, s.Store)
		}
	}
	s.fannedOut()
	later := now().Add(31 * 24 * time.Hour)
	if err := s.SetRetention(t.Context(), hookline.Retention{Events: 10, Bodies: 20, Deliveries: 30}); err != nil {
		t.Fatal(err)
	}
	for units := 1; ; units += 2 {
		err := s.ApplyRetention(t.Context(), later, breaking(units))
		s.holds(fmt.Sprintf("after %d units", units))
		if err == nil {
			break
		}
		if !errors.Is(err, errBroken) {
			t.Fatal(err)
		}
		s.stop()
		s.start()
	}
	if n := s.count("select count(*) from deliveries where state in " + restingStates + " and id < (select max(id) from deliveries)"); n != 0 {
		t.Errorf("%d old deliveries are left", n)
	}
	owed, open := s.count("select count(*) from deliveries where state in ('queued', 'retrying')"), s.count("select count(*) from retained where part = 'deliveries'")
	if owed < 50 || open < owed-1 {
		t.Errorf("%d are owed, %d are retained", owed, open)
	}
	s.forgetGone()
	s.checkLooks()

	for _, id := range s.all { // what was owed ends, and grows old as well
		for range 9 {
			s.try(id)
		}
	}
	s.holds("after all was sent")
	for range 20 {
		s.send()
	}
	s.fannedOut()
	if err := s.ApplyRetention(t.Context(), later.Add(31*24*time.Hour), breaking(1000)); err != nil {
		t.Fatal(err)
	}
	s.holds("at the end")
	if n := s.count("select count(*) from deliveries where state in " + restingStates); n != 0 {
		t.Errorf("%d old deliveries are left at the end", n)
	}
	for range 60 { // and life goes on
		s.send()
		s.try(s.all[len(s.all)-1])
	}
	s.forgetGone()
	s.checkLooks()
}

// TestRetentionOfBodies: bodies go, what was sent again since keeps its own, and
// searches find what is there.
func TestRetentionOfBodies(t *testing.T) {
	s := newSender(t)
	s.hasDestinations()
	for range 120 {
		s.send()
		s.try(s.all[len(s.all)-1])
	}
	if err := s.CompleteIndexes(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.SetRetention(t.Context(), hookline.Retention{Bodies: 1}); err != nil {
		t.Fatal(err)
	}
	apply := func(days int) {
		t.Helper()
		if err := s.ApplyRetention(t.Context(), now().Add(time.Duration(days)*24*time.Hour), breaking(1000)); err != nil {
			t.Fatal(err)
		}
		s.holds("after bodies were deleted")
		s.checkLooks()
	}
	apply(2)
	const left = "select count(*) from requests r join deliveries d on d.id = r.delivery_id where length(r.body) > 0 and d.id < (select max(id) from deliveries) and d.state in " + restingStates
	if n := s.count(left); n != 0 {
		t.Fatalf("%d bodies are left", n)
	}
	for i, id := range s.all {
		if i%3 == 0 {
			s.again(id)
			for range 9 {
				s.try(id)
			}
		}
	}
	s.checkLooks()
	var again, shown int
	for _, id := range s.all[:len(s.all)-1] {
		requests, err := s.ListRequests(t.Context(), id)
		attempts, err2 := s.ListAttempts(t.Context(), id)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		if len(requests) < 2 {
			continue
		}
		again++
		last := attempts[len(attempts)-1]
		if requests[0].BodyDeleted && !requests[1].BodyDeleted && string(requests[1].Request.Body) == `{"again":"mended"}` && !last.AnswerDeleted {
			shown++
		}
	}
	if again < 15 || shown != again {
		t.Errorf("%d were sent again, of which %d tell right what was deleted", again, shown)
	}
	apply(4)
	if n := s.count(left); n != 0 {
		t.Errorf("%d bodies are left of what was sent again", n)
	}
}

// TestRetentionGoesByIndexes: a step costs what it deletes, however much is stored.
func TestRetentionGoesByIndexes(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	for _, q := range []struct {
		asked
		want string
	}{
		{asked{nextOldDeliveries, []any{0, 1 << 50, 100}}, "SEARCH deliveries USING INTEGER PRIMARY KEY"},
		{asked{nextOldEvents, []any{0, 1 << 50, 100}}, "SEARCH events USING INTEGER PRIMARY KEY"},
		{asked{nextRetained, []any{partBodies, 0, 100}}, "SEARCH retained USING PRIMARY KEY"},
		{asked{stretchesOwedQuery, []any{1, 2, 1000, 1 << 50}}, "SEARCH p USING INDEX batch_parts_event"},
		{asked{eventNeededQuery, []any{1}}, "SEARCH deliveries USING INDEX deliveries_event"},
	} {
		checkPlan(t, s, q.asked, q.want)
	}
	for _, statement := range append(deleteOldDelivery, emptyOldDelivery...) {
		for _, step := range plan(t, s, asked{statement, []any{1}}) {
			if len(step) > 5 && step[:5] == "SCAN " {
				t.Errorf("%s\nof %s", step, statement)
			}
		}
	}
}
