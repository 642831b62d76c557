package express

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// house is a front with net/http behind it, which says so in its answers.
type house struct {
	t        *testing.T
	addr     string
	draining atomic.Bool
	panicked atomic.Bool

	mu     sync.Mutex
	states map[net.Conn]http.ConnState
}

func (h *house) Knows(path []byte) bool { return string(path) == "/v1/track" }

func (h *house) Call(w http.ResponseWriter, path []byte, authorization string, body []byte) bool {
	switch string(body) {
	case "panic":
		panic("no reason")
	case "no":
		w.Header().Set("Retry-After", "2")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = fmt.Fprintf(w, "not %s", authorization)
		return false
	}
	return true
}

func (h *house) track(conn net.Conn, state http.ConnState) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if state == http.StateClosed || state == http.StateHijacked {
		delete(h.states, conn)
		return
	}
	h.states[conn] = state
}

func (h *house) open() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.states)
}

// begun is how many connections were handed over.
func (h *house) begun() (n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for conn := range h.states {
		if _, ok := conn.(*begun); ok {
			n++
		}
	}
	return n
}

func newHouse(t *testing.T, wait time.Duration) *house {
	t.Helper()
	h := &house{t: t, states: map[net.Conn]http.ConnState{}}
	front := New(Config{
		Handler: h, Header: http.Header{"X-Thing": {"one"}}, Success: []byte(`{"success":true}`), Track: h.track, Draining: h.draining.Load,
		Panicked: func(any, []byte) { h.panicked.Store(true) }, FirstCall: wait, NextCall: wait,
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h.addr = listener.Addr().String()
	behind := &http.Server{ConnState: h.track, ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = fmt.Fprintf(w, "net/http: %s %s %s", r.Method, r.RequestURI, body)
	})}
	var running sync.WaitGroup
	running.Go(func() { _ = behind.Serve(front.Rest()) })
	running.Go(func() { _ = front.Serve(listener) })
	t.Cleanup(func() { _, _ = listener.Close(), behind.Close(); running.Wait() })
	return h
}

// visitor speaks to the house on one connection.
type visitor struct {
	*house
	net.Conn
	in *bufio.Reader
}

func (h *house) visit() *visitor {
	conn, err := net.Dial("tcp", h.addr)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	return &visitor{h, conn, bufio.NewReader(conn)}
}

func (v *visitor) says(text string) {
	v.t.Helper()
	if _, err := io.WriteString(v, text); err != nil {
		v.t.Fatal(err)
	}
}

func (v *visitor) hears(status int, want string) *http.Response {
	v.t.Helper()
	resp, err := http.ReadResponse(v.in, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != status || string(body) != want {
		v.t.Errorf("%d %q, %v; want %d %q", resp.StatusCode, body, err, status, want)
	}
	return resp
}

func (v *visitor) hearsTheEnd() {
	v.t.Helper()
	if rest, err := io.ReadAll(v.in); err != nil || len(rest) > 0 {
		v.t.Errorf("%q, %v; want the end", rest, err)
	}
}

func post(path, body string) string {
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: me\r\nContent-Length: %d\r\n\r\n%s", path, len(body), body)
}

const success = `{"success":true}`

// TestOneConnection makes calls of all kinds, one after the other and without waiting.
func TestOneConnection(t *testing.T) {
	v := newHouse(t, time.Minute).visit()
	for range 3 {
		v.says(post("/v1/track", "{}"))
		resp := v.hears(200, success)
		if resp.Header.Get("X-Thing") != "one" || resp.Header.Get("Content-Type") != "application/json" || resp.Close {
			t.Errorf("header %v", resp.Header)
		}
		if at, err := http.ParseTime(resp.Header.Get("Date")); err != nil || time.Since(at).Abs() > time.Minute {
			t.Errorf("its date is %v, %v", at, err)
		}
	}
	v.says(post("/v1/track", "no"))
	if resp := v.hears(503, "not me"); resp.Header.Get("Retry-After") != "2" || resp.Header.Get("X-Thing") != "one" {
		t.Errorf("header %v", resp.Header)
	}
	v.says(post("/v1/track", "{}") + post("/v1/track", "no") + post("/v1/track", "{}") + post("/v1/other", "{}") + "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	v.hears(200, success)
	v.hears(503, "not me")
	v.hears(200, success)
	v.hears(200, "net/http: POST /v1/other {}")
	v.hears(200, "net/http: GET / ")
	v.says(post("/v1/track", "{}")) // it stays there
	v.hears(200, "net/http: POST /v1/track {}")
}

// TestWhatComesInPieces is net/http's, and so is what is too long.
func TestWhatComesInPieces(t *testing.T) {
	h := newHouse(t, time.Minute)
	v := h.visit()
	v.says("POST /v1/track HTTP/1.1\r\nHo")
	h.until("the connection is handed over", func() bool { return h.begun() == 1 })
	v.says("st: x\r\nContent-Length: 2\r\n\r\n{}")
	v.hears(200, "net/http: POST /v1/track {}")
	long := strings.Repeat("x", 3*maxCall)
	w := h.visit()
	w.says(post("/v1/track", long))
	w.hears(200, "net/http: POST /v1/track "+long)
}

func TestTheSilentAreLeft(t *testing.T) {
	h := newHouse(t, 50*time.Millisecond)
	h.visit().hearsTheEnd()
	v := h.visit()
	v.says(post("/v1/track", "{}"))
	v.hears(200, success)
	v.hearsTheEnd()
	h.comesToNothing()
}

// comesToNothing waits until no connection is tracked.
func (h *house) comesToNothing() {
	h.t.Helper()
	h.until("no connection is left", func() bool { return h.open() == 0 })
}

func (h *house) until(what string, met func() bool) {
	h.t.Helper()
	again, end := time.NewTicker(time.Millisecond), time.After(10*time.Second)
	defer again.Stop()
	for !met() {
		select {
		case <-again.C:
		case <-end:
			h.t.Fatal("waited in vain until " + what)
		}
	}
}

func TestWhoGoesIsForgotten(t *testing.T) {
	h := newHouse(t, time.Minute)
	for _, said := range []string{"", "POST", post("/v1/track", "{}"), "GET / HTTP/1.1\r\nHost: x\r\n\r\n"} {
		v := h.visit()
		v.says(said)
		_ = v.Close()
	}
	h.comesToNothing()
}

func TestDraining(t *testing.T) {
	for body, answer := range map[string]string{"{}": success, "no": "not me"} {
		h := newHouse(t, time.Minute)
		v := h.visit()
		v.says(post("/v1/track", "{}"))
		v.hears(200, success)
		h.draining.Store(true)
		v.says(post("/v1/track", body))
		status := map[string]int{"{}": 200, "no": 503}[body]
		if resp := v.hears(status, answer); !resp.Close {
			t.Errorf("%q: it is not told that the connection ends", body)
		}
		v.hearsTheEnd()
		h.comesToNothing()
	}
}

func TestAPanicEndsItsConnectionAlone(t *testing.T) {
	h := newHouse(t, time.Minute)
	v, other := h.visit(), h.visit()
	v.says(post("/v1/track", "panic"))
	v.hearsTheEnd()
	if !h.panicked.Load() {
		t.Error("nobody was told")
	}
	other.says(post("/v1/track", "{}"))
	other.hears(200, success)
}
