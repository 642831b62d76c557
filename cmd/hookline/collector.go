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
	giveBackFrom = 12 << 20 // held but not alive
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
	limit, before := int64(leastLimit), readMemory()
	var given uint64 // what had been allocated when memory was given back last
	for {
		select {
		case <-over:
			return
		case <-tick.C:
		}
		m := readMemory()
		if next := limitFor(m.lives); max(next-limit, limit-next) >= followFrom {
			limit = next
			debug.SetMemoryLimit(limit)
		}
		if m.idle(before) && m.allocated-given > quietUnder { // else it would find the same again
			debug.FreeOSMemory()
			given = m.allocated
		}
		before = m
	}
}

// memory is what the runtime holds, in bytes.
type memory struct {
	lives     uint64 // as of the last collection, and all stacks
	held      uint64 // of the system's, for the heap and for stacks
	allocated uint64 // since the start
}

func readMemory() memory {
	s := []metrics.Sample{
		{Name: "/gc/heap/live:bytes"},
		{Name: "/memory/classes/heap/stacks:bytes"},
		{Name: "/gc/heap/allocs:bytes"},
		{Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/memory/classes/heap/unused:bytes"},
		{Name: "/memory/classes/heap/free:bytes"},
	}
	metrics.Read(s)
	at := func(i int) uint64 { return s[i].Value.Uint64() }
	return memory{lives: at(0) + at(1), held: at(1) + at(3) + at(4) + at(5), allocated: at(2)}
}

// idle says whether nothing went on since before, and more is held than what
// lives has use for.
func (m memory) idle(before memory) bool {
	return m.allocated-before.allocated < quietUnder && m.held > m.lives+giveBackFrom
}

// limitFor leaves half as much as lives to be used before it is collected.
func limitFor(lives uint64) int64 { return max(leastLimit, int64(lives+lives/2)+beside) }
