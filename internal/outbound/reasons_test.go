package outbound_test

import (
	"net"
	"syscall"
	"testing"
	"time"

	"hookline/internal/outbound"
)

// TestEachAddressHasItsReason: when no address of a name can be connected to,
// the error tells of each why, also of those that may not be dialled.
func TestEachAddressHasItsReason(t *testing.T) { onBothWays(t, testEachAddressHasItsReason) }

func testEachAddressHasItsReason(t *testing.T, newClient maker) {
	addr := receive(t, echo)
	_, port, _ := net.SplitHostPort(addr)
	full := fullBacklog(t, port)
	resolver := &names{answers: map[string][]answer{
		"closed.example": {{addrs: []string{"127.0.0.77", "::1"}}},
		"mixed.example":  {{addrs: []string{"10.0.0.1", "127.0.0.77", "169.254.169.254"}}},
		"silent.example": {{addrs: []string{full, "127.0.0.77"}}},
		"one.example":    {{addrs: []string{"127.0.0.77"}}},
	}}
	for name, want := range map[string]struct {
		kind  outbound.Kind
		words string
	}{
		"closed": {outbound.KindConnect, "no connection could be made: 127.0.0.77 refused the connection; ::1 refused the connection"},
		"mixed": {outbound.KindConnect, "no connection could be made: 127.0.0.77 refused the connection; " +
			"10.0.0.1 was not tried, because it is a private address; 169.254.169.254 was not tried, because it is a cloud metadata address"},
		"silent": {outbound.KindTimeout, "timed out after 0.5 s: no connection could be made: " + full + " did not answer; 127.0.0.77 refused the connection"},
		"one":    {outbound.KindConnect, "connection refused: nothing listens at this address and port"},
	} {
		client := newClient(t, func(c *outbound.Config) { c.Resolver = resolver })
		request := post("http://" + name + ".example:" + port + "/")
		request.Timeout = 500 * time.Millisecond
		_, err := client.Send(t.Context(), request)
		wantError(t, err, want.kind, want.words)
	}
}

// TestUnreachable: a receiver that has only IPv6 where there is none, and the
// like, are told apart from one that refuses.
func TestUnreachable(t *testing.T) {
	for _, errno := range []syscall.Errno{syscall.ENETUNREACH, syscall.EHOSTUNREACH, syscall.EADDRNOTAVAIL, syscall.EAFNOSUPPORT} {
		one := outbound.SendWithoutNetwork(t, errno, "2606:4700:4700::1111")
		wantError(t, one, outbound.KindConnect, "no way to the server: its network cannot be reached")
		two := outbound.SendWithoutNetwork(t, errno, "2606:4700:4700::1111", "93.184.215.14")
		wantError(t, two, outbound.KindConnect, "2606:4700:4700::1111 cannot be reached from here; 93.184.215.14 cannot be reached from here")
	}
}
