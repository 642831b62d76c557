package outbound_test

import (
	"net"
	"strings"
	"sync/atomic"
	"testing"

	"hookline/internal/outbound"
)

// TestInsideIsNeverConnectedTo counts at receivers that really listen inside: by
// address, in every notation, by name, and by what a name leads to.
func TestInsideIsNeverConnectedTo(t *testing.T) { onBothWays(t, testInsideIsNeverConnectedTo) }

func testInsideIsNeverConnectedTo(t *testing.T, newClient maker) {
	count := new(atomic.Int32)
	handle := func(conn net.Conn) { count.Add(1); echo(conn) }
	_, port, err := net.SplitHostPort(receive(t, handle))
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"127.0.0.2:", "[::1]:"} {
		listener, err := net.Listen("tcp", host+port)
		if err != nil {
			t.Fatal(err)
		}
		serve(t, listener, handle)
	}
	client := newClient(t, func(c *outbound.Config) {
		c.Allow = nil
		c.Resolver = &names{answers: map[string][]answer{
			"four.example": {{addrs: []string{"127.0.0.1"}}}, "six.example": {{addrs: []string{"::1"}}},
			"mapped.example": {{addrs: []string{"::ffff:127.0.0.2"}}}, "all.example": {{addrs: []string{"::1", "127.0.0.1", "0.0.0.0", "::"}}},
		}}
	})
	for _, name := range strings.Fields(`127.0.0.1 127.0.0.2 0.0.0.0 0.0.0.1 127.1 0x7f.1 2130706433 0177.0.0.1 [::1] [::] [::ffff:127.0.0.1]
		[::127.0.0.1] [64:ff9b::127.0.0.1] localhost LOCALHOST. a.localhost ip6-localhost four.example six.example mapped.example all.example user@127.0.0.1`) {
		for _, scheme := range []string{"http://", "https://"} {
			if got, err := client.Send(t.Context(), post(scheme+name+":"+port+"/")); err == nil {
				t.Errorf("%s%s was sent to: %q", scheme, name, got.Body)
			} else if got.Timings.Connect != 0 {
				t.Errorf("%s%s: %s were spent connecting", scheme, name, got.Timings.Connect)
			}
		}
	}
	if count.Load() != 0 {
		t.Errorf("%d connections came in", count.Load())
	}
	if _, err := newClient(t, nil).Send(t.Context(), post("http://127.0.0.1:"+port+"/")); err != nil || count.Load() != 1 {
		t.Errorf("the receivers do not count: %d, %s", count.Load(), describe(err))
	}
}
