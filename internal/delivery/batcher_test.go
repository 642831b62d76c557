package delivery_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"hookline/internal/compose"
	"hookline/internal/delivery"
	"hookline/internal/fanout"
	"hookline/internal/hookline"
	"hookline/internal/outbound"
	"hookline/internal/signing"
	"hookline/internal/sqlite"
	"hookline/internal/sqlite/home"
)

// receiver remembers the bodies that it got and answers 200.
type receiver struct {
	mu     sync.Mutex
	bodies [][]json.RawMessage
	bad    []string
	got    chan struct{}
}

func (r *receiver) Send(_ context.Context, q outbound.Request) (outbound.Response, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var items []json.RawMessage
	if err := json.Unmarshal(q.Body, &items); err != nil {
		r.bad = append(r.bad, string(q.Body))
	}
	for _, h := range q.Header {
		if h.Name == signing.HeaderShared && !signing.VerifyShared("secret", h.Value, q.Body) {
			r.bad = append(r.bad, "signature "+h.Value)
		}
	}
	r.bodies = append(r.bodies, items)
	r.got <- struct{}{}
	return outbound.Response{Status: 200}, nil
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestBatches runs the real store and both stages: 25 events for an action that
// wants ten a request and waits half a second.
func TestBatches(t *testing.T) {
	store, err := sqlite.Open(t.Context(), home.New(t), nil)
	must(t, err)
	source, err := store.CreateSource(t.Context(), hookline.Source{Name: "Website", Enabled: true})
	must(t, err)
	d, err := store.CreateDestination(t.Context(), hookline.Destination{
		Name: "CRM", Enabled: true, SourceIDs: []string{source.ID}, SharedSecret: "secret", SignatureMode: hookline.SignWhole, Timeout: hookline.DefaultTimeout,
	})
	must(t, err)
	template := hookline.NewTemplate()
	template.URL, template.Body = "https://example.com/{{ event.properties.shard }}", `{"n": {{ event.properties.n }}}`
	_, err = store.CreateAction(t.Context(), hookline.Action{
		DestinationID: d.ID, Name: "Send", Enabled: true, Template: template, Batching: hookline.Batching{Enabled: true, Size: 10, Window: 500 * time.Millisecond},
	})
	must(t, err)
	var events []hookline.Event
	for i := range 25 {
		payload := fmt.Sprintf(`{"type":"track","event":"A","userId":"u1","properties":{"n":%d,"shard":%d}}`, i, i/20)
		events = append(events, hookline.Event{
			SourceID: source.ID, Type: hookline.Track, Name: "A", UserID: "u1", MessageID: fmt.Sprint(i), Payload: []byte(payload), ReceivedAt: time.Now(),
		})
	}
	_, err = store.AppendEvents(t.Context(), events, nil)
	must(t, err)

	r := &receiver{got: make(chan struct{}, 100)}
	stop := run(t, store, r)
	for range 3 { // two full batches, and the five whose address differs
		select {
		case <-r.got:
		case <-time.After(10 * time.Second):
			t.Fatal("three batches did not come within 10 s")
		}
	}
	stop()
	defer func() { must(t, store.Close()) }()
	sizes := map[int]int{}
	seen := map[string]bool{}
	for _, items := range r.bodies {
		sizes[len(items)]++
		for _, item := range items {
			seen[string(item)] = true
		}
	}
	if sizes[10] != 2 || sizes[5] != 1 || len(seen) != 25 || len(r.bad) > 0 {
		t.Errorf("batches by size %v with %d different items; wrong: %q", sizes, len(seen), r.bad)
	}
	rows, err := store.ListDeliveries(t.Context(), hookline.DeliveryFilter{State: hookline.StateDelivered}, hookline.Cursor{})
	must(t, err)
	if len(rows.Rows) != 3 {
		t.Errorf("%d deliveries, want one for each batch", len(rows.Rows))
	}
	for _, row := range rows.Rows {
		carried, err := store.ListBatchEvents(t.Context(), row.ID)
		must(t, err)
		if row.ActionVersion != 1 {
			t.Errorf("a batch names version %d of the action, want 1", row.ActionVersion)
		}
		if len(carried) != row.BatchSize || carried[0].EventName != "A" || carried[0].PersonLabel != "u1" {
			t.Errorf("delivery of %d carried %d: %+v", row.BatchSize, len(carried), carried)
		}
	}
}

// run runs both stages until stop.
func run(t *testing.T, store *sqlite.Store, r *receiver) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	log := slog.New(slog.DiscardHandler)
	stages := []func(context.Context) error{
		fanout.New(store, compose.New(), nil, log).Run, delivery.New(store, r, delivery.Config{}, log).Run,
	}
	var running sync.WaitGroup
	for _, stage := range stages {
		running.Go(func() {
			if err := stage(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	return func() {
		cancel()
		running.Wait()
	}
}
