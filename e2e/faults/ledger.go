package main

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"hookline/internal/hookline"
)

// ledgers are the three books that are compared: what clients were told, what
// is stored, and what the receivers got.
type ledgers struct {
	told     *told
	stored   *stored
	received []arrival
}

// told is what clients were told.
type told struct {
	mu       sync.Mutex
	accepted map[string]int    // by message id: how many calls with it were answered 2xx
	resends  map[string]resend // by delivery
	refused  map[int]int       // by status: calls that were refused as they should be
	wrong    []string          // answers that say nothing a client could act on
}

// resend is what was asked for one delivery.
type resend struct {
	taken   int // answered 202
	unknown int // not answered: it may have been taken
}

func newTold() *told {
	return &told{accepted: map[string]int{}, resends: map[string]resend{}, refused: map[int]int{}}
}

func (t *told) accept(ids []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, id := range ids {
		t.accepted[id]++
	}
}

func (t *told) resent(id string, answered bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := t.resends[id]
	if answered {
		r.taken++
	} else {
		r.unknown++
	}
	t.resends[id] = r
}

// refuse notes an answer that is no success: a reason why it is no proper
// refusal, or "" when it is one.
func (t *told) refuse(status int, wrong string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.refused[status]++
	if wrong != "" {
		t.wrong = append(t.wrong, wrong)
	}
}

// count tells how many messages were accepted so far.
func (t *told) count() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.accepted)
}

func (t *told) refusals() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := 0
	for _, of := range t.refused {
		n += of
	}
	return n
}

// snapshot is the ledger as it is now.
func (t *told) snapshot() *told {
	t.mu.Lock()
	defer t.mu.Unlock()
	return &told{
		accepted: maps.Clone(t.accepted), resends: maps.Clone(t.resends), refused: maps.Clone(t.refused), wrong: slices.Clone(t.wrong),
	}
}

// stored is what the database holds.
type stored struct {
	events     []storedEvent // in the order of the event log
	deliveries []storedDelivery
	seen       map[string]int // by user id: the number that their latest identify left with the person
	unsound    error          // what integrity_check or foreign_key_check says
}

type storedEvent struct {
	ID, MessageID string
	Kind          string // an event's name, or its type where it has none
	UserID        string
	Number        int // of an identify
}

type storedDelivery struct {
	hookline.Delivery
	EventIDs []string // one, or those of a batch
	Attempts []hookline.Attempt
	Bodies   []string // of its requests, the first one first
}

// arrival is one request as a receiver got it.
type arrival struct {
	At     time.Time
	Path   string
	Header http.Header
	Body   string
	Status int // what it was answered; 0: the sender left before an answer
}

// key is the idempotency key that the request came with.
func (a arrival) key() string { return a.Header.Get("X-CIO-Idempotency-Key") }

// messages are the message ids that the body carries: one, or those of a batch.
func (a arrival) messages() []string {
	type message struct{ Message string }
	var many []message
	if json.Unmarshal([]byte(a.Body), &many) != nil {
		var one message
		if json.Unmarshal([]byte(a.Body), &one) != nil {
			return nil
		}
		many = []message{one}
	}
	ids := make([]string, len(many))
	for i, m := range many {
		ids[i] = m.Message
	}
	return ids
}
