package outbound

import (
	"sync"
	"syscall"
	"testing"
)

// dials counts the connections that a client begins to make, to any address, and
// lets none of them go further: not one packet leaves the machine.
type dials struct {
	mu    sync.Mutex
	tried []string
}

// watch makes c count.
func (d *dials) watch(c *Client, errno error) {
	control := func(_, address string, _ syscall.RawConn) error {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.tried = append(d.tried, address)
		return errno
	}
	c.dialer.net.Control, c.usual.net.Control = control, control
}

// SendWithoutNetwork sends to a name that leads to these addresses, from a
// machine whose kernel answers every dial with errno.
func SendWithoutNetwork(t *testing.T, errno syscall.Errno, addrs ...string) error {
	t.Helper()
	c, err := New(Config{Resolver: answering(addrs...)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	new(dials).watch(c, errno)
	_, err = c.Send(t.Context(), Request{Method: "POST", URL: "http://receiver.example/"})
	return err
}

// OnlyNetHTTP keeps a client from the short way.
func OnlyNetHTTP(c *Client) { c.onlyNetHTTP = true }
