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

func TestRestComesAfterWork(t *testing.T) {
	var a allocations
	for i, look := range []struct {
		megabytes uint64
		want      bool
	}{{5, false}, {5, false}, {50, false}, {60, false}, {60, true}, {60, false}, {65, false}, {65, false}, {72, false}, {72, true}} {
		if got := a.rest(look.megabytes << 20); got != look.want {
			t.Errorf("look %d at %d MB: %v", i, look.megabytes, got)
		}
	}
}

func TestMemoryIsGivenBackAtRest(t *testing.T) {
	percent, limit := debug.SetGCPercent(100), debug.SetMemoryLimit(math.MaxInt64)
	defer func() { debug.SetGCPercent(percent); debug.SetMemoryLimit(limit) }()
	hold := make([]byte, 100<<20)
	for i := range hold {
		hold[i] = 1
	}
	much := residentHeap()
	runtime.KeepAlive(hold)
	stop := tuneCollector(func(string) string { return "" })
	defer stop()
	for began := time.Now(); residentHeap() > much-80<<20; pause(t, 50*time.Millisecond) {
		if time.Since(began) > 20*time.Second {
			t.Fatalf("of %d MB %d are still held", much>>20, residentHeap()>>20)
		}
	}
}

// residentHeap is what the heap holds of the system's memory, in bytes.
func residentHeap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapSys - m.HeapReleased
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
