package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/signing"
	"hookline/internal/sqlite"
)

// kills is how often the process dies under load.
const kills = 30

// TestKilledUnderLoad kills the program 30 times at random moments while
// events come in and webhooks go out, and then compares three ledgers: what
// the senders were told, what the database holds, and what the receiver got.
func TestKilledUnderLoad(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, seed))
	r := newLedgerReceiver(t)
	data := t.TempDir()
	var writeKey string
	writeKey, r.signingKey = furnish(t, data, r.server.URL)

	p := &program{t: t, data: data}
	s := newSenders(writeKey)
	p.start()
	s.begin(t, p)
	for range kills {
		pause(t, time.Duration(50+random.IntN(450))*time.Millisecond)
		p.kill()
		p.start()
	}
	s.stop()
	if len(s.accepted) < kills {
		t.Fatalf("only %d events were accepted: that is no load", len(s.accepted))
	}
	waitUntilNothingIsOwed(t, p, r)
	p.terminate()
	compareLedgers(t, data, s, r)
}

// pause waits on the clock of the outside world: the process under test has one
// of its own.
func pause(t *testing.T, d time.Duration) {
	t.Helper()
	select {
	case <-time.After(d):
	case <-t.Context().Done():
		t.Fatal(t.Context().Err())
	}
}

// furnish makes a source, a destination and an action in an empty database.
func furnish(t *testing.T, data, receiver string) (writeKey, signingKey string) {
	t.Helper()
	store, err := sqlite.Open(t.Context(), data, nil)
	must(t, err)
	source, err := store.CreateSource(t.Context(), hookline.Source{Name: "Load", Enabled: true})
	must(t, err)
	d, err := store.CreateDestination(t.Context(), hookline.Destination{
		Name: "Ledger", Enabled: true, SourceIDs: []string{source.ID}, SharedSecret: sharedSecret, SignatureMode: hookline.SignWhole, Timeout: hookline.DefaultTimeout,
	})
	must(t, err)
	template := hookline.NewTemplate()
	template.URL, template.Body = receiver, `{"message": "{{ event.messageId }}"}`
	_, err = store.CreateAction(t.Context(), hookline.Action{DestinationID: d.ID, Name: "Send", Enabled: true, Trigger: `event = "Loaded"`, Template: template})
	must(t, err)
	keys, err := store.SigningKeys(t.Context())
	must(t, err)
	must(t, store.Close())
	return source.WriteKey, keys[0].Key
}

const sharedSecret = "abc123"

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// program is hookline as a process of its own.
type program struct {
	t    *testing.T
	data string

	mu  sync.Mutex
	cmd *exec.Cmd
	url string
	log bytes.Buffer
}

func (p *program) start() {
	p.t.Helper()
	self, err := os.Executable()
	must(p.t, err)
	cmd := exec.Command(self, "serve", "--data", p.data, "--addr", "127.0.0.1:0", "--allow-cidr", "127.0.0.1/32", "--retry-base", "200ms", "--log-level", "error")
	cmd.Env = append(os.Environ(), asProgram+"=1")
	cmd.Stderr = &p.log
	out, err := cmd.StdoutPipe()
	must(p.t, err)
	must(p.t, cmd.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, url, ok := strings.Cut(lines.Text(), "is ready: "); ok {
			p.mu.Lock()
			p.cmd, p.url = cmd, strings.TrimSpace(url)
			p.mu.Unlock()
			return
		}
	}
	p.t.Fatalf("hookline did not start: %v\n%s", cmd.Wait(), p.log.String())
}

// address is where the program that runs now listens; each start has a port of
// its own.
func (p *program) address() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.url
}

func (p *program) kill() {
	p.t.Helper()
	must(p.t, p.cmd.Process.Kill())
	_ = p.cmd.Wait() // it says "killed", as it should
	if strings.Contains(p.log.String(), "panic") || strings.Contains(p.log.String(), "DATA RACE") {
		p.t.Fatalf("the program complained:\n%s", p.log.String())
	}
}

// terminate asks the program to stop and wants it to end well.
func (p *program) terminate() {
	p.t.Helper()
	must(p.t, p.cmd.Process.Signal(syscall.SIGTERM))
	if err := p.cmd.Wait(); err != nil {
		p.t.Errorf("after SIGTERM: %v\n%s", err, p.log.String())
	}
}

// senders post events without pause and remember which were accepted.
type senders struct {
	writeKey string
	ended    sync.WaitGroup
	cancel   context.CancelFunc

	mu       sync.Mutex
	next     int
	accepted map[string]bool
}

func newSenders(writeKey string) *senders {
	return &senders{writeKey: writeKey, accepted: map[string]bool{}}
}

func (s *senders) begin(t *testing.T, p *program) {
	ctx, cancel := context.WithCancel(t.Context())
	s.cancel = cancel
	for i := range 6 {
		s.ended.Go(func() {
			for ctx.Err() == nil {
				s.post(ctx, p.address(), 1+19*(i%2)) // half of them singles, half of them batches
			}
		})
	}
}

func (s *senders) stop() {
	s.cancel()
	s.ended.Wait()
}

// post sends so many new events in one call. Without an answer nothing is known
// of them, and they are not sent again.
func (s *senders) post(ctx context.Context, url string, n int) {
	ids := s.ids(n)
	items := make([]string, n)
	for i, id := range ids {
		items[i] = fmt.Sprintf(`{"type":"track","event":"Loaded","userId":"user-%d","messageId":%q}`, i, id)
	}
	path, body := "/v1/track", items[0]
	if n > 1 {
		path, body = "/v1/batch", `{"batch":[`+strings.Join(items, ",")+`]}`
	}
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, url+path, strings.NewReader(body))
	if err != nil {
		return
	}
	q.SetBasicAuth(s.writeKey, "")
	answer, err := http.DefaultClient.Do(q)
	if err != nil {
		return // the program was just killed
	}
	defer answer.Body.Close()
	if text, err := io.ReadAll(answer.Body); err != nil || answer.StatusCode != http.StatusOK || !strings.Contains(string(text), "true") {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range ids {
		s.accepted[id] = true
	}
}

func (s *senders) ids(n int) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids := make([]string, n)
	for i := range ids {
		s.next++
		ids[i] = "message-" + strconv.Itoa(s.next)
	}
	return ids
}

// ledgerReceiver remembers what it got. It answers 503 now and then, so that
// retries are part of the load.
type ledgerReceiver struct {
	server     *httptest.Server
	signingKey string

	mu      sync.Mutex
	count   int
	keys    map[string]map[string]bool // message → the idempotency keys it came with
	okay    map[string]bool            // messages that were answered with 200
	invalid []string
}

func newLedgerReceiver(t *testing.T) *ledgerReceiver {
	t.Helper()
	r := &ledgerReceiver{keys: map[string]map[string]bool{}, okay: map[string]bool{}}
	r.server = httptest.NewServer(r)
	t.Cleanup(r.server.Close)
	return r
}

func (r *ledgerReceiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	body, err := io.ReadAll(q.Body)
	if err != nil {
		return // the sender was killed in the middle
	}
	var got struct{ Message string }
	err = json.Unmarshal(body, &got)
	if err != nil || !signing.VerifyShared(sharedSecret, q.Header.Get("X-Signature"), body) || !r.signed(q.Header, body) {
		r.refuse(w, fmt.Sprintf("%s %v", body, err))
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.count++
	if r.keys[got.Message] == nil {
		r.keys[got.Message] = map[string]bool{}
	}
	r.keys[got.Message][q.Header.Get("X-CIO-Idempotency-Key")] = true
	if r.count%20 == 0 {
		http.Error(w, "not now", http.StatusServiceUnavailable)
		return
	}
	r.okay[got.Message] = true
}

// signed checks X-CIO-Signature the way seed 002 tells receivers to, with
// nothing of ours in between.
func (r *ledgerReceiver) signed(h http.Header, body []byte) bool {
	signature, err := hex.DecodeString(h.Get("X-CIO-Signature"))
	if err != nil {
		return false
	}
	mac := hmac.New(sha256.New, []byte(r.signingKey))
	mac.Write([]byte("v0:" + h.Get("X-CIO-Timestamp") + ":"))
	mac.Write(body)
	return hmac.Equal(mac.Sum(nil), signature)
}

func (r *ledgerReceiver) refuse(w http.ResponseWriter, what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.invalid = append(r.invalid, what)
	http.Error(w, "not signed, or not ours", http.StatusBadRequest)
}

func (r *ledgerReceiver) got() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.count
}

// waitUntilNothingIsOwed waits until the receiver has heard nothing new for a
// while, which is longer than the longest wait between two tries.
func waitUntilNothingIsOwed(t *testing.T, p *program, r *ledgerReceiver) {
	t.Helper()
	quiet, last := 0, -1
	for range 1200 {
		pause(t, 100*time.Millisecond)
		now := r.got()
		if now != last {
			quiet = 0
		}
		last = now
		if quiet++; quiet > 40 {
			return
		}
	}
	t.Fatalf("deliveries did not come to an end in 2 minutes; the log says\n%s", p.log.String())
}

func compareLedgers(t *testing.T, data string, s *senders, r *ledgerReceiver) {
	t.Helper()
	store, err := sqlite.Open(t.Context(), data, nil)
	must(t, err)
	defer func() { must(t, store.Close()) }()
	events := storedEvents(t, store)
	for id := range s.accepted {
		if len(events[id]) != 1 {
			t.Errorf("I1: %s was accepted and is stored %d times", id, len(events[id]))
		}
	}
	for message, ids := range events {
		if !r.okay[message] {
			t.Errorf("I2: %s was never delivered", message)
		}
		if n := len(r.keys[message]); n > 1 {
			t.Errorf("I3: %s came with %d different keys", message, n)
		}
		checkDeliveries(t, store, ids[0])
	}
	for message := range r.keys {
		if len(events[message]) == 0 {
			t.Errorf("I3: %s was delivered but is not stored", message)
		}
	}
	if len(r.invalid) > 0 {
		t.Errorf("I3: %d requests were not signed well: %s", len(r.invalid), r.invalid[0])
	}
	t.Logf("%d events accepted, %d stored, %d requests received, %d of them again", len(s.accepted), len(events), r.count, r.count-len(r.keys))
}

func storedEvents(t *testing.T, store *sqlite.Store) map[string][]string {
	t.Helper()
	events := map[string][]string{}
	last := ""
	for {
		page, err := store.EventsAfter(t.Context(), last, 1000)
		must(t, err)
		if len(page) == 0 {
			return events
		}
		for _, e := range page {
			events[e.MessageID] = append(events[e.MessageID], e.ID)
			last = e.ID
		}
	}
}

// checkDeliveries wants exactly one delivery of an event, delivered, with an
// unbroken row of attempts.
func checkDeliveries(t *testing.T, store *sqlite.Store, eventID string) {
	t.Helper()
	listing, err := store.ListDeliveries(t.Context(), hookline.DeliveryFilter{EventID: eventID}, hookline.Cursor{})
	must(t, err)
	if len(listing.Rows) != 1 {
		t.Errorf("I2: event %s has %d deliveries", eventID, len(listing.Rows))
		return
	}
	d := listing.Rows[0]
	attempts, err := store.ListAttempts(t.Context(), d.ID)
	must(t, err)
	var wrong error
	for i, a := range attempts {
		if a.Number != i+1 || (a.Outcome == hookline.StateDelivered) != (i == len(attempts)-1) {
			wrong = errors.Join(wrong, fmt.Errorf("attempt %d ended as %s", a.Number, a.Outcome))
		}
	}
	if d.State != hookline.StateDelivered || len(attempts) != d.Attempts || wrong != nil {
		t.Errorf("I2: delivery %s is %s after %d attempts (%d recorded): %v", d.ID, d.State, d.Attempts, len(attempts), wrong)
	}
}
