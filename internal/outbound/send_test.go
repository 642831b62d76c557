package outbound_test

import (
	"bufio"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hookline/internal/outbound"
)

// echo answers with the head and body of the request, as they came over the wire.
func echo(conn net.Conn) {
	req, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return
	}
	body, _ := io.ReadAll(req.Body)
	var b strings.Builder
	b.WriteString(req.Method + " " + req.RequestURI + " " + req.Host + "\n")
	_ = req.Header.Write(&b)
	b.Write(body)
	_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"+b.String())
}

// raw answers with the very bytes of a request's head.
func raw(conn net.Conn) {
	var head []string
	lines := bufio.NewScanner(conn)
	for lines.Scan() && lines.Text() != "" {
		head = append(head, lines.Text())
	}
	_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"+strings.Join(head, "\n"))
}

func TestWhatGoesOut(t *testing.T) { onBothWays(t, testWhatGoesOut) }

func testWhatGoesOut(t *testing.T, newClient maker) {
	addr := receive(t, raw)
	client := newClient(t, nil)
	for name, c := range map[string]struct {
		request outbound.Request
		want    []string
	}{
		"POST with a body": {
			outbound.Request{Method: "POST", URL: "http://" + addr + "/a%2Fb?q=ü#part", Body: []byte("{}"), Header: []outbound.Header{
				{Name: "Content-Type", Value: "application/json"},
				{Name: "X-CIO-Signature", Value: "abc"},
				{Name: "X-Name", Value: "Jürgen"},
			}},
			[]string{
				"POST /a%2Fb?q=%C3%BC HTTP/1.1", "Host: " + addr, "User-Agent: Hookline/test", "Content-Length: 2",
				"Content-Type: application/json", "X-CIO-Signature: abc", "X-Name: Jürgen",
			},
		},
		"own User-Agent, doubled names": {
			outbound.Request{Method: "GET", URL: "http://" + addr, Header: []outbound.Header{
				{Name: "user-agent", Value: "Mine"}, {Name: "X-Tag", Value: "a"}, {Name: "x-tag", Value: "b"},
			}},
			[]string{"GET / HTTP/1.1", "Host: " + addr, "User-Agent: Mine", "X-Tag: a", "X-Tag: b"},
		},
		"user and password": {
			outbound.Request{Method: "DELETE", URL: "http://me%40x.example:p%3Aw@" + addr + "/"},
			[]string{"DELETE / HTTP/1.1", "Host: " + addr, "User-Agent: Hookline/test", "Authorization: " + basic("me@x.example:p:w")},
		},
		"key without password": {
			outbound.Request{Method: "PUT", URL: "http://KEY@" + addr + "/"},
			[]string{"PUT / HTTP/1.1", "Host: " + addr, "User-Agent: Hookline/test", "Content-Length: 0", "Authorization: " + basic("KEY:")},
		},
		"explicit Authorization wins": {
			outbound.Request{Method: "GET", URL: "http://user:pass@" + addr + "/", Header: []outbound.Header{{Name: "authorization", Value: "Bearer t"}}},
			[]string{"GET / HTTP/1.1", "Host: " + addr, "User-Agent: Hookline/test", "Authorization: Bearer t"},
		},
		"GET with a body": {
			outbound.Request{Method: "GET", URL: "http://" + addr + "/", Body: []byte("x")},
			[]string{"GET / HTTP/1.1", "Host: " + addr, "User-Agent: Hookline/test", "Content-Length: 1"},
		},
	} {
		got, err := client.Send(t.Context(), c.request)
		if err != nil {
			t.Errorf("%s: %s", name, describe(err))
			continue
		}
		if diff := cmp.Diff(c.want, strings.Split(string(got.Body), "\n")); diff != "" {
			t.Errorf("%s: head (-want +got):\n%s", name, diff)
		}
	}
}

func basic(pair string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(pair))
}

func TestRedirectsAreNotFollowed(t *testing.T) { onBothWays(t, testRedirectsAreNotFollowed) }

func testRedirectsAreNotFollowed(t *testing.T, newClient maker) {
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		w.Header().Set("Location", "/again")
		w.Header().Set("Refresh", "0; url=/again")
		w.Header().Set("Alt-Svc", `h2="127.0.0.1:1"`)
		w.WriteHeader(int(r.URL.Path[1]-'0') + 300)
	}))
	t.Cleanup(server.Close)
	client := newClient(t, nil)
	for _, path := range []string{"/1", "/2", "/3", "/7", "/8"} {
		got, err := client.Send(t.Context(), post(server.URL+path))
		if err != nil || got.Status/100 != 3 || got.Header.Get("Location") != "/again" {
			t.Errorf("%s: status %d, location %q, error %s", path, got.Status, got.Header.Get("Location"), describe(err))
		}
	}
	if asked.Load() != 5 {
		t.Errorf("the receiver was asked %d times, want 5", asked.Load())
	}
}

func TestConnectionsAreReused(t *testing.T) { onBothWays(t, testConnectionsAreReused) }

func testConnectionsAreReused(t *testing.T, newClient maker) {
	var connections atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "ok")
	}))
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	client := newClient(t, nil)
	for i := range 20 {
		got, err := client.Send(t.Context(), post(server.URL))
		if err != nil || string(got.Body) != "ok" || got.RemoteAddr.String() != server.Listener.Addr().String() {
			t.Fatalf("body %q, remote %s, error %s", got.Body, got.RemoteAddr, describe(err))
		}
		if reused := got.Timings.Connect == 0; reused != (i > 0) {
			t.Errorf("request %d: timings %+v", i, got.Timings)
		}
		if got.Timings.FirstByte <= 0 || got.Timings.Total < got.Timings.FirstByte {
			t.Errorf("request %d: timings %+v", i, got.Timings)
		}
	}
	if connections.Load() != 1 {
		t.Errorf("%d connections for 20 requests, want 1", connections.Load())
	}
}

// TestGarbageOnAnIdleConnection: what a receiver adds after an answer must not
// be taken for the answer to the next request; the connection is given up.
func TestGarbageOnAnIdleConnection(t *testing.T) { onBothWays(t, testGarbageOnAnIdleConnection) }

func testGarbageOnAnIdleConnection(t *testing.T, newClient maker) {
	givenUp := make(chan struct{}, 2)
	addr := receive(t, func(conn net.Conn) {
		r := bufio.NewReader(conn)
		for readRequest(r) == nil {
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 500 Gotcha\r\nContent-Length: 0\r\n\r\n")
		}
		givenUp <- struct{}{}
	})
	client := newClient(t, nil)
	for range 2 {
		got, err := client.Send(t.Context(), post("http://"+addr+"/"))
		if err != nil || got.Status != 200 || string(got.Body) != "ok" {
			t.Errorf("status %d, error %s", got.Status, describe(err))
		}
		select {
		case <-givenUp:
		case <-time.After(late):
			t.Fatal("the connection is kept")
		}
	}
}

func TestCanceledByTheCaller(t *testing.T) { onBothWays(t, testCanceledByTheCaller) }

func testCanceledByTheCaller(t *testing.T, newClient maker) {
	arrived := make(chan struct{})
	addr := receive(t, func(conn net.Conn) {
		_ = readRequest(bufio.NewReader(conn))
		close(arrived)
		drain(conn)
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-arrived; cancel() }()
	_, err := newClient(t, nil).Send(ctx, post("http://"+addr+"/"))
	wantError(t, err, outbound.KindCanceled, "stopped before the answer came")
}

func TestRequestTimeoutIsBounded(t *testing.T) { onBothWays(t, testRequestTimeoutIsBounded) }

func testRequestTimeoutIsBounded(t *testing.T, newClient maker) {
	addr := receive(t, after("", "", 0))
	request := post("http://" + addr + "/")
	request.Timeout = short
	_, err := newClient(t, nil).Send(t.Context(), request)
	wantError(t, err, outbound.KindTimeout, "timed out after 0.15 s")
}

func TestRefusedBeforeAnyConnection(t *testing.T) { onBothWays(t, testRefusedBeforeAnyConnection) }

func testRefusedBeforeAnyConnection(t *testing.T, newClient maker) {
	client := newClient(t, func(c *outbound.Config) { c.Allow = nil })
	for name, c := range map[string]struct {
		request outbound.Request
		kind    outbound.Kind
	}{
		"inside":     {post("http://127.0.0.1:1/"), outbound.KindRefused},
		"no URL":     {post("example.com"), outbound.KindInvalidURL},
		"split URL":  {post("https://example.com/\r\nX-Evil: 1"), outbound.KindInvalidURL},
		"no method":  {outbound.Request{URL: "https://example.com/"}, outbound.KindInvalidMethod},
		"bad method": {outbound.Request{Method: "GET /x", URL: "https://example.com/"}, outbound.KindInvalidMethod},
		"split header": {outbound.Request{Method: "GET", URL: "https://example.com/", Header: []outbound.Header{
			{Name: "X-Name", Value: "a\r\nX-Evil: 1"},
		}}, outbound.KindInvalidHeader},
	} {
		got, err := client.Send(t.Context(), c.request)
		wantError(t, err, c.kind, "")
		if !c.kind.Final() || got.Status != 0 || got.RemoteAddr.IsValid() {
			t.Errorf("%s: final %t, response %+v", name, c.kind.Final(), got)
		}
	}
}

// TestNothingLeaks sends to receivers that hang, break and never end, and counts
// goroutines afterwards.
func TestNothingLeaks(t *testing.T) { onBothWays(t, testNothingLeaks) }

func testNothingLeaks(t *testing.T, newClient maker) {
	before := runtime.NumGoroutine()
	t.Run("send", func(t *testing.T) {
		client := newClient(t, func(c *outbound.Config) { c.Timeout = short })
		for _, handle := range []func(net.Conn){
			after("", "", 0),
			after("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n", "", 0),
			after("HTTP/1.1 200 OK\r\n\r\n", "x", time.Millisecond),
			after("HTTP/1.1 200 OK\r\n\r\n", strings.Repeat("x", 1000), 0),
			script("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
			script(""),
		} {
			addr := receive(t, handle)
			for range 3 {
				_, _ = client.Send(t.Context(), post("http://"+addr+"/"))
			}
		}
	})
	// The transport's goroutines end after the connection is closed, not at once.
	for deadline := time.Now().Add(late); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<16)
			t.Fatalf("%d goroutines before, %d after:\n%s", before, runtime.NumGoroutine(), stacks[:runtime.Stack(stacks, true)])
		}
	}
}

// TestAConnectionThatDied is made anew: before a request is written to it in any
// case, and afterwards only for a method that may be repeated.
func TestAConnectionThatDied(t *testing.T) { onBothWays(t, testAConnectionThatDied) }

func testAConnectionThatDied(t *testing.T, newClient maker) {
	var connections atomic.Int32
	atSecond := receive(t, func(conn net.Conn) { // closes when it gets a second request
		connections.Add(1)
		r := bufio.NewReader(conn)
		if readRequest(r) == nil {
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") // no body, which HEAD may not get
		}
		_ = readRequest(r)
	})
	client := newClient(t, nil)
	const died = "closed the connection without answering"
	for i, c := range []struct {
		method, header string
		connections    int32
		words          string
	}{
		{"POST", "X-A", 1, ""},
		{"GET", "X-A", 2, ""},
		{"HEAD", "X-A", 3, ""},
		{"OPTIONS", "X-A", 4, ""},
		{"POST", "X-A", 4, died},
		{"POST", "X-A", 5, ""},
		{"PUT", "X-A", 5, died},
		{"PUT", "X-A", 6, ""},
		{"DELETE", "X-A", 6, died},
		{"POST", "X-A", 7, ""},
		{"POST", "idempotency-key", 8, ""},
		{"POST", "X-Idempotency-Key", 9, ""},
	} {
		got, err := client.Send(t.Context(), outbound.Request{Method: c.method, URL: "http://" + atSecond + "/", Header: []outbound.Header{{Name: c.header, Value: "1"}}})
		if c.words != "" {
			wantError(t, err, outbound.KindReset, c.words)
		} else if err != nil || got.Status != 200 {
			t.Errorf("%d, %s: %q, %s", i, c.method, got.Body, describe(err))
		}
		if connections.Load() != c.connections {
			t.Errorf("%d, %s: %d connections, want %d", i, c.method, connections.Load(), c.connections)
		}
	}
}

// TestManyAtOnce share connections and keep answers apart.
func TestManyAtOnce(t *testing.T) { onBothWays(t, testManyAtOnce) }

func testManyAtOnce(t *testing.T, newClient maker) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // whole, before anything is written
		_, _ = w.Write(body)
	}))
	t.Cleanup(server.Close)
	client := newClient(t, nil)
	var running sync.WaitGroup
	for i := range 32 {
		running.Go(func() {
			for j := range 50 {
				request := post(server.URL)
				request.Body = fmt.Append(nil, i, j, strings.Repeat("x", i*j))
				if got, err := client.Send(t.Context(), request); err != nil || string(got.Body) != string(request.Body) {
					t.Errorf("%d, %d: %d bytes for %d, error %s", i, j, len(got.Body), len(request.Body), describe(err))
				}
			}
		})
	}
	running.Wait()
}
