package outbound

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path"
	"strings"
)

// Own describes the instance itself, so that its bins can be sent to although
// the instance may listen on an inside address. The zero value means that it has
// no bins.
type Own struct {
	// PublicURL is where people reach the instance, such as
	// "https://hookline.example.com"; it may be empty. Only scheme, host and
	// port count.
	PublicURL string
	// Listen is the host and port the instance listens on, in plain HTTP. An
	// unspecified host (":8080", "0.0.0.0:8080") is dialled over loopback.
	Listen string
	// Prefix is the path under which the bins live, such as "/b/".
	Prefix string
}

// ownOrigin is an Own, understood. A nil one covers nothing.
type ownOrigin struct {
	origins map[string]bool // "http://127.0.0.1:8080", "https://hookline.example.com"
	listen  string          // what is dialled
	prefix  string
	dialer  net.Dialer
}

func newOwnOrigin(own Own) (*ownOrigin, error) {
	if own == (Own{}) {
		return nil, nil
	}
	if !strings.HasPrefix(own.Prefix, "/") || !strings.HasSuffix(own.Prefix, "/") || len(own.Prefix) < 3 {
		return nil, fmt.Errorf("read prefix of own bins: %q must begin and end with a slash", own.Prefix)
	}
	name, port, err := net.SplitHostPort(own.Listen)
	if err != nil {
		return nil, fmt.Errorf("read own listen address: %w", err)
	}
	o := &ownOrigin{origins: map[string]bool{}, prefix: own.Prefix, listen: own.Listen}
	o.add("http://" + own.Listen)
	addr, err := netip.ParseAddr(name)
	switch {
	case name == "" || err == nil && addr.IsUnspecified():
		o.listen = net.JoinHostPort(loopbackLike(addr), port)
		fallthrough
	case err == nil && addr.IsLoopback():
		for _, alias := range []string{"localhost", "127.0.0.1", "[::1]"} {
			o.add("http://" + alias + ":" + port)
		}
	}
	if own.PublicURL != "" && !o.add(own.PublicURL) {
		return nil, errors.New("read own public URL: it must be an absolute http or https URL")
	}
	return o, nil
}

// loopbackLike returns the loopback address of the family that listens: an
// unspecified IPv6 socket takes IPv4 too, so that IPv4 is right for all but a
// plain "::", where it may have been switched off.
func loopbackLike(addr netip.Addr) string {
	if addr.Is6() {
		return "::1"
	}
	return "127.0.0.1"
}

// add notes the origin of raw, and reports whether raw has one.
func (o *ownOrigin) add(raw string) bool {
	authority, err := authorityOf(raw)
	if err != nil {
		return false
	}
	h, err := parseHost(authority)
	if err != nil {
		return false
	}
	scheme, _, _ := strings.Cut(strings.ToLower(raw), ":")
	o.origins[scheme+"://"+h.authority(scheme)] = true
	return true
}

// covers says whether u, already in normal form, is one of the instance's bins.
// The path must be in its simplest form: where dots, doubled or encoded slashes
// could lead is not worth knowing, because no bin has them.
func (o *ownOrigin) covers(u *url.URL) bool {
	if o == nil || !o.origins[u.Scheme+"://"+u.Host] {
		return false
	}
	p := u.EscapedPath()
	if strings.Contains(p, "%") || strings.Contains(p, ";") {
		return false
	}
	return strings.HasPrefix(p, o.prefix) && len(p) > len(o.prefix) &&
		path.Clean(p) == strings.TrimSuffix(p, "/")
}

// dial goes to the instance itself, whatever address is asked for.
func (o *ownOrigin) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ex := exchangeOf(ctx)
	ctx, cancel := context.WithDeadline(ctx, ex.deadline)
	defer cancel()
	return o.connect(ctx, ex)
}

func (o *ownOrigin) connect(ctx context.Context, ex *exchange) (*link, error) {
	ex.enter(phaseConnecting)
	conn, err := o.dialer.DialContext(ctx, "tcp", o.listen)
	if err != nil {
		return nil, err
	}
	ex.enter(phaseConnected)
	made := &link{Conn: conn}
	if tcp, ok := conn.RemoteAddr().(*net.TCPAddr); ok {
		made.remote = netip.AddrPortFrom(tcp.AddrPort().Addr().Unmap(), tcp.AddrPort().Port())
	}
	return made, nil
}
