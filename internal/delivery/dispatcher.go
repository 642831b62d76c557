package delivery

import (
	"context"
	"slices"
	"sync"
	"time"

	"hookline/internal/hookline"
)

// dispatcher gives each destination its turn: a slow receiver fills its own
// share of attempts and its own line, and nobody else's.
type dispatcher struct {
	engine *Engine
	wake   chan struct{} // hints that a line wants to be supplied

	mu        sync.Mutex
	lines     map[string]*line // by destination
	gates     map[string]*gate // by destination, of all there are
	version   int64            // of the configuration that the gates are of
	hosts     map[string]int   // attempts on their way, by host and port
	waiting   int              // in all lines, not begun
	bytes     int              // of their bodies
	sending   int              // on their way
	recording int              // answered, and not yet recorded
	turns     []*line          // lines that have something to begin, in the order of their turns
	blocked   []*line          // lines that wait for their host, or until others have had theirs
	closed    bool
	hands     *hands

	expecting int             // hand-overs that were announced
	over      map[string]bool // deliveries that left our hands since the first of them
	withheld  map[string]bool // deliveries that are being cancelled
}

// maxRecording bounds the attempts that have been answered and wait for the
// store: while it cannot write, nothing more is begun.
const maxRecording = 2048

func newDispatcher(e *Engine) *dispatcher {
	d := &dispatcher{
		engine: e, wake: make(chan struct{}, 1),
		lines: map[string]*line{}, gates: map[string]*gate{}, hosts: map[string]int{}, over: map[string]bool{}, withheld: map[string]bool{},
	}
	d.hands = newHands(d.run)
	return d
}

// line gives a destination's line, making it when there is none.
func (d *dispatcher) line(destinationID string) *line {
	l := d.lines[destinationID]
	if l == nil {
		l = &line{destinationID: destinationID, inHand: map[string]bool{}}
		d.lines[destinationID] = l
	}
	return l
}

// room is how many deliveries more a line may hold.
func (d *dispatcher) room(l *line) int {
	if l.held {
		return 0
	}
	if !l.shutUntil.IsZero() || d.waiting >= maxWaiting || d.bytes >= maxBytes {
		return shortLine - len(l.waiting)
	}
	return longLine - len(l.waiting)
}

// push adds a delivery to a line.
func (d *dispatcher) push(l *line, o hookline.Owed) {
	if !d.withheld[o.ID] && l.push(o) {
		d.waiting++
		d.bytes += len(o.Request.Body)
	}
}

// giveTurn puts a line at the end of the turns when it may begin an attempt.
func (d *dispatcher) giveTurn(l *line) {
	if !l.hasTurn && len(l.waiting) > 0 && l.sending < d.atOnce(l) && l.shutUntil.IsZero() {
		l.hasTurn = true
		d.turns = append(d.turns, l)
	}
}

// begin starts attempts, one a turn, while there is room for more.
func (d *dispatcher) begin() {
	for !d.closed && d.sending < d.engine.cfg.MaxSending && d.recording < maxRecording && len(d.turns) > 0 {
		l := d.turns[0]
		d.turns = d.turns[1:]
		if len(l.waiting) == 0 { // it was let go of
			l.hasTurn = false
			d.tidy(l)
			continue
		}
		host := hostOf(l.waiting[0].Request.URL)
		if d.hosts[host] >= d.engine.cfg.PerHost || d.greedy(l) {
			d.blocked = append(d.blocked, l)
			continue
		}
		l.hasTurn = false
		if p := d.ask(l, time.Now()); p.Open {
			d.start(l, p, host)
		}
	}
}

// greedy says whether a line would take what is kept for others: once half of
// all attempts are on their way, each line has an even share of that half. So
// ten receivers that hang never take all there is from forty that answer.
func (d *dispatcher) greedy(l *line) bool {
	half := d.engine.cfg.MaxSending / 2
	return len(d.lines) > 1 && d.sending >= half && l.sending >= max(half/len(d.lines), 1)
}

// start begins the next attempt of a line.
func (d *dispatcher) start(l *line, p permit, host string) {
	o := l.pop()
	if l.sending == 0 {
		l.speed = speed{since: time.Now()}
	}
	l.sending++
	d.sending++
	d.hosts[host]++
	d.waiting--
	d.bytes -= len(o.Request.Body)
	d.giveTurn(l)
	d.hint(l)
	d.hands.do(task{o, l, p, host})
}

// hint tells who supplies lines about one that got short.
func (d *dispatcher) hint(l *line) {
	if n := len(l.waiting); (l.behind || !l.lookAt.IsZero()) && (n == 0 || n == longLine/2 || n == shortLine/2) {
		signal(d.wake)
	}
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// run makes the attempt. It has no context of the engine's: an attempt that
// began is finished and recorded, also while the process is being stopped.
func (d *dispatcher) run(t task) {
	ctx, o, l := context.Background(), t.owed, t.line
	f, a, made := d.engine.attempt(ctx, o)
	if health, changed := d.answered(l, t.permit, t.host, a, made); changed {
		d.engine.keepHealth(ctx, health)
	}
	recorded := made && d.engine.record(ctx, o, &f)
	d.recorded(o.ID, l, recorded, f.Outcome.RetryAt)
	if made {
		d.engine.logAttempt(ctx, o, f)
	}
}

// answered gives the receiver's share of attempts to who is next, and tells
// what is known of the receiver when that has changed.
func (d *dispatcher) answered(l *line, p permit, host string, a answer, made bool) (h hookline.Health, changed bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	h, changed = d.hear(l, p, a, made)
	d.reopen(l, time.Now())
	d.recording++
	d.sending--
	l.sending--
	l.speed.ended(time.Now())
	if d.hosts[host]--; d.hosts[host] == 0 {
		delete(d.hosts, host)
	}
	d.turns = append(d.turns, d.blocked...)
	d.blocked = d.blocked[:0]
	d.giveTurn(l)
	d.begin()
	return h, changed
}

// recorded lets go of a delivery. What could not be recorded is still owed, and
// found in the table again.
func (d *dispatcher) recorded(id string, l *line, ok bool, retryAt time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.recording--
	l.drop(id)
	if d.expecting > 0 {
		d.over[id] = true
	}
	if !ok {
		retryAt = time.Now().Add(lookAgain)
	}
	if !retryAt.IsZero() {
		l.falls(retryAt)
		signal(d.wake)
	}
	d.tidy(l)
	d.begin()
}

// tidy forgets a line that has nothing any more.
func (d *dispatcher) tidy(l *line) {
	if l.empty() {
		delete(d.lines, l.destinationID)
	}
}

// drain begins no more and waits for what was begun. What waits in the lines is
// in the table as well.
func (d *dispatcher) drain() {
	d.mu.Lock()
	d.closed = true
	d.mu.Unlock()
	d.hands.end()
}

// isClosed says whether the engine was told to stop.
func (d *dispatcher) isClosed() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.closed
}

// IsSending says whether an attempt of a delivery is on its way.
func (e *Engine) IsSending(of hookline.Delivery) bool {
	d := e.dispatcher
	d.mu.Lock()
	defer d.mu.Unlock()
	l := d.lines[of.DestinationID]
	return l != nil && l.inHand[of.ID] || of.Origin == hookline.OriginTest && slices.Contains(e.tests.sending(), of.ID)
}

// Sending gives the ids of the deliveries of which an attempt is on its way, in
// no order.
func (e *Engine) Sending() []string {
	d := e.dispatcher
	d.mu.Lock()
	defer d.mu.Unlock()
	ids := e.tests.sending()
	for _, l := range d.lines {
		for id, sending := range l.inHand {
			if sending {
				ids = append(ids, id)
			}
		}
	}
	return ids
}
