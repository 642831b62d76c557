package sqlite

import "sync"

// inbox is where units wait for the writer, in two lines. There are never more
// than there are callers, since each waits for its answer.
type inbox struct {
	mu     sync.Mutex
	urgent []*unit // outcomes of attempts: before new work when both wait
	normal []*unit
	closed bool
	bell   chan struct{} // rings when something came in, or there is nothing to come
}

func newInbox() *inbox { return &inbox{bell: make(chan struct{}, 1)} }

// put is false when the inbox is closed.
func (b *inbox) put(u *unit, urgent bool) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return false
	}
	if urgent {
		b.urgent = append(b.urgent, u)
	} else {
		b.normal = append(b.normal, u)
	}
	b.ring()
	return true
}

func (b *inbox) ring() {
	select {
	case b.bell <- struct{}{}:
	default:
	}
}

// take adds to group what waits, the urgent first, until it has maxGroup.
func (b *inbox) take(group []*unit) []*unit {
	b.mu.Lock()
	defer b.mu.Unlock()
	group, b.urgent = moved(group, b.urgent)
	group, b.normal = moved(group, b.normal)
	return group
}

// moved moves the first of line to group as far as there is room.
func moved(group, line []*unit) (longer, rest []*unit) {
	n := min(len(line), maxGroup-len(group))
	group = append(group, line[:n]...)
	left := copy(line, line[n:])
	clear(line[left:])
	return group, line[:left]
}

// close lets nothing more in; what is in it stays to be taken.
func (b *inbox) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	b.ring()
}

// done says that there is nothing to come and nothing left.
func (b *inbox) done() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.closed && len(b.urgent)+len(b.normal) == 0
}
