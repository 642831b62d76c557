package outbound

import (
	"context"
	"encoding/base64"
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
	// Outside sends it out also when it goes to one of the instance's own bins,
	// which is then judged, and reached, like anybody's address.
	Outside bool
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
// exceptions when a kept-alive connection is found dead: before anything was
// written to it, and for requests that only read (GET, HEAD, OPTIONS) or carry an
// Idempotency-Key.
//
// The error is always an *[Error]. The response is then filled as far as the
// exchange came: a body cut short by the time-out comes with its status.
func (c *Client) Send(ctx context.Context, r Request) (Response, error) {
	t, err := c.guard.target(&r)
	if err != nil {
		return Response{}, err
	}
	if err := r.check(); err != nil {
		return Response{}, err
	}
	ex := newExchange(ctx, min(orDefault(r.Timeout, c.timeout), MaxTimeout))
	if !t.own {
		if ex.way, err = c.wayFor(&r); err != nil {
			return Response{}, err
		}
	}
	var out Response
	if c.isPlain(&r, t, ex.way) {
		err = c.sendPlain(ex, &r, t, &out)
	} else {
		err = c.sendFull(ex, &r, t, &out)
	}
	ex.report(&out)
	if err != nil {
		return out, explain(ex, err)
	}
	return out, nil
}

// check judges all but the URL.
func (r *Request) check() error {
	if err := CheckMethod(r.Method); err != nil {
		return err
	}
	if len(r.Header) > maxHeaders {
		return invalidHeader("The request has more than 100 headers.")
	}
	for i := range r.Header {
		if err := CheckHeader(r.Header[i].Name, r.Header[i].Value); err != nil {
			return err
		}
	}
	return nil
}

// takeAnswer fills out from an answer; ended says whether its body was read to
// the end.
func (c *Client) takeAnswer(ex *exchange, resp *http.Response, out *Response) (ended bool, err error) {
	ex.answering()
	out.Status, out.Header = resp.StatusCode, resp.Header
	if resp.StatusCode == http.StatusSwitchingProtocols {
		// The connection is the body now, and no deadline would end reading it.
		return false, &Error{Kind: KindProtocol, Message: "the server switched to another protocol (101), which was not asked for"}
	}
	return c.readBody(resp, out)
}

// basicAuth is RFC 7617 §2: a user without password gets the colon all the same.
func basicAuth(user *url.Userinfo) string {
	password, _ := user.Password()
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user.Username()+":"+password))
}
