package delivery

import (
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

// trial is a breaker under a clock of its own.
type trial struct {
	*testing.T
	breaker
	now time.Time
}

func newTrial(t *testing.T) *trial { return &trial{T: t, now: noon} }

// try makes n attempts one after the other, with so long between them.
func (r *trial) try(n int, v verdict, apart time.Duration) {
	r.Helper()
	for range n {
		if ok, next := r.may(r.now); !ok {
			r.Fatalf("%s after noon: it is %q until %s", r.now.Sub(noon), r.state, next.Sub(noon))
		}
		r.end(r.begin(r.now), v, "The receiver answered 503.", r.now, 0.5)
		r.now = r.now.Add(apart)
	}
}

func (r *trial) is(want hookline.Breaker) {
	r.Helper()
	if r.state != want {
		r.Errorf("%s after noon: it is %q, want %q (%s)", r.now.Sub(noon), r.state, want, r.reason)
	}
}

// opened is a breaker that has just opened.
func opened(t *testing.T) *trial {
	t.Helper()
	r := newTrial(t)
	r.try(brokenInRow, unreachable, 0)
	r.is(hookline.BreakerOpen)
	return r
}

func TestBreakerOpens(t *testing.T) {
	type tries struct {
		n     int
		v     verdict
		apart time.Duration
	}
	for name, test := range map[string]struct {
		tries []tries
		opens bool
		why   string
	}{
		"all is well":                       {[]tries{{500, well, time.Millisecond}}, false, ""},
		"19 in trouble are too few":         {[]tries{{19, troubled, time.Second}}, false, ""},
		"20 in trouble":                     {[]tries{{20, troubled, time.Second}}, true, "20 of the last 20 tries"},
		"18 of 20":                          {[]tries{{2, well, 0}, {18, troubled, time.Second}}, true, "18 of the last 20"},
		"17 of 20":                          {[]tries{{3, well, 0}, {17, troubled, time.Second}}, false, ""},
		"26 of 29, whatever came before":    {[]tries{{3, well, 0}, {27, troubled, time.Second}}, true, "27 of the last 30"},
		"one in four seconds is too seldom": {[]tries{{100, troubled, 4 * time.Second}}, false, ""},
		"old ones do not count":             {[]tries{{19, troubled, 0}, {0, well, 0}, {1, well, time.Minute}, {18, troubled, time.Second}}, false, ""},
		"9 without an answer":               {[]tries{{9, unreachable, time.Hour}}, false, ""},
		"10 without an answer":              {[]tries{{10, unreachable, time.Hour}}, true, "The last 10 tries got no answer. The latest: The receiver answered 503."},
		"9, an answer, 9":                   {[]tries{{9, unreachable, time.Minute}, {1, troubled, 0}, {9, unreachable, time.Minute}}, false, ""},
		"refusals are no trouble":           {[]tries{{500, well, 0}}, false, ""},
		"nothing was sent":                  {[]tries{{500, unsaid, 0}}, false, ""},
		"what was not sent hides nothing":   {[]tries{{5, unreachable, 0}, {5, unsaid, 0}, {5, unreachable, 0}}, true, "The last 10 tries"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newTrial(t)
			for _, some := range test.tries {
				r.try(some.n, some.v, some.apart)
			}
			want := hookline.BreakerClosed
			if test.opens {
				want = hookline.BreakerOpen
			}
			r.is(want)
			if !strings.Contains(r.reason, test.why) || test.opens == (r.reason == "") {
				t.Errorf("the reason is %q, want %q", r.reason, test.why)
			}
		})
	}
}

func TestBreakerSurvivesAClockThatIsSetBack(t *testing.T) {
	r := newTrial(t)
	r.try(15, troubled, time.Second)
	r.now = r.now.Add(-3 * time.Hour)
	r.try(19, troubled, time.Second)
	r.is(hookline.BreakerClosed)
	r.try(1, troubled, 0)
	r.is(hookline.BreakerOpen)
}

func TestBreakerStaysOpenLongerEachTime(t *testing.T) {
	r := opened(t)
	since := r.since
	for _, want := range []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 10 * time.Minute, 10 * time.Minute} {
		if ok, next := r.may(r.now.Add(want - 1)); ok || !next.Equal(r.now.Add(want)) {
			t.Fatalf("after opening %d: open for %s, want %s", r.openings, next.Sub(r.now), want)
		}
		r.now = r.now.Add(want)
		r.try(1, troubled, 0)
		r.is(hookline.BreakerOpen)
	}
	if !r.since.Equal(since) || r.openings != 8 || !strings.Contains(r.reason, "tried again and still fails") {
		t.Errorf("open since %s, %d times: %s", r.since, r.openings, r.reason)
	}
	if got := openFor(1_000_000, 0.5); got != 10*time.Minute {
		t.Errorf("after a million openings it stays open for %s", got)
	}
}

func TestBreakerJitterStaysWithinATenth(t *testing.T) {
	for jitter, want := range map[float64]time.Duration{0: 27 * time.Second, 0.5: 30 * time.Second, 0.999999: 33 * time.Second} {
		if got := openFor(1, jitter); (got - want).Abs() > time.Millisecond {
			t.Errorf("jitter %v: open for %s, want %s", jitter, got, want)
		}
	}
}

func TestBreakerTriesOneThenSomeThenCloses(t *testing.T) {
	r := opened(t)
	r.now = r.until
	first := r.begin(r.now)
	r.is(hookline.BreakerHalfOpen)
	if ok, next := r.may(r.now); ok || !next.After(r.now) {
		t.Errorf("a second attempt beside the first: %v, ask again at %s", ok, next)
	}
	r.end(first, well, "", r.now, 0.5)
	var turns []uint32
	for range 9 {
		if ok, _ := r.may(r.now); ok {
			turns = append(turns, r.begin(r.now))
		}
	}
	if len(turns) != maxProbes {
		t.Fatalf("%d attempts beside each other after a success, want %d", len(turns), maxProbes)
	}
	r.end(turns[0], well, "", r.now, 0.5)
	r.is(hookline.BreakerHalfOpen)
	r.end(turns[1], well, "", r.now, 0.5)
	r.is(hookline.BreakerClosed)
	r.end(turns[2], unreachable, "late", r.now, 0.5) // of the state before: says nothing
	r.try(brokenInRow-1, unreachable, 0)
	r.is(hookline.BreakerClosed)
	if r.openings != 0 || r.reason != "" || !r.since.IsZero() {
		t.Errorf("closed, and still %d openings since %s: %s", r.openings, r.since, r.reason)
	}
}

func TestBreakerOpensAgainWhenATryFails(t *testing.T) {
	r := opened(t)
	r.now = r.until
	r.end(r.begin(r.now), well, "", r.now, 0.5)
	a, b := r.begin(r.now), r.begin(r.now)
	r.end(a, troubled, "The receiver answered 500.", r.now, 0.5)
	r.is(hookline.BreakerOpen)
	r.end(b, well, "", r.now, 0.5) // too late to close it
	r.is(hookline.BreakerOpen)
	if got := r.until.Sub(r.now); got != time.Minute {
		t.Errorf("open for %s, want a minute", got)
	}
}

func TestBreakerIgnoresTimeOutsFromBeforeItOpened(t *testing.T) {
	r := newTrial(t)
	var turns []uint32
	for range 64 {
		turns = append(turns, r.begin(r.now))
	}
	for _, turn := range turns[:brokenInRow] {
		r.end(turn, unreachable, "No answer.", r.now, 0.5)
	}
	r.is(hookline.BreakerOpen)
	until := r.until
	for _, turn := range turns[brokenInRow:] {
		r.end(turn, unreachable, "No answer.", r.now, 0.5)
	}
	if r.openings != 1 || !r.until.Equal(until) {
		t.Errorf("opened %d times, until %s", r.openings, r.until)
	}
	r.now = r.until
	r.begin(r.now)
	r.end(turns[20], unreachable, "No answer.", r.now, 0.5) // even later: the try that decides is another
	r.is(hookline.BreakerHalfOpen)
}

func TestBreakerGivesAPlaceBack(t *testing.T) {
	r := opened(t)
	r.now = r.until
	r.giveBack(r.begin(r.now))
	if ok, _ := r.may(r.now); !ok {
		t.Fatal("what was given back keeps its place")
	}
	r.begin(r.now)
	if ok, _ := r.may(r.now.Add(probeLost)); ok {
		t.Error("two at once")
	}
	if ok, _ := r.may(r.now.Add(probeLost + 1)); !ok {
		t.Error("an attempt that vanished without a word keeps it shut for ever")
	}
	r.now = r.now.Add(probeLost + 1)
	r.end(r.begin(r.now), unsaid, "", r.now, 0.5)
	if ok, _ := r.may(r.now); !ok || r.state != hookline.BreakerHalfOpen {
		t.Error("an attempt that says nothing decides something")
	}
}

func TestVouchingLetsOneTryThrough(t *testing.T) {
	r := opened(t)
	r.vouch(r.now)
	if ok, _ := r.may(r.now); !ok {
		t.Fatal("somebody vouched, and it is not tried")
	}
	r.try(1, troubled, 0)
	r.is(hookline.BreakerOpen)
	closed := newTrial(t)
	closed.vouch(closed.now)
	closed.is(hookline.BreakerClosed)
}

func TestVerdicts(t *testing.T) {
	for name, test := range map[string]struct {
		answer answer
		want   verdict
	}{
		"200":                  {answer{status: 200}, well},
		"too large":            {answer{status: 200, tooLarge: true}, well},
		"redirect":             {answer{status: 302, location: "/"}, well},
		"404":                  {answer{status: 404}, well},
		"410":                  {answer{status: 410}, well},
		"408":                  {answer{status: 408}, troubled},
		"409":                  {answer{status: 409}, troubled},
		"429":                  {answer{status: 429}, troubled},
		"503":                  {answer{status: 503}, troubled},
		"no answer":            {answer{trouble: "No answer."}, unreachable},
		"half an answer":       {answer{status: 200, trouble: "It broke off."}, unreachable},
		"refused by the guard": {answer{trouble: "A loopback address.", final: true}, unsaid},
	} {
		if got := verdictOf(test.answer); got != test.want {
			t.Errorf("%s: %d, want %d", name, got, test.want)
		}
	}
}
