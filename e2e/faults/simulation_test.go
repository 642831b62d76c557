package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hookline/internal/compose"
	"hookline/internal/delivery"
	"hookline/internal/fanout"
	"hookline/internal/hookline"
	"hookline/internal/ingest"
	"hookline/internal/sqlite"
)

var (
	seeds  = flag.Int("seeds", 20, "how many seeds TestSimulation runs")
	seed   = flag.Uint64("seed", 1, "the first of them")
	within = flag.Duration("within", 0, "after how long no further seed is begun; 0: all are run")
)

// simulated are the kinds of faults that chance chooses from.
var simulated = []string{
	"store refuses", "store is slow", "kill", "stop", "clock +3 h", "answers 503", "answers 429", "answers 410", "time-outs", "connections reset",
	"panics in sending", "answers to clients lost", "calls again", "resends", "disabled",
}

// TestSimulation is F17: the engine on a real database and a clock of its own,
// where one seed drives what fails, and when. The same check of the same three
// ledgers follows as for the real program. A seed that fails is repeated by
//
//	go test ./e2e/faults -run TestSimulation -args -seeds 1 -seed N
//
// A seed says what fails for whom and when in the engine's own time; in which
// order goroutines that are ready at the same moment run is not its to say.
func TestSimulation(t *testing.T) {
	template := simulatedHouse(t)
	b := &batchOfSeeds{injected: map[string]int{}, began: time.Now()}
	t.Run("seeds", func(t *testing.T) {
		for worker := range runtime.GOMAXPROCS(0) {
			t.Run(fmt.Sprint(worker), func(t *testing.T) {
				t.Parallel()
				for n, more := b.next(); more; n, more = b.next() {
					b.one(t, template, n)
				}
			})
		}
	})
	for _, kind := range simulated {
		t.Logf("injected %s: %d", kind, b.injected[kind])
		if b.injected[kind] == 0 && b.begun >= 20 {
			t.Errorf("in %d seeds %q was never injected", b.begun, kind)
		}
	}
	t.Logf("%d seeds from %d in %v", b.begun, *seed, time.Since(b.began).Round(time.Millisecond))
}

// batchOfSeeds is what is left to run, and what was injected.
type batchOfSeeds struct {
	began time.Time

	mu       sync.Mutex
	begun    int
	injected map[string]int
}

func (b *batchOfSeeds) next() (uint64, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.begun >= *seeds || *within > 0 && time.Since(b.began) > *within {
		return 0, false
	}
	b.begun++
	return *seed + uint64(b.begun-1), true
}

func (b *batchOfSeeds) one(t *testing.T, template simulatedTemplate, n uint64) {
	t.Helper()
	var found []violation
	var injected map[string]int
	synctest.Test(t, func(t *testing.T) {
		s := newSimulation(t, template, n)
		found, injected = s.run(), s.injected.times
	})
	if len(found) > 0 {
		t.Fatalf("seed %d: %v\nrepeat it with -args -seeds 1 -seed %d", n, toldOf(found), n)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for kind, times := range injected {
		b.injected[kind] += times
	}
}

// simulatedTemplate is a database that every seed begins with a copy of.
type simulatedTemplate struct {
	dir     string
	source  hookline.Source
	keys    secrets
	actions map[string][]expected
	toggled hookline.Destination
}

func simulatedHouse(t *testing.T) simulatedTemplate {
	t.Helper()
	h := simulatedTemplate{dir: t.TempDir(), keys: secrets{shared: "a shared secret"}, actions: map[string][]expected{}}
	store, err := sqlite.Open(t.Context(), h.dir, nil)
	must(t, err)
	h.source, err = store.CreateSource(t.Context(), hookline.Source{Name: "Load", Enabled: true})
	must(t, err)
	for _, d := range []struct {
		name, kind string
		batch      bool
	}{{"each", "Loaded", false}, {"batch", "Loaded", true}, {"people", identify, false}, {"toggled", "Loaded", false}} {
		made, err := store.CreateDestination(t.Context(), hookline.Destination{
			Name: d.name, Enabled: true, SourceIDs: []string{h.source.ID}, SharedSecret: h.keys.shared, SignatureMode: hookline.SignWhole, Timeout: hookline.DefaultTimeout,
		})
		must(t, err)
		template := hookline.NewTemplate()
		template.URL, template.Body = "https://"+d.name+".example/", `{"message": "{{ event.messageId }}"}`
		trigger := fmt.Sprintf("event = %q", d.kind)
		if d.kind == identify {
			trigger = `type = "identify"`
		}
		action, err := store.CreateAction(t.Context(), hookline.Action{
			DestinationID: made.ID, Name: d.name, Enabled: true, Trigger: trigger, Template: template,
			Batching: hookline.Batching{Enabled: d.batch, Size: 5, Window: time.Second},
		})
		must(t, err)
		h.actions[d.kind] = append(h.actions[d.kind], expected{actionID: action.ID, batched: d.batch, perhaps: d.name == "toggled"})
		if d.name == "toggled" {
			h.toggled = made
		}
	}
	keys, err := store.SigningKeys(t.Context())
	must(t, err)
	h.keys.workspace = keys[0].Key
	must(t, store.Close())
	return h
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// simulation is one seed: a house that is built, hurt, ended and built again.
type simulation struct {
	simulatedTemplate
	t        *testing.T
	data     string
	chance   *rand.Rand
	told     *told
	outside  *outside
	injected *injections
	kills    int
	next     int
	again    []hookline.Event // what a client sends again, because it had no answer

	store *hurtStore
	stop  context.CancelFunc
	ended chan error
}

func newSimulation(t *testing.T, template simulatedTemplate, seed uint64) *simulation {
	t.Helper()
	s := &simulation{simulatedTemplate: template, t: t, chance: rand.New(rand.NewPCG(seed, 17)), told: newTold(), injected: &injections{times: map[string]int{}}}
	s.data = filepath.Join(t.TempDir(), "data")
	must(t, copyFolder(template.dir, s.data))
	s.outside = &outside{seed: seed, injected: s.injected, tries: map[string]int{}}
	return s
}

const (
	simulatedBase    = 200 * time.Millisecond
	simulatedRetries = 5
)

// begin builds the engine on the database as it lies there.
func (s *simulation) begin(hurt bool) {
	store := &hurtStore{seed: s.chance.Uint64(), calls: map[string]int{}, injected: s.injected, hurt: hurt}
	var f *fanout.Fanout
	var e *delivery.Engine
	opened, err := sqlite.Open(s.t.Context(), s.data, func(topics []hookline.Topic) {
		if f == nil || e == nil {
			return
		}
		for _, topic := range topics { // as the house does it
			switch topic {
			case hookline.TopicDeliveries, hookline.TopicConfig:
				e.Nudge()
			case hookline.TopicBatches:
				e.NudgeBatches()
			}
		}
	})
	must(s.t, err)
	store.Store = opened
	log := slog.New(slog.DiscardHandler)
	e = delivery.New(store, life{s.outside, store}, delivery.Config{Schedule: delivery.Schedule{Base: simulatedBase, Retries: simulatedRetries}, MaxSending: 8, PerDestination: 3}, log)
	f = fanout.New(store, compose.New(), e, log)
	store.Store.HandOver(f.Take)
	ctx, stop := context.WithCancel(context.Background())
	s.store, s.stop, s.ended = store, stop, make(chan error, 2)
	go func() { s.ended <- f.Run(ctx) }()
	go func() { s.ended <- e.Run(ctx) }()
}

// end stops the engine: in good order, or so that from this moment on nothing
// reaches the database any more, as with a kill.
func (s *simulation) end(kill bool) {
	if kill {
		s.store.dead.Store(true)
		s.kills++
	}
	s.stop()
	must(s.t, <-s.ended)
	must(s.t, <-s.ended)
	must(s.t, s.store.Store.Close())
}

// run lives through some phases, heals, and compares the ledgers.
func (s *simulation) run() []violation {
	s.begin(true)
	for range 2 + s.chance.IntN(4) {
		s.phase()
	}
	s.end(s.count("kill", s.chance.IntN(2) == 0))
	s.outside.heal()
	s.begin(false)
	s.toggle(true)
	s.post(s.again)
	s.waitUntilNothingIsOwed()
	s.end(false)
	left, err := readStored(s.t.Context(), s.data, nil)
	must(s.t, err)
	must(s.t, os.RemoveAll(s.data))
	return check(ledgers{s.told, left, s.outside.got}, expectation{
		actions: s.actions, keys: s.keys, base: simulatedBase, retries: simulatedRetries, kills: s.kills, atOnce: mostAtOnce, drained: true,
	})
}

// count notes a fault, if it happens, and says whether it does.
func (s *simulation) count(kind string, happens bool) bool {
	s.injected.add(kind, btoi(happens))
	return happens
}

func (s *simulation) phase() {
	for range 1 + s.chance.IntN(4) {
		s.postSome()
		time.Sleep(time.Duration(s.chance.IntN(1500)) * time.Millisecond)
		s.resend()
	}
	if s.count("disabled", s.chance.IntN(3) == 0) {
		s.toggle(false)
	}
	switch s.chance.IntN(5) {
	case 0:
		s.count("kill", true)
		s.end(true)
		s.begin(true)
	case 1:
		s.count("stop", true)
		s.end(false)
		if s.count("clock +3 h", s.chance.IntN(2) == 0) {
			time.Sleep(3 * time.Hour) // to those who come back it has jumped
		}
		s.begin(true)
	case 2:
		s.toggle(true)
	}
}

func (s *simulation) toggle(enabled bool) {
	d := s.toggled
	d.Enabled = enabled
	_, err := s.store.Store.UpdateDestination(s.t.Context(), d)
	must(s.t, err)
}

// postSome is what clients do: new events, and again those without an answer.
func (s *simulation) postSome() {
	events := s.again
	s.again = nil
	if s.count("calls again", len(events) == 0 && s.next > 0 && s.chance.IntN(6) == 0) {
		events = append(events, s.event(1+s.chance.IntN(s.next)))
	}
	for range s.chance.IntN(6) {
		s.next++
		events = append(events, s.event(s.next))
	}
	s.post(events)
}

// event is the same for the same number.
func (s *simulation) event(n int) hookline.Event {
	e := hookline.Event{SourceID: s.source.ID, Type: hookline.Track, Name: "Loaded", MessageID: fmt.Sprint("message-", n), UserID: fmt.Sprint("user-", n%3)}
	if n%7 == 0 {
		e.Type, e.Name = hookline.Identify, ""
	}
	e.Payload = fmt.Appendf(nil, `{"type":%q,"event":%q,"messageId":%q,"userId":%q,"traits":{"number":%d}}`, e.Type, e.Name, e.MessageID, e.UserID, n)
	return e
}

func (s *simulation) post(events []hookline.Event) {
	if len(events) == 0 {
		return
	}
	items := make([]string, len(events))
	for i, e := range events {
		items[i] = string(e.Payload)
	}
	_, err := ingest.New(s.store, ingest.Limits{}).Accept(s.t.Context(), ingest.Call{
		Source: s.source, Body: []byte(`{"batch":[` + strings.Join(items, ",") + `]}`), ReceivedAt: time.Now(),
	})
	lost := s.store.hurt && s.chance.IntN(8) == 0
	if err != nil || s.count("answers to clients lost", lost) {
		s.again = append(s.again, events...)
		return
	}
	for _, e := range events {
		s.told.accept([]string{e.MessageID})
	}
}

func (s *simulation) resend() {
	if s.chance.IntN(3) > 0 {
		return
	}
	page, err := s.store.Store.ListDeliveries(s.t.Context(), hookline.DeliveryFilter{}, hookline.Cursor{})
	must(s.t, err)
	if len(page.Rows) == 0 {
		return
	}
	id := page.Rows[s.chance.IntN(len(page.Rows))].ID
	mode := []delivery.Mode{delivery.Original, delivery.Current}[s.chance.IntN(2)]
	if delivery.NewResender(s.store.Store, compose.New()).Resend(s.t.Context(), id, mode, "ana@example.com") == nil {
		s.count("resends", true)
		s.told.resent(id, true)
	}
}

// waitUntilNothingIsOwed gives the engine an hour of its own time.
func (s *simulation) waitUntilNothingIsOwed() {
	var backlog hookline.Backlog
	var waiting []hookline.BatchWaiting
	for range 1200 {
		time.Sleep(3 * time.Second)
		var err error
		backlog, err = s.store.Store.Backlog(s.t.Context())
		must(s.t, err)
		waiting, err = s.store.Store.WaitingBatches(s.t.Context())
		must(s.t, err)
		if backlog.Queued+backlog.Retrying+len(waiting) == 0 && backlog.Unread.IsZero() && s.outside.quiet() {
			return
		}
	}
	page, err := s.store.Store.ListDeliveries(s.t.Context(), hookline.DeliveryFilter{State: hookline.StateQueued}, hookline.Cursor{})
	must(s.t, err)
	s.t.Fatalf("within an hour what is owed did not come to an end: backlog %+v, batches %+v, quiet outside: %t, queued %+v, now %s", backlog, waiting, s.outside.quiet(), page.Rows, time.Now())
}

// The same seed must drive the same faults, or a seed would repeat nothing.
func TestSimulationRepeats(t *testing.T) {
	template := simulatedHouse(t)
	var before map[string]int
	for range 2 {
		synctest.Test(t, func(t *testing.T) {
			s := newSimulation(t, template, 7)
			s.run()
			for _, kind := range []string{"kill", "stop", "disabled", "calls again"} {
				if before != nil && before[kind] != s.injected.times[kind] {
					t.Errorf("%s: first %d, then %d", kind, before[kind], s.injected.times[kind])
				}
			}
			before = s.injected.times
		})
	}
	if len(slices.Collect(maps.Keys(before))) < 5 {
		t.Errorf("seed 7 injects only %v", before)
	}
}
