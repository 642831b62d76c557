package outbound

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"hookline/internal/hookline"
)

// Request is finished: nothing is added to it but User-Agent, when it has none,
// and what HTTP itself needs.
type Request struct {
	Method string
	// URL is checked again by Send. User and password in it become Basic
	// authentication, unless Header has an Authorization of its own.
	URL string
	// Header is checked as by [CheckHeader].
	Header []Header
	// Body is sent as it is, with any method; an empty one is no body. It must
	// not be changed until Send returns.
	Body []byte
	// Timeout bounds the whole exchange, from the name's resolution to the last
	// byte of the answer; 0 means the client's, and more than [MaxTimeout] means
	// that.
	Timeout time.Duration
	// TLS says how to secure the connection where that is not the usual way; its
	// zero value is.
	TLS hookline.TLS
	// Proxy is the egress proxy to take in place of the client's; "" is the
	// client's, and [hookline.ProxyDirect] none. It must be where webhooks may go.
	Proxy string
}

// Response is what came back.
type Response struct {
	// Status is the code, 0 when there was no answer. Redirects (3xx) are
	// answers like others: they are not followed.
	Status int
	Header http.Header
	// Body holds at most the client's MaxBody bytes. A gzip'd body, which nobody
	// asked for, is unpacked when it is whole and valid and otherwise left as it
	// came; other encodings are left as they came. Header always tells what was
	// sent.
	Body []byte
	// TooLarge means that the body, packed or unpacked, was larger than MaxBody.
	TooLarge bool
	Timings  Timings
	// RemoteAddr is where the request went, to the receiver or the proxy; invalid
	// when no connection was made.
	RemoteAddr netip.AddrPort
	// Inside means that the receiver is not public: an exception let the request
	// through. What an instance says to itself, to a bin, does not count.
	Inside bool
}

// Send makes one request and reads the answer. It does not retry, with two
// exceptions that HTTP itself grants: a kept-alive connection found dead before
// anything was written to it, and methods that are idempotent (RFC 9110 §9.2.2)
// or carry an Idempotency-Key.
//
// The error is always an *[Error]. The response is then filled as far as the
// exchange came: a body cut short by the time-out comes with its status.
func (c *Client) Send(ctx context.Context, r Request) (Response, error) {
	t, err := c.guard.checkURL(r.URL)
	if err != nil {
		return Response{}, err
	}
	ex := newExchange(ctx, min(orDefault(r.Timeout, c.timeout), MaxTimeout))
	defer ex.cancel()
	if !t.own {
		if ex.way, err = c.wayFor(&r); err != nil {
			return Response{}, err
		}
	}
	req, err := c.newRequest(ex, r, t.url)
	if err != nil {
		return Response{}, err
	}
	var out Response
	err = c.exchange(ex, req, t, &out)
	ex.report(&out)
	if err != nil {
		return out, explain(ctx, ex, err)
	}
	return out, nil
}

// exchange sends the request on its way and fills out; its errors are not yet
// explained.
func (c *Client) exchange(ex *exchange, req *http.Request, t target, out *Response) error {
	resp, err := c.roundTrip(ex, req, t)
	if err != nil {
		return err
	}
	ex.answering()
	// An error of closing an answer that was read changes nothing.
	defer func() { _ = resp.Body.Close() }()
	out.Status, out.Header = resp.StatusCode, resp.Header
	if resp.StatusCode == http.StatusSwitchingProtocols {
		// The connection is the body now, and no deadline would end reading it.
		return &Error{Kind: KindProtocol, Message: "the server switched to another protocol (101), which was not asked for"}
	}
	return c.readBody(resp, out)
}

func (c *Client) roundTrip(ex *exchange, req *http.Request, t target) (*http.Response, error) {
	switch {
	case t.own:
		// Inside there is no TLS, even if the way from outside has it. Host stays.
		req.URL.Scheme, req.URL.Host = "http", c.guard.own.listen
		return c.inside.RoundTrip(req)
	case ex.way.proxy != nil && t.url.Scheme == "http":
		// The connection to the proxy serves many receivers: each is judged here.
		ex.enter(phaseResolving)
		inside, err := ex.way.admitThrough(ex, t.host)
		if err != nil {
			return nil, err
		}
		if inside {
			ex.wentInside()
		}
	}
	return ex.way.transport.RoundTrip(req)
}

// newRequest builds what the transport needs. http.NewRequest would parse the
// URL again and guess what is known.
func (c *Client) newRequest(ex *exchange, r Request, u *url.URL) (*http.Request, error) {
	if err := CheckMethod(r.Method); err != nil {
		return nil, err
	}
	header, err := c.buildHeader(r.Header)
	if err != nil {
		return nil, err
	}
	if u.User != nil && header["Authorization"] == nil {
		header["Authorization"] = []string{basicAuth(u.User)}
	}
	u.User = nil
	req := (&http.Request{
		Method: r.Method, URL: u, Host: u.Host, Header: header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Body: http.NoBody,
	}).WithContext(ex)
	if len(r.Body) > 0 {
		req.ContentLength = int64(len(r.Body))
		req.GetBody = func() (io.ReadCloser, error) { return newBody(r.Body), nil }
		req.Body = newBody(r.Body)
	}
	return req, nil
}

// newBody makes a body of the one shape that net/http knows to be in memory: only
// then do header and body go out in one write.
func newBody(body []byte) io.ReadCloser {
	return io.NopCloser(bytes.NewReader(body))
}

// basicAuth is RFC 7617 §2: a user without password gets the colon all the same.
func basicAuth(user *url.Userinfo) string {
	password, _ := user.Password()
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user.Username()+":"+password))
}
