package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// load posts events without pause, as real clients would: singles and
// batches, some of them again, and again whatever had no answer. Beside it
// run the deeds of people: resends, and pauses of a destination.
type load struct {
	house *house
	http  *http.Client
	ended sync.WaitGroup
	stop  context.CancelFunc

	// Calls hold it for reading: whoever holds it for writing knows that none
	// is under way, so that the ledgers of a moment can be compared.
	still sync.RWMutex

	mu    sync.Mutex
	next  int
	again []post // had no answer: nobody knows whether they were taken
	done  []post // some that were accepted
	took  []time.Duration
	counts
}

// counts is what the load did, for the tally.
type counts struct {
	calls, repeats, resends, pauses, unanswered int
}

// post is one call with events.
type post struct {
	path, body string
	ids        []string
}

// crew is how many of each kind of client there are.
type crew struct {
	singles, batches, supporters, pausers int
	pace                                  time.Duration // between the calls of one client; 0: none
}

// fullCrew keeps two cores busy. Few of them send batches, because what is
// stored is compared again and again.
var fullCrew = crew{singles: 8, batches: 1, supporters: 2, pausers: 1}

func beginLoad(ctx context.Context, h *house, c crew, chance *rand.Rand) *load {
	ctx, stop := context.WithCancel(ctx)
	l := &load{house: h, http: newHTTP(), stop: stop}
	for i := range c.singles + c.batches {
		r := rand.New(rand.NewPCG(chance.Uint64(), uint64(i)))
		l.loop(ctx, c.pace, func() { l.send(ctx, i, 1+19*btoi(i >= c.singles), r) })
	}
	for range c.supporters {
		r := rand.New(rand.NewPCG(chance.Uint64(), 1))
		l.loop(ctx, 20*time.Millisecond, func() { l.resendOne(ctx, r) })
	}
	for range c.pausers {
		held := false
		l.loop(ctx, 150*time.Millisecond, func() {
			if h.pause(ctx, !held) == nil {
				held = !held
				l.count(func(c *counts) { c.pauses++ })
			}
		})
	}
	return l
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// loop repeats a call until the load stops; between two calls it can be held.
func (l *load) loop(ctx context.Context, pace time.Duration, do func()) {
	l.ended.Go(func() {
		for ctx.Err() == nil {
			l.still.RLock()
			do()
			l.still.RUnlock()
			if pause(ctx, pace) != nil {
				return
			}
		}
	})
}

// hold waits until no call is under way and lets none begin.
func (l *load) hold() { l.still.Lock() }

func (l *load) release() { l.still.Unlock() }

// end stops the load, and posts once more what had no answer, so that nothing
// stays unknown. The house must be running.
func (l *load) end(ctx context.Context) {
	l.stop()
	l.ended.Wait()
	for _, p := range l.takeAgain() {
		l.do(ctx, p)
	}
}

func (l *load) takeAgain() []post {
	l.mu.Lock()
	defer l.mu.Unlock()
	again := l.again
	l.again = nil
	return again
}

func (l *load) count(f func(*counts)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f(&l.counts)
}

// send posts new events, or one that was posted before: because it had no
// answer, or as clients do that send twice.
func (l *load) send(ctx context.Context, sender, n int, chance *rand.Rand) {
	l.mu.Lock()
	var p post
	switch {
	case len(l.again) > 0:
		p, l.again = l.again[0], l.again[1:]
		l.repeats++
	case len(l.done) > 0 && chance.IntN(15) == 0:
		p = l.done[chance.IntN(len(l.done))]
		l.repeats++
	default:
		p = l.newPost(sender, n, chance)
	}
	l.mu.Unlock()
	l.do(ctx, p)
}

func (l *load) newPost(sender, n int, chance *rand.Rand) post {
	p := post{path: "/v1/batch"}
	items := make([]string, n)
	for i := range items {
		l.next++
		id := fmt.Sprintf("message-%d", l.next)
		p.ids = append(p.ids, id)
		items[i] = newEvent(id, sender, l.next, chance)
	}
	p.body = `{"batch":[` + strings.Join(items, ",") + `]}`
	if n == 1 {
		p.path, p.body = "/v1/track", items[0]
		if strings.Contains(items[0], `"type":"identify"`) {
			p.path = "/v1/identify"
		}
	}
	return p
}

// newEvent is about 1 KB, of a kind by chance.
func newEvent(id string, sender, number int, chance *rand.Rand) string {
	if chance.IntN(20) == 0 {
		return fmt.Sprintf(`{"type":"identify","userId":"sender-%d","messageId":%q,"traits":{"number":%d}}`, sender, id, number)
	}
	kind := []string{"Loaded", "Loaded", "Loaded", "Loaded", "Gathered", "Gathered", "Held", "Gone", "Slow"}[chance.IntN(9)]
	return fmt.Sprintf(`{"type":"track","event":%q,"userId":"user-%d","messageId":%q,"properties":{"n":%d,"text":%q}}`,
		kind, number%500, id, number, strings.Repeat("x", 700))
}

// do posts and notes what the client was told.
func (l *load) do(ctx context.Context, p post) {
	began := time.Now()
	status, err := postEvents(ctx, l.http, l.house.address()+p.path, l.house.writeKey, p.body, l.house.told)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls++
	if err != nil || status != http.StatusOK {
		l.unanswered += btoi(err != nil)
		l.again = append(l.again, p)
		return
	}
	l.house.told.accept(p.ids)
	l.took = append(l.took, time.Since(began))
	if len(l.done) < 200 {
		l.done = append(l.done, p)
	} else {
		l.done[l.calls%len(l.done)] = p
	}
}

// p99 is how long accepted calls took, and forgets them.
func (l *load) p99() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.took) == 0 {
		return 0
	}
	slices.Sort(l.took)
	slow := l.took[len(l.took)*99/100]
	l.took = nil
	return slow
}

// postEvents posts a body as a source would. An answer that is no success must
// be one that a client can act on (I8); told keeps those that are not.
func postEvents(ctx context.Context, c *http.Client, url, key, body string, told *told) (status int, err error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	q.SetBasicAuth(key, "")
	answer, err := c.Do(q)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, err
	}
	if answer.StatusCode == http.StatusOK && string(text) == `{"success":true}` {
		return http.StatusOK, nil
	}
	told.refuse(answer.StatusCode, improper(answer, text))
	return answer.StatusCode, nil
}

// improper says what is wrong with a refusal of a good event: only "come back
// later" is right, and it must say when and why.
func improper(answer *http.Response, text []byte) string {
	var refusal struct {
		Success bool   `json:"success"`
		Message string `json:"message"`
	}
	err := json.Unmarshal(text, &refusal)
	fine := answer.StatusCode == http.StatusServiceUnavailable || answer.StatusCode == http.StatusTooManyRequests
	if fine && err == nil && refusal.Message != "" && !refusal.Success && answer.Header.Get("Retry-After") != "" {
		return ""
	}
	return fmt.Sprintf("%s was answered %d (Retry-After %q): %.200s", answer.Request.URL.Path, answer.StatusCode, answer.Header.Get("Retry-After"), text)
}

// resendOne has a random recent delivery sent again.
func (l *load) resendOne(ctx context.Context, chance *rand.Rand) {
	var page listed
	if l.house.api.call(ctx, http.MethodGet, "/deliveries?limit=50", nil, &page) != nil || len(page.Data) == 0 {
		return
	}
	id := page.Data[chance.IntN(len(page.Data))].ID
	mode := []string{"original", "current"}[chance.IntN(2)]
	err := l.house.api.call(ctx, http.MethodPost, "/deliveries/"+id+"/resend", map[string]any{"mode": mode}, nil)
	var no *refused
	switch {
	case err == nil:
		l.house.told.resent(id, true)
		l.count(func(c *counts) { c.resends++ })
	case errors.As(err, &no):
		if no.status != http.StatusConflict && no.status != http.StatusServiceUnavailable || !strings.Contains(no.body, `"message":"`) {
			l.house.told.refuse(no.status, "a resend was "+no.Error())
		}
	default:
		l.house.told.resent(id, false)
	}
}

// tally gives the counts of the load to the report.
func (l *load) tally(w *world) {
	l.mu.Lock()
	defer l.mu.Unlock()
	w.inject("calls again", l.repeats)
	w.inject("resends", l.resends)
	w.inject("pauses", l.pauses)
	w.inject("calls cut off", l.unanswered)
	statuses, batches := l.house.receiver.answered()
	w.inject("batches", batches)
	w.inject("answers 503", statuses[http.StatusServiceUnavailable])
	w.inject("answers 410", statuses[http.StatusGone])
	w.inject("time-outs", statuses[hang])
}
