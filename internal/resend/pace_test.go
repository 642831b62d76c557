package resend

import (
	"testing"
	"time"

	"hookline/internal/hookline"
)

// spent is how many deliveries a run makes due within a time, when it is looked
// at so often.
func spent(w hookline.ResendWish, within, every time.Duration) int {
	began := time.Unix(1_700_000_000, 0)
	p := paceOf(hookline.ResendRun{ResendWish: w, ChangedAt: began}, began)
	n := 0
	for at := began; at.Before(began.Add(within)); at = at.Add(every) {
		may := p.may(at)
		p.took(may)
		n += may
	}
	return n
}

func TestPaceKeepsItsRate(t *testing.T) {
	for _, test := range []struct {
		perSecond float64
		ramp      time.Duration
		within    time.Duration
		want      int
	}{
		{10, 0, time.Minute, 600},
		{0.5, 0, time.Minute, 30},
		{1000, 0, 10 * time.Second, 10_000},
		{10, time.Minute, time.Minute, 330},
		{10, time.Minute, 2 * time.Minute, 930},
	} {
		got := spent(hookline.ResendWish{PerSecond: test.perSecond, Ramp: test.ramp}, test.within, beat)
		if got > test.want || got < test.want-test.want/50-1 {
			t.Errorf("%v a second, slowly for %v: %d in %v, want %d", test.perSecond, test.ramp, got, test.within, test.want)
		}
	}
}

// TestPaceSavesLittle: who comes late, or was away, does not make up for it.
func TestPaceSavesLittle(t *testing.T) {
	began := time.Unix(1_700_000_000, 0)
	p := paceOf(hookline.ResendRun{ResendWish: hookline.ResendWish{PerSecond: 100}, ChangedAt: began.Add(-time.Hour)}, began)
	if n := p.may(began); n != 0 {
		t.Errorf("after a start %d are due at once", n)
	}
	if n := p.may(began.Add(time.Hour)); n != 26 {
		t.Errorf("after an hour away %d are due at once, want one and a quarter of a second's", n)
	}
	p.took(26)
	if n := p.may(began.Add(time.Hour)); n != 0 {
		t.Errorf("%d are due twice", n)
	}
	if n := p.may(began); n != 0 { // a clock that was set back
		t.Errorf("%d are due before", n)
	}
	if n := spent(hookline.ResendWish{}, beat, beat); n != stretch {
		t.Errorf("without a rate %d are due, want a stretch", n)
	}
}

func TestSpeed(t *testing.T) {
	var s speed
	at := time.Unix(1_700_000_000, 0)
	s.add(5, at)
	if got := s.add(5, at.Add(time.Second)); got != 10 {
		t.Errorf("10 in the first second are %v a second", got)
	}
	if got := s.add(10, at.Add(2*time.Second)); got != 10 {
		t.Errorf("20 in two seconds are %v a second", got)
	}
	if got := s.add(1, at.Add(3*time.Second)); got != 10 {
		t.Errorf("within a span it is %v a second", got)
	}
	if got := s.add(1, at.Add(6*time.Second)); got != .5 {
		t.Errorf("2 in four seconds are %v a second", got)
	}
}
