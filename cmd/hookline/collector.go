package main

import (
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// How much memory is traded for time. What lives is a few tens of megabytes, so
// the collector may wait until many times as much has been used, but not beyond
// a limit that follows what lives: with thousands of connections a fixed one
// would have it do little else. When nothing goes on, what was used is given back.
const (
	gcPercent   = 800
	leastLimit  = 96 << 20
	beside      = 32 << 20 // what is neither heap nor stacks, and room to work in
	followEvery = time.Second
	followFrom  = 4 << 20 // smaller changes are not worth stopping the world for

	quietUnder   = 1 << 20  // allocated since the last look
	giveBackFrom = 12 << 20 // allocated since memory was given back last
)

// tuneCollector sets the collector up for serving, until stop is called. GOGC and
// GOMEMLIMIT say otherwise when they are set.
func tuneCollector(env func(string) string) (stop func()) {
	if env("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if env("GOMEMLIMIT") != "" {
		return func() {}
	}
	debug.SetMemoryLimit(leastLimit)
	over, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		followMemory(over)
	}()
	return func() { close(over); <-ended }
}

// followMemory lets the limit follow what lives, and gives back what is held for nothing.
func followMemory(over <-chan struct{}) {
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	used := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}, {Name: "/gc/heap/allocs:bytes"}}
	limit := int64(leastLimit)
	var allocated allocations
	for {
		select {
		case <-over:
			return
		case <-tick.C:
		}
		metrics.Read(used)
		next := limitFor(used[0].Value.Uint64() + used[1].Value.Uint64())
		if max(next-limit, limit-next) >= followFrom {
			limit = next
			debug.SetMemoryLimit(limit)
		}
		if allocated.rest(used[2].Value.Uint64()) {
			debug.FreeOSMemory()
		}
	}
}

// allocations are how many bytes had been allocated since the start.
type allocations struct {
	before uint64 // at the last look
	given  uint64 // when memory was given back last
}

// rest says whether it is time to give memory back: nothing goes on, and enough
// went on since the last time that the collector's work is worth it.
func (a *allocations) rest(now uint64) bool {
	quiet := now-a.before < quietUnder
	a.before = now
	if !quiet || now-a.given < giveBackFrom {
		return false
	}
	a.given = now
	return true
}

// limitFor leaves half as much as lives to be used before it is collected.
func limitFor(lives uint64) int64 { return max(leastLimit, int64(lives+lives/2)+beside) }
