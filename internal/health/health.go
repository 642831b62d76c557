// Package health counts how each destination fares, minute by minute, and makes
// charts of it.
//
// It adds some tens of nanoseconds to what a delivery costs, and nothing that
// is written: the Sampler counts in memory, and once a minute writes one row for
// each destination with traffic. Pages read those rows and what is counted
// since, so a chart is true to the moment and costs the same however much was
// sent. A crash loses what was counted since the last minute began; that is
// missing from the charts, and from nothing else: what is owed and what was
// sent is kept elsewhere, by itself.
//
// health.go is the Sampler, tally.go its counters, series.go what a chart shows.
package health

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"hookline/internal/hookline"
)

// Store is what is needed of a store.
type Store interface {
	// SaveSamples adds samples to those of the same minutes.
	SaveSamples(ctx context.Context, samples []hookline.Sample) error
	// ListSamples gives those of one destination, "" for the whole house, since a
	// time, the oldest first.
	ListSamples(ctx context.Context, destinationID string, since time.Time) ([]hookline.Sample, error)
	// SumSamples adds up those of each destination since a time.
	SumSamples(ctx context.Context, since time.Time) (map[string]hookline.Sample, error)
	// ForgetSamples removes those from before a time.
	ForgetSamples(ctx context.Context, before time.Time) error
	// Held tells what each destination owes.
	Held(ctx context.Context) (map[string]hookline.Waiting, error)
}

// Sampler counts; make it with New and run it once. All methods may be called
// at the same time.
type Sampler struct {
	store   Store
	log     *slog.Logger
	tallies tallies

	mu      sync.Mutex
	unsaved []hookline.Sample // of minutes that are over
}

// New makes a sampler that has counted nothing.
func New(store Store, log *slog.Logger) *Sampler {
	return &Sampler{store: store, log: log, tallies: tallies{of: map[string]*tally{}}}
}

const (
	mostUnsaved = 20_000 // samples, while the store is in trouble
	forgetEvery = 60     // minutes
)

// Run saves once a minute what was counted in it, and once more when ctx ends.
func (s *Sampler) Run(ctx context.Context) error {
	for minutes := 0; ; minutes++ {
		begun := time.Now().UTC().Truncate(time.Minute)
		timer := time.NewTimer(time.Until(begun.Add(time.Minute)))
		select {
		case <-ctx.Done():
			timer.Stop()
			s.save(context.WithoutCancel(ctx), begun)
			return nil
		case <-timer.C:
		}
		s.save(ctx, begun)
		if minutes%forgetEvery == 0 {
			if err := s.store.ForgetSamples(ctx, begun.Add(-hookline.SampleAge)); err != nil && ctx.Err() == nil {
				s.log.ErrorContext(ctx, "forget old samples", "error", err)
			}
		}
	}
}

// save ends the minute that began at begun. What cannot be saved is kept for the
// next minute.
func (s *Sampler) save(ctx context.Context, begun time.Time) {
	waiting, err := s.store.Held(ctx)
	if err != nil && ctx.Err() == nil {
		s.log.ErrorContext(ctx, "read what is owed", "error", err)
	}
	s.mu.Lock()
	s.unsaved = append(s.unsaved, owing(s.tallies.take(begun), waiting, begun, time.Now())...)
	if over := len(s.unsaved) - mostUnsaved; over > 0 {
		s.unsaved = s.unsaved[over:]
	}
	saving := s.unsaved
	s.mu.Unlock()
	if len(saving) == 0 {
		return
	}
	if err := s.store.SaveSamples(ctx, saving); err != nil {
		s.log.ErrorContext(ctx, "save samples", "error", err)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unsaved = s.unsaved[min(len(saving), len(s.unsaved)):]
}

// owing adds what is owed now to what was counted.
func owing(samples []hookline.Sample, waiting map[string]hookline.Waiting, minute, now time.Time) []hookline.Sample {
	known := map[string]int{}
	for i, one := range samples {
		known[one.DestinationID] = i
	}
	at := func(id string) *hookline.Sample {
		i, there := known[id]
		if !there {
			i = len(samples)
			known[id], samples = i, append(samples, hookline.Sample{DestinationID: id, Minute: minute})
		}
		return &samples[i]
	}
	for id, w := range waiting {
		overdue := max(0, now.Sub(w.Oldest))
		one := at(id)
		one.Waiting, one.Overdue = w.Count, overdue
		all := at("")
		all.Waiting, all.Overdue = all.Waiting+w.Count, max(all.Overdue, overdue)
	}
	return samples
}

// Recent adds up what each destination's attempts came to since a time.
func (s *Sampler) Recent(ctx context.Context, since time.Time) (map[string]hookline.Sample, error) {
	sums, err := s.store.SumSamples(ctx, since)
	if err != nil {
		return nil, err
	}
	for _, one := range s.uncommitted(since) {
		sum := sums[one.DestinationID]
		sum.DestinationID = one.DestinationID
		sums[one.DestinationID] = sum.Add(one)
	}
	return sums, nil
}

// samples gives what is known of a destination since a time, in no order.
func (s *Sampler) samples(ctx context.Context, destinationID string, since time.Time) ([]hookline.Sample, error) {
	all, err := s.store.ListSamples(ctx, destinationID, since)
	if err != nil {
		return nil, err
	}
	for _, one := range s.uncommitted(since) {
		if one.DestinationID == destinationID {
			all = append(all, one)
		}
	}
	return all, nil
}

// uncommitted gives what is in memory only: minutes that could not be saved, and
// the one that runs.
func (s *Sampler) uncommitted(since time.Time) []hookline.Sample {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []hookline.Sample
	for _, one := range append(s.unsaved[:len(s.unsaved):len(s.unsaved)], s.tallies.look(time.Now().UTC().Truncate(time.Minute))...) {
		if !one.Minute.Before(since.Truncate(time.Minute)) {
			all = append(all, one)
		}
	}
	return all
}
