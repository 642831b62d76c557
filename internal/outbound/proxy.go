package outbound

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
)

// maxProxyAnswer bounds what a proxy may say before it connects.
const maxProxyAnswer = 16 << 10

// proxy is an egress proxy, which is spoken to with HTTP or with SOCKS. Requests to
// https URLs go through a tunnel that it opens (CONNECT), so that it sees the
// receiver's name and nothing else. Those to http URLs one that speaks HTTP reads
// and passes on; one that speaks SOCKS opens a tunnel for them too.
//
// The receiver is judged as without a proxy, by its name and by what we find the
// name leads to. One named with socks5 is then handed an address that was judged.
// Any other looks the name up itself, and what it finds we cannot see: such a
// proxy must refuse inside addresses by itself.
type proxy struct {
	name   string
	port   uint16
	url    *url.URL // with its scheme, user and password
	dialer dialer   // to the proxy
}

// newProxy understands the address of a proxy. One that whoever runs the
// instance has named is trusted: it may be anywhere. Others must be where
// webhooks may go.
func (c *Client) newProxy(raw string, trusted bool) (*proxy, error) {
	u, h, err := parseProxy(raw)
	if err != nil {
		return nil, err
	}
	p := &proxy{name: h.name, port: h.port, url: u, dialer: c.dialer}
	if trusted {
		p.dialer.guard = &guard{open: true}
		return p, nil
	}
	if err := c.guard.admitHost(h); err != nil {
		return nil, proxyError("This proxy may not be used: "+err.Error(), err)
	}
	return p, nil
}

const noProxy = "A proxy's address looks like http://proxy.example.com:3128 or socks5://proxy.example.com:1080."

func parseProxy(raw string) (*url.URL, host, error) {
	scheme, rest, _ := strings.Cut(raw, "://")
	scheme = strings.ToLower(scheme)
	switch scheme {
	case schemeHTTP:
	case schemeSOCKS, schemeSOCKSName:
		raw = schemeHTTP + "://" + rest // which is read alike
	default:
		return nil, host{}, proxyError(noProxy, nil)
	}
	authority, err := authorityOf(raw)
	if err == nil {
		err = checkText(raw)
	}
	if err != nil {
		return nil, host{}, proxyError("This is no proxy's address: "+err.Error(), nil)
	}
	_, hostport := splitUser(authority)
	h, err := parseHost(hostport)
	if err != nil {
		return nil, host{}, proxyError("This is no proxy's address: "+err.Error(), nil)
	}
	u, err := parseURL(raw, hostport)
	if err != nil || u.Scheme != schemeHTTP || h.port == 0 || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return nil, host{}, proxyError(noProxy, nil)
	}
	if scheme != schemeHTTP {
		err = checkSOCKSUser(u.User)
	}
	if err != nil {
		return nil, host{}, proxyError("This is no proxy's address: "+err.Error()+".", nil)
	}
	return &url.URL{Scheme: scheme, Host: h.withPort(), User: u.User}, h, nil
}

func proxyError(message string, cause error) *Error {
	return &Error{Kind: KindProxy, Message: message, Cause: cause}
}

// connect reaches the proxy.
func (p *proxy) connect(ctx context.Context, ex *exchange) (*link, error) {
	conn, err := p.dialer.connect(ctx, ex, p.name, p.port)
	if err == nil {
		conn.inside = false // of the proxy; the receiver is judged apart
		return conn, nil
	}
	if ctx.Err() != nil || ex.isOver() {
		return nil, err // to be told by the phase
	}
	var known *Error
	if !errors.As(err, &known) {
		_, words := network(err, ex.reached())
		known = &Error{Message: words}
	}
	return nil, proxyError("the proxy cannot be reached: "+known.Message, err)
}

// passesOn says whether requests to http URLs are handed to the proxy whole.
func (p *proxy) passesOn() bool { return p.url.Scheme == schemeHTTP }

// tunnel makes a connection to hostport through the proxy; at are the addresses
// that its name was found to lead to.
func (p *proxy) tunnel(ctx context.Context, ex *exchange, hostport string, at []place) (*link, error) {
	if p.url.Scheme != schemeSOCKS {
		return p.tunnelTo(ctx, ex, hostport)
	}
	_, port, err := splitHostPort(hostport)
	if err != nil {
		return nil, err
	}
	for _, to := range at {
		var conn *link
		if conn, err = p.tunnelTo(ctx, ex, netip.AddrPortFrom(to.addr, port).String()); err == nil || !errors.Is(err, errNotReached) {
			return conn, err
		}
	}
	return nil, err
}

// tunnelTo makes a connection to one address or name through the proxy.
func (p *proxy) tunnelTo(ctx context.Context, ex *exchange, hostport string) (*link, error) {
	conn, err := p.connect(ctx, ex)
	if err != nil {
		return nil, err
	}
	ex.enter(phaseTunnelling)
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	if p.passesOn() {
		err = p.ask(conn, hostport)
	} else {
		err = p.socks(conn, hostport)
	}
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err != nil {
		_ = conn.Close() // the error is told
		return nil, err
	}
	return conn, nil
}

// ask sends the CONNECT and reads the answer, no byte further (RFC 9110 §9.3.6).
func (p *proxy) ask(conn *link, hostport string) error {
	request := fmt.Sprintf("CONNECT %s HTTP/1.1\r\nHost: %s\r\n", hostport, hostport)
	if p.url.User != nil {
		request += "Proxy-Authorization: " + basicAuth(p.url.User) + "\r\n"
	}
	if _, err := io.WriteString(conn, request+"\r\n"); err != nil {
		return p.broken(err, noHTTP)
	}
	answer := bufio.NewReader(io.LimitReader(conn, maxProxyAnswer))
	for {
		response, err := http.ReadResponse(answer, &http.Request{Method: http.MethodConnect})
		switch {
		case err != nil:
			return p.broken(err, noHTTP)
		case response.StatusCode < 200:
			continue // RFC 9110 §15.2
		case response.StatusCode == http.StatusProxyAuthRequired:
			return proxyError("the proxy asks for a user name and password (407)", nil)
		case response.StatusCode > 299:
			return proxyError(fmt.Sprintf("the proxy would not connect to the server: it answered %d %s", response.StatusCode, http.StatusText(response.StatusCode)), nil)
		case answer.Buffered() > 0:
			return proxyError("the proxy sent something before the server was asked", nil)
		}
		return nil
	}
}

const noHTTP = "the proxy's answer is not valid HTTP"

// broken explains why a proxy's answer could not be read, in the end with words
// for one that says something else; time-outs stay as they are, to be told by
// their phase.
func (p *proxy) broken(err error, otherwise string) error {
	if isTimeout(err) {
		return err
	}
	if _, words := network(err, phaseConnected); words != "" {
		return proxyError("the proxy broke off: "+strings.ReplaceAll(words, "the server", "it"), err)
	}
	return proxyError(otherwise, err)
}

// admitThrough judges a name that a proxy will look up: since the proxy chooses
// among the addresses, each that we find must be one that may be dialled. It gives
// them, and whether one of them is inside.
func (d *dialer) admitThrough(ctx context.Context, name string) (at []place, inside bool, err error) {
	found, err := d.resolve(ctx, name)
	if err != nil {
		return nil, false, err
	}
	if len(found.refused) > 0 {
		return nil, false, refused(leadsInside(name, found.refused[0]))
	}
	return found.admitted, slices.ContainsFunc(found.admitted, func(p place) bool { return p.inside }), nil
}

// withPort writes the host as it is dialled.
func (h host) withPort() string {
	if h.addr.IsValid() {
		return netip.AddrPortFrom(h.addr, h.port).String()
	}
	return h.name + ":" + decimal(h.port)
}
