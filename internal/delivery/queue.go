package delivery

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"hookline/internal/hookline"
)

const (
	lookAgain     = time.Second // the tables are looked through that often, in case a hint was missed
	waitAfterFail = time.Second
	readAtOnce    = 500 // deliveries
	lookForRoom   = time.Millisecond
	crowd         = 1000 // deliveries that wait for destinations that keep up, before fanout does
)

// Expect announces that Take will be called, before what it hands over is
// committed. From the commit on it can be found in the table as well, and may
// be done with before Take: then it must not be sent once more.
func (e *Engine) Expect() {
	d := e.dispatcher
	d.mu.Lock()
	defer d.mu.Unlock()
	d.expecting++
}

// Take takes over deliveries that were just committed, as many as there is room
// for; the others are found in the table. It never blocks. Each Expect is
// followed by one Take, with nothing when nothing was committed.
func (e *Engine) Take(owed []hookline.Owed) {
	d := e.dispatcher
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, o := range owed {
		if o.State != hookline.StateQueued || d.over[o.ID] {
			continue
		}
		l := d.line(o.DestinationID)
		if l.behind || d.room(l) <= 0 {
			l.behind, l.missed = true, true
			continue
		}
		d.push(l, o)
		d.giveTurn(l)
	}
	if d.expecting = max(d.expecting-1, 0); d.expecting == 0 {
		clear(d.over)
	}
	d.begin()
}

// AwaitRoom returns when there is room for more, or at once when those whose
// lines are long are slow: fanout waits for who keeps up, and for nobody else.
func (e *Engine) AwaitRoom(ctx context.Context) {
	tick := time.NewTicker(lookForRoom)
	defer tick.Stop()
	for began := time.Now(); e.dispatcher.crowded(time.Now()) && time.Since(began) < lookAgain; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// crowded says whether those who keep up have as much before them as fits.
func (d *dispatcher) crowded(now time.Time) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.waiting <= crowd {
		return false
	}
	quick := 0
	for _, l := range d.lines {
		if l.speed.quick(len(l.waiting), now) {
			quick += len(l.waiting)
		}
	}
	return quick > crowd
}

// supply keeps the lines supplied from the table until ctx ends. While all goes
// well it only finds what falls due for another try.
func (e *Engine) supply(ctx context.Context) {
	tick := time.NewTicker(lookAgain)
	defer tick.Stop()
	e.lookEverywhere(ctx)
	for ctx.Err() == nil {
		e.supplyHungry(ctx)
		e.dispatcher.reopenDue(time.Now())
		next := e.dispatcher.nextLook(time.Now())
		timer := time.NewTimer(next)
		select {
		case <-ctx.Done():
		case <-timer.C:
		case <-e.dispatcher.wake:
		case <-e.nudged:
			e.lookEverywhere(ctx)
		case <-tick.C:
			e.lookEverywhere(ctx)
		}
		timer.Stop()
	}
}

// lookEverywhere has each destination that is owed something looked after.
func (e *Engine) lookEverywhere(ctx context.Context) {
	if err := errors.Join(e.configure(ctx), e.endCatchingUp(ctx)); err != nil {
		e.trouble(ctx, "read configuration", err)
		return
	}
	owing, err := e.store.Owing(ctx)
	if err != nil {
		e.trouble(ctx, "look who is owed", err)
		return
	}
	d := e.dispatcher
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, id := range owing {
		d.line(id).falls(time.Now())
	}
	for _, l := range d.lines {
		d.giveTurn(l)
	}
	d.begin()
}

// supplyHungry reads from the table for each line that has room for it.
func (e *Engine) supplyHungry(ctx context.Context) {
	for _, l := range e.dispatcher.hungry(time.Now()) {
		if ctx.Err() != nil {
			return
		}
		if err := e.read(ctx, l); err != nil {
			e.trouble(ctx, "read deliveries", err)
			return
		}
	}
}

// read supplies one line from the table.
func (e *Engine) read(ctx context.Context, l *line) error {
	now := time.Now()
	held, room := e.dispatcher.opening(l)
	limit := held + room
	due, err1 := e.store.Due(ctx, l.destinationID, now, limit)
	owed, err2 := e.store.Owed(ctx, e.dispatcher.fresh(l, due, room))
	next, err3 := e.store.NextDue(ctx, l.destinationID, now)
	err := errors.Join(err1, err2, err3)
	e.dispatcher.supplied(l, owed, err != nil || len(due) == limit, next, now)
	return err
}

// hungry lists the lines that should be supplied from the table.
func (d *dispatcher) hungry(now time.Time) []*line {
	d.mu.Lock()
	defer d.mu.Unlock()
	var hungry []*line
	for _, l := range d.lines {
		if l.hungry(now, d.room(l)) {
			hungry = append(hungry, l)
		}
	}
	return hungry
}

// nextLook is how long it is until something in the table falls due, or a gate
// may open.
func (d *dispatcher) nextLook(now time.Time) time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	next := lookAgain
	for _, l := range d.lines {
		for _, at := range []time.Time{l.lookAt, l.shutUntil} {
			if wait := at.Sub(now); !at.IsZero() && wait > 0 {
				next = min(next, wait)
			}
		}
	}
	return next
}

// opening tells how many deliveries of a line are in our hands and how many
// more it may get. From now on it is noted what is missed.
func (d *dispatcher) opening(l *line) (held, room int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	l.missed, l.reading, l.ended = false, true, l.ended[:0]
	return len(l.inHand), min(d.room(l), readAtOnce)
}

// fresh leaves out of due what is in our hands.
func (d *dispatcher) fresh(l *line, due []string, room int) []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	fresh := due[:0:0]
	for _, id := range due {
		if _, here := l.inHand[id]; !here && len(fresh) < room {
			fresh = append(fresh, id)
		}
	}
	return fresh
}

// supplied adds what was read to a line and notes what is left in the table.
func (d *dispatcher) supplied(l *line, owed []hookline.Owed, more bool, next, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	l.reading = false
	for _, o := range owed {
		if !o.NextAttemptAt.After(now) && !slices.Contains(l.ended, o.ID) {
			d.push(l, o)
		}
	}
	l.behind = more || l.missed
	if l.lookAt.After(now) {
		next = earlier(next, l.lookAt) // noted while the table was read
	}
	l.lookAt = next
	d.tidy(l)
	d.giveTurn(l)
	d.begin()
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// trouble logs what the store could not do, and lets a moment pass.
func (e *Engine) trouble(ctx context.Context, what string, err error) {
	if ctx.Err() != nil {
		return
	}
	e.log.ErrorContext(ctx, what, "error", err)
	timer := time.NewTimer(waitAfterFail)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// hostOf is the host and port that a request goes to, as it is written in its
// address.
func hostOf(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	return rest[strings.LastIndexByte(rest, '@')+1:]
}
