// Package wire speaks HTTP/1.1 over connections that somebody else makes: one
// request at a time on each, written and read by the goroutine that asks.
//
// It is for small requests to plain http URLs, each of which net/http would hand
// through two more goroutines. Answers are read by net/http's own parser, so that
// both understand the same. Redirects, cookies, proxies and compression are no
// concern here.
package wire

import (
	"bufio"
	"errors"
	"net"
	"net/http"
	"time"
)

// MaxRequest is the largest request, header and body, that may be sent here: the
// socket's buffer takes it whole, so that writing ends before the answer is read,
// even if the server reads nothing.
const MaxRequest = 32 << 10

// ErrHeaderTooLarge means that an answer's header, with all informational answers
// before it, is larger than was allowed.
var ErrHeaderTooLarge = errors.New("the answer's header is too large")

// Conn is a connection to one server, used by one goroutine at a time. A
// [Pool] makes it.
type Conn struct {
	net.Conn
	in      *bufio.Reader
	left    int          // bytes that may still be read of a header; <0: no limit
	request http.Request // what the parser wants to know
	used    bool         // an exchange was made on it

	key        string // under which a Pool keeps it
	generation int    // of the pool, when it was made
	idle       time.Time
	peeker     peeker
}

func newConn(conn net.Conn) *Conn {
	c := &Conn{Conn: conn, left: -1}
	c.in = bufio.NewReader(headerReader{c})
	c.peeker.init(conn)
	return c
}

// headerReader bounds what is read while a header is.
type headerReader struct{ c *Conn }

func (r headerReader) Read(p []byte) (int, error) {
	c := r.c
	if c.left < 0 {
		return c.Conn.Read(p)
	}
	if c.left == 0 {
		return 0, ErrHeaderTooLarge
	}
	n, err := c.Conn.Read(p[:min(len(p), c.left)])
	c.left -= n
	return n, err
}

// Reused says whether an exchange was made on the connection before.
func (c *Conn) Reused() bool { return c.used }

// Ask writes a request and reads the answer's header, of at most maxHeader bytes.
// Informational answers but 101 are passed over. The caller has set a deadline; it
// reads the body, and never closes it: to give up an answer is to close the
// connection.
func (c *Conn) Ask(request []byte, method string, maxHeader int) (*http.Response, error) {
	if _, err := c.Write(request); err != nil {
		return nil, err
	}
	c.left, c.request.Method = maxHeader, method
	for {
		response, err := http.ReadResponse(c.in, &c.request)
		if err != nil && c.left == 0 {
			return nil, ErrHeaderTooLarge
		}
		if err != nil {
			return nil, err
		}
		if response.StatusCode >= 200 || response.StatusCode == http.StatusSwitchingProtocols {
			c.left = -1
			return response, nil
		}
	}
}

// Done says whether the connection can be used again after this answer, whose
// body was read to its end.
func (c *Conn) Done(response *http.Response) bool {
	c.used = true
	return !response.Close && c.in.Buffered() == 0
}
