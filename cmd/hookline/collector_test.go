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
