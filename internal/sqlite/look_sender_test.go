package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"hookline/internal/hookline"
	"hookline/internal/search"
)

// sender makes deliveries as the engine does, and has them tried.
type sender struct {
	*Store
	dir    string
	t      *testing.T
	random *rand.Rand
	people []hookline.Person
	all    []string // ids
}

func newSender(t *testing.T) *sender {
	s := &sender{dir: t.TempDir(), t: t, random: rand.New(rand.NewPCG(7, 8))}
	s.start()
	t.Cleanup(s.stop)
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

func (s *sender) start() {
	s.t.Helper()
	var err error
	if s.Store, err = Open(context.Background(), s.dir, nil); err != nil {
		s.t.Fatal(err)
	}
	s.segment = segmentSize{rows: 20, tries: 25, picks: 6}
}

func (s *sender) stop() {
	if err := s.Close(); err != nil {
		s.t.Errorf("close: %v", err)
	}
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
			if err != nil && hookline.KindOf(err) != hookline.KindNotFound { // it may have been deleted
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
