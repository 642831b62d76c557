package delivery

import (
	"context"
	"sync"

	"hookline/internal/hookline"
)

// dispatcher gives each destination its turn: a slow receiver fills its own
// share of attempts and its own line, and nobody else's.
type dispatcher struct {
	engine *Engine
	room   chan struct{} // hints that a line got shorter

	mu      sync.Mutex
	lines   map[string]*line // by destination, only those with something in them
	claimed int              // in all lines, not begun
	sending int              // on their way
	turns   []*line          // lines that have something to begin, in the order of their turns
	closed  bool
	ended   sync.WaitGroup
}

// line is what one destination is owed, claimed and not begun.
type line struct {
	destinationID string
	waiting       []hookline.Owed
	sending       int
	hasTurn       bool // is in turns
	full          bool // nothing more is claimed for it now
}

func newDispatcher(e *Engine) *dispatcher {
	return &dispatcher{engine: e, room: make(chan struct{}, 1), lines: map[string]*line{}}
}

// waiting is how many deliveries are claimed and not begun.
func (d *dispatcher) waiting() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.claimed
}

// lineLength is how many deliveries of one destination are claimed ahead of
// their turns, as a multiple of those on their way.
const lineLength = 4

// full lists the destinations whose line is long enough for now. A line that
// was full stays so until half of it is gone: claiming one by one is dear.
func (d *dispatcher) full() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var full []string
	for id, l := range d.lines {
		if l.full {
			full = append(full, id)
		}
	}
	return full
}

// measure notes whether a line is full, and hints when one no longer is.
func (d *dispatcher) measure(l *line) {
	limit := lineLength * d.engine.cfg.PerDestination
	switch n := len(l.waiting); {
	case n >= limit:
		l.full = true
	case n <= limit/2 && l.full, d.claimed == maxClaimed/2:
		l.full = false
		select {
		case d.room <- struct{}{}:
		default:
		}
	}
}

// add puts a claimed delivery at the end of its destination's line.
func (d *dispatcher) add(o hookline.Owed) {
	d.mu.Lock()
	defer d.mu.Unlock()
	l := d.lines[o.DestinationID]
	if l == nil {
		l = &line{destinationID: o.DestinationID}
		d.lines[o.DestinationID] = l
	}
	l.waiting = append(l.waiting, o)
	d.claimed++
	d.measure(l)
	d.giveTurn(l)
	d.begin()
}

// giveTurn puts a line at the end of the turns when it may begin an attempt.
func (d *dispatcher) giveTurn(l *line) {
	if !l.hasTurn && len(l.waiting) > 0 && l.sending < d.engine.cfg.PerDestination {
		l.hasTurn = true
		d.turns = append(d.turns, l)
	}
}

// begin starts attempts, one a turn, while there is room for more.
func (d *dispatcher) begin() {
	for !d.closed && d.sending < d.engine.cfg.MaxSending && len(d.turns) > 0 {
		l := d.turns[0]
		d.turns = d.turns[1:]
		l.hasTurn = false
		o := l.waiting[0]
		l.waiting = l.waiting[1:]
		l.sending++
		d.claimed--
		d.measure(l)
		d.sending++
		d.giveTurn(l)
		d.ended.Go(func() { d.run(o, l) })
	}
}

// run makes the attempt. It has no context of the engine's: an attempt that
// began is finished and recorded, also while the process is being stopped.
func (d *dispatcher) run(o hookline.Owed, l *line) {
	d.engine.attempt(context.Background(), o)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sending--
	l.sending--
	d.giveTurn(l)
	if len(l.waiting) == 0 && l.sending == 0 {
		delete(d.lines, l.destinationID)
	}
	d.begin()
}

// drain gives back what was not begun and waits for what was.
func (d *dispatcher) drain() {
	d.mu.Lock()
	d.closed = true
	var left []hookline.Owed
	for _, l := range d.lines {
		left = append(left, l.waiting...)
		l.waiting = nil
	}
	d.mu.Unlock()
	for _, o := range left {
		if err := d.engine.store.GiveBack(context.Background(), o.ID); err != nil {
			// The next start makes it due again all the same.
			d.engine.log.Error("give back delivery", "delivery", o.ID, "error", err)
		}
	}
	d.ended.Wait()
}
