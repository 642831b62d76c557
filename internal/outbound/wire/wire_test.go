package wire

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

const asked = "POST / HTTP/1.1\r\nHost: receiver.example\r\nContent-Length: 2\r\n\r\n{}"

// exchange lets the other end answer so, and gives what is understood.
func exchange(t *testing.T, method, answer string) (c *Conn, response *http.Response, err error) {
	t.Helper()
	ours, theirs := pair(t)
	c = newConn(ours)
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	go func() {
		if _, err := http.ReadRequest(bufio.NewReader(theirs)); err == nil {
			_, _ = io.WriteString(theirs, answer)
		}
		_ = theirs.Close()
	}()
	response, err = c.Ask([]byte(asked), method, 1000)
	return c, response, err
}

func TestAnswersAreUnderstood(t *testing.T) {
	for name, want := range map[string]struct {
		method, answer string
		status         int
		body           string
		again          bool
	}{
		"with a length":      {"POST", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok", true},
		"in chunks":          {"POST", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\nX: y\r\n\r\n", 200, "ok", true},
		"until the end":      {"POST", "HTTP/1.1 200 OK\r\n\r\nok", 200, "ok", false},
		"and closed":         {"POST", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", 200, "ok", false},
		"of HTTP/1.0":        {"POST", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok", false},
		"without a body":     {"POST", "HTTP/1.1 204 No Content\r\n\r\n", 204, "", true},
		"to HEAD":            {"HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n", 200, "", true},
		"after others":       {"POST", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n", 201, "", true},
		"and more than that": {"POST", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok then", 200, "ok", false},
		"to switch":          {"POST", "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n", 101, "", true},
	} {
		c, response, err := exchange(t, want.method, want.answer)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		body := ""
		if response.StatusCode != http.StatusSwitchingProtocols {
			text, err := io.ReadAll(response.Body)
			if body = string(text); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if c.Reused() {
			t.Errorf("%s: used before it was", name)
		}
		if again := c.Done(response); response.StatusCode != want.status || body != want.body || again != want.again || !c.Reused() {
			t.Errorf("%s: %d %q, again %t; want %+v", name, response.StatusCode, body, again, want)
		}
	}
}

func TestAHeaderHasALimit(t *testing.T) {
	for name, answer := range map[string]string{
		"one line":        "HTTP/1.1 200 OK\r\nX-A: " + strings.Repeat("x", 2000) + "\r\n\r\n",
		"many lines":      "HTTP/1.1 200 OK\r\n" + strings.Repeat("X-A: x\r\n", 300) + "\r\n",
		"many answers":    strings.Repeat("HTTP/1.1 102 Processing\r\n\r\n", 100),
		"the status line": "HTTP/1.1 200 " + strings.Repeat("x", 2000) + "\r\n\r\n",
	} {
		if _, _, err := exchange(t, "POST", answer); !errors.Is(err, ErrHeaderTooLarge) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, response, err := exchange(t, "POST", "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"+strings.Repeat("x", 5000))
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(response.Body); len(body) != 5000 || err != nil {
		t.Errorf("the limit holds for the body too: %d bytes, %v", len(body), err)
	}
}

func TestALargestRequestIsWrittenThoughNobodyReads(t *testing.T) {
	ours, theirs := pair(t)
	c := newConn(ours)
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	_, _ = io.WriteString(theirs, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
	if response, err := c.Ask(make([]byte, MaxRequest), "POST", 1000); err != nil || response.StatusCode != 200 {
		t.Errorf("%v, %v", response, err)
	}
}
