package fanout

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"hookline/internal/compose"
	"hookline/internal/hookline"
)

// benchCall is a track as the usual libraries send it: about 700 bytes.
const benchCall = `{"type":"track","event":"Order Completed","userId":"user-%[1]d","anonymousId":"507f191e-810c-4972-9de8-60ea%08[1]d",` +
	`"messageId":"ajs-next-1718000000000-%08[1]d","timestamp":"2026-06-10T12:34:56.789Z","sentAt":"2026-06-10T12:34:57.001Z",` +
	`"properties":{"order_id":"50314b8e9bcf","total":129.95,"currency":"EUR","coupon":"SUMMER","plan":"pro",` +
	`"products":[{"sku":"A-1","name":"Punched card","price":19.5,"quantity":2},{"sku":"B-2","name":"Gear \"big\"","price":90.95,"quantity":1}]},` +
	`"context":{"ip":"203.0.113.7","library":{"name":"analytics.js","version":"4.2.0"},"locale":"de-DE",` +
	`"page":{"path":"/checkout","url":"https://shop.example.com/checkout"},"userAgent":"Mozilla/5.0 (X11; Linux x86_64)"}}`

// benchIdentify is an identify of the same kind: about 450 bytes.
const benchIdentify = `{"type":"identify","userId":"user-%[1]d","anonymousId":"507f191e-810c-4972-9de8-60ea%08[1]d",` +
	`"messageId":"ajs-next-1718000000000-%08[1]d","timestamp":"2026-06-10T12:34:56.789Z",` +
	`"traits":{"email":"user-%[1]d@example.com","plan":"pro","score":38,"first_name":"Ada","last_name":"Lovelace","company":{"name":"Analytical","size":3}},` +
	`"context":{"ip":"203.0.113.7","library":{"name":"analytics.js","version":"4.2.0"},"locale":"de-DE"}}`

// crowd is a store in which every user is known.
type crowd struct {
	Store
	people map[string]hookline.Person
}

func (c crowd) PeopleByIdentity(_ context.Context, identities []string) (map[string]hookline.Person, error) {
	known := make(map[string]hookline.Person, len(identities))
	for _, name := range identities {
		if p, ok := c.people[name]; ok {
			known[name] = p
		}
	}
	return known, nil
}

// benchStage is a stage with one destination of one action, and the events of
// one stretch, each of which meets its trigger.
func benchStage(b *testing.B, kind hookline.EventType, call, trigger string) (*Fanout, []hookline.Event) {
	b.Helper()
	store := crowd{people: map[string]hookline.Person{}}
	events := make([]hookline.Event, stretchLength)
	at := time.Date(2026, 6, 10, 12, 34, 56, 0, time.UTC)
	for i := range events {
		user, anonymous := fmt.Sprintf("user-%d", i), fmt.Sprintf("507f191e-810c-4972-9de8-60ea%08d", i)
		events[i] = hookline.Event{
			ID: fmt.Sprintf("evt_0dq3k8f2m1c0a9%06d", i), SourceID: "src_1", Type: kind, Name: "Order Completed", UserID: user, AnonymousID: anonymous,
			Timestamp: at, ReceivedAt: at, Payload: fmt.Appendf(nil, call, i),
		}
		p := hookline.Person{ID: fmt.Sprintf("per_%d", i), UserID: user, Version: 1, Attributes: []byte(`{"email":"ada@example.com","plan":"pro","first_name":"Ada","score":37}`)}
		store.people[hookline.UserIdentity(user)], store.people[hookline.AnonymousIdentity(anonymous)] = p, p
	}
	a := hookline.Action{ID: "act_1", DestinationID: "dst_1", Enabled: true, Trigger: trigger, Template: hookline.NewTemplate()}
	a.Template.URL = "https://crm.example.com/hooks/in"
	f := New(store, compose.New(), nil, slog.New(slog.DiscardHandler))
	f.matcher = newMatcher(&hookline.Routing{Routes: []hookline.Route{{
		Destination: hookline.Destination{ID: "dst_1", Name: "CRM", Enabled: true, SourceIDs: []string{"src_1"}}, Actions: []hookline.Action{a},
	}}}, f.log)
	return f, events
}

// BenchmarkEvent is one event with one delivery: reading the call, the person,
// the trigger, the request. Looking people up in the store is not in it.
func BenchmarkEvent(b *testing.B) {
	for _, bench := range []struct {
		name          string
		kind          hookline.EventType
		call, trigger string
	}{
		{"track", hookline.Track, benchCall, `event = "Order Completed" and properties.total >= 50`},
		{"track-person", hookline.Track, benchCall, `event = "Order Completed" and person.plan = "pro"`},
		{"identify", hookline.Identify, benchIdentify, `type = "identify" and person.plan = "pro"`},
	} {
		b.Run(bench.name, func(b *testing.B) {
			f, events := benchStage(b, bench.kind, bench.call, bench.trigger)
			var s *stretch
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				n := i % len(events)
				if n == 0 {
					var err error
					if s, err = f.newStretch(b.Context(), events); err != nil {
						b.Fatal(err)
					}
				}
				s.event(b.Context(), &events[n])
				if len(s.owed) != n+1 || s.owed[n].State != hookline.StateQueued {
					b.Fatalf("event %d: %d owed, the last %+v", n, len(s.owed), s.owed[len(s.owed)-1])
				}
			}
		})
	}
}
