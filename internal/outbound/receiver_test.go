package outbound_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
)

// short is the time-out of tests that wait for one, long that of all others;
// late is what a loaded machine may add before a test calls it late.
const (
	short = 150 * time.Millisecond
	long  = 10 * time.Second
	late  = 3 * time.Second
)

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

// newClient makes a client that may reach receivers on loopback.
func newClient(t *testing.T, change func(*outbound.Config)) *outbound.Client {
	t.Helper()
	cfg := outbound.Config{UserAgent: "Hookline/test", Allow: loopback, Timeout: long}
	if change != nil {
		change(&cfg)
	}
	c, err := outbound.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// maker makes a client, as newClient does.
type maker func(t *testing.T, change func(*outbound.Config)) *outbound.Client

// onBothWays runs a test on the short way and through net/http, between which
// nobody shall see a difference.
func onBothWays(t *testing.T, test func(t *testing.T, newClient maker)) {
	t.Helper()
	t.Run("short way", func(t *testing.T) { test(t, newClient) })
	t.Run("net/http", func(t *testing.T) {
		test(t, func(t *testing.T, change func(*outbound.Config)) *outbound.Client {
			c := newClient(t, change)
			outbound.OnlyNetHTTP(c)
			return c
		})
	})
}

// receive runs a receiver that handles each connection with handle, and returns
// its address. The test does not end before every connection has been handled:
// a handler that writes or reads until it fails proves that the connection was
// closed.
func receive(t *testing.T, handle func(net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return serve(t, listener, handle)
}

func serve(t *testing.T, listener net.Listener, handle func(net.Conn)) string {
	t.Helper()
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			running.Go(func() {
				defer func() { _ = conn.Close() }()
				handle(conn)
			})
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		ended := make(chan struct{})
		go func() { running.Wait(); close(ended) }()
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			t.Error("a connection was left open")
		}
	})
	return listener.Addr().String()
}

// script answers every request of a connection with the same bytes, then closes
// it.
func script(answer string) func(net.Conn) {
	return func(conn net.Conn) {
		if readRequest(bufio.NewReader(conn)) == nil {
			_, _ = io.WriteString(conn, answer)
		}
	}
}

// readRequest reads a whole request, body included.
func readRequest(r *bufio.Reader) error {
	req, err := http.ReadRequest(r)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, req.Body)
	return err
}

// drain reads until the other side is gone.
func drain(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

func post(url string) outbound.Request {
	return outbound.Request{Method: "POST", URL: url, Body: []byte(`{"a":1}`)}
}

// wantError checks an error's kind and words.
func wantError(t *testing.T, err error, kind outbound.Kind, words string) {
	t.Helper()
	var got *outbound.Error
	if !errors.As(err, &got) || got.Kind != kind || !strings.Contains(got.Message, words) {
		t.Errorf("error %v, want %s %q", describe(err), kind, words)
		return
	}
	// What is kept of it is a sentence, by which its cause is found again.
	reason := strings.ToUpper(got.Message[:1]) + got.Message[1:]
	if cause := hookline.NetworkCause(kind); cause.Known() && !cause.Of(reason) {
		t.Errorf("the cause %s is not found again in %q", cause, reason)
	}
}

func describe(err error) string {
	var e *outbound.Error
	if !errors.As(err, &e) {
		return "none"
	}
	cause := ""
	if e.Cause != nil {
		cause = " (" + e.Cause.Error() + ")"
	}
	return string(e.Kind) + " " + e.Message + cause
}

// names is a resolver for tests: each name has a list of answers, given in turn;
// the last one is repeated.
type names struct {
	mu      sync.Mutex
	answers map[string][]answer
	asked   int
}

type answer struct {
	addrs []string
	err   error
	hang  bool
}

func (n *names) LookupNetIP(ctx context.Context, _, name string) ([]netip.Addr, error) {
	n.mu.Lock()
	n.asked++
	list := n.answers[name]
	if len(list) == 0 {
		n.mu.Unlock()
		return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	}
	a := list[0]
	if len(list) > 1 {
		n.answers[name] = list[1:]
	}
	n.mu.Unlock()
	if a.hang {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	var addrs []netip.Addr
	for _, text := range a.addrs {
		addrs = append(addrs, netip.MustParseAddr(text))
	}
	return addrs, a.err
}
