package wire

import (
	"net"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// fake is a connection of which only its end is seen.
type fake struct {
	net.Conn
	ended atomic.Bool
}

func (f *fake) Close() error {
	f.ended.Store(true)
	return nil
}

func (f *fake) closed() bool { return f.ended.Load() }

// left says how many connections and servers the pool knows, and whether it
// watches over them.
func left(p *Pool) (connections, servers int, watched bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.count, len(p.idle), p.sweeper != nil
}

func newPool() *Pool { return &Pool{PerKey: 2, Total: 3, Idle: 30 * time.Second} }

func TestThereIsRoomForSoMany(t *testing.T) {
	p := newPool()
	var all []*fake
	for _, key := range []string{"a", "a", "a", "b", "c"} {
		f := &fake{}
		p.Keep(p.Adopt(key, f))
		all = append(all, f)
	}
	for i, want := range []bool{false, false, true, false, true} {
		if all[i].closed() != want {
			t.Errorf("connection %d: closed %t, want %t", i, all[i].closed(), want)
		}
	}
	p.Empty()
	for i, f := range all {
		if !f.closed() {
			t.Errorf("connection %d outlives the pool", i)
		}
	}
	if connections, servers, watched := left(p); watched || connections != 0 || servers != 0 {
		t.Errorf("left are %d connections to %d servers, watched %t", connections, servers, watched)
	}
}

// TestWhatIsInUseWhileAllIsClosed is closed when it comes back; what is made
// afterwards is kept.
func TestWhatIsInUseWhileAllIsClosed(t *testing.T) {
	p, before, after := newPool(), &fake{}, &fake{}
	c := p.Adopt("a", before)
	p.Empty()
	p.Keep(c)
	p.Keep(p.Adopt("a", after))
	if !before.closed() || after.closed() {
		t.Errorf("closed are %t and %t", before.closed(), after.closed())
	}
	p.Empty()
}

// TestIdleConnectionsEnd, and the pool forgets servers that nobody asks any more.
func TestIdleConnectionsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, old, young := newPool(), &fake{}, &fake{}
		p.Keep(p.Adopt("a", old))
		time.Sleep(20 * time.Second)
		p.Keep(p.Adopt("a", young))
		time.Sleep(11 * time.Second)
		synctest.Wait()
		if connections, _, _ := left(p); !old.closed() || young.closed() || connections != 1 {
			t.Errorf("after 31 s: %t, %t, %d left", old.closed(), young.closed(), connections)
		}
		time.Sleep(30 * time.Second)
		synctest.Wait()
		if connections, servers, watched := left(p); !young.closed() || connections != 0 || servers != 0 || watched {
			t.Errorf("after a minute: %t, %d connections to %d servers, watched %t", young.closed(), connections, servers, watched)
		}
	})
}

// pair is a connection and its other end.
func pair(t *testing.T) (ours, theirs net.Conn) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	if ours, err = net.Dial("tcp", listener.Addr().String()); err != nil {
		t.Fatal(err)
	}
	if theirs, err = listener.Accept(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = ours.Close(), theirs.Close() })
	return ours, theirs
}

// settle waits until what was done at one end is seen at the other.
func settle(t *testing.T, c *Conn) {
	t.Helper()
	raw, err := c.Conn.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	_ = c.SetReadDeadline(time.Now().Add(5 * time.Second))
	first := true
	_ = raw.Read(func(uintptr) bool { // false waits until it can be read
		defer func() { first = false }()
		return !first
	})
}

func TestTheLatestIsTakenFirst(t *testing.T) {
	p := newPool()
	one, _ := pair(t)
	two, _ := pair(t)
	p.Keep(p.Adopt("a", one))
	p.Keep(p.Adopt("a", two))
	if got := p.Take("b"); got != nil {
		t.Error("a connection to another server is given")
	}
	for _, want := range []net.Conn{two, one} {
		if got := p.Take("a"); got == nil || got.Conn != want {
			t.Errorf("%v, want %v", got, want)
		}
	}
	if got := p.Take("a"); got != nil {
		t.Errorf("%v is given twice", got)
	}
	p.Empty()
}

// TestConnectionsThatAreOfNoUse: closed by the other end, or with something said
// on it that nobody asked for.
func TestConnectionsThatAreOfNoUse(t *testing.T) {
	for name, spoil := range map[string]func(theirs net.Conn){
		"closed":  func(theirs net.Conn) { _ = theirs.Close() },
		"reset":   func(theirs net.Conn) { _ = theirs.(*net.TCPConn).SetLinger(0); _ = theirs.Close() },
		"unasked": func(theirs net.Conn) { _, _ = theirs.Write([]byte("HTTP/1.1 200 OK\r\n\r\n")) },
	} {
		p := newPool()
		ours, theirs := pair(t)
		c := p.Adopt("a", ours)
		p.Keep(c)
		spoil(theirs)
		settle(t, c)
		if got := p.Take("a"); got != nil {
			t.Errorf("%s: it is given all the same", name)
		}
		if _, err := ours.Write([]byte("x")); err == nil {
			t.Errorf("%s: it was not closed", name)
		}
		p.Empty()
	}
}

// TestAConnectionThatCannotBeLookedAtIsNotUsedAgain.
func TestAConnectionThatCannotBeLookedAtIsNotUsedAgain(t *testing.T) {
	p, f := newPool(), &fake{}
	p.Keep(p.Adopt("a", f))
	if got := p.Take("a"); got != nil || !f.closed() {
		t.Errorf("%v is given, closed %t", got, f.closed())
	}
	p.Empty()
}
