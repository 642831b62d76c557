package delivery

import (
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

// a well receiver that nobody limits.
func atEase() hookline.Destination {
	return hookline.Destination{ID: "dst_1", Name: "CRM", Enabled: true}
}

func shutFor(t *testing.T, p permit, cause hookline.Cause, reason string, next time.Time) {
	t.Helper()
	if p.Open || p.Cause != cause || !strings.Contains(p.Reason, reason) || !p.Next.Equal(next) {
		t.Errorf("open %v, cause %q until %s: %s\nwant %q until %s: %s", p.Open, p.Cause, p.Next, p.Reason, cause, next, reason)
	}
}

// breaks lets ten attempts get no answer.
func breaks(t *testing.T, g *gate, now time.Time) hookline.Health {
	t.Helper()
	var h hookline.Health
	for i := range brokenInRow {
		p := g.ask(now)
		if !p.Open {
			t.Fatalf("attempt %d: %s", i+1, p.Reason)
		}
		var changed bool
		if h, changed = g.end(p, answer{trouble: "The name was not found."}, now, 0.5); changed != (i == brokenInRow-1) {
			t.Fatalf("attempt %d: changed %v", i+1, changed)
		}
	}
	return h
}

func asked(h hookline.Health, wait time.Duration) hookline.Health {
	h.AskedUntil = noon.Add(wait)
	return h
}

func TestGateIsShutBy(t *testing.T) {
	later := noon.Add(time.Hour)
	broken := hookline.Health{Breaker: hookline.BreakerOpen, Reason: "It broke.", Since: noon, OpenedAt: noon, NextTry: noon.Add(time.Minute), Openings: 2}
	for name, test := range map[string]struct {
		change func(*hookline.Destination)
		health hookline.Health
		cause  hookline.Cause
		reason string
		next   time.Time
	}{
		"off":         {func(d *hookline.Destination) { d.Enabled = false }, hookline.Health{}, hookline.CauseOff, "switched off", time.Time{}},
		"a pause":     {func(d *hookline.Destination) { d.Paused = hookline.Pause{At: noon, By: "ana", Note: "new CRM"} }, broken, hookline.CausePaused, "paused by ana: “new CRM”.", time.Time{}},
		"maintenance": {func(d *hookline.Destination) { d.Maintenance = []hookline.Window{{From: noon, Until: later}} }, broken, hookline.CauseMaintenance, "maintenance", later},
		"its breaker": {func(*hookline.Destination) {}, broken, hookline.CauseBroken, "It broke.", noon.Add(time.Minute)},
		"Retry-After": {func(*hookline.Destination) {}, hookline.Health{AskedUntil: noon.Add(9 * time.Second)}, hookline.CauseAsked, "Retry-After", noon.Add(9 * time.Second)},
		// What is told is the breaker; the later of the two is when to ask again.
		"its breaker, and Retry-After": {func(*hookline.Destination) {}, asked(broken, 9*time.Second), hookline.CauseBroken, "It broke.", noon.Add(time.Minute)},
		"Retry-After, and its breaker": {func(*hookline.Destination) {}, asked(broken, 5*time.Minute), hookline.CauseBroken, "It broke.", noon.Add(5 * time.Minute)},
	} {
		t.Run(name, func(t *testing.T) {
			d := atEase()
			test.change(&d)
			g := newGate(d, test.health, noon)
			shutFor(t, g.ask(noon), test.cause, test.reason, test.next)
			if test.next.IsZero() {
				shutFor(t, g.ask(noon.Add(100*time.Hour)), test.cause, test.reason, test.next)
				g.set(atEase(), noon.Add(time.Minute))
				test.next = noon.Add(time.Minute)
			}
			if p := g.ask(test.next.Add(-time.Microsecond)); p.Open && test.cause != hookline.CauseOff && test.cause != hookline.CausePaused {
				t.Error("open too early")
			}
			if p := g.ask(test.next); !p.Open {
				t.Errorf("shut at %s: %s", test.next, p.Reason)
			}
		})
	}
}

func TestGateOfOneAtEase(t *testing.T) {
	g := newGate(atEase(), hookline.Health{}, noon)
	for range 1000 {
		p := g.ask(noon)
		if !p.Open {
			t.Fatal(p.Reason)
		}
		if h, changed := g.end(p, answer{status: 200}, noon, 0.5); changed {
			t.Fatalf("changed to %+v", h)
		}
	}
}

func TestGateKeepsTheRate(t *testing.T) {
	d := atEase()
	d.MaxPerSecond = 10
	g := newGate(d, hookline.Health{}, noon)
	if p := g.ask(noon); !p.Open {
		t.Fatal(p.Reason)
	}
	shutFor(t, g.ask(noon), hookline.CausePace, "rate", noon.Add(80*time.Millisecond))
	if p := g.ask(noon.Add(80 * time.Millisecond)); !p.Open {
		t.Error(p.Reason)
	}
}

func TestGateCatchesUpAtTheChosenPace(t *testing.T) {
	perTen := func(g *gate, from time.Time) (n int) {
		for now := from; now.Before(from.Add(10 * time.Second)); {
			if p := g.ask(now); p.Open {
				n++
			} else {
				now = p.Next
			}
		}
		return n
	}
	for name, test := range map[string]struct {
		usual  float64
		resume hookline.Resume
		want   int
	}{
		"slower than usual":  {100, hookline.Resume{At: noon, PerSecond: 10}, 100},
		"never faster":       {10, hookline.Resume{At: noon, PerSecond: 100}, 100},
		"no rate but that":   {0, hookline.Resume{At: noon, PerSecond: 10}, 100},
		"growing":            {0, hookline.Resume{At: noon, PerSecond: 100, Ramp: 100 * time.Second}, 145},
		"growing to usual":   {100, hookline.Resume{At: noon, Ramp: 100 * time.Second}, 145},
		"no pace of its own": {10, hookline.Resume{At: noon}, 100},
	} {
		t.Run(name, func(t *testing.T) {
			d := atEase()
			d.MaxPerSecond, d.Paused, d.Resume = test.usual, hookline.Pause{At: noon.Add(-time.Hour)}, test.resume
			d.Resume.At = noon.Add(-time.Second)
			g := newGate(d, hookline.Health{}, noon)
			shutFor(t, g.ask(noon), hookline.CausePaused, "paused", time.Time{}) // what is not kept is being taken out
			d.Paused, d.Resume = hookline.Pause{}, test.resume
			if !g.set(d, noon) {
				t.Error("it does not say that it was resumed")
			}
			if g.set(d, noon) {
				t.Error("it says twice that it was resumed")
			}
			if got := perTen(g, noon); got < test.want-2 || got > test.want+2 {
				t.Errorf("%d attempts in ten seconds, want about %d", got, test.want)
			}
		})
	}
}

func TestGateHearsOfAPauseThatIsOver(t *testing.T) {
	d := atEase()
	g := newGate(d, hookline.Health{}, noon)
	d.Name = "Shop CRM"
	if g.set(d, noon) {
		t.Error("another name is a resume")
	}
	d.Resume = hookline.Resume{At: noon}
	if !g.set(d, noon) {
		t.Error("paused and resumed between two looks, and it does not say so")
	}
	d.Resume = hookline.Resume{}
	if g.set(d, noon) {
		t.Error("to have caught up is a resume")
	}
	if g.set(d, noon) || newGate(d, hookline.Health{}, noon).set(d, noon) {
		t.Error("nothing is a resume")
	}
}

func TestGateTellsWhenTheReceiverBreaksAndRecovers(t *testing.T) {
	g := newGate(atEase(), hookline.Health{}, noon)
	h := breaks(t, g, noon)
	want := hookline.Health{
		DestinationID: "dst_1", Breaker: hookline.BreakerOpen, Reason: "The last 10 tries got no answer. The latest: The name was not found.",
		Since: noon, OpenedAt: noon, NextTry: noon.Add(30 * time.Second), Openings: 1,
	}
	if h != want {
		t.Fatalf("\ngot  %+v\nwant %+v", h, want)
	}
	shutFor(t, g.ask(noon), hookline.CauseBroken, "got no answer", noon.Add(30*time.Second))
	now := noon.Add(30 * time.Second)
	for i := range closesAfter {
		p := g.ask(now)
		if !p.Open {
			t.Fatal(p.Reason)
		}
		h, changed := g.end(p, answer{status: 204}, now, 0.5)
		switch {
		case i == 0 && (!changed || h.Breaker != hookline.BreakerHalfOpen), i == closesAfter-1 && (!changed || !h.Well()):
			t.Errorf("after success %d: changed %v, %+v", i+1, changed, h)
		}
	}
}

func TestGateWhileATryIsOnItsWay(t *testing.T) {
	g := newGate(atEase(), hookline.Health{}, noon)
	breaks(t, g, noon)
	now := noon.Add(30 * time.Second)
	p := g.ask(now)
	shutFor(t, g.ask(now), hookline.CauseBroken, "got no answer", now.Add(probeLost))
	g.giveBack(p)
	if p := g.ask(now); !p.Open {
		t.Errorf("given back, and shut: %s", p.Reason)
	}
}

func TestGateRemembersOverARestart(t *testing.T) {
	for _, state := range []hookline.Breaker{hookline.BreakerOpen, hookline.BreakerHalfOpen} {
		h := hookline.Health{Breaker: state, Reason: "It broke.", Since: noon.Add(-time.Hour), OpenedAt: noon, NextTry: noon.Add(4 * time.Minute), Openings: 4}
		g := newGate(atEase(), h, noon)
		shutFor(t, g.ask(noon), hookline.CauseBroken, "It broke.", h.NextTry)
		got, _ := g.end(g.ask(h.NextTry), answer{status: 503}, h.NextTry, 0.5)
		if got.Openings != 5 || got.NextTry.Sub(h.NextTry) != 8*time.Minute || !got.Since.Equal(h.Since) {
			t.Errorf("%s: after one more failure %+v", state, got)
		}
		d := atEase()
		d.VouchedAt = noon.Add(time.Second)
		if p := newGate(d, h, noon.Add(2*time.Second)).ask(noon.Add(2 * time.Second)); !p.Open {
			t.Errorf("%s: somebody vouched while nobody ran: %s", state, p.Reason)
		}
	}
	far := hookline.Health{Breaker: hookline.BreakerOpen, NextTry: noon.Add(100 * time.Hour), AskedUntil: noon.Add(100 * time.Hour)}
	g := newGate(atEase(), far, noon)
	if p := g.ask(noon.Add(time.Hour)); !p.Open {
		t.Errorf("a clock that was set back shuts it for days: until %s", p.Next)
	}
}

func TestGateHearsRetryAfter(t *testing.T) {
	g := newGate(atEase(), hookline.Health{}, noon)
	p := g.ask(noon)
	for _, a := range []answer{{status: 500, retryAfter: "60"}, {status: 200, retryAfter: "60"}, {status: 429, retryAfter: "soon"}} {
		if _, changed := g.end(p, a, noon, 0.5); changed {
			t.Errorf("%+v shuts the gate", a)
		}
	}
	h, changed := g.end(p, answer{status: 429, retryAfter: "60"}, noon, 0.5)
	if !changed || !h.AskedUntil.Equal(noon.Add(time.Minute)) || h.Breaker != hookline.BreakerClosed {
		t.Errorf("changed %v: %+v", changed, h)
	}
	if _, changed := g.end(p, answer{status: 503, retryAfter: "5"}, noon, 0.5); changed {
		t.Error("a later answer shortens the wait")
	}
	shutFor(t, g.ask(noon.Add(59*time.Second)), hookline.CauseAsked, "Retry-After", noon.Add(time.Minute))
	p = g.ask(noon.Add(time.Minute))
	if !p.Open {
		t.Fatal(p.Reason)
	}
	if h, changed := g.end(p, answer{status: 200}, noon.Add(time.Minute), 0.5); !changed || !h.Well() {
		t.Errorf("after the wait: changed %v, %+v", changed, h)
	}
	g.end(p, answer{status: 503, retryAfter: "7200"}, noon.Add(time.Minute), 0.5)
	d := atEase()
	d.VouchedAt = noon.Add(2 * time.Minute)
	g.set(d, noon.Add(2*time.Minute))
	if p := g.ask(noon.Add(2 * time.Minute)); !p.Open {
		t.Errorf("somebody vouched: %s", p.Reason)
	}
}

func TestGateMarks410AndGoesOn(t *testing.T) {
	g := newGate(atEase(), hookline.Health{}, noon)
	end := func(a answer, after time.Duration) (hookline.Health, bool) {
		t.Helper()
		p := g.ask(noon.Add(after))
		if !p.Open {
			t.Fatalf("shut: %s", p.Reason)
		}
		return g.end(p, a, noon.Add(after), 0.5)
	}
	h, changed := end(answer{status: 410}, 0)
	if !changed || !h.GoneAt.Equal(noon) {
		t.Fatalf("changed %v: %+v", changed, h)
	}
	if _, changed := end(answer{status: 410}, time.Second); changed {
		t.Error("the second 410 is news")
	}
	if _, changed := end(answer{trouble: "No answer."}, time.Second); changed {
		t.Error("no answer is news")
	}
	d := atEase()
	d.VouchedAt = noon.Add(time.Minute)
	g.set(d, noon.Add(time.Minute))
	if h, changed := end(answer{status: 410}, 2*time.Minute); !changed || !h.GoneAt.Equal(noon.Add(2*time.Minute)) {
		t.Errorf("410 again after somebody vouched: changed %v, %+v", changed, h)
	}
	if h, changed := end(answer{status: 201}, 3*time.Minute); !changed || !h.Well() {
		t.Errorf("a success: changed %v, %+v", changed, h)
	}
}

func TestGateWorksWindowsOutAgainWhenTheClockIsSetBack(t *testing.T) {
	d := atEase()
	d.Maintenance = []hookline.Window{{From: noon, Until: noon.Add(time.Hour)}}
	g := newGate(d, hookline.Health{}, noon)
	if p := g.ask(noon.Add(time.Minute)); p.Open {
		t.Fatal("open under maintenance")
	}
	if p := g.ask(noon.Add(-2 * time.Hour)); !p.Open {
		t.Errorf("shut two hours before: %s", p.Reason)
	}
	if p := g.ask(noon.Add(time.Minute)); p.Open {
		t.Error("open under maintenance, after the clock was mended")
	}
}

// gates is what an attempt costs when all is well.
func gates() map[string]*gate {
	d := atEase()
	paced := atEase()
	paced.MaxPerSecond, paced.Burst = 10_000, 10_000
	under := atEase()
	under.Maintenance = []hookline.Window{{Days: 127, Start: 60, End: 120, Zone: "Europe/Berlin"}}
	return map[string]*gate{
		"plain": newGate(d, hookline.Health{}, noon), "paced": newGate(paced, hookline.Health{}, noon), "windows": newGate(under, hookline.Health{}, noon),
	}
}

func TestGateMakesNoGarbage(t *testing.T) {
	for name, g := range gates() {
		now := noon
		if n := testing.AllocsPerRun(100, func() {
			now = now.Add(time.Millisecond)
			p := g.ask(now)
			if !p.Open {
				t.Fatal(p.Reason)
			}
			if _, changed := g.end(p, answer{status: 200}, now, 0.5); changed {
				t.Fatal("changed")
			}
		}); n > 0 {
			t.Errorf("%s: %v allocations an attempt", name, n)
		}
	}
}

func BenchmarkGateAsk(b *testing.B) {
	for name, g := range gates() {
		b.Run(name, func(b *testing.B) {
			now := noon
			for b.Loop() {
				now = now.Add(time.Millisecond)
				g.ask(now)
			}
		})
	}
}

func BenchmarkGateEnd(b *testing.B) {
	g, now := newGate(atEase(), hookline.Health{}, noon), noon
	p := g.ask(now)
	for b.Loop() {
		now = now.Add(time.Millisecond)
		g.end(p, answer{status: 200}, now, 0.5)
	}
}
