package outbound

import (
	"context"
	"net"
	"net/netip"
	"strconv"
	"syscall"
)

// systemResolver asks for names as absolute ones (with a final dot): the search
// list of the machine must not turn a webhook's name into one of its own network.
type systemResolver struct{}

func (systemResolver) LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error) {
	return net.DefaultResolver.LookupNetIP(ctx, network, host+".")
}

// link is a connection, with what was known when it was made. Under TLS it is
// what [tls.Conn.NetConn] gives.
type link struct {
	net.Conn
	remote netip.AddrPort
	inside bool // an exception let it through
}

// SyscallConn gives the connection's file descriptor to look at.
func (l *link) SyscallConn() (syscall.RawConn, error) {
	sc, ok := l.Conn.(syscall.Conn)
	if !ok {
		return nil, net.ErrClosed
	}
	return sc.SyscallConn()
}

// place is an address that may be dialled.
type place struct {
	addr   netip.Addr
	inside bool
}

// dialer makes connections to receivers, each to an address that the guard has
// admitted.
type dialer struct {
	guard    *guard
	resolver Resolver
	net      net.Dialer
}

// connect dials one of the admitted addresses of name.
func (d *dialer) connect(ctx context.Context, ex *exchange, name string, port uint16) (*link, error) {
	ex.enter(phaseResolving)
	found, err := d.resolve(ctx, name)
	if err != nil {
		return nil, err
	}
	ex.enter(phaseConnecting)
	return d.race(ctx, ex, found, port)
}

func splitHostPort(hostport string) (name string, port uint16, err error) {
	name, text, err := net.SplitHostPort(hostport)
	if err != nil {
		return "", 0, err
	}
	number, err := strconv.ParseUint(text, 10, 16)
	return name, uint16(number), err
}

// resolved is what a name leads to.
type resolved struct {
	admitted []place // in the resolver's order, at most maxTried
	refused  []tried // those that may not be dialled
}

// resolve looks a name up and judges each address. When none is admitted, the
// error says what the first one is.
func (d *dialer) resolve(ctx context.Context, name string) (resolved, error) {
	found, err := d.lookup(ctx, name)
	if err != nil {
		return resolved{}, explainDNS(ctx, err, name)
	}
	var r resolved
	for _, addr := range found {
		addr = addr.Unmap()
		verdict, ok := d.guard.admit(addr)
		switch {
		case !ok && len(r.refused) < maxTried:
			r.refused = append(r.refused, tried{addr, verdict.Reason})
		case ok && len(r.admitted) < maxTried:
			r.admitted = append(r.admitted, place{addr, !verdict.Public})
		}
	}
	switch {
	case len(r.admitted) > 0:
		return r, nil
	case len(r.refused) > 0:
		return r, refused(leadsInside(name, r.refused[0]))
	}
	return r, &Error{Kind: KindDNS, Message: "name not found: " + name + " has no address"}
}

func leadsInside(name string, to tried) string {
	return name + " leads to " + to.addr.String() + ", which is " + to.what + onlyPublic
}

func (d *dialer) lookup(ctx context.Context, name string) ([]netip.Addr, error) {
	if addr, err := netip.ParseAddr(name); err == nil {
		return []netip.Addr{addr}, nil
	}
	if isLocalhost(name) {
		return loopbacks, nil
	}
	return d.resolver.LookupNetIP(ctx, "ip", name)
}
