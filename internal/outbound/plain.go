package outbound

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"

	"hookline/internal/outbound/wire"
)

// maxPlainBody leaves room for the header.
const maxPlainBody = wire.MaxRequest - 8<<10

// isPlain says whether a request takes the short way of package wire: it is
// small, goes to an http URL, and through no proxy. That way costs less than half
// of what net/http takes; guard, limits and words are the same on both.
func (c *Client) isPlain(r *Request, t target, w *way) bool {
	return !c.onlyNetHTTP && len(r.Body) <= maxPlainBody && (t.own || t.url.Scheme == "http" && w.proxy == nil)
}

// sendPlain fills out; its errors are not yet explained.
func (c *Client) sendPlain(ex *exchange, r *Request, t target, out *Response) error {
	buffer := c.requests.Get().(*[]byte)
	defer c.requests.Put(buffer)
	*buffer = c.appendRequest((*buffer)[:0], r, t)
	for {
		conn, err := c.plainConn(ex, t)
		if err != nil {
			return err
		}
		err = c.exchangePlain(ex, conn, *buffer, r.Method, out)
		if err == nil || !conn.Reused() || out.Status != 0 || !isBroken(err) || !isRepeatable(r) {
			return err
		}
		// The connection was dead already, and nothing is lost by another one.
	}
}

// plainConn gives a connection that was kept alive, or makes one.
func (c *Client) plainConn(ex *exchange, t target) (*wire.Conn, error) {
	key := t.url.Host
	if t.own {
		key = "" // the same one, whatever name it goes by
	}
	if conn := c.kept.Take(key); conn != nil {
		ex.got(conn.Conn.(*link))
		return conn, nil
	}
	ctx, cancel := context.WithDeadline(ex.parent, ex.deadline)
	defer cancel()
	made, err := c.connectPlain(ctx, ex, t)
	if err != nil {
		return nil, err
	}
	ex.got(made)
	return c.kept.Adopt(key, made), nil
}

func (c *Client) connectPlain(ctx context.Context, ex *exchange, t target) (*link, error) {
	if t.own {
		return c.guard.own.connect(ctx, ex)
	}
	port := t.port
	if port == 0 {
		port = 80
	}
	return c.dialer.connect(ctx, ex, t.host, port)
}

// exchangePlain makes the exchange on conn, and keeps or closes it.
func (c *Client) exchangePlain(ex *exchange, conn *wire.Conn, request []byte, method string, out *Response) error {
	_ = conn.SetDeadline(ex.deadline) // on a connection that is broken Ask fails
	stop := func() bool { return true }
	if ex.parent.Done() != nil {
		stop = context.AfterFunc(ex.parent, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	}
	resp, err := conn.Ask(request, method, maxHeader)
	if err != nil {
		stop()
		_ = conn.Close() // it is broken
		return err
	}
	ended, err := c.takeAnswer(ex, resp, out)
	if stop() && ended && conn.Done(resp) {
		c.kept.Keep(conn)
	} else {
		_ = conn.Close() // and with it what was not read: closing resp.Body would read it
	}
	return err
}

// isRepeatable says what net/http does.
func isRepeatable(r *Request) bool {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return true
	}
	_, one := valueOf(r.Header, "Idempotency-Key")
	_, two := valueOf(r.Header, "X-Idempotency-Key")
	return one || two
}

func isBroken(err error) bool {
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// appendRequest writes a request whose parts were checked: no part of it can hold
// a line break.
func (c *Client) appendRequest(b []byte, r *Request, t target) []byte {
	b = append(append(append(b, r.Method...), ' '), t.url.RequestURI()...)
	b = appendHeader(append(b, " HTTP/1.1\r\n"...), "Host", t.url.Host)
	if value, ok := valueOf(r.Header, "User-Agent"); !ok {
		b = appendHeader(b, "User-Agent", c.userAgent[0])
	} else {
		b = appendHeader(b, "User-Agent", value)
	}
	if len(r.Body) > 0 || needsLength(r.Method) {
		b = strconv.AppendInt(append(b, "Content-Length: "...), int64(len(r.Body)), 10)
		b = append(b, "\r\n"...)
	}
	if _, ok := valueOf(r.Header, "Authorization"); !ok && t.url.User != nil {
		b = appendHeader(b, "Authorization", basicAuth(t.url.User))
	}
	for i, h := range r.Header {
		if name, _ := spelling(r.Header[:i], h.Name); name != "User-Agent" {
			b = appendHeader(b, name, h.Value)
		}
	}
	return append(append(b, "\r\n"...), r.Body...)
}

// needsLength says whether a request without a body has to say so (RFC 9110
// §8.6).
func needsLength(method string) bool {
	return method == http.MethodPost || method == http.MethodPut || method == http.MethodPatch
}

// valueOf gives the first value of a header.
func valueOf(list []Header, name string) (value string, ok bool) {
	for i := range list {
		if sameName(list[i].Name, name) {
			return list[i].Value, true
		}
	}
	return "", false
}

func appendHeader(b []byte, name, value string) []byte {
	b = append(append(b, name...), ": "...)
	return append(append(b, strings.Trim(value, " \t")...), "\r\n"...)
}
