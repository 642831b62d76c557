package outbound

import (
	"context"
	"crypto/tls"
	"net"
	"net/netip"
	"strconv"
	"time"
)

const (
	// maxTried is how many addresses of one name are tried at most.
	maxTried = 8
	// headStart is how long an address is tried alone before the next joins
	// (RFC 8305 §8 recommends 250 ms).
	headStart = 250 * time.Millisecond
)

// systemResolver asks for names as absolute ones (with a final dot): the search
// list of the machine must not turn a webhook's name into one of its own network.
type systemResolver struct{}

func (systemResolver) LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error) {
	return net.DefaultResolver.LookupNetIP(ctx, network, host+".")
}

// dialer makes the connections of the transport, each to an address that the
// guard has admitted.
type dialer struct {
	guard    *guard
	resolver Resolver
	tls      *tls.Config
	net      net.Dialer
}

// dial connects to one of the admitted addresses of hostport. The exchange's
// deadline holds here too, because net/http lets a dial outlive its request.
func (d *dialer) dial(ctx context.Context, _, hostport string) (net.Conn, error) {
	ex := exchangeOf(ctx)
	ctx, cancel := context.WithDeadline(ctx, ex.deadline)
	defer cancel()
	conn, err := d.connect(ctx, ex, hostport)
	if err == nil {
		ex.enter(phaseConnected)
	}
	return conn, err
}

// dialTLS is dial and the handshake, which shares the deadline.
func (d *dialer) dialTLS(ctx context.Context, _, hostport string) (net.Conn, error) {
	ex := exchangeOf(ctx)
	ctx, cancel := context.WithDeadline(ctx, ex.deadline)
	defer cancel()
	raw, err := d.connect(ctx, ex, hostport)
	if err != nil {
		return nil, err
	}
	ex.enter(phaseHandshaking)
	cfg := d.tls.Clone()
	cfg.ServerName, _, _ = net.SplitHostPort(hostport)
	conn := tls.Client(raw, cfg)
	if err := conn.HandshakeContext(ctx); err != nil {
		_ = raw.Close() // the handshake's error is the one to tell
		return nil, explainTLS(err, cfg.ServerName)
	}
	ex.enter(phaseConnected)
	return conn, nil
}

func (d *dialer) connect(ctx context.Context, ex *exchange, hostport string) (net.Conn, error) {
	name, port, err := net.SplitHostPort(hostport)
	if err != nil {
		return nil, err
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return nil, err
	}
	ex.enter(phaseResolving)
	addrs, err := d.resolve(ctx, name)
	if err != nil {
		return nil, err
	}
	ex.enter(phaseConnecting)
	return d.race(ctx, addrs, uint16(number))
}

// resolve returns the admitted addresses of name, in the resolver's order. When
// there are none, the error says what the first one is.
func (d *dialer) resolve(ctx context.Context, name string) ([]netip.Addr, error) {
	found, err := d.lookup(ctx, name)
	if err != nil {
		return nil, explainDNS(ctx, err, name)
	}
	var admitted []netip.Addr
	var refusal *Error
	for _, addr := range found {
		addr = addr.Unmap()
		reason, ok := d.guard.admit(addr)
		switch {
		case ok && len(admitted) < maxTried:
			admitted = append(admitted, addr)
		case !ok && refusal == nil:
			refusal = refused(name + " leads to " + addr.String() + ", which is " + reason + onlyPublic)
		}
	}
	switch {
	case len(admitted) > 0:
		return admitted, nil
	case refusal != nil:
		return nil, refusal
	}
	return nil, &Error{Kind: KindDNS, Message: "name not found: " + name + " has no address"}
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

// race dials the addresses one after the other; one that does not answer within
// the head start is left running while the next is tried. The first connection
// wins, the others are closed. The error is that of the address that failed
// first: it is the one the resolver prefers.
func (d *dialer) race(ctx context.Context, addrs []netip.Addr, port uint16) (net.Conn, error) {
	if len(addrs) == 1 {
		return d.net.DialContext(ctx, "tcp", netip.AddrPortFrom(addrs[0], port).String())
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	runs := make(chan dialed, len(addrs))
	var first error
	for started, ended := 0, 0; ended < len(addrs); {
		var wait <-chan time.Time
		if started < len(addrs) {
			to := netip.AddrPortFrom(addrs[started], port).String()
			go func() {
				conn, err := d.net.DialContext(ctx, "tcp", to)
				runs <- dialed{conn, err}
			}()
			started++
			wait = time.After(headStart)
		}
		select {
		case run := <-runs:
			ended++
			if run.err == nil {
				go closeRest(runs, started-ended)
				return run.conn, nil
			}
			if first == nil {
				first = run.err
			}
		case <-wait:
		}
	}
	return nil, first
}

type dialed struct {
	conn net.Conn
	err  error
}

// closeRest waits for the dials that lost, which are already cancelled.
func closeRest(runs <-chan dialed, pending int) {
	for range pending {
		if run := <-runs; run.err == nil {
			_ = run.conn.Close()
		}
	}
}
