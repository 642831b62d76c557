package delivery

import (
	"context"
	"time"

	"hookline/internal/hookline"
)

// untilChanged is how long a gate is taken for shut that only a change of the
// configuration opens: that change asks again at once.
const untilChanged = 24 * time.Hour

// configure brings the gates up to date with the configuration. The first time
// they are made, with what is known of the receivers from earlier.
func (e *Engine) configure(ctx context.Context) error {
	routing, err := e.store.Routing(ctx)
	if err != nil {
		return err
	}
	d := e.dispatcher
	if d.configuredFor(routing.Version) {
		return nil
	}
	health, err := e.store.ListHealth(ctx)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now()
	for id, destination := range routing.Destinations {
		g := d.gates[id]
		if g == nil {
			d.gates[id] = newGate(destination, health[id], now)
			continue
		}
		if l := d.lines[id]; g.set(destination, now) && l != nil {
			d.forget(l) // some of it may be owed no more
		}
	}
	for id := range d.gates {
		if _, there := routing.Destinations[id]; !there {
			delete(d.gates, id)
		}
	}
	d.version = routing.Version
	for _, l := range d.lines {
		d.reopen(l, now)
	}
	d.begin()
	return nil
}

func (d *dispatcher) configuredFor(version int64) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.version == version && d.version != 0
}

// forget lets go of what waits in a line, and leaves it to the table.
func (d *dispatcher) forget(l *line) {
	for _, o := range l.waiting {
		l.drop(o.ID)
		d.bytes -= len(o.Request.Body)
	}
	d.waiting -= len(l.waiting)
	l.waiting, l.behind, l.missed = nil, true, true
}

// ask asks a line's gate whether its next attempt may begin. A destination that
// was deleted has none: what it is owed ends by saying so.
func (d *dispatcher) ask(l *line, now time.Time) permit {
	g := d.gates[l.destinationID]
	if g == nil {
		return permit{Open: true}
	}
	p := g.ask(now)
	if !p.Open {
		d.shut(l, p, now)
	}
	return p
}

// shut notes when a line is to be asked again. What its destination holds is
// not kept in memory meanwhile; what only waits for its pace goes on soon.
func (d *dispatcher) shut(l *line, p permit, now time.Time) {
	l.shutUntil = p.Next
	if p.Next.IsZero() {
		l.shutUntil = now.Add(untilChanged)
	}
	if p.Cause != hookline.CausePace {
		l.held = true
		d.forget(l)
	}
	signal(d.wake)
}

// reopen gives a turn to a line whose gate may be open again.
func (d *dispatcher) reopen(l *line, now time.Time) {
	if l.held {
		if g := d.gates[l.destinationID]; g != nil {
			if p, closed := g.closed(now); closed {
				d.shut(l, p, now)
				return
			}
		}
		signal(d.wake)
	}
	l.held, l.shutUntil = false, time.Time{}
	d.giveTurn(l)
}

// reopenDue reopens the lines that were to be asked again by now.
func (d *dispatcher) reopenDue(now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, l := range d.lines {
		if !l.shutUntil.IsZero() && !l.shutUntil.After(now) {
			d.reopen(l, now)
		}
	}
	d.begin()
}

// hear tells a destination's gate how an attempt ended, and gives what is known
// of the receiver from now on when that has changed.
func (d *dispatcher) hear(l *line, p permit, a answer, made bool) (hookline.Health, bool) {
	g := d.gates[l.destinationID]
	switch {
	case g == nil:
		return hookline.Health{}, false
	case !made:
		g.giveBack(p)
		return hookline.Health{}, false
	}
	return g.end(p, a, time.Now(), d.engine.jitter())
}

// keepHealth keeps what is known of a receiver for the pages and for the next
// start. Nothing is lost when it cannot: the next change is kept again.
func (e *Engine) keepHealth(ctx context.Context, h hookline.Health) {
	if err := e.store.SaveHealth(ctx, h); err != nil {
		e.log.ErrorContext(ctx, "keep what is known of a receiver", "destination", h.DestinationID, "error", err)
	}
}

// atOnce is how many attempts of a destination may be on their way.
func (d *dispatcher) atOnce(l *line) int {
	if g := d.gates[l.destinationID]; g != nil && g.d.MaxConcurrent > 0 {
		return g.d.MaxConcurrent
	}
	return d.engine.cfg.PerDestination
}

// endCatchingUp ends the catching up of destinations that owe nothing any more
// of what waited for them to be resumed.
func (e *Engine) endCatchingUp(ctx context.Context) error {
	routing, err := e.store.Routing(ctx)
	if err != nil {
		return err
	}
	for id, d := range routing.Destinations {
		if !d.CatchingUp() {
			continue
		}
		if _, err := e.store.CaughtUp(ctx, id); err != nil {
			return err
		}
	}
	return nil
}
