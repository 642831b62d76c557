package main

import (
	"math"
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

func TestLimitFollowsWhatLives(t *testing.T) {
	for lives, want := range map[uint64]int64{0: leastLimit, 10 << 20: leastLimit, 100 << 20: 182 << 20, 400 << 20: 632 << 20} {
		if got := limitFor(lives); got != want {
			t.Errorf("%d MB live: limit %d MB, want %d", lives>>20, got>>20, want>>20)
		}
	}
}

// TestCollectorIsTuned: the limit rises with what lives and falls again, and
// nothing is touched that the environment has set.
func TestCollectorIsTuned(t *testing.T) {
	percent, limit := debug.SetGCPercent(100), debug.SetMemoryLimit(math.MaxInt64)
	defer func() { debug.SetGCPercent(percent); debug.SetMemoryLimit(limit) }()

	tuneCollector(func(string) string { return "set" })()
	if p, l := debug.SetGCPercent(100), debug.SetMemoryLimit(-1); p != 100 || l != math.MaxInt64 {
		t.Errorf("with both set: %d %%, %d", p, l)
	}

	stop := tuneCollector(func(string) string { return "" })
	defer stop()
	if p, l := debug.SetGCPercent(gcPercent), debug.SetMemoryLimit(-1); p != gcPercent || l != leastLimit {
		t.Errorf("at the start: %d %%, %d MB", p, l>>20)
	}
	hold := make([]byte, 200<<20)
	until(t, func(l int64) bool { return l > 300<<20 })
	runtime.KeepAlive(hold)
	until(t, func(l int64) bool { return l < 200<<20 })
}

func TestMemoryIsGivenBackAtRest(t *testing.T) {
	before := memory{lives: 20 << 20, held: 60 << 20, allocated: 1 << 30}
	for name, c := range map[string]struct {
		now  memory
		want bool
	}{
		"at rest, much is held":   {memory{20 << 20, 60 << 20, 1<<30 + 100}, true},
		"at rest, little is held": {memory{20 << 20, 30 << 20, 1<<30 + 100}, false},
		"busy":                    {memory{20 << 20, 60 << 20, 1<<30 + 2<<20}, false},
	} {
		if got := c.now.idle(before); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	percent, limit := debug.SetGCPercent(100), debug.SetMemoryLimit(math.MaxInt64)
	defer func() { debug.SetGCPercent(percent); debug.SetMemoryLimit(limit) }()
	stop := tuneCollector(func(string) string { return "" })
	defer stop()
	hold := make([]byte, 100<<20)
	for i := range hold {
		hold[i] = 1
	}
	if m := readMemory(); m.held < 100<<20 {
		t.Fatalf("%d MB are held", m.held>>20)
	}
	runtime.KeepAlive(hold)
	for began := time.Now(); readMemory().held > 60<<20; pause(t, 50*time.Millisecond) {
		if time.Since(began) > 20*time.Second {
			t.Fatalf("%d MB are still held", readMemory().held>>20)
		}
	}
}

func until(t *testing.T, is func(limit int64) bool) {
	t.Helper()
	for began := time.Now(); ; pause(t, 50*time.Millisecond) {
		runtime.GC()
		limit := debug.SetMemoryLimit(-1)
		if is(limit) {
			return
		}
		if time.Since(began) > 20*time.Second {
			t.Fatalf("the limit is %d MB", limit>>20)
		}
	}
}
