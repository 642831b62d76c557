package attribute

import (
	"context"
	"log/slog"
	"time"

	"hookline/internal/hookline"
)

// Store is what the survey reads and writes.
type Store interface {
	// PeopleAfter gives at most limit people with greater ids than after, up to
	// and with upTo when that is not empty, the lowest first.
	PeopleAfter(ctx context.Context, after, upTo string, limit int) ([]hookline.Person, error)
	// PeopleChanges grows with each change of people since the house was opened.
	PeopleChanges() int64
	// SaveAttributeIndex keeps what was counted, in place of what was before.
	SaveAttributeIndex(ctx context.Context, i hookline.AttributeIndex) error
}

// Few is up to how many people are counted while somebody waits for it.
const Few = 5000

const (
	stretchLength = 200              // people read together
	restsLonger   = 6                // times as long as a stretch took it rests after it
	soonest       = 10 * time.Second // from the end of a count to the next one, or the next try
	latest        = 5 * time.Minute
	waitsLonger   = 20 // times as long as a count took it waits before the next one, within these two
)

// CountFew counts everybody when they are few; complete is false when they are
// not.
func CountFew(ctx context.Context, store Store) (index hookline.AttributeIndex, complete bool, err error) {
	var c Counter
	for after := ""; c.People() <= Few; {
		var n int
		if after, n, err = c.stretch(ctx, store, after); err != nil || n < stretchLength {
			return c.Index(time.Now().UTC()), err == nil, err
		}
	}
	return hookline.AttributeIndex{}, false, nil
}

// stretch counts the people that follow one, and says how many they were.
func (c *Counter) stretch(ctx context.Context, store Store, after string) (last string, n int, err error) {
	people, err := store.PeopleAfter(ctx, after, "", stretchLength)
	for i := range people {
		c.Add(&people[i])
		after = people[i].ID
	}
	return after, len(people), err
}

// Surveyor keeps the index of the attributes of however many people there are,
// without being in anybody's way: it goes through everybody in stretches, rests
// after each, and begins anew only when somebody has changed.
type Surveyor struct {
	store   Store
	log     *slog.Logger
	changes int64 // when the last count began; -1: never
}

// NewSurveyor makes a surveyor; run it once.
func NewSurveyor(store Store, log *slog.Logger) *Surveyor {
	return &Surveyor{store: store, log: log, changes: -1}
}

// Run works until ctx ends.
func (s *Surveyor) Run(ctx context.Context) error {
	wait := time.Second
	for rest(ctx, wait) {
		changes := s.store.PeopleChanges()
		if wait = soonest; changes == s.changes {
			continue
		}
		began := time.Now()
		if err := s.count(ctx); err == nil {
			s.changes = changes
			wait = min(max(waitsLonger*time.Since(began), soonest), latest)
		} else if ctx.Err() == nil {
			s.log.ErrorContext(ctx, "count attributes", "error", err)
		}
	}
	return nil
}

func (s *Surveyor) count(ctx context.Context) error {
	var c Counter
	for after, n := "", stretchLength; n == stretchLength; {
		begun := time.Now()
		var err error
		if after, n, err = c.stretch(ctx, s.store, after); err != nil {
			return err
		}
		if !rest(ctx, restsLonger*time.Since(begun)) {
			return ctx.Err()
		}
	}
	return s.store.SaveAttributeIndex(ctx, c.Index(time.Now().UTC()))
}

// rest lets time pass; it says whether ctx has not ended.
func rest(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
