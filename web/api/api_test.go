package api

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"hookline/internal/hookline"
	"hookline/internal/ingest"
	"hookline/internal/metrics"
)

var (
	website  = hookline.Source{ID: "src_1", Name: "Website", WriteKey: "key-of-website", Enabled: true}
	disabled = hookline.Source{ID: "src_2", Name: "Old", WriteKey: "key-of-old"}
)

// memory keeps the promises of a store for a test.
type memory struct {
	mu         sync.Mutex
	events     []hookline.Event
	rejections []hookline.Rejection
	seen       map[string]bool
	settings   map[string]string
	trouble    error // what every call fails with
	panics     bool
}

func (m *memory) SourceByWriteKey(_ context.Context, key string) (hookline.Source, error) {
	if m.panics {
		panic("secret detail")
	}
	for _, source := range []hookline.Source{website, disabled} {
		if source.WriteKey == key {
			return source, nil
		}
	}
	return hookline.Source{}, hookline.NotFound("source")
}

func (m *memory) AppendEvents(_ context.Context, events []hookline.Event, rejections []hookline.Rejection) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.trouble != nil {
		return 0, m.trouble
	}
	duplicates := 0
	for _, e := range events {
		if m.seen[e.MessageID] {
			duplicates++
			continue
		}
		m.seen[e.MessageID] = true
		m.events = append(m.events, e)
	}
	m.rejections = append(m.rejections, rejections...)
	return duplicates, nil
}

func (m *memory) Setting(_ context.Context, key string) (string, error) {
	return m.settings[key], m.trouble
}

func (m *memory) Writable(context.Context) error { return m.trouble }

func (m *memory) owed(context.Context) (hookline.Backlog, error) {
	return hookline.Backlog{Queued: 3}, m.trouble
}

// token knows one token.
func (m *memory) token(_ context.Context, token string) (hookline.Token, error) {
	if token != "hkt_good" {
		return hookline.Token{}, &hookline.Error{Kind: hookline.KindUnauthorized, Message: "No token like this is known."}
	}
	return hookline.Token{Scope: hookline.Viewer}, nil
}

// house is the faces over a store, served.
type house struct {
	*memory
	t      *testing.T
	server *httptest.Server
	log    *logText
}

// logText is a log that a test reads while the server writes.
type logText struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logText) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logText) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func newHouse(t *testing.T, change ...func(*http.Server)) *house {
	t.Helper()
	h := &house{memory: &memory{seen: map[string]bool{}}, t: t, log: &logText{}}
	h.server = httptest.NewUnstartedServer(New(Config{
		Ingester: ingest.New(h.memory, ingest.Limits{}),
		Store:    h.memory,
		Metrics:  metrics.New("1.2.3", h.owed),
		Version:  "1.2.3",
		Bearer:   h.token,
		Logger:   slog.New(slog.NewTextHandler(h.log, nil)),
	}))
	for _, apply := range change {
		apply(h.server.Config)
	}
	h.server.Start()
	t.Cleanup(h.server.Close)
	return h
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

// do sends a request with the website's key, unless header has another
// Authorization; an empty one sends none.
func (h *house) do(method, path, body string, header map[string]string) answer {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), method, h.server.URL+path, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	r.Header.Set("Authorization", basic(website.WriteKey))
	for name, value := range header {
		if value == "" {
			r.Header.Del(name)
			continue
		}
		r.Header.Set(name, value)
	}
	response, err := h.server.Client().Do(r)
	if err != nil {
		h.t.Fatalf("%s %s: no answer: %v", method, path, err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return answer{status: response.StatusCode, header: response.Header, body: string(text)}
}

// post sends a call with the website's key.
func (h *house) post(path, body string) answer {
	h.t.Helper()
	return h.do(http.MethodPost, path, body, nil)
}

// taken fails unless the answer is exactly a success.
func (h *house) taken(a answer) {
	h.t.Helper()
	if a.status != http.StatusOK || a.body != `{"success":true}` || a.header.Get("Content-Type") != "application/json" {
		h.t.Errorf("answered %d %s (%s)", a.status, a.body, a.header.Get("Content-Type"))
	}
}

// stillTakes fails unless a good event is taken and stored now.
func (h *house) stillTakes() {
	h.t.Helper()
	before := len(h.events)
	h.taken(h.post("/v1/track", `{"userId":"u","event":"Afterwards"}`))
	if len(h.events) != before+1 {
		h.t.Errorf("%d events are stored, want %d", len(h.events), before+1)
	}
}

func basic(key string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(key+":"))
}

func zip(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.String()
}

func TestPathsSayTheType(t *testing.T) {
	h := newHouse(t)
	body := `{"userId":"u","event":"E","groupId":"g","previousId":"p","type":"nonsense"}`
	paths := []string{"/v1/identify", "/v1/i", "/v1/track", "/v1/t", "/v1/page", "/v1/p", "/v1/screen", "/v1/s", "/v1/group", "/v1/g", "/v1/alias", "/v1/a", "/v1/track/"}
	for _, path := range paths {
		h.taken(h.post(path, body))
	}
	for i, path := range paths {
		if want := strings.Trim(path, "/")[3:]; !strings.HasPrefix(string(h.events[i].Type), want) {
			t.Errorf("%s stored a %s", path, h.events[i].Type)
		}
	}
}
