package alert

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"hookline/internal/hookline"
)

// RhythmStore keeps how events usually come.
type RhythmStore interface {
	ListRhythms(ctx context.Context) ([]hookline.Rhythm, error)
	// SaveRhythms keeps these as they are, and forgets all that did not come since
	// a time.
	SaveRhythms(ctx context.Context, changed []hookline.Rhythm, forget time.Time) error
}

const (
	maxRhythms  = 500 // names come from outside: further ones are not followed
	maxName     = 200
	rhythmDays  = 8
	forgetAfter = 14 * 24 * time.Hour
)

type rhythmKey struct {
	source string
	kind   hookline.EventType
	name   string
}

// rhythms are those that are followed, in memory; a crash loses a minute of them.
type rhythms struct {
	mu      sync.Mutex
	known   map[rhythmKey]*hookline.Rhythm
	changed map[rhythmKey]bool
}

// Saw takes in events that came. It must be cheap: each event passes here.
func (w *Watch) Saw(events []hookline.Event) {
	r := &w.rhythms
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range events {
		e := &events[i]
		key := rhythmKey{source: e.SourceID, kind: e.Type}
		if e.Type == hookline.Track {
			key.name = e.Name
		}
		r.saw(key, e.ReceivedAt)
	}
}

func (r *rhythms) saw(key rhythmKey, at time.Time) {
	one := r.known[key]
	if one == nil {
		if len(r.known) >= maxRhythms || len(key.name) > maxName {
			return
		}
		one = &hookline.Rhythm{SourceID: key.source, Type: key.kind, Name: key.name, LastAt: at, Quiet: map[int64]time.Duration{}}
		r.known[key] = one
	}
	day, gap := dayOf(at), at.Sub(one.LastAt)
	if longest, seen := one.Quiet[day]; !seen || gap > longest {
		one.Quiet[day] = max(0, gap)
	}
	if at.After(one.LastAt) {
		one.LastAt = at
	}
	if r.changed == nil {
		r.changed = map[rhythmKey]bool{}
	}
	r.changed[key] = true
}

func (r *rhythms) all() []hookline.Rhythm {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := make([]hookline.Rhythm, 0, len(r.known))
	for _, one := range r.known {
		all = append(all, copied(*one))
	}
	return all
}

func copied(r hookline.Rhythm) hookline.Rhythm {
	r.Quiet = maps.Clone(r.Quiet)
	return r
}

// take gives those that have changed since the last time, and drops what is old.
func (r *rhythms) take(now time.Time) []hookline.Rhythm {
	r.mu.Lock()
	defer r.mu.Unlock()
	var changed []hookline.Rhythm
	for key, one := range r.known {
		if now.Sub(one.LastAt) > forgetAfter {
			delete(r.known, key)
			continue
		}
		maps.DeleteFunc(one.Quiet, func(day int64, _ time.Duration) bool { return day <= dayOf(now)-rhythmDays })
		if r.changed[key] {
			changed = append(changed, copied(*one))
		}
	}
	r.changed = nil
	return changed
}

// loadRhythms joins what is kept with what came since the start.
func (w *Watch) loadRhythms(ctx context.Context) error {
	kept, err := w.store.ListRhythms(ctx)
	if err != nil {
		return fmt.Errorf("load rhythms: %w", err)
	}
	r := &w.rhythms
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, one := range kept {
		key := rhythmKey{one.SourceID, one.Type, one.Name}
		if _, came := r.known[key]; came {
			for day, gap := range r.known[key].Quiet {
				one.Quiet[day] = max(one.Quiet[day], gap)
			}
			one.LastAt = r.known[key].LastAt
		}
		r.known[key] = &one
	}
	return nil
}

func (w *Watch) keepRhythms(ctx context.Context) {
	now := time.Now()
	if err := w.store.SaveRhythms(ctx, w.rhythms.take(now), now.Add(-forgetAfter)); err != nil && ctx.Err() == nil {
		w.cfg.Log.ErrorContext(ctx, "save how events usually come", "error", err)
	}
}
