package requestbin_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hookline/internal/hookline"
	"hookline/internal/requestbin"
	"hookline/internal/sqlite"
	"hookline/internal/sqlite/home"
)

// house is a store, and the receiver on a real server.
type house struct {
	t       *testing.T
	store   *sqlite.Store
	changes chan []hookline.Topic
	served  chan struct{} // one for each request that the receiver is done with
	url     string
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, changes: make(chan []hookline.Topic, 1000), served: make(chan struct{}, 1000)}
	store, err := sqlite.Open(t.Context(), home.New(t), func(topics []hookline.Topic) { h.changes <- topics })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	h.store = store
	receiver := requestbin.New(store, slog.New(slog.DiscardHandler))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		receiver.ServeHTTP(w, r)
		h.served <- struct{}{}
	}))
	t.Cleanup(server.Close)
	h.url = server.URL
	return h
}

func (h *house) bin(change func(*hookline.BinScript)) hookline.Bin {
	h.t.Helper()
	script := hookline.NewBinScript()
	change(&script)
	bin, err := h.store.CreateBin(h.t.Context(), hookline.Bin{Name: "Try-out", Script: script})
	if err != nil {
		h.t.Fatal(err)
	}
	return bin
}

// hears waits until the store tells that the topic changed.
func (h *house) hears(topic hookline.Topic) {
	for topics := range h.changes {
		if slices.Contains(topics, topic) {
			return
		}
	}
}

type answer struct {
	status int
	header http.Header
	body   string
}

func (h *house) send(method, path string, body io.Reader, headers ...string) answer {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), method, h.url+path, body)
	if err != nil {
		h.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	text, err := io.ReadAll(response.Body)
	if err := errors.Join(err, response.Body.Close()); err != nil {
		h.t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(text)}
}

// received lists what the bin keeps, the oldest first.
func (h *house) received(bin hookline.Bin) []hookline.BinRequest {
	h.t.Helper()
	list, err := h.store.ListBinRequests(h.t.Context(), bin.ID, hookline.Cursor{})
	if err != nil {
		h.t.Fatal(err)
	}
	slices.Reverse(list.Rows)
	return list.Rows
}

func TestARequestIsKeptAsItCame(t *testing.T) {
	h := newHouse(t)
	bin := h.bin(func(*hookline.BinScript) {})
	before := time.Now()
	got := h.send("PATCH", requestbin.Path(bin.ID)+"/orders/a%2Fb?x=1&x=2;%zz", strings.NewReader(`{"a":1}`),
		"X-Twice", "one", "X-Twice", "two", "Content-Type", "application/json", "User-Agent", "test")
	if got.status != 200 || got.body != `{"ok":true}` || got.header.Get("Content-Type") != "application/json" {
		t.Errorf("answer %d %q of %q", got.status, got.body, got.header.Get("Content-Type"))
	}
	all := h.received(bin)
	if len(all) != 1 {
		t.Fatalf("%d requests were kept, want 1", len(all))
	}
	q := all[0]
	if q.ReceivedAt.Before(before.Truncate(time.Microsecond)) || q.ReceivedAt.After(time.Now()) {
		t.Errorf("received at %v", q.ReceivedAt)
	}
	q.ReceivedAt = time.Time{}
	want := hookline.BinRequest{
		ID: q.ID, BinID: bin.ID, Method: "PATCH", Path: requestbin.Path(bin.ID) + "/orders/a%2Fb?x=1&x=2;%zz", Status: 200, From: "127.0.0.1", Body: []byte(`{"a":1}`),
		Headers: []hookline.Header{
			{Name: "Host", Value: strings.TrimPrefix(h.url, "http://")},
			{Name: "Accept-Encoding", Value: "gzip"},
			{Name: "Content-Length", Value: "7"},
			{Name: "Content-Type", Value: "application/json"},
			{Name: "User-Agent", Value: "test"},
			{Name: "X-Twice", Value: "one"},
			{Name: "X-Twice", Value: "two"},
		},
	}
	if diff := cmp.Diff(want, q); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
}

func TestEveryMethodIsTaken(t *testing.T) {
	h := newHouse(t)
	bin := h.bin(func(*hookline.BinScript) {})
	methods := []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"}
	for _, method := range methods {
		got := h.send(method, requestbin.Path(bin.ID), http.NoBody, "Origin", "https://elsewhere.example")
		if got.status != 200 {
			t.Errorf("%s: status %d", method, got.status)
		}
		for name := range got.header {
			if name == "Set-Cookie" || strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s: the answer carries %s", method, name)
			}
		}
	}
	var kept []string
	for _, q := range h.received(bin) {
		kept = append(kept, q.Method)
	}
	if diff := cmp.Diff(methods, kept); diff != "" {
		t.Errorf("methods kept (-want +got):\n%s", diff)
	}
}

func TestTheScriptIsTheAnswer(t *testing.T) {
	h := newHouse(t)
	const text, object = "text/plain; charset=utf-8", "application/json"
	for name, test := range map[string]struct {
		change            func(*hookline.BinScript)
		status            int
		body, contentType string
	}{
		"text":      {func(s *hookline.BinScript) { s.Status, s.Body = 400, "no, thanks" }, 400, "no, thanks", text},
		"HTML":      {func(s *hookline.BinScript) { s.Body = "<!doctype html><script>alert(1)</script>" }, 200, "<!doctype html><script>alert(1)</script>", text},
		"nothing":   {func(s *hookline.BinScript) { s.Body = "" }, 200, "", text},
		"size":      {func(s *hookline.BinScript) { s.BodySize = 10_241 }, 200, strings.Repeat("x", 10_241), text},
		"JSON text": {func(s *hookline.BinScript) { s.Status, s.Body = 503, ` "<b>" ` }, 503, ` "<b>" `, object},
		"204":       {func(s *hookline.BinScript) { s.Status = 204 }, 204, "", ""},
		"304":       {func(s *hookline.BinScript) { s.Status, s.BodySize = 304, 5 }, 304, "", ""},
		"redirect":  {func(s *hookline.BinScript) { s.Status, s.Body = 302, "" }, 302, "", text},
		"599":       {func(s *hookline.BinScript) { s.Status, s.Body = 599, "{}" }, 599, "{}", object},
	} {
		t.Run(name, func(t *testing.T) {
			got := h.send("POST", requestbin.Path(h.bin(test.change).ID), strings.NewReader("x"))
			if got.status != test.status || got.body != test.body || got.header.Get("Content-Type") != test.contentType {
				t.Errorf("got %d, %d bytes of %q", got.status, len(got.body), got.header.Get("Content-Type"))
			}
			if got.header.Get("X-Content-Type-Options") != "nosniff" || got.header.Get("Retry-After") != "" {
				t.Errorf("headers %v", got.header)
			}
		})
	}
}

func TestTheFirstRequestsFail(t *testing.T) {
	h := newHouse(t)
	bin := h.bin(func(s *hookline.BinScript) { s.FailFirst, s.FailStatus, s.Status, s.RetryAfter = 2, 429, 201, "7" })
	for i, want := range []int{429, 429, 201, 201} {
		got := h.send("POST", requestbin.Path(bin.ID), strings.NewReader("x"))
		if got.status != want || got.header.Get("Retry-After") != "7" {
			t.Errorf("request %d: %d with Retry-After %q, want %d with 7", i+1, got.status, got.header.Get("Retry-After"), want)
		}
	}
	if kept := h.received(bin); kept[1].Status != 429 || kept[2].Status != 201 {
		t.Errorf("kept as answered %d and %d", kept[1].Status, kept[2].Status)
	}
}

func TestALargeBodyIsCut(t *testing.T) {
	h := newHouse(t)
	bin := h.bin(func(*hookline.BinScript) {})
	for _, test := range []struct {
		size, kept int
		cut        bool
	}{{requestbin.MaxBody, requestbin.MaxBody, false}, {requestbin.MaxBody + 1, requestbin.MaxBody, true}, {5 << 20, requestbin.MaxBody, true}} {
		if got := h.send("POST", requestbin.Path(bin.ID), bytes.NewReader(make([]byte, test.size))); got.status != 200 {
			t.Errorf("%d bytes: status %d", test.size, got.status)
		}
		all := h.received(bin)
		if q := all[len(all)-1]; len(q.Body) != test.kept || q.Cut != test.cut {
			t.Errorf("%d bytes: %d kept, cut %v", test.size, len(q.Body), q.Cut)
		}
	}
}

// brokenReader gives a little, then fails as a sender does that breaks off.
type brokenReader struct{ given bool }

func (b *brokenReader) Read(p []byte) (int, error) {
	if b.given {
		return 0, io.ErrUnexpectedEOF
	}
	b.given = true
	return copy(p, "half a"), nil
}

func TestWhatBreaksOffIsKeptAsFarAsItCame(t *testing.T) {
	h := newHouse(t)
	bin := h.bin(func(*hookline.BinScript) {})
	r := httptest.NewRequest("POST", requestbin.Path(bin.ID), &brokenReader{})
	requestbin.New(h.store, slog.New(slog.DiscardHandler)).ServeHTTP(httptest.NewRecorder(), r)
	if all := h.received(bin); len(all) != 1 || string(all[0].Body) != "half a" || !all[0].Cut {
		t.Errorf("kept %+v", all)
	}
}

func TestAnUnknownBinIs404InPlainWords(t *testing.T) {
	h := newHouse(t)
	for _, path := range []string{"/b/bin_nothing", "/b/", "/b/bin_nothing/deeper", "/b/%3Cscript%3E"} {
		got := h.send("POST", path, strings.NewReader("x"))
		if got.status != 404 || !strings.HasPrefix(got.header.Get("Content-Type"), "text/plain") || !strings.HasPrefix(got.body, "There is no such bin.") {
			t.Errorf("%s: %d %q", path, got.status, got.body)
		}
	}
}

func TestTheAnswerIsDelayed(t *testing.T) {
	h := newHouse(t)
	bin := h.bin(func(s *hookline.BinScript) { s.Delay = 50 * time.Millisecond })
	began := time.Now()
	got := h.send("POST", requestbin.Path(bin.ID), strings.NewReader("x"))
	if took := time.Since(began); got.status != 200 || took < 50*time.Millisecond {
		t.Errorf("%d after %v", got.status, took)
	}
}

func TestADelayEndsWhenTheSenderGoes(t *testing.T) {
	h := newHouse(t)
	bin := h.bin(func(s *hookline.BinScript) { s.Delay = time.Minute })
	h.hears(hookline.TopicBin(bin.ID)) // the bin was made
	ctx, goAway := context.WithCancel(t.Context())
	go func() {
		h.hears(hookline.TopicBin(bin.ID)) // the request is kept
		goAway()
	}()
	r, err := http.NewRequestWithContext(ctx, "POST", h.url+requestbin.Path(bin.ID), strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(r)
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("answer %v, error %v", response, err)
	}
	<-h.served // a minute too late, if it does not end with its sender
	if all := h.received(bin); len(all) != 1 {
		t.Errorf("%d requests were kept, want 1", len(all))
	}
}

func TestWhenNothingCanBeKeptTheSenderShallTryAgain(t *testing.T) {
	h := newHouse(t)
	bin := h.bin(func(*hookline.BinScript) {})
	receiver := requestbin.New(full{h.store}, slog.New(slog.DiscardHandler))
	w := httptest.NewRecorder()
	receiver.ServeHTTP(w, httptest.NewRequest("POST", requestbin.Path(bin.ID), strings.NewReader("x")))
	if w.Code != 503 || w.Header().Get("Retry-After") != "1" || strings.Contains(w.Body.String(), "disk") {
		t.Errorf("%d %q", w.Code, w.Body)
	}
}

// full is a store whose disk is.
type full struct{ *sqlite.Store }

func (full) AppendBinRequest(context.Context, hookline.BinRequest) (hookline.BinRequest, error) {
	return hookline.BinRequest{}, errors.New("disk is full")
}
