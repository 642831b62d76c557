package app

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// caller is a client that writes its call byte by byte if it likes.
type caller struct {
	t    *testing.T
	conn net.Conn
	read *bufio.Reader
}

func (f *furnished) caller() *caller {
	f.t.Helper()
	conn, err := (&net.Dialer{}).DialContext(f.t.Context(), "tcp", f.listener.Addr().String())
	must(f.t, err)
	must(f.t, conn.SetDeadline(time.Now().Add(30*time.Second)))
	f.t.Cleanup(func() { _ = conn.Close() })
	return &caller{f.t, conn, bufio.NewReader(conn)}
}

func (c *caller) write(text string) {
	c.t.Helper()
	_, err := io.WriteString(c.conn, text)
	must(c.t, err)
}

// taken wants a success, and says whether the server will close the connection.
func (c *caller) taken() (last bool) {
	c.t.Helper()
	answer, err := http.ReadResponse(c.read, nil)
	if err != nil {
		c.t.Fatalf("no answer: %v", err)
	}
	defer func() { must(c.t, answer.Body.Close()) }()
	if text, err := io.ReadAll(answer.Body); err != nil || string(text) != `{"success":true}` {
		c.t.Fatalf("answered %s %s (%v)", answer.Status, text, err)
	}
	return answer.Close
}

// call is one call in two halves.
func (f *furnished) call(name string) (head, tail string) {
	body := fmt.Sprintf(`{"userId":"u1","event":%q,"writeKey":%q}`, name, f.writeKey)
	return fmt.Sprintf("POST /v1/track HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n%s", len(body), body[:10]), body[10:]
}

// until waits until so many connections are in a state.
func (f *furnished) until(state http.ConnState, n int) {
	f.t.Helper()
	for range 1000 {
		got := 0
		f.connections.mu.Lock()
		for _, s := range f.connections.states {
			if s == state {
				got++
			}
		}
		f.connections.mu.Unlock()
		if got == n {
			return
		}
		<-time.After(5 * time.Millisecond)
	}
	f.t.Fatalf("there are not %d connections that are %s", n, state)
}

// TestStopAnswersWhoIsConnected: a call that has begun, one on a connection
// that is kept, and the first one on a new connection are all answered.
func TestStopAnswersWhoIsConnected(t *testing.T) {
	f := start(t, func(own, bin string) string { return own + "/b/" + bin })
	begun, kept, fresh := f.caller(), f.caller(), f.caller()
	head, tail := f.call("Kept")
	kept.write(head + tail)
	if kept.taken() {
		t.Error("the server closed a connection without need")
	}
	beginning, ending := f.call("Begun")
	begun.write(beginning)
	f.until(http.StateActive, 1)
	f.until(http.StateNew, 1)

	f.stop()
	for range 1000 {
		if f.connections.isDraining() {
			break
		}
		<-time.After(time.Millisecond)
	}
	kept.write(head + tail)
	if !kept.taken() {
		t.Error("a client was not told to call elsewhere")
	}
	fresh.write(head + tail)
	fresh.taken()
	begun.write(ending)
	begun.taken()
	must(t, <-f.ended)
	if _, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", f.listener.Addr().String()); err == nil {
		t.Error("somebody still listens")
	}
}

// TestStopWaitsForNobodyWhoIsSilent: connections without a call do not keep
// the house from stopping.
func TestStopWaitsForNobodyWhoIsSilent(t *testing.T) {
	f := start(t, func(own, bin string) string { return own + "/b/" + bin })
	f.caller()
	f.until(http.StateNew, 1)
	began := time.Now()
	f.stop()
	must(t, <-f.ended)
	if took := time.Since(began); took > answerCalls-time.Second {
		t.Errorf("the stop took %s", took)
	}
}
