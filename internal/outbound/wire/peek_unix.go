//go:build unix

package wire

import (
	"net"
	"syscall"
)

// peeker looks whether an idle connection is still as it should be: open, and
// nothing to read.
type peeker struct {
	raw  syscall.RawConn
	look func(fd uintptr) bool
	one  [1]byte
	ok   bool
}

func (p *peeker) init(conn net.Conn) {
	sc, ok := conn.(syscall.Conn)
	if !ok {
		return
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return
	}
	p.raw = raw
	p.look = func(fd uintptr) bool {
		_, err := syscall.Read(int(fd), p.one[:])
		p.ok = err == syscall.EAGAIN || err == syscall.EWOULDBLOCK
		return true
	}
}

// quiet says whether it is.
func (p *peeker) quiet() bool {
	p.ok = false
	return p.raw != nil && p.raw.Read(p.look) == nil && p.ok
}
