package outbound

import (
	"bytes"
	"compress/gzip"
	"net"
	"testing"
	"time"
)

// TestNoProxy: a proxy would dial for us, past the guard.
func TestNoProxy(t *testing.T) {
	c, err := New(Config{Own: Own{Listen: "127.0.0.1:8080", Prefix: "/b/"}})
	if err != nil {
		t.Fatal(err)
	}
	if c.usual.transport.Proxy != nil || c.inside.Proxy != nil {
		t.Error("a transport asks the environment for a proxy")
	}
}

func TestUnpackStopsAtTheLimit(t *testing.T) {
	var packed bytes.Buffer
	zw := gzip.NewWriter(&packed)
	if _, err := zw.Write(make([]byte, 1<<20)); err != nil {
		t.Fatal(err)
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	if got, ok := unpack(packed.Bytes(), 100); !ok || len(got) != 101 {
		t.Errorf("%d bytes, %t; want 101", len(got), ok)
	}
}

func TestOnlyTheFirstAddressesAreTried(t *testing.T) {
	many := make([]string, 100)
	for i := range many {
		many[i] = public
	}
	got, err := judge(t, Config{Resolver: answering(many...)}, "https://many.example/")
	if err != nil || len(got) != maxTried {
		t.Errorf("%d addresses, %v; want %d", len(got), err, maxTried)
	}
}

// TestLateDialer: a dial that goes on after the request found another connection
// does not change what the exchange tells.
func TestLateDialer(t *testing.T) {
	ex := newExchange(t.Context(), time.Second)
	for _, next := range []phase{phaseResolving, phaseConnected, phaseConnecting, phaseHandshaking} {
		ex.enter(next)
	}
	if got := ex.reached(); got != phaseConnected {
		t.Errorf("phase %d, want %d", got, phaseConnected)
	}
}

func TestLosersOfTheRaceAreClosed(t *testing.T) {
	ours, theirs := net.Pipe()
	defer func() { _ = theirs.Close() }()
	runs := make(chan dialed, 2)
	runs <- dialed{err: net.ErrClosed}
	runs <- dialed{link: &link{Conn: ours}}
	closeRest(runs, 2)
	if _, err := ours.Write([]byte("x")); err == nil {
		t.Error("a connection that lost is still open")
	}
}
