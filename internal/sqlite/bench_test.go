package sqlite

import (
	"fmt"
	"testing"
	"time"

	"hookline/internal/failure"
	"hookline/internal/hookline"
)

// BenchmarkLife stores an event, owes its delivery and finishes it, 100 at a
// time, in a store that already holds some: ns/op is for one.
func BenchmarkLife(b *testing.B) {
	s, err := Open(b.Context(), b.TempDir(), nil)
	if err != nil {
		b.Fatal(err)
	}
	l := life{s: s}
	for range 200 {
		l.hundred(b)
	}
	b.ResetTimer()
	for i := 0; i < b.N; i += 100 {
		l.hundred(b)
	}
	b.StopTimer()
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
}

type life struct {
	s      *Store
	n      int
	cursor string
}

func (l *life) hundred(b *testing.B) {
	events := make([]hookline.Event, 100)
	for i := range events {
		l.n++
		events[i] = hookline.Event{
			SourceID: "src_0dq3k8f2m1c0a9x7r5t2", Type: hookline.Track, MessageID: fmt.Sprint("m", l.n), UserID: fmt.Sprint("user-", l.n*7919%1000), Name: "Order Completed",
			Timestamp: time.Now(), ReceivedAt: time.Now(), Payload: make([]byte, 600),
		}
		for j := range events[i].Payload {
			events[i].Payload[j] = 'x'
		}
	}
	if _, err := l.s.AppendEvents(b.Context(), events, nil); err != nil {
		b.Fatal(err)
	}
	f := hookline.Fanout{From: l.cursor, To: events[99].ID, Deliveries: make([]hookline.Owed, 100)}
	for i := range f.Deliveries {
		f.Deliveries[i] = hookline.Owed{
			Delivery: hookline.Delivery{
				State: hookline.StateQueued, Origin: hookline.OriginEvent, DestinationID: "dst_0dq3k8f2m1c0a9x7r5t2", ActionID: "act_0dq3k8f2m1c0a9x7r5t2", EventID: events[i].ID,
				PersonID: fmt.Sprint("per_0dq3k8f2m1c0a9x", l.n*7919%1000), IdempotencyKey: "0123456789abcdef0123456789abcdef", RequestNumber: 1, CreatedAt: time.Now(), NextAttemptAt: time.Now(), UpdatedAt: time.Now(),
			},
			Request: hookline.Request{Method: "POST", URL: "https://example.com/webhooks", Headers: []hookline.Header{{Name: "Content-Type", Value: "application/json"}}, Body: events[i].Payload[:400]},
		}
	}
	if err := l.s.RecordFanout(b.Context(), f); err != nil {
		b.Fatal(err)
	}
	l.cursor = f.To
	err := l.s.writeFirst(b.Context(), func(t *tx) error {
		for _, o := range f.Deliveries {
			if err := l.s.finish(t, hookline.Finished{
				Attempt: hookline.Attempt{
					DeliveryID: o.ID, Number: 1, RequestNumber: 1, StartedAt: time.Now(), Status: 200, Outcome: hookline.StateDelivered,
					Sent:          []hookline.Header{{Name: "User-Agent", Value: "Hookline/dev"}, {Name: "X-CIO-Signature", Value: "b8ef36f696a75712548cbb0cc04b9e906f73979dc4ad4967e91e55f753b20787"}},
					AnswerHeaders: []hookline.Header{{Name: "Content-Length", Value: "0"}, {Name: "Date", Value: "Thu, 26 Nov 2026 12:00:00 GMT"}},
				},
				Outcome: hookline.Outcome{State: hookline.StateDelivered},
			}, failure.Mark{}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}
