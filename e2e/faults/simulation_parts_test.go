package main

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
	"hookline/internal/sqlite"
)

// injections counts faults by kind.
type injections struct {
	mu    sync.Mutex
	times map[string]int
}

func (i *injections) add(kind string, n int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.times[kind] += n
}

// hurtStore is a real store that refuses or dawdles by chance, and that, once
// dead, changes nothing any more: so a kill leaves the database as it was at
// that moment, whatever the goroutines of the dead process still try.
type hurtStore struct {
	*sqlite.Store
	hurt bool
	dead atomic.Bool

	mu       sync.Mutex
	seed     uint64
	calls    map[string]int // by method
	injected *injections
}

// chanceOf gives chance that depends on the seed and on what it is for, not on
// who asked before.
func chanceOf(seed uint64, what ...any) *rand.Rand {
	h := fnv.New64a()
	fmt.Fprintln(h, what...)
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

var (
	errDead = hookline.Conflict("the process was killed")
	errDisk = &hookline.Error{Kind: hookline.KindUnavailable, Message: "The disk is full.", RetryAfter: time.Second, Cause: errors.New("no space left")}
)

// before says why a call fails, after the time that it takes.
func (s *hurtStore) before(method string) error {
	if s.dead.Load() {
		return errDead
	}
	s.mu.Lock()
	s.calls[method]++
	chance := chanceOf(s.seed, method, s.calls[method])
	dice, wait := chance.IntN(100), time.Duration(chance.IntN(400))*time.Millisecond
	switch {
	case !s.hurt || dice >= 12:
		s.mu.Unlock()
		return nil
	case dice < 5:
		s.injected.add("store refuses", 1)
		s.mu.Unlock()
		return errDisk
	}
	s.injected.add("store is slow", 1)
	s.mu.Unlock()
	time.Sleep(wait)
	if s.dead.Load() {
		return errDead
	}
	return nil
}

func (s *hurtStore) AppendEvents(ctx context.Context, events []hookline.Event, rejections []hookline.Rejection) (int, error) {
	if err := s.before("AppendEvents"); err != nil {
		return 0, err
	}
	return s.Store.AppendEvents(ctx, events, rejections)
}

func (s *hurtStore) EventsAfter(ctx context.Context, id string, limit int) ([]hookline.Event, error) {
	if err := s.before("EventsAfter"); err != nil {
		return nil, err
	}
	return s.Store.EventsAfter(ctx, id, limit)
}

func (s *hurtStore) RecordFanout(ctx context.Context, f hookline.Fanout) error {
	if err := s.before("RecordFanout"); err != nil {
		return err
	}
	return s.Store.RecordFanout(ctx, f)
}

func (s *hurtStore) Due(ctx context.Context, destinationID string, at time.Time, limit int) ([]string, error) {
	if err := s.before("Due"); err != nil {
		return nil, err
	}
	return s.Store.Due(ctx, destinationID, at, limit)
}

func (s *hurtStore) Owed(ctx context.Context, ids []string) ([]hookline.Owed, error) {
	if err := s.before("Owed"); err != nil {
		return nil, err
	}
	return s.Store.Owed(ctx, ids)
}

func (s *hurtStore) Finish(ctx context.Context, f hookline.Finished) error {
	if err := s.before("Finish"); err != nil {
		return err
	}
	return s.Store.Finish(ctx, f)
}

func (s *hurtStore) CreateBatch(ctx context.Context, o hookline.Owed, parts []hookline.BatchPart, ofLast int) (hookline.Owed, error) {
	if err := s.before("CreateBatch"); err != nil {
		return o, err
	}
	return s.Store.CreateBatch(ctx, o, parts, ofLast)
}

// outside is all receivers there are. Like them it answers late, badly, or not
// at all, and it keeps a book.
type outside struct {
	mu       sync.Mutex
	seed     uint64
	injected *injections
	got      []arrival
	tries    map[string]int
	busy     int
	healed   bool
	always   int // what every request is answered; 0: chance chooses
}

func (o *outside) heal() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.healed = true
}

// quiet says whether no request is under way.
func (o *outside) quiet() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.busy == 0
}

// life is the way outside of one process: from a dead one nothing comes.
type life struct {
	*outside
	store *hurtStore
}

// Send is part of delivery.Sender.
func (l life) Send(ctx context.Context, r outbound.Request) (outbound.Response, error) {
	if l.store.dead.Load() {
		return outbound.Response{}, errDead
	}
	return l.outside.Send(ctx, r)
}

// Send answers as chance says.
func (o *outside) Send(_ context.Context, r outbound.Request) (outbound.Response, error) {
	if o.panics(r) {
		panic("a fault of ours, before anything was sent")
	}
	a, took := o.enter(r)
	defer o.leave()
	time.Sleep(took)
	switch a.Status {
	case hang:
		time.Sleep(r.Timeout)
		return outbound.Response{}, &outbound.Error{Kind: outbound.KindTimeout, Message: "timed out after 4 s"}
	case reset:
		return outbound.Response{}, &outbound.Error{Kind: outbound.KindReset, Message: "connection reset"}
	case http.StatusTooManyRequests:
		return outbound.Response{Status: a.Status, Header: http.Header{"Retry-After": {"2"}}}, nil
	}
	return outbound.Response{Status: a.Status}, nil
}

// reset marks an answer that never came because the connection broke.
const reset = -1

func (o *outside) panics(r outbound.Request) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.healed || o.always != 0 || chanceOf(o.seed, "panics", r.URL, string(r.Body)).IntN(60) > 0 {
		return false
	}
	o.injected.add("panics in sending", 1)
	return true
}

// enter writes the request down, with the answer that chance chooses.
func (o *outside) enter(r outbound.Request) (a arrival, took time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	a = arrival{At: time.Now(), Path: strings.TrimPrefix(r.URL, "https://"), Header: http.Header{}, Body: string(r.Body), Status: http.StatusOK}
	for _, h := range r.Header {
		a.Header.Add(h.Name, h.Value)
	}
	o.tries[a.key()]++
	chance := chanceOf(o.seed, a.Path, a.Body, o.tries[a.key()])
	if o.always != 0 {
		a.Status = o.always
	} else if !o.healed && o.tries[a.key()] < simulatedRetries-1 { // or else tries would be used up
		a.Status = o.choose(chance)
	}
	kept := a
	kept.Status = max(kept.Status, 0)
	o.got = append(o.got, kept)
	o.busy++
	return a, time.Duration(chance.IntN(900)) * time.Millisecond
}

func (o *outside) choose(chance *rand.Rand) int {
	for _, way := range []struct {
		kind   string
		share  int
		status int
	}{{"answers 503", 8, 503}, {"answers 429", 20, 429}, {"answers 410", 30, 410}, {"time-outs", 20, hang}, {"connections reset", 20, reset}} {
		if chance.IntN(way.share) == 0 {
			o.injected.add(way.kind, 1)
			return way.status
		}
	}
	return http.StatusOK
}

func (o *outside) leave() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.busy--
}
