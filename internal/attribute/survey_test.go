package attribute

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hookline/internal/hookline"
)

// crowd is a store of people who all have one attribute.
type crowd struct {
	mu      sync.Mutex
	people  int
	changes int64
	saved   []hookline.AttributeIndex
}

func (c *crowd) PeopleAfter(_ context.Context, after, _ string, limit int) (people []hookline.Person, err error) {
	from := 0
	if after != "" {
		if _, err := fmt.Sscanf(after, "per_%d", &from); err != nil {
			return nil, err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := from + 1; i <= c.people && len(people) < limit; i++ {
		people = append(people, hookline.Person{ID: fmt.Sprintf("per_%d", i), Attributes: []byte(`{"plan":"pro"}`)})
	}
	return people, nil
}

func (c *crowd) PeopleChanges() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.changes
}

func (c *crowd) SaveAttributeIndex(_ context.Context, i hookline.AttributeIndex) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.saved = append(c.saved, i)
	return nil
}

func TestCountFew(t *testing.T) {
	for people, want := range map[int]bool{0: true, 1: true, stretchLength: true, Few: true, Few + stretchLength + 1: false} {
		index, complete, err := CountFew(t.Context(), &crowd{people: people})
		if err != nil || complete != want || complete && index.People != people {
			t.Errorf("of %d people %d were counted, complete %v, %v", people, index.People, complete, err)
		}
	}
}

// TestSurveyorCountsAfterChangesAlone: it counts everybody at the start, and
// again when somebody has changed, not sooner than it may.
func TestSurveyorCountsAfterChangesAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &crowd{people: 3*stretchLength + 7}
		s := NewSurveyor(store, slog.New(slog.DiscardHandler))
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- s.Run(ctx) }()
		counts := func(after time.Duration, want int) {
			t.Helper()
			time.Sleep(after)
			synctest.Wait()
			store.mu.Lock()
			defer store.mu.Unlock()
			if len(store.saved) != want {
				t.Fatalf("it has counted %d times, want %d", len(store.saved), want)
			}
			if last := store.saved[want-1]; last.People != store.people || last.Counts[0].People != store.people {
				t.Errorf("counted is %+v", last)
			}
		}
		counts(2*time.Second, 1)
		counts(time.Hour, 1)
		store.mu.Lock()
		store.people++
		store.changes++
		store.mu.Unlock()
		counts(latest+time.Second, 2)
		counts(time.Hour, 2)
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}
