package delivery

import (
	"testing"
	"time"
)

// begun takes all it can get for a span, waking as late as late after each
// time it was told, and says when each attempt began after noon.
func begun(t *testing.T, p *pace, from time.Time, span, late time.Duration) []time.Duration {
	t.Helper()
	var all []time.Duration
	for now := from; now.Before(from.Add(span)); {
		ok, next := p.take(now)
		if ok {
			all = append(all, now.Sub(noon))
			if len(all) > 1_000_000 {
				t.Fatal("no limit")
			}
			continue
		}
		if !next.After(now) {
			t.Fatalf("at %s it says no until %s", now.Sub(noon), next.Sub(noon))
		}
		now = next.Add(late)
	}
	return all
}

func TestPaceKeepsTheRate(t *testing.T) {
	for _, test := range []struct {
		perSecond   float64
		burst       int
		late        time.Duration
		least, most int // in ten seconds
	}{
		{10, 0, 0, 100, 101},
		{10, 0, 15 * time.Millisecond, 99, 101}, // a timer that wakes late costs nothing
		{1000, 0, time.Millisecond, 9990, 10_021},
		{10_000, 0, 5 * time.Millisecond, 99_900, 100_201},
		{0.5, 0, 0, 5, 6},
		{10, 30, 0, 129, 130},
		{10, 1, 0, 100, 101},
	} {
		p := &pace{}
		p.set(test.perSecond, test.burst, time.Time{}, 0)
		if got := len(begun(t, p, noon, 10*time.Second, test.late)); got < test.least || got > test.most {
			t.Errorf("%v a second, burst %d, %s late: %d in ten seconds, want %d to %d", test.perSecond, test.burst, test.late, got, test.least, test.most)
		}
	}
}

func TestPaceSpreadsEvenlyAndBurstsAfterAQuietTime(t *testing.T) {
	even := &pace{}
	even.set(2, 0, time.Time{}, 0)
	all := begun(t, even, noon, 3*time.Second, 0)
	for i := 1; i < len(all); i++ {
		if apart := all[i] - all[i-1]; apart < 480*time.Millisecond || apart > 500*time.Millisecond {
			t.Errorf("attempts %d and %d are %s apart", i, i+1, apart)
		}
	}
	burst := &pace{}
	burst.set(2, 5, time.Time{}, 0)
	begun(t, burst, noon, 10*time.Second, 0)
	later := noon.Add(time.Hour)
	at := 0
	for _, when := range begun(t, burst, later, time.Second, 0) {
		if when == time.Hour {
			at++
		}
	}
	if at != 5 {
		t.Errorf("%d attempts began together after a quiet hour, want 5", at)
	}
}

func TestPaceWithoutALimit(t *testing.T) {
	p := &pace{}
	for range 1000 {
		if ok, next := p.take(noon); !ok || !next.IsZero() {
			t.Fatalf("%v until %s", ok, next)
		}
	}
}

func TestPaceGrowsFromATenth(t *testing.T) {
	p := &pace{}
	p.set(100, 0, noon, 100*time.Second)
	var perTen [13]int
	for _, at := range begun(t, p, noon, 130*time.Second, 0) {
		perTen[at/(10*time.Second)]++
	}
	for i, got := range perTen {
		want := 1000.0
		if i < 10 {
			want *= 0.1 + 0.9*(float64(i)+0.5)/10
		}
		if share := float64(got) / want; share < 0.95 || share > 1.05 {
			t.Errorf("seconds %d to %d: %d attempts, want about %.0f", i*10, i*10+10, got, want)
		}
	}
}

func TestPaceThatIsRaisedIsFastAtOnce(t *testing.T) {
	p := &pace{}
	p.set(0.01, 0, time.Time{}, 0)
	p.take(noon)
	if ok, next := p.take(noon); ok || next.Sub(noon) < 99*time.Second {
		t.Fatalf("%v until %s", ok, next)
	}
	p.set(10, 0, time.Time{}, 0)
	if got := len(begun(t, p, noon, 10*time.Second, 0)); got < 98 || got > 101 {
		t.Errorf("%d attempts in ten seconds, want about 100", got)
	}
	p.set(0, 0, time.Time{}, 0)
	if ok, _ := p.take(noon); !ok {
		t.Error("the limit is gone, and it waits")
	}
}

func TestPaceWhoseRampBeginsLater(t *testing.T) {
	p := &pace{}
	p.set(10, 0, noon.Add(time.Hour), time.Minute) // a clock that was set back
	if got := p.interval(noon); got != time.Second {
		t.Errorf("%s between attempts, want a second", got)
	}
	p.set(10, 0, noon.Add(time.Hour), 0)
	if got := p.interval(noon); got != 100*time.Millisecond {
		t.Errorf("%s between attempts without a ramp, want 100 ms", got)
	}
}
