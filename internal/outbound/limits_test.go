package outbound

import (
	"bytes"
	"compress/gzip"
	"fmt"
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

// TestSoManyWaysAreKept: the one that was not used for longest makes room.
func TestSoManyWaysAreKept(t *testing.T) {
	c, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	find := func(i int) *way {
		w, err := c.wayFor(&Request{Proxy: fmt.Sprintf("http://proxy%d.example:3128", i)})
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	first, second := find(0), find(1)
	for i := 2; i < maxWays; i++ {
		find(i)
	}
	if find(0) != first || len(c.ways.kept) != maxWays {
		t.Errorf("%d ways are kept, the first anew: %t", len(c.ways.kept), find(0) != first)
	}
	find(maxWays)
	if find(0) != first || len(c.ways.kept) != maxWays {
		t.Error("the way that was used last made room")
	}
	if find(1) == second {
		t.Error("the way that was not used for longest is kept")
	}
	if usual, err := c.wayFor(&Request{}); err != nil || usual != c.usual {
		t.Errorf("a request without settings takes %v, %v", usual, err)
	}
}
