package wire

import (
	"net"
	"sync"
	"time"
)

// Pool keeps connections alive between exchanges, and gives the one that was used
// last first. Its limits are set before its first use.
type Pool struct {
	PerKey int           // idle connections to one server
	Total  int           // and to all
	Idle   time.Duration // how long one is kept

	mu         sync.Mutex
	generation int // counts how often it was emptied
	idle       map[string][]*Conn
	count      int
	sweeper    *time.Timer // set while anything is idle
}

// Adopt makes a Conn of a connection that was just made to the server that key
// stands for.
func (p *Pool) Adopt(key string, conn net.Conn) *Conn {
	c := newConn(conn)
	p.mu.Lock()
	defer p.mu.Unlock()
	c.key, c.generation = key, p.generation
	return c
}

// Take gives a connection that was kept under key: one that is open, and on which
// nothing was said unasked. nil when there is none.
func (p *Pool) Take(key string) *Conn {
	for {
		c := p.pop(key)
		if c == nil {
			return nil
		}
		if time.Since(c.idle) < p.Idle && c.peeker.quiet() {
			return c
		}
		_ = c.Close() // it is of no use
	}
}

func (p *Pool) pop(key string) *Conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := p.idle[key]
	if len(list) == 0 {
		return nil
	}
	last := len(list) - 1
	c := list[last]
	list[last] = nil
	p.idle[key] = list[:last]
	p.count--
	return c
}

// Keep takes a connection back, or closes it when there is no room or the pool
// was emptied since it was made.
func (p *Pool) Keep(c *Conn) {
	c.idle = time.Now()
	if !p.push(c) {
		_ = c.Close() // nothing is on its way
	}
}

func (p *Pool) push(c *Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c.generation != p.generation || p.count >= p.Total || len(p.idle[c.key]) >= p.PerKey {
		return false
	}
	if p.idle == nil {
		p.idle = map[string][]*Conn{}
	}
	p.idle[c.key] = append(p.idle[c.key], c)
	p.count++
	if p.sweeper == nil {
		p.sweeper = time.AfterFunc(p.Idle, p.sweep)
	}
	return true
}

// sweep closes what was idle for too long, forgets servers with nothing left, and
// comes again while there is anything.
func (p *Pool) sweep() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for key, list := range p.idle {
		old := 0
		for old < len(list) && time.Since(list[old].idle) >= p.Idle {
			_ = list[old].Close() // nobody waits for it
			old++
		}
		p.count -= old
		if old == len(list) {
			delete(p.idle, key)
		} else if old > 0 {
			p.idle[key] = append([]*Conn(nil), list[old:]...)
		}
	}
	p.sweeper = nil
	if p.count > 0 {
		p.sweeper = time.AfterFunc(p.Idle/2, p.sweep)
	}
}

// Empty closes all idle connections now, and those in use when they are kept.
func (p *Pool) Empty() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, list := range p.idle {
		for _, c := range list {
			_ = c.Close() // nothing is on its way
		}
	}
	clear(p.idle)
	p.count = 0
	p.generation++
	if p.sweeper != nil {
		p.sweeper.Stop()
		p.sweeper = nil
	}
}
