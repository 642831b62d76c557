package main

import (
	"fmt"
	"slices"
	"strings"
)

// unit is what a figure counts, and how it is written.
type unit string

const (
	asRate  unit = "/s" // stands beside R, and is judged by that
	asPace  unit = "at" // a rate that is given, and stands for itself
	asTime  unit = "s"
	asSize  unit = "B"
	asCount unit = "n"
	asShare unit = "×"
)

// goal is what a figure must be and what we aim at.
type goal struct{ must, aim float64 }

// row is a line of the table. A rate is judged as a multiple of R, all else as
// it is; of rates and shares more is better, of all else less.
type row struct {
	id    string
	what  string
	part  string // that measures it
	unit  unit
	goal  *goal
	worst bool // of several rounds the worst counts, not the median
}

const (
	ms = 0.001
	µs = 0.000_001
	mb = 1 << 20
)

// table has its goals from the targets that were set after other engines and a
// prototype had been measured. How much is accepted is judged where nothing else
// is to be done: accepting what one processor can, and delivering it at the same
// time as fast as two can, is not for two processors; what they are then used
// for is told and not judged. It has a line for each figure, and so is as long as
// there are figures.
func table() []row {
	return []row{
		{id: "start", what: "start on an empty folder, until /readyz", part: "start", unit: asTime, goal: &goal{0.3, 0.1}},
		{id: "accepted.singles", what: "accepted, single events, nothing connected", part: "intake", unit: asRate, goal: &goal{0.25, 0.4}},
		{id: "accepted.batches", what: "accepted, batches of 100, nothing connected", part: "intake", unit: asRate, goal: &goal{1, 2}},
		{id: "accepted.singles.delivering", what: "accepted while delivering, single events", part: "singles", unit: asRate},
		{id: "accepted.batches.delivering", what: "accepted while delivering, batches of 100", part: "batches", unit: asRate},
		{id: "delivered.singles", what: "delivered end to end, single events", part: "singles", unit: asRate, goal: &goal{0.18, 0.28}},
		{id: "delivered.batches", what: "delivered end to end, batches of 100", part: "batches", unit: asRate, goal: &goal{0.3, 0.5}},
		{id: "cpu.singles", what: "CPU of ours per delivery, single events", part: "singles", unit: asTime},
		{id: "cpu.singles.normal", what: "… as if R were 44,000", part: "singles", unit: asTime, goal: &goal{110 * µs, 65 * µs}},
		{id: "cpu.batches", what: "CPU of ours per delivery, batches of 100", part: "batches", unit: asTime},
		{id: "cpu.batches.normal", what: "… as if R were 44,000", part: "batches", unit: asTime, goal: &goal{110 * µs, 65 * µs}},
		{id: "gathered", what: "delivered in batched actions, events", part: "gathered", unit: asRate, goal: &goal{0.5, 1}},
		{id: "segments.rate", what: "accepted and followed by 50 segments, batches of 100", part: "segments", unit: asRate},
		{id: "segments.share", what: "… ÷ accepted and worked out with none", part: "segments", unit: asShare, goal: &goal{0.8, 0.9}},
		{id: "steady.p50", what: "event → request at 50/s, p50", part: "steady", unit: asTime, goal: &goal{5 * ms, 2 * ms}},
		{id: "steady.p99", what: "event → request at 50/s, p99", part: "steady", unit: asTime, goal: &goal{20 * ms, 8 * ms}},
		{id: "slow.p99", what: "beside a receiver that takes 3.9 s: p99 of the fast one", part: "slow", unit: asTime, goal: &goal{250 * ms, 50 * ms}},
		{id: "slow.rate", what: "… what it gets of 100/s", part: "slow", unit: asPace},
		{id: "many.p95", what: "50 destinations, 10 hanging: p95 of the other 40", part: "many", unit: asTime, goal: &goal{100 * ms, 30 * ms}},
		{id: "broadcast.begun", what: "100,000 people enter a campaign at once: all have begun", part: "broadcast", unit: asTime, goal: &goal{2, 1}},
		{id: "broadcast.p95", what: "… p95 of another destination at rest ÷ meanwhile", part: "broadcast", unit: asShare, goal: &goal{0.5, 0.8}},
		{id: "broadcast.memory", what: "… memory, peak", part: "broadcast", unit: asSize, goal: &goal{300 * mb, 150 * mb}, worst: true},
		{id: "kill.lost", what: "killed in the middle of 20,000: lost", part: "kill", unit: asCount, goal: &goal{0, 0}, worst: true},
		{id: "kill.again", what: "… came twice", part: "kill", unit: asCount, worst: true},
		{id: "kill.caughtup", what: "… all there after the restart", part: "kill", unit: asTime, goal: &goal{3, 1}},
		{id: "memory.rest", what: "memory at rest", part: "memory", unit: asSize, goal: &goal{60 * mb, 40 * mb}},
		{id: "memory.busy", what: "memory at full rate, peak", part: "singles", unit: asSize, goal: &goal{200 * mb, 120 * mb}, worst: true},
		{id: "memory.owed", what: "memory with 1,000,000 owed, peak", part: "owed", unit: asSize, goal: &goal{250 * mb, 150 * mb}},
		{id: "restart.listening", what: "restart with 1,000,000 owed: listening", part: "owed", unit: asTime, goal: &goal{0.4, 0.2}},
		{id: "restart.first", what: "… first delivery", part: "owed", unit: asTime, goal: &goal{2, 0.5}},
		{id: "revive.listening", what: "start after a kill, about as many owed: listening", part: "owed", unit: asTime, goal: &goal{0.4, 0.2}},
		{id: "revive.first", what: "… first delivery", part: "owed", unit: asTime, goal: &goal{2, 0.5}},
		{id: "owed.rate", what: "delivered of 1,000,000 owed", part: "owed", unit: asRate},
		{id: "people.first", what: "people, 1,000,000: first page, p95", part: "people", unit: asTime, goal: &goal{200 * ms, 50 * ms}},
		{id: "people.deep", what: "… deep in the list", part: "people", unit: asTime, goal: &goal{200 * ms, 50 * ms}},
		{id: "people.email", what: "… search for an e-mail address", part: "people", unit: asTime, goal: &goal{200 * ms, 50 * ms}},
		{id: "people.begins", what: "… for the beginning of 100,000 names", part: "people", unit: asTime, goal: &goal{200 * ms, 50 * ms}},
		{id: "people.attribute", what: "… for what an attribute of many holds", part: "people", unit: asTime, goal: &goal{200 * ms, 50 * ms}},
		{id: "people.nobody", what: "… for what nobody has", part: "people", unit: asTime, goal: &goal{200 * ms, 50 * ms}},
		{id: "people.large", what: "… of a segment of 500,000", part: "people", unit: asTime, goal: &goal{200 * ms, 50 * ms}},
		{id: "people.small", what: "… of a segment of 10,000", part: "people", unit: asTime, goal: &goal{200 * ms, 50 * ms}},
		{id: "people.within", what: "… search in the large segment: an e-mail address", part: "people", unit: asTime, goal: &goal{200 * ms, 50 * ms}},
		{id: "people.within.begins", what: "… the beginning of 100,000 names", part: "people", unit: asTime, goal: &goal{200 * ms, 50 * ms}},
		{id: "people.within.nobody", what: "… what nobody has", part: "people", unit: asTime, goal: &goal{200 * ms, 50 * ms}},
		{id: "people.one", what: "… a person's page", part: "people", unit: asTime, goal: &goal{200 * ms, 50 * ms}},
		{id: "people.attributes", what: "… the index of attributes", part: "people", unit: asTime, goal: &goal{200 * ms, 50 * ms}},
		{id: "people.survey", what: "attributes of 1,000,000 people counted", part: "people", unit: asTime},
		{id: "people.survey.p95", what: "… p95 of a destination at rest ÷ meanwhile", part: "people", unit: asShare, goal: &goal{0.5, 0.8}},
		{id: "search.first", what: "Sent with 5,000,000 stored: first page, p95", part: "search", unit: asTime, goal: &goal{200 * ms, 50 * ms}},
		{id: "search.tenth", what: "… tenth page", part: "search", unit: asTime, goal: &goal{200 * ms, 50 * ms}},
		{id: "search.destination", what: "… of one destination", part: "search", unit: asTime, goal: &goal{200 * ms, 50 * ms}},
		{id: "search.action", what: "… of a rare action", part: "search", unit: asTime, goal: &goal{200 * ms, 50 * ms}},
		{id: "search.failed", what: "… failed, of one destination", part: "search", unit: asTime, goal: &goal{200 * ms, 50 * ms}},
		{id: "search.retrying", what: "… to be tried again", part: "search", unit: asTime, goal: &goal{200 * ms, 50 * ms}},
		{id: "search.status", what: "… with the answer 410", part: "search", unit: asTime, goal: &goal{200 * ms, 50 * ms}},
		{id: "search.event", what: "… of a rare event", part: "search", unit: asTime, goal: &goal{200 * ms, 50 * ms}},
		{id: "search.cause", what: "… without an answer, for a rare cause", part: "search", unit: asTime, goal: &goal{200 * ms, 50 * ms}},
		{id: "search.attempts", what: "… with 11 tries", part: "search", unit: asTime, goal: &goal{200 * ms, 50 * ms}},
		{id: "search.person", what: "… of one person", part: "search", unit: asTime, goal: &goal{200 * ms, 50 * ms}},
		{id: "search.frequent", what: "search with 5,000,000 stored: a frequent word, p95", part: "search", unit: asTime, goal: &goal{500 * ms, 200 * ms}},
		{id: "search.rare", what: "… what one delivery has", part: "search", unit: asTime, goal: &goal{500 * ms, 200 * ms}},
		{id: "search.words", what: "… two words that are rare together, and a filter", part: "search", unit: asTime, goal: &goal{500 * ms, 200 * ms}},
		{id: "search.email", what: "… an e-mail address", part: "search", unit: asTime, goal: &goal{500 * ms, 200 * ms}},
		{id: "search.id", what: "… an id", part: "search", unit: asTime, goal: &goal{500 * ms, 200 * ms}},
		{id: "search.nowhere", what: "… what nothing has", part: "search", unit: asTime, goal: &goal{500 * ms, 200 * ms}},
		{id: "search.size", what: "index of words, per delivery", part: "search", unit: asSize},
		{id: "search.index", what: "… time to make it, per delivery", part: "search", unit: asTime},
		{id: "stored.rate", what: "delivered with 10,000,000 stored, batches of 100", part: "stored", unit: asRate},
		{id: "stored.share", what: "… ÷ delivered with none", part: "stored", unit: asShare, goal: &goal{0.8, 0.95}},
		{id: "pages.sent", what: "Sent with 10,000,000 stored: first page, p95", part: "stored", unit: asTime},
		{id: "pages.destination", what: "… of one destination", part: "stored", unit: asTime},
		{id: "pages.failed", what: "… failed ones", part: "stored", unit: asTime},
		{id: "pages.overview", what: "overview with 10,000,000 stored, p95", part: "stored", unit: asTime},
		{id: "size.new", what: "database per delivery, of tens of thousands", part: "batches", unit: asSize},
		{id: "size.stored", what: "database per delivery, of 10,000,000", part: "stored", unit: asSize},
	}
}

// normalR is the R for which the targets of CPU time were set.
const normalR = 44_000

// figure is what was found for a row.
type figure struct {
	rounds []float64
	after  []int // of each round, how often R had been measured before it
	remark string
}

// note keeps one round's figure, in the base of its unit.
func (b *bench) note(id string, value float64) {
	f := b.figure(id)
	f.rounds, f.after = append(f.rounds, value), append(f.after, len(b.rs))
}

// remark says what has to be known of a figure.
func (b *bench) remark(id, text string) { b.figure(id).remark = text }

func (b *bench) figure(id string) *figure {
	if b.found[id] == nil {
		b.found[id] = &figure{}
	}
	return b.found[id]
}

func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / max(1, float64(len(values)))
}

// inUnit writes a figure as people read it.
func inUnit(u unit, v float64) string {
	switch {
	case u == asRate, u == asPace:
		return thousands(v) + "/s"
	case u == asShare:
		return fmt.Sprintf("%.2f", v)
	case u == asTime && v < 0.9995*ms:
		return fmt.Sprintf("%.0f µs", v/µs)
	case u == asTime && v < 0.09995:
		return fmt.Sprintf("%.1f ms", v/ms)
	case u == asTime:
		return fmt.Sprintf("%.2f s", v)
	case u == asSize && v >= mb:
		return fmt.Sprintf("%.0f MB", v/mb)
	case u == asSize:
		return thousands(v) + " B"
	}
	return thousands(v)
}

// thousands writes a whole number with commas.
func thousands(v float64) string {
	text := fmt.Sprintf("%.0f", v)
	var b strings.Builder
	for i, c := range text {
		if i > 0 && (len(text)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	return b.String()
}
