package outbound_test

import (
	"errors"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"hookline/internal/outbound"
)

// In these tests 127.0.0.2 stands for the outside, being the one exception, and
// 127.0.0.1 for the inside.
var outside = []netip.Prefix{netip.MustParsePrefix("127.0.0.2/32")}

// twoSides listens on the same port of both addresses and counts connections.
func twoSides(t *testing.T) (port string, out, in *atomic.Int32) {
	t.Helper()
	out, in = new(atomic.Int32), new(atomic.Int32)
	count := func(n *atomic.Int32) func(net.Conn) {
		return func(conn net.Conn) { n.Add(1); echo(conn) }
	}
	listener, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ = net.SplitHostPort(serve(t, listener, count(out)))
	inner, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		t.Fatal(err)
	}
	serve(t, inner, count(in))
	return port, out, in
}

func guarded(t *testing.T, newClient maker, resolver *names) *outbound.Client {
	return newClient(t, func(c *outbound.Config) { c.Allow, c.Resolver = outside, resolver })
}

// TestRebinding: a name that answers with an outside address first and an inside
// one afterwards. Each connection is closed after its answer, so that each send
// resolves anew.
func TestRebinding(t *testing.T) { onBothWays(t, testRebinding) }

func testRebinding(t *testing.T, newClient maker) {
	port, out, in := twoSides(t)
	resolver := &names{answers: map[string][]answer{"rebind.example": {
		{addrs: []string{"127.0.0.2"}}, {addrs: []string{"127.0.0.1"}},
	}}}
	client := guarded(t, newClient, resolver)
	if _, err := client.Send(t.Context(), post("http://rebind.example:"+port+"/")); err != nil {
		t.Fatal(describe(err))
	}
	for range 200 {
		_, err := client.Send(t.Context(), post("http://rebind.example:"+port+"/"))
		wantError(t, err, outbound.KindRefused, "rebind.example leads to 127.0.0.1, which is a loopback address")
	}
	if out.Load() != 1 || in.Load() != 0 || resolver.asked != 201 {
		t.Errorf("outside %d, inside %d, resolved %d times; want 1, 0, 201", out.Load(), in.Load(), resolver.asked)
	}
}

func TestOnlyOutsideAddressesAreDialled(t *testing.T) {
	onBothWays(t, testOnlyOutsideAddressesAreDialled)
}

func testOnlyOutsideAddressesAreDialled(t *testing.T, newClient maker) {
	port, out, in := twoSides(t)
	client := guarded(t, newClient, &names{answers: map[string][]answer{
		"mixed.example":  {{addrs: []string{"127.0.0.2", "127.0.0.1"}}},
		"second.example": {{addrs: []string{"127.0.0.1", "::1", "::ffff:127.0.0.2"}}},
	}})
	for _, name := range []string{"mixed.example", "second.example"} {
		got, err := client.Send(t.Context(), post("http://"+name+":"+port+"/"))
		if err != nil || got.RemoteAddr != netip.MustParseAddrPort("127.0.0.2:"+port) {
			t.Errorf("%s: %s, error %s", name, got.RemoteAddr, describe(err))
		}
	}
	if out.Load() != 2 || in.Load() != 0 {
		t.Errorf("outside %d, inside %d; want 2, 0", out.Load(), in.Load())
	}
}

// TestNextAddress: when one address refuses or does not answer, the next is
// tried within the same time.
func TestNextAddress(t *testing.T) { onBothWays(t, testNextAddress) }

func testNextAddress(t *testing.T, newClient maker) {
	addr := receive(t, echo)
	_, port, _ := net.SplitHostPort(addr)
	full := fullBacklog(t, port)
	many := make([]string, 100)
	for i := range many {
		many[i] = "127.0.0.77"
	}
	many[6] = "127.0.0.1"
	client := newClient(t, func(c *outbound.Config) {
		c.Resolver = &names{answers: map[string][]answer{
			"refusing.example": {{addrs: []string{"127.0.0.77", "127.0.0.78", "127.0.0.1"}}},
			"silent.example":   {{addrs: []string{full, "127.0.0.1"}}},
			"many.example":     {{addrs: many}},
		}}
	})
	for _, name := range []string{"refusing", "silent", "many"} {
		got, err := client.Send(t.Context(), post("http://"+name+".example:"+port+"/"))
		if err != nil || got.RemoteAddr.String() != addr {
			t.Errorf("%s: %s, error %s", name, got.RemoteAddr, describe(err))
		}
	}
}

// fullBacklog listens on port of an address of its own, accepts nothing, and
// fills the queue, so that a further connection is not answered at all.
func fullBacklog(t *testing.T, port string) string {
	t.Helper()
	const host = "127.0.0.99"
	listener, err := net.Listen("tcp", net.JoinHostPort(host, port))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	control, err := listener.(*net.TCPListener).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	// Listening again shortens the queue of a socket that listens already.
	if err := control.Control(func(fd uintptr) { err = syscall.Listen(int(fd), 0) }); err != nil {
		t.Fatal(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	for {
		conn, err := net.DialTimeout("tcp", net.JoinHostPort(host, port), short)
		if err != nil {
			return host
		}
		t.Cleanup(func() { _ = conn.Close() })
	}
}

func TestUnansweredConnection(t *testing.T) { onBothWays(t, testUnansweredConnection) }

func testUnansweredConnection(t *testing.T, newClient maker) {
	addr := receive(t, echo)
	_, port, _ := net.SplitHostPort(addr)
	full := fullBacklog(t, port)
	client := newClient(t, func(c *outbound.Config) { c.Timeout = short })
	got, err := client.Send(t.Context(), post("http://"+full+":"+port+"/"))
	wantError(t, err, outbound.KindTimeout, "the server did not accept a connection")
	if got.Timings.Connect < short/2 {
		t.Errorf("timings %+v do not show the waiting", got.Timings)
	}
}

func TestDNSFailures(t *testing.T) {
	resolver := &names{answers: map[string][]answer{
		"empty.example":    {{}},
		"servfail.example": {{err: &net.DNSError{Err: "server misbehaving", IsTemporary: true}}},
		"refused.example":  {{err: errors.New("query refused")}},
		"timeout.example":  {{err: &net.DNSError{Err: "i/o timeout", IsTimeout: true}}},
		"hang.example":     {{hang: true}},
	}}
	for name, want := range map[string]struct {
		kind  outbound.Kind
		words string
	}{
		"nxdomain": {outbound.KindDNS, "name not found: nxdomain.example"},
		"empty":    {outbound.KindDNS, "name not found: empty.example has no address"},
		"servfail": {outbound.KindDNS, "DNS failure: the name server could not look up servfail.example"},
		"refused":  {outbound.KindDNS, "DNS failure"},
		"timeout":  {outbound.KindDNS, "DNS timeout: the name server did not answer for timeout.example"},
		"hang":     {outbound.KindTimeout, "timed out after 0.15 s: the name server did not answer"},
	} {
		client := newClient(t, func(c *outbound.Config) { c.Resolver = resolver })
		request := post("https://" + name + ".example/")
		if name == "hang" {
			request.Timeout = short
		}
		_, err := client.Send(t.Context(), request)
		wantError(t, err, want.kind, want.words)
	}
}

func TestExceptions(t *testing.T) {
	metadata := netip.MustParsePrefix("169.254.169.254/32")
	for name, c := range map[string]struct {
		allow   []string
		admits  []string
		refuses []string
	}{
		"one loopback address": {
			[]string{"127.0.0.1/32"},
			[]string{"http://127.0.0.1/", "http://localhost:9999/", "http://app.localhost/", "http://[::ffff:127.0.0.1]/"},
			[]string{"http://127.0.0.2/", "http://[::1]/", "http://10.0.0.1/", "http://db/", "http://db.internal/"},
		},
		"a private range": {
			[]string{"10.1.0.0/16"},
			[]string{"http://10.1.2.3/", "http://db/", "http://db.internal:9000/"},
			[]string{"http://10.2.0.1/", "http://127.0.0.1/", "http://localhost/", "http://metadata.google.internal/", "http://db:6379/"},
		},
		"link-local but not metadata": {
			[]string{"169.254.0.0/16", "fd00::/8"},
			[]string{"http://169.254.1.1/", "http://[fd00::1]/"},
			[]string{"http://169.254.169.254/", "http://[fd00:ec2::254]/"},
		},
		"metadata by name": {
			[]string{metadata.String()}, []string{"http://169.254.169.254/"}, []string{"http://169.254.169.253/"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			client := newClient(t, func(cfg *outbound.Config) {
				cfg.Allow = nil
				for _, text := range c.allow {
					cfg.Allow = append(cfg.Allow, netip.MustParsePrefix(text))
				}
			})
			for _, url := range c.admits {
				if _, err := client.CheckURL(url); err != nil {
					t.Errorf("%s: %v, want admitted", url, err)
				}
			}
			for _, url := range c.refuses {
				_, err := client.CheckURL(url)
				wantError(t, err, outbound.KindRefused, "")
				if err != nil && !strings.HasSuffix(err.Error(), ".") {
					t.Errorf("%s: %q is no sentence", url, err)
				}
			}
		})
	}
}
