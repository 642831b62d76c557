package sqlite

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"hookline/internal/hookline"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// ledger is what callers were told: the names of what was taken and of what
// was refused.
type ledger struct {
	*Store
	t *testing.T

	mu      sync.Mutex
	taken   []string
	refused map[string]int // by kind of work
	wrong   []error        // refusals that do not say what a refusal has to say
}

// told notes an answer and says whether it was a yes.
func (l *ledger) told(kind string, err error, names ...string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err == nil {
		l.taken = append(l.taken, names...)
		return true
	}
	l.refused[kind]++
	e, ok := errors.AsType[*hookline.Error](err)
	if !ok || e.Kind != hookline.KindUnavailable || e.RetryAfter <= 0 || e.Message == "" || !strings.Contains(err.Error(), "full") {
		l.wrong = append(l.wrong, fmt.Errorf("%s: %w", kind, err))
	}
	return false
}

const (
	rounds   = 12   // of each worker in each phase
	backlog  = 90   // deliveries that are due from the start
	oneEvent = 3000 // bytes: nearly a page each, so that a full disk is felt at once
)

func bigEvent(name string) hookline.Event {
	return hookline.Event{
		SourceID: "src_1", Type: hookline.Track, MessageID: name, UserID: "u1", ReceivedAt: now(),
		Payload: []byte(`{"a":"` + strings.Repeat("x", oneEvent) + `"}`),
	}
}

// appendOne and appendThree are what sources do.
func (l *ledger) appendOne(name string) {
	_, err := l.AppendEvents(l.t.Context(), []hookline.Event{bigEvent(name)}, nil)
	l.told("append", err, name)
}

func (l *ledger) appendThree(name string) {
	names := []string{name + "-a", name + "-b", name + "-c"}
	_, err := l.AppendEvents(l.t.Context(), []hookline.Event{bigEvent(names[0]), bigEvent(names[1]), bigEvent(names[2])}, nil)
	l.told("append three", err, names...)
}

// fanOut records a stretch with a person and a delivery.
func (l *ledger) fanOut(name string) {
	from, err := l.FanoutCursor(l.t.Context())
	if err != nil {
		l.t.Error(err)
	}
	to := eventNamed(name)
	p := hookline.Person{ID: "per_" + name, UserID: name, Attributes: bigEvent("").Payload}
	err = l.RecordFanout(l.t.Context(), hookline.Fanout{
		From: from, To: to, Deliveries: []hookline.Owed{dueNow(to)},
		People: []hookline.PersonChange{{Person: p, Identities: []string{hookline.UserIdentity(name)}}},
	})
	l.told("fan out", err, fmt.Sprint("cursor ", hookline.KeyOf(to)), "person "+name, fmt.Sprint("delivery ", hookline.KeyOf(to)))
}

func dueNow(eventID string) hookline.Owed {
	return hookline.Owed{
		Delivery: hookline.Delivery{
			State: hookline.StateQueued, DestinationID: "dst_1", EventID: eventID, IdempotencyKey: eventID,
			RequestNumber: 1, NextAttemptAt: now(), CreatedAt: now(),
		},
		Request: hookline.Request{Method: "POST", URL: "https://example.com/", Body: make([]byte, oneEvent)},
	}
}

// eventNamed gives the id of an event that need not be there.
func eventNamed(name string) string {
	return hookline.KeyID("evt", messageHash(hookline.Event{MessageID: name}, 0)&(1<<hashBits-1)|1)
}

// send takes one delivery that is due and, like the engine, keeps its outcome
// until it can be recorded. It gives what is left to record.
func (l *ledger) send(left []hookline.Finished) []hookline.Finished {
	due, err1 := l.Due(l.t.Context(), "dst_1", now(), len(left)+1)
	due = slices.DeleteFunc(due, func(id string) bool {
		return slices.ContainsFunc(left, func(f hookline.Finished) bool { return f.Attempt.DeliveryID == id })
	})
	owed, err2 := l.Owed(l.t.Context(), due[:min(1, len(due))])
	l.told("read", errors.Join(err1, err2))
	for _, o := range owed {
		left = append(left, hookline.Finished{
			Attempt: hookline.Attempt{DeliveryID: o.ID, Number: o.Attempts + 1, RequestNumber: 1, StartedAt: now(), Answer: make([]byte, 10<<10), Outcome: hookline.StateDelivered},
			Outcome: hookline.Outcome{State: hookline.StateDelivered},
		})
	}
	return slices.DeleteFunc(left, func(f hookline.Finished) bool {
		return l.told("finish", l.Finish(l.t.Context(), f), fmt.Sprint("attempt ", hookline.KeyOf(f.Attempt.DeliveryID)))
	})
}

// work lets everybody work at once while meanwhile runs. It gives what is left
// to record.
func (l *ledger) work(phase string, left []hookline.Finished, meanwhile func()) []hookline.Finished {
	var all sync.WaitGroup
	for w := range 3 {
		all.Go(func() {
			for i := range rounds {
				l.appendOne(fmt.Sprint(phase, w, ".", i))
				l.appendThree(fmt.Sprint(phase, w, ".", i))
				if _, err := l.ListDeliveries(l.t.Context(), hookline.DeliveryFilter{}, hookline.Cursor{Limit: 1}); err != nil {
					l.t.Errorf("nothing can be read: %v", err)
				}
			}
		})
	}
	all.Go(func() {
		for i := range rounds {
			l.fanOut(fmt.Sprint(phase, i))
		}
	})
	all.Go(func() {
		for range rounds {
			left = l.send(left)
		}
	})
	all.Go(meanwhile)
	all.Wait()
	return left
}

// limit lets the file grow by no more than some pages. It counts at once, even
// when the commit then fails because of whoever else is in it.
func (l *ledger) limit(pages int) {
	var err error
	_ = l.write(l.t.Context(), func(t *tx) error {
		var have, limit int
		if err = t.queryRow("pragma page_count").Scan(&have); err == nil {
			err = t.queryRow(fmt.Sprint("pragma max_page_count = ", have+pages)).Scan(&limit)
		}
		return err
	})
	if err != nil {
		l.t.Error(err)
	}
}

// stored lists what is in the database, by the names that the ledger uses.
func (l *ledger) stored() []string {
	var names []string
	for _, query := range []string{
		"select message_id from events",
		"select 'cursor ' || event_id from cursors",
		"select 'person ' || p.user_id from people p join identities i on i.person_id = p.id and i.identity = 'user:' || p.user_id",
		"select 'delivery ' || d.event_id from deliveries d join requests r on r.delivery_id = d.id and r.number = 1",
		"select 'attempt ' || d.id from deliveries d join attempts a on a.delivery_id = d.id where d.state = 'delivered' and d.attempts = 1 and a.number = 1",
	} {
		rows, err := l.reads.QueryContext(l.t.Context(), query)
		if err != nil {
			l.t.Fatal(err)
		}
		some, err := collect(rows, func(r row) (name string, err error) {
			err = r.Scan(&name)
			return name, err
		})
		if err != nil {
			l.t.Fatal(err)
		}
		names = append(names, some...)
	}
	return names
}

// TestDiskFull fills the disk under mixed load: whoever is refused is told
// when to try again, nothing of what they wanted is stored, everything that was
// taken is, and when there is room again everything works without a restart.
func TestDiskFull(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(t.Context(), dir, nil) // closed in check
	if err != nil {
		t.Fatal(err)
	}
	l := &ledger{Store: s, t: t, refused: map[string]int{}}
	owed := make([]hookline.Owed, backlog)
	for i := range owed {
		owed[i] = dueNow(eventNamed(fmt.Sprint("first ", i)))
		l.taken = append(l.taken, fmt.Sprint("delivery ", hookline.KeyOf(owed[i].EventID)))
	}
	if err := s.RecordFanout(t.Context(), hookline.Fanout{To: eventNamed("first"), Deliveries: owed}); err != nil {
		t.Fatal(err)
	}

	left := l.work("before", nil, func() {})
	if len(l.refused) > 0 {
		t.Fatalf("refused before the disk was full: %v, %v", l.refused, l.wrong)
	}
	left = l.work("full", left, func() { l.limit(4) })
	for _, kind := range []string{"append", "append three", "fan out", "finish"} {
		if l.refused[kind] == 0 {
			t.Errorf("a full disk refused no %q, only %v", kind, l.refused)
		}
	}
	refused := maps.Clone(l.refused)
	l.limit(1 << 20)
	left = l.work("after", left, func() {})
	if diff := cmp.Diff(refused, l.refused); diff != "" || len(left) > 0 {
		t.Errorf("does not work again when there is room, %d attempts are left to record:\n%s", len(left), diff)
	}
	for _, err := range l.wrong {
		t.Errorf("refused with %v", err)
	}
	l.check(dir)
}

// check compares what callers were told with what a restart finds.
func (l *ledger) check(dir string) {
	if err := l.Close(); err != nil {
		l.t.Error(err)
	}
	l.Store = openStore(l.t, dir, nil)
	cursors := slices.DeleteFunc(slices.Clone(l.taken), func(name string) bool { return !strings.HasPrefix(name, "cursor ") })
	want := slices.DeleteFunc(slices.Clone(l.taken), func(name string) bool { return slices.Contains(cursors[:len(cursors)-1], name) })
	if diff := cmp.Diff(want, l.stored(), cmpopts.SortSlices(strings.Compare)); diff != "" {
		l.t.Errorf("stored is not what callers were told (-told +stored):\n%s", diff)
	}
	if got := pragma(l.t, l.Store, "integrity_check"); got != "ok" {
		l.t.Errorf("integrity check: %s", got)
	}
}
