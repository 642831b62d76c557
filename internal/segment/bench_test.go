package segment_test

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"hookline/internal/hookline"
)

// fifty makes fifty segments, as a company has them: most ask for attributes,
// some for what people did, a few for others.
func (h *house) fifty() {
	for i := range 36 {
		h.segment(fmt.Sprint("Plan ", i), fmt.Sprintf(`person.plan = "plan-%d" and person.n >= %d`, i%7, i))
	}
	for i := range 10 {
		h.segment(fmt.Sprint("Did ", i), fmt.Sprintf(`did("Order Completed", within %d days) >= %d`, 7*(1+i), 1+i%3))
	}
	often := h.segment("Often", `did("Order Completed") >= 3 and person.plan != "plan-1"`)
	h.segment("Never", `!did("Signed Up")`)
	for i := range 2 {
		h.segment(fmt.Sprint("Named ", i), fmt.Sprintf(`segment(%q) and person.n < %d`, often.ID, 10*i))
	}
}

// BenchmarkStage is what fifty segments cost for each event, each of which is
// counted, beside what it costs to take the event and have fanout do it. The
// processor's time is told, since this machine's clock knows nothing of others.
func BenchmarkStage(b *testing.B) {
	const people, stretch = 1000, 2000
	h := newHouse(b)
	var calls []call
	for i := range people {
		calls = append(calls, identify(fmt.Sprint("user-", i), map[string]any{"plan": fmt.Sprint("plan-", i%7), "n": i % 40, "email": fmt.Sprint(i, "@example.com")}))
	}
	h.send(calls...)
	h.fifty()
	h.settle()
	var before, stage time.Duration
	events := 0
	for b.Loop() {
		began := cpuTime(b)
		calls = calls[:0]
		for i := range stretch {
			calls = append(calls, track(fmt.Sprint("user-", (events+i)%people), "Order Completed"))
		}
		h.send(calls...)
		between := cpuTime(b)
		h.settle()
		before, stage, events = before+between-began, stage+cpuTime(b)-between, events+stretch
	}
	b.ReportMetric(float64(before.Microseconds())/float64(events), "µs-before/event")
	b.ReportMetric(float64(stage.Microseconds())/float64(events), "µs-stage/event")
	if size := must(h.ListSegments(b.Context()))(b); size[0].State != hookline.SegmentReady {
		b.Fatal("the segments are not ready")
	}
}

// cpuTime is what this process has used so far, in all its threads.
func cpuTime(t testing.TB) time.Duration {
	t.Helper()
	var used syscall.Rusage
	check(t, syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
