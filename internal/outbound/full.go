package outbound

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
)

// sendFull makes an exchange through net/http, which knows TLS, HTTP/2, proxies
// and requests of any size. It fills out; its errors are not yet explained.
func (c *Client) sendFull(ex *exchange, r *Request, t target, out *Response) error {
	ctx, cancel := ex.context()
	defer cancel()
	resp, err := c.roundTrip(ex, c.newRequest(r, t.url).WithContext(ctx), t)
	if err != nil {
		return err
	}
	// An error of closing an answer that was read changes nothing.
	defer func() { _ = resp.Body.Close() }()
	_, err = c.takeAnswer(ex, resp, out)
	return err
}

func (c *Client) roundTrip(ex *exchange, req *http.Request, t target) (*http.Response, error) {
	switch {
	case t.own:
		// Inside there is no TLS, even if the way from outside has it. Host stays.
		req.URL.Scheme, req.URL.Host = "http", c.guard.own.listen
		return c.inside.RoundTrip(req)
	case ex.way.proxy != nil && ex.way.proxy.passesOn() && t.url.Scheme == "http":
		// The connection to the proxy serves many receivers: each is judged here.
		ex.enter(phaseResolving)
		_, inside, err := ex.way.admitThrough(req.Context(), t.host)
		if err != nil {
			return nil, err
		}
		if inside {
			ex.wentInside()
		}
	}
	return ex.way.transport.RoundTrip(req)
}

// newRequest builds what the transport needs, from parts that were checked.
// http.NewRequest would parse the URL again and guess what is known.
func (c *Client) newRequest(r *Request, u *url.URL) *http.Request {
	header := c.buildHeader(r.Header)
	if u.User != nil && header["Authorization"] == nil {
		header["Authorization"] = []string{basicAuth(u.User)}
	}
	u.User = nil
	req := &http.Request{
		Method: r.Method, URL: u, Host: u.Host, Header: header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Body: http.NoBody,
	}
	if body := r.Body; len(body) > 0 { // of r itself nothing may be kept: it would cost its own allocation
		req.ContentLength = int64(len(body))
		req.GetBody = func() (io.ReadCloser, error) { return newBody(body), nil }
		req.Body = newBody(body)
	}
	return req
}

// newBody makes a body of the one shape that net/http knows to be in memory: only
// then do header and body go out in one write.
func newBody(body []byte) io.ReadCloser {
	return io.NopCloser(bytes.NewReader(body))
}
