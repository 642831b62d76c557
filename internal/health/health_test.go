package health

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hookline/internal/hookline"

	"github.com/google/go-cmp/cmp"
)

// shelf is a store in memory.
type shelf struct {
	mu      sync.Mutex
	kept    []hookline.Sample
	waiting map[string]hookline.Waiting
	broken  error
	forgot  []time.Time
}

func (s *shelf) SaveSamples(_ context.Context, samples []hookline.Sample) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken == nil {
		s.kept = append(s.kept, samples...)
	}
	return s.broken
}

func (s *shelf) ListSamples(_ context.Context, id string, since time.Time) ([]hookline.Sample, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.kept), func(one hookline.Sample) bool { return one.DestinationID != id || one.Minute.Before(since) }), s.broken
}

func (s *shelf) SumSamples(_ context.Context, since time.Time) (map[string]hookline.Sample, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sums := map[string]hookline.Sample{}
	for _, one := range s.kept {
		if one.DestinationID != "" && !one.Minute.Before(since.Truncate(time.Minute)) {
			sums[one.DestinationID] = sums[one.DestinationID].Add(one)
		}
	}
	return sums, s.broken
}

func (s *shelf) ForgetSamples(_ context.Context, before time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forgot = append(s.forgot, before)
	return nil
}

func (s *shelf) Held(context.Context) (map[string]hookline.Waiting, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.waiting, nil
}

// rows are what was kept so far.
func (s *shelf) rows() []hookline.Sample {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.kept)
}

// breaks has everything that follows fail; nil mends it.
func (s *shelf) breaks(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = err
}

func begin(t *testing.T) (*shelf, *Sampler, func()) {
	t.Helper()
	store := &shelf{}
	s := New(store, slog.New(slog.DiscardHandler))
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	return store, s, func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

func (s *Sampler) told(t *testing.T, id string) hookline.Sample {
	t.Helper()
	series, err := s.Series(t.Context(), id, RangeNamed("1h"), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return series.Sum
}

func TestWhatIsCountedIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, s, stop := begin(t)
		s.Attempt("dst_1", hookline.StateDelivered, 3*time.Millisecond)
		s.Attempt("dst_1", hookline.StateDoubted, 3*time.Millisecond)
		s.Attempt("dst_1", hookline.StateRetrying, time.Second)
		s.Attempt("dst_2", hookline.StateFailed, time.Second)
		s.Attempt("", hookline.StateFailed, time.Second) // a test
		s.Unsendable("dst_2")
		s.Events(7)
		check := func(when string) {
			t.Helper()
			one := s.told(t, "dst_1")
			if one.Delivered != 2 || one.Retrying != 1 || one.Failed != 0 || one.Spans.Count() != 3 {
				t.Errorf("%s: dst_1 came to %+v", when, one)
			}
			all := s.told(t, "")
			if all.Delivered != 2 || all.Retrying != 1 || all.Failed != 2 || all.Spans.Count() != 4 || all.Events != 7 {
				t.Errorf("%s: the house came to %+v", when, all)
			}
			sums, err := s.Recent(t.Context(), time.Now().Add(-time.Hour))
			if err != nil || sums["dst_2"].Failed != 2 {
				t.Errorf("%s: in sum %+v, %v", when, sums, err)
			}
		}
		check("at once")
		if len(store.rows()) != 0 {
			t.Errorf("%d rows are written for what is counted", len(store.rows()))
		}
		time.Sleep(61 * time.Second)
		check("after a minute")
		if len(store.rows()) != 3 {
			t.Errorf("a minute of two destinations is %d rows, want 3", len(store.rows()))
		}
		time.Sleep(10 * time.Minute)
		if len(store.rows()) != 3 {
			t.Errorf("minutes without traffic are %d rows", len(store.rows())-3)
		}
		s.Attempt("dst_1", hookline.StateFailed, 0)
		stop()
		if last := store.rows()[len(store.rows())-1]; len(store.rows()) != 5 || last.Failed != 1 {
			t.Errorf("a stop saves %+v", store.rows()[3:])
		}
	})
}

func TestATroubledStoreLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, s, stop := begin(t)
		defer stop()
		store.breaks(errors.New("disk full"))
		s.Attempt("dst_1", hookline.StateDelivered, 0)
		time.Sleep(90 * time.Second) // between two saves, so that none comes at the very moment in which the store heals
		store.breaks(nil)
		if got := s.told(t, "dst_1").Delivered; got != 1 || len(store.rows()) != 0 {
			t.Errorf("while it is unsaved %d are told, %d rows", got, len(store.rows()))
		}
		time.Sleep(2 * time.Minute)
		if got := s.told(t, "dst_1").Delivered; got != 1 || len(store.rows()) != 2 {
			t.Errorf("later %d are told, %d rows", got, len(store.rows()))
		}
	})
}

func TestWhatWaitsIsSampled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, s, stop := begin(t)
		defer stop()
		store.mu.Lock()
		store.waiting = map[string]hookline.Waiting{
			"dst_1": {Count: 3, Oldest: time.Now().Add(-time.Minute)},
			"dst_2": {Count: 4, Oldest: time.Now().Add(time.Hour)}, // a try that is still to come
		}
		store.mu.Unlock()
		time.Sleep(time.Minute + time.Second)
		all, two := s.told(t, ""), s.told(t, "dst_2")
		if all.Waiting != 7 || all.Overdue.Round(time.Minute) != 2*time.Minute {
			t.Errorf("the house waits with %+v", all)
		}
		if two.Waiting != 4 || two.Overdue != 0 {
			t.Errorf("dst_2 waits with %+v", two)
		}
	})
}

func TestForgottenDestinations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, s, stop := begin(t)
		defer stop()
		s.Attempt("dst_demo", hookline.StateDelivered, 0)
		s.Attempt("dst_1", hookline.StateDelivered, 0)
		s.Forget([]string{"dst_demo"})
		if got := s.told(t, ""); got.Delivered != 1 {
			t.Errorf("the house came to %+v", got)
		}
	})
}

func TestSeries(t *testing.T) {
	now := time.Date(2026, 3, 2, 10, 7, 30, 0, time.UTC)
	at := func(ago time.Duration, n int) hookline.Sample {
		return hookline.Sample{Minute: now.Add(-ago).Truncate(time.Minute), Delivered: n}
	}
	store := &shelf{kept: []hookline.Sample{at(25*time.Hour, 100), at(22*time.Hour+30*time.Minute, 1), at(7*time.Minute, 2), at(0, 4)}}
	s := New(store, slog.New(slog.DiscardHandler))
	for _, r := range Ranges() {
		series, err := s.Series(t.Context(), "", r, now)
		if err != nil {
			t.Fatal(err)
		}
		points, rows := len(series.Points), len(series.Rows)
		if points < 50 || points > 340 || rows < 12 || rows > 29 {
			t.Errorf("%s has %d points and %d rows", r.Name, points, rows)
		}
		if last := series.Points[points-1].Minute; now.Sub(last) >= r.Step || now.Before(last) {
			t.Errorf("%s ends at %s", r.Name, last)
		}
	}
	series, err := s.Series(t.Context(), "", RangeNamed("nonsense"), now)
	if err != nil || series.Range.Name != "24h" || series.Sum.Delivered != 7 {
		t.Errorf("%s: %+v, %v", series.Range.Name, series.Sum, err)
	}
	var rows []int
	for _, one := range series.Rows {
		rows = append(rows, one.Delivered)
	}
	want := make([]int, 24)
	want[0], want[23] = 1, 6
	if d := cmp.Diff(want, rows); d != "" {
		t.Errorf("rows (-want +got):\n%s", d)
	}
}

func TestCountingAllocatesNothing(t *testing.T) {
	s := New(&shelf{}, slog.New(slog.DiscardHandler))
	count := func() { s.Attempt("dst_1", hookline.StateDelivered, 3*time.Millisecond); s.Events(1) }
	count()
	if n := testing.AllocsPerRun(100, count); n > 0 {
		t.Errorf("%v allocations for an attempt", n)
	}
}

func BenchmarkAttempt(b *testing.B) {
	s := New(&shelf{}, slog.New(slog.DiscardHandler))
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			s.Attempt("dst_1", hookline.StateDelivered, 3*time.Millisecond)
		}
	})
}
