package delivery

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"hookline/internal/hookline"
)

// ResumeStore is what resuming a destination reads and writes.
type ResumeStore interface {
	// Routing gives the configuration as of now; cheap while it does not change.
	Routing(ctx context.Context) (*hookline.Routing, error)
	// Skip discards what a paused destination owes and r does not keep, in small
	// units; KindConflict when the destination is not being resumed by r any more.
	Skip(ctx context.Context, destinationID string, r hookline.Resume) (int, error)
	// FinishResume ends the pause; KindConflict likewise.
	FinishResume(ctx context.Context, id string, r hookline.Resume) error
}

// resumeLookAgain is how long a nudge may be missed.
const resumeLookAgain = time.Second

// Resumer ends pauses after which not everything is sent: it takes out what
// somebody chose to skip, and only then lets the rest go. What it has to do is
// in the destinations themselves, so a restart loses nothing of it.
type Resumer struct {
	store  ResumeStore
	log    *slog.Logger
	nudged chan struct{}

	mu   sync.Mutex
	busy map[string]bool // ids of the destinations it works on
}

// NewResumer makes a resumer; run it once.
func NewResumer(store ResumeStore, log *slog.Logger) *Resumer {
	return &Resumer{store: store, log: log, nudged: make(chan struct{}, 1), busy: map[string]bool{}}
}

// Nudge hints that a destination may have to be resumed. It never blocks.
func (r *Resumer) Nudge() {
	select {
	case r.nudged <- struct{}{}:
	default:
	}
}

// Run works until ctx ends, on several destinations beside each other. What it
// leaves half done then is gone on with after the next start.
func (r *Resumer) Run(ctx context.Context) error {
	var all sync.WaitGroup
	defer all.Wait()
	tick := time.NewTicker(resumeLookAgain)
	defer tick.Stop()
	for {
		r.begin(ctx, &all)
		select {
		case <-ctx.Done():
			return nil
		case <-r.nudged:
		case <-tick.C:
		}
	}
}

// begin begins with the destinations that are being resumed and that nobody
// works on yet. When the configuration cannot be read it is looked at again.
func (r *Resumer) begin(ctx context.Context, all *sync.WaitGroup) {
	routing, err := r.store.Routing(ctx)
	if err != nil {
		if ctx.Err() == nil {
			r.log.ErrorContext(ctx, "read configuration to resume", "error", err)
		}
		return
	}
	for id, d := range routing.Destinations {
		if d.Resuming() && r.take(id) {
			all.Go(func() {
				defer r.leave(id)
				r.resume(ctx, id, d.Resume)
			})
		}
	}
}

func (r *Resumer) take(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.busy[id] {
		return false
	}
	r.busy[id] = true
	return true
}

func (r *Resumer) leave(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.busy, id)
}

// resume does what one wish asks for. A conflict means that somebody paused
// the destination again, or deleted it: that is no trouble.
func (r *Resumer) resume(ctx context.Context, id string, wish hookline.Resume) {
	skipped, err := r.store.Skip(ctx, id, wish)
	if err == nil {
		err = r.store.FinishResume(ctx, id, wish)
	}
	switch {
	case err == nil:
		r.log.InfoContext(ctx, "destination resumed", "destination", id, "by", wish.By, "keep", string(wish.Keep), "skipped", skipped)
	case ctx.Err() != nil, hookline.KindOf(err) == hookline.KindConflict, hookline.KindOf(err) == hookline.KindNotFound:
	default:
		r.log.ErrorContext(ctx, "resume destination", "destination", id, "error", err)
	}
}
