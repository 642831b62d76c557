package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// killEvents are sent one by one; when half of them have come, the process is
// killed.
const killEvents = 20_000

// lateDuplicates is how long to wait for what comes again after all has come.
const lateDuplicates = time.Second

// measureKill kills the process in the middle and starts it again at once. The
// load generator goes on: it repeats calls that fail, with the same messageId,
// until they are accepted, as the client libraries do.
func (b *bench) measureKill(ctx context.Context) error {
	return b.inRounds(ctx, func() error {
		return b.inHouse(ctx, []pair{{url: b.receiver.hook(0)}}, func(h *house) error {
			if err := h.warm(ctx, b.receiver, load{events: warming, batch: 1, connections: connections}); err != nil {
				return err
			}
			return h.killInTheMiddle(ctx, b.share(killEvents, 1))
		})
	})
}

func (h *house) killInTheMiddle(ctx context.Context, events int) error {
	sent := make(chan error, 1)
	go func() {
		_, err := h.load(ctx, load{events: events, batch: 1, connections: connections, again: true})
		sent <- err
	}()
	restarted, err := h.killAfter(ctx, events/2)
	if err := errors.Join(err, <-sent); err != nil {
		return err
	}
	s, err := h.b.receiver.got(ctx, events, patience)
	if err != nil {
		return err
	}
	time.Sleep(lateDuplicates)
	if s, err = h.b.receiver.got(ctx, 0, 0); err != nil {
		return err
	}
	h.b.note("kill.lost", float64(events-s.Events))
	h.b.note("kill.again", float64(s.Again))
	h.b.note("kill.caughtup", s.Last.Sub(restarted).Seconds())
	if s.Events < events {
		return fmt.Errorf("%d of %d events that were accepted have not come", events-s.Events, events)
	}
	return nil
}

// killAfter kills the process when so many events have come, and starts it.
func (h *house) killAfter(ctx context.Context, events int) (restarted time.Time, err error) {
	if _, err := h.b.receiver.gotAll(ctx, events); err != nil {
		return restarted, err
	}
	if err := h.kill(); err != nil {
		return restarted, err
	}
	restarted = time.Now()
	return restarted, h.start()
}
