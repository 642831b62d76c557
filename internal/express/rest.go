package express

import (
	"net"
	"sync"
)

// rest is a listener of the connections that are handed over.
type rest struct {
	addr   net.Addr
	conns  chan net.Conn
	closed chan struct{}
	close  sync.Once
}

func (r *rest) Accept() (net.Conn, error) {
	select {
	case conn := <-r.conns:
		return conn, nil
	case <-r.closed:
		return nil, net.ErrClosed
	}
}

func (r *rest) Close() error {
	r.close.Do(func() { close(r.closed) })
	return nil
}

func (r *rest) Addr() net.Addr { return r.addr }

// give says whether somebody took the connection.
func (r *rest) give(conn net.Conn) bool {
	select {
	case r.conns <- conn:
		return true
	case <-r.closed:
		return false
	}
}

// begun is a connection of which something was read.
type begun struct {
	net.Conn
	read []byte
}

func (b *begun) Read(p []byte) (int, error) {
	if len(b.read) == 0 {
		return b.Conn.Read(p)
	}
	n := copy(p, b.read)
	b.read = b.read[n:]
	return n, nil
}
