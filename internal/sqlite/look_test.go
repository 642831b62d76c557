package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/search"

	"github.com/google/go-cmp/cmp"
)

// sender makes deliveries as the engine does, and has them tried.
type sender struct {
	*Store
	t      *testing.T
	random *rand.Rand
	people []hookline.Person
	all    []string // ids
}

func newSender(t *testing.T) *sender {
	s := &sender{Store: openStore(t, t.TempDir(), nil), t: t, random: rand.New(rand.NewPCG(7, 8))}
	s.segment = segmentSize{rows: 20, tries: 25, picks: 6}
	for i := range 3 {
		p := hookline.Person{
			ID: s.ids.New("per"), UserID: fmt.Sprint("user-", i), Email: fmt.Sprintf("p%d@example.com", i), CreatedAt: now(), UpdatedAt: now(),
			Attributes: json.RawMessage(fmt.Sprintf(`{"first_name":"Ana","last_name":"Lima%d"}`, i)),
		}
		names := []string{hookline.UserIdentity(p.UserID), hookline.EmailIdentity(p.Email)}
		if err := record(t, s.Store, hookline.PersonChange{Person: p, Identities: names}); err != nil {
			t.Fatal(err)
		}
		s.people = append(s.people, p)
	}
	return s
}

func (s *sender) pick(from ...string) string { return from[s.random.IntN(len(from))] }

// send makes a delivery, most often with an event and a person.
func (s *sender) send() {
	s.t.Helper()
	ctx, n := s.t.Context(), len(s.all)
	o := hookline.Owed{Delivery: hookline.Delivery{
		State: hookline.StateQueued, Origin: hookline.OriginEvent, DestinationID: s.pick("dst_1", "dst_2"), ActionID: s.pick("act_1", "act_2", "act_3"),
		IdempotencyKey: fmt.Sprintf("key%dk", n), RequestNumber: 1, CreatedAt: now(), NextAttemptAt: now(), UpdatedAt: now(),
	}}
	o.Request = hookline.Request{
		Method: "POST", URL: "https://" + s.pick("one", "two") + ".example.com/?token=geheim",
		Body: fmt.Appendf(nil, `{"order":"A-%d","note":%q}`, n, s.pick("urgent", "100% sure", "a\nb", "été", "")),
	}
	if s.random.IntN(5) > 0 {
		e := []hookline.Event{{SourceID: "src_1", Type: hookline.Track, Name: s.pick("Signed Up", "Order Paid"), MessageID: fmt.Sprintf("msg-%d", n), ReceivedAt: now(), Payload: json.RawMessage("{}")}}
		if _, err := s.AppendEvents(ctx, e, nil); err != nil {
			s.t.Fatal(err)
		}
		o.EventID = e[0].ID
	}
	if i := s.random.IntN(4); i < 3 {
		o.PersonID = s.people[i].ID
	}
	o, err := s.CreateDelivery(ctx, o)
	if err != nil {
		s.t.Fatal(err)
	}
	s.all = append(s.all, o.ID)
}

// try makes an attempt of what is owed.
func (s *sender) try(id string) {
	s.t.Helper()
	owed, err := s.Owed(s.t.Context(), []string{id})
	if err != nil {
		s.t.Fatal(err)
	}
	if len(owed) == 0 {
		return
	}
	a := hookline.Attempt{DeliveryID: id, Number: owed[0].Attempts + 1, RequestNumber: owed[0].RequestNumber, StartedAt: now(), Status: 200, Answer: fmt.Appendf(nil, "done %d", s.random.IntN(50))}
	o := hookline.Outcome{State: hookline.StateDelivered}
	switch s.random.IntN(5) {
	case 0:
		a.Status, a.Answer, o.State, o.Reason = 404, []byte("nobody here"), hookline.StateFailed, "The receiver answered 404 Not Found."
	case 1:
		a.Status, a.Answer, o.State, o.Reason = 0, nil, hookline.StateRetrying, "Timed out after 4 s: the name server did not answer."
		o.RetryAt = now()
	case 2:
		a.Timings.Inside, a.Answer = true, []byte("insider")
	}
	a.Outcome, a.Reason = o.State, o.Reason
	if err := s.Finish(s.t.Context(), hookline.Finished{Attempt: a, Outcome: o, Tries: owed[0].Tries}); err != nil {
		s.t.Fatal(err)
	}
}

// again resends one that has ended, with another body.
func (s *sender) again(id string) {
	s.t.Helper()
	row, err := s.DeliveryRow(s.t.Context(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	if row.State != hookline.StateFailed && row.State != hookline.StateDelivered {
		return
	}
	r := hookline.Request{Method: "POST", URL: "https://three.example.com/", Body: []byte(`{"again":"mended"}`)}
	err = s.Requeue(s.t.Context(), hookline.Requeue{DeliveryID: id, Request: &r, AskedBy: "ana@example.com"})
	if err != nil && hookline.KindOf(err) != hookline.KindConflict {
		s.t.Fatal(err)
	}
}

// fact is all that is known of a delivery.
type fact struct {
	hookline.DeliveryRow
	texts [][]byte // folded
}

// facts reads everything, one delivery at a time.
func (s *sender) facts() (all []fact) {
	s.t.Helper()
	ctx := s.t.Context()
	for _, id := range slices.Backward(s.all) {
		row, err1 := s.DeliveryRow(ctx, id)
		requests, err2 := s.ListRequests(ctx, id)
		attempts, err3 := s.ListAttempts(ctx, id)
		if err1 != nil || err2 != nil || err3 != nil {
			s.t.Fatal(err1, err2, err3)
		}
		texts := []string{row.IdempotencyKey, row.EventName}
		if row.EventID != "" {
			e, err := s.Event(ctx, row.EventID)
			if err != nil {
				s.t.Fatal(err)
			}
			texts = append(texts, e.MessageID)
		}
		for _, r := range requests {
			texts = append(texts, hookline.SafeURL(r.Request.URL), string(r.Request.Body))
		}
		for _, a := range hookline.WithoutInside(attempts) {
			texts = append(texts, string(a.Answer), a.Reason)
		}
		for i, p := range s.people {
			if p.ID == row.PersonID {
				texts = append(texts, p.UserID, p.Email, fmt.Sprint("Ana Lima", i))
			}
		}
		one := fact{DeliveryRow: row}
		for _, text := range texts {
			one.texts = append(one.texts, search.Fold(nil, []byte(text)))
		}
		all = append(all, one)
	}
	return all
}

func (d fact) fits(f hookline.DeliveryFilter) bool {
	if f.ActionID != "" && f.ActionID != d.ActionID || f.DestinationID != "" && f.DestinationID != d.DestinationID || f.State != "" && f.State != d.State ||
		f.Status != 0 && f.Status != d.LastStatus || f.Attempts > d.Attempts || f.Cause != "" && !f.Cause.Of(d.Reason) || f.EventName != "" && d.EventName != f.EventName {
		return false
	}
	q := search.Parse(f.Query)
	return q.Empty() || slices.ContainsFunc(d.texts, q.In)
}

// looks are filters without an index of SQLite's, and each kind of text.
var looks = []hookline.DeliveryFilter{
	{Query: "A-7"},
	{Query: "a-1"},
	{Query: "URGENT"},
	{Query: "100%"},
	{Query: "%"},
	{Query: "été"},
	{Query: "two.example.com"},
	{Query: "example"},
	{Query: "geheim"},
	{Query: "insider"},
	{Query: "nobody here"},
	{Query: "done 3"},
	{Query: "done"},
	{Query: "mended"},
	{Query: "key17k"},
	{Query: "msg-2"},
	{Query: "order paid"},
	{Query: "ana lima1"},
	{Query: "user-2"},
	{Query: "p0@example.com"},
	{Query: "p0@example.com", State: hookline.StateFailed},
	{Query: "timed out"},
	{Query: "nowhere at all"},
	{Query: `"urgent"`, DestinationID: "dst_1", ActionID: "act_2"},
	{EventName: "Signed Up"},
	{EventName: "signed up"},
	{ActionID: "act_3"},
	{DestinationID: "dst_2", ActionID: "act_1", State: hookline.StateDelivered},
	{Status: 404},
	{Status: 200, EventName: "Order Paid"},
	{Cause: hookline.NetworkTimeout},
	{Cause: hookline.NetworkTLS},
	{Attempts: 2},
	{Attempts: 3, DestinationID: "dst_1"},
	{State: hookline.StateFailed, DestinationID: "dst_2"},
	{Origin: hookline.OriginEvent},
	{State: hookline.StateDelivered},
}

// TestLooksMissNothing: whatever part of what was sent has entered the index of
// words, and whether it entered before or after it was tried, a search finds what
// reading everything finds: page by page, in both directions, and also when each
// look is broken off at once.
func TestLooksMissNothing(t *testing.T) {
	s := newSender(t)
	for round := range 4 {
		for range 36 {
			s.send()
			if s.random.IntN(3) > 0 {
				s.try(s.all[s.random.IntN(len(s.all))])
			}
		}
		if round > 0 {
			for i, n := 0, 0; i < 2*round; i++ {
				texts, err := s.enterSearch(t.Context(), false)
				if n += texts; err != nil || i == 0 && n == 0 {
					t.Fatalf("%d texts entered, %v", n, err)
				}
			}
		}
		for range 20 { // after some have entered
			s.try(s.all[s.random.IntN(len(s.all))])
			s.again(s.all[s.random.IntN(len(s.all))])
		}
		if round != 1 {
			s.checkLooks()
		}
	}
	if err := s.CompleteIndexes(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.checkLooks()
	var segments, open int
	if err := s.reads.QueryRowContext(t.Context(), "select count(*), (select count(*) from search_open) from search_segments").Scan(&segments, &open); err != nil || segments < 6 {
		t.Errorf("%d segments, %d open, %v", segments, open, err)
	}
}

func (s *sender) checkLooks() {
	s.t.Helper()
	facts := s.facts()
	for _, f := range looks {
		var want []string
		for _, d := range facts {
			if d.fits(f) {
				want = append(want, d.ID)
			}
		}
		for _, s.patience = range []time.Duration{time.Minute, 1} {
			got, stops := s.walkAll(f, hookline.Cursor{Limit: 7})
			if diff := cmp.Diff(want, got); diff != "" {
				s.t.Fatalf("%+v, with patience of %s (-read +found):\n%s", f, s.patience, diff)
			}
			if s.patience == time.Minute && stops > 0 {
				s.t.Errorf("%+v stopped", f)
			}
			if s.patience == 1 && len(want) == 0 && f.Query != "" && stops == 0 {
				s.t.Errorf("%+v did not say that it stopped", f)
			}
			up, _ := s.walkAll(f, hookline.Cursor{Limit: 7, After: hookline.KeyID("dlv", 1)})
			slices.Reverse(up)
			if diff := cmp.Diff(want, up); diff != "" {
				s.t.Fatalf("%+v upwards, with patience of %s (-read +found):\n%s", f, s.patience, diff)
			}
		}
	}
}

// walkAll reads a list to its end, from a cursor on.
func (s *sender) walkAll(f hookline.DeliveryFilter, c hookline.Cursor) (ids []string, stops int) {
	s.t.Helper()
	for range 1000 {
		l, err := s.ListDeliveries(s.t.Context(), f, c)
		if err != nil {
			s.t.Fatal(err)
		}
		var some []string
		for _, row := range l.Rows {
			some = append(some, row.ID)
		}
		if c.After != "" {
			slices.Reverse(some)
		}
		ids = append(ids, some...)
		next := l.Stopped
		switch more := c.After != "" && l.Newer || c.After == "" && l.Older; {
		case next != "":
			stops++
		case !more:
			return ids, stops
		default:
			next = some[len(some)-1]
		}
		if next == c.Before || next == c.After {
			s.t.Fatalf("%+v comes no further than %s", f, next)
		}
		if c.After != "" {
			c.After = next
		} else {
			c.Before = next
		}
	}
	s.t.Fatalf("%+v has no end", f)
	return nil, 0
}

// TestLookIsInterrupted: who goes away does not leave a look behind.
func TestLookIsInterrupted(t *testing.T) {
	s := newSender(t)
	s.send()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.ListDeliveries(ctx, hookline.DeliveryFilter{Query: "order"}, hookline.Cursor{}); err == nil {
		t.Error("no error")
	}
	if _, err := s.ListDeliveries(t.Context(), hookline.DeliveryFilter{Query: strings.Repeat("x", maxSearch+1)}, hookline.Cursor{}); hookline.KindOf(err) != hookline.KindInvalid {
		t.Errorf("a text that is too long: %v", err)
	}
}

// TestGhosts: what was deleted is not found, however long it stays in the index.
func TestGhosts(t *testing.T) {
	s := newSender(t)
	for range 60 {
		s.send()
	}
	if err := s.CompleteIndexes(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.write(t.Context(), func(t *tx) error {
		_, err := t.exec("delete from deliveries where destination_id = 'dst_1'")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	got, _ := s.walkAll(hookline.DeliveryFilter{Query: "order"}, hookline.Cursor{})
	left, _ := s.walkAll(hookline.DeliveryFilter{DestinationID: "dst_2"}, hookline.Cursor{})
	if diff := cmp.Diff(left, got); diff != "" || len(left) == 0 || len(left) == 60 {
		t.Errorf("(-left +found):\n%s", diff)
	}
}

// TestRestAfter: the index is filled only while there is little else to do.
func TestRestAfter(t *testing.T) {
	for _, test := range []struct {
		changes float64
		want    time.Duration
	}{{0, 3 * time.Second}, {999, 3 * time.Second}, {1000, 9 * time.Second}, {4999, 9 * time.Second}, {5000, 0}, {1e9, 0}} {
		if got := restAfter(time.Second, test.changes); got != test.want {
			t.Errorf("at %g a second: %s", test.changes, got)
		}
	}
	var a activity
	at := time.Now()
	a.perSecond(at)
	for i := range 10 {
		a.changes.Add(6000)
		at = at.Add(time.Second)
		if rate := a.perSecond(at); i == 9 && (rate < 5000 || rate > 6000) {
			t.Errorf("after ten busy seconds: %g", rate)
		}
	}
	for i := range 12 {
		at = at.Add(time.Second)
		if rate := a.perSecond(at); i == 0 && rate < 2000 || i == 11 && rate > 500 {
			t.Errorf("%d quiet seconds later: %g", i+1, rate)
		}
	}
}
