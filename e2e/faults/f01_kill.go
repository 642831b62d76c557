package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// roundsPerHouse is how often one database lives through a kill before it is
// drained, compared whole, and a new one is begun: what is compared after each
// round grows with what is stored.
const roundsPerHouse = 5

// killUnderLoad is F1: kill -9 at random moments under full load with batches,
// retries, pauses and resends, restart at once, and compare after each round.
func killUnderLoad(ctx context.Context, w *world) error {
	w.want("SIGKILL", "calls again", "resends", "pauses", "batches", "answers 503", "answers 410", "time-outs", "calls cut off")
	rounds := cmp.Or(w.rounds, w.often(10, 200))
	accepted, longest := 0, time.Duration(0)
	for first := 0; first < rounds; first += roundsPerHouse {
		n, start, err := killHouse(ctx, w, min(roundsPerHouse, rounds-first))
		if err != nil {
			return fmt.Errorf("rounds %d to %d: %w", first+1, first+roundsPerHouse, err)
		}
		accepted, longest = accepted+n, max(longest, start)
	}
	w.note("%d rounds, each compared; %d messages accepted; the longest start after a kill took %v", rounds, accepted, longest.Round(time.Millisecond))
	return nil
}

func killHouse(ctx context.Context, w *world, rounds int) (accepted int, longest time.Duration, err error) {
	h, err := newHouse(ctx, w)
	if err != nil {
		return 0, 0, err
	}
	defer h.close()
	l, before := beginLoad(ctx, h, fullCrew, w.chance), remembered{}
	for round := range rounds {
		if err := pause(ctx, w.between(100*time.Millisecond, w.longest())); err != nil {
			return 0, 0, err
		}
		start, err := killRound(ctx, w, h, l, before)
		if err != nil {
			return 0, 0, fmt.Errorf("round %d: %w", round+1, err)
		}
		longest = max(longest, start)
	}
	l.end(ctx)
	l.tally(w)
	return h.told.count(), longest, h.finish(ctx)
}

// longest is the most that a round waits before the kill. What is compared after
// each round grows with it.
func (w *world) longest() time.Duration {
	if w.long {
		return 2 * time.Second
	}
	return 600 * time.Millisecond
}

// killRound kills, looks at what is left as it lies there, and starts again at
// once. The look goes on beside the load.
func killRound(ctx context.Context, w *world, h *house, l *load, before remembered) (start time.Duration, err error) {
	h.kill()
	h.kills++
	w.inject("SIGKILL", 1)
	l.hold()
	left := filepath.Join(filepath.Dir(h.data), "left")
	s := &snapshot{told: h.told.snapshot(), received: h.receiver.ledger(), expectation: h.expectation(), folder: left, before: before}
	if err := copyFolder(h.data, left); err != nil {
		l.release()
		return 0, err
	}
	start, err = h.start(ctx)
	l.release()
	if err != nil {
		return 0, err
	}
	if err := s.compare(ctx); err != nil {
		return start, err // what was left is kept
	}
	return start, errors.Join(os.RemoveAll(left), h.log.trouble())
}

// snapshot is the ledgers of one moment.
type snapshot struct {
	told        *told
	received    []arrival
	expectation expectation
	folder      string
	before      remembered
}

func (s *snapshot) compare(ctx context.Context) error {
	stored, err := readStored(ctx, s.folder, s.before)
	if err != nil {
		return err
	}
	return toldOf(check(ledgers{s.told, stored, s.received}, s.expectation))
}
