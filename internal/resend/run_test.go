package resend_test

import (
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/outbound"
)

// TestARunBringsThrough: every delivery is sent once with its key, what failed
// again and what was tried again are told apart.
func TestARunBringsThrough(t *testing.T) {
	h := newHouse(t)
	const n = 700
	h.owe(h.destination("CRM").ID, hookline.StateFailed, 0, n)
	h.owe(h.destination("Mail").ID, hookline.StateDelivered, n, 50)
	s := &sender{answer: func(r outbound.Request, n int) int {
		switch {
		case strings.HasSuffix(string(r.Body), "7"):
			return 404
		case strings.HasSuffix(string(r.Body), "3") && n == 1:
			return 503
		}
		return 200
	}}
	defer h.work(s)()
	run := h.await(h.resendAll(func(w *hookline.ResendWish) { w.Filter = hookline.DeliveryFilter{} }).ID, "ended", ended)
	h.wantCounts(run, map[hookline.ResendOutcome]int{hookline.ResentDelivered: n * 9 / 10, hookline.ResentFailed: n / 10, hookline.SkippedDelivered: 50})
	if run.State != hookline.ResendFinished || run.Matched != n+50 || run.Left() != 0 {
		t.Errorf("ended as %+v", run)
	}
	for i := range n {
		want := 1
		if i%10 == 3 {
			want = 2
		}
		if got := s.requests(key(i)); got != want {
			t.Errorf("%s was sent %d times, want %d", key(i), got, want)
		}
		if s.bodies[key(i)] != key(i) {
			t.Errorf("%s was sent as %q", key(i), s.bodies[key(i)])
		}
	}
	if got := s.total(); got != n+n/10 {
		t.Errorf("%d requests, want %d", got, n+n/10)
	}
}

// TestARunIsPausedContinuedAndCancelled: nothing more becomes due while it is
// paused, also over a restart; what was due is followed to its end. The receivers
// hold back, so that no run comes to its end before somebody has looked.
func TestARunIsPausedContinuedAndCancelled(t *testing.T) {
	h := newHouse(t)
	const n = 2000 // of which at most 500 and those that were answered can be due
	h.owe(h.destination("CRM").ID, hookline.StateFailed, 0, n)
	var asked, answers atomic.Int64
	answers.Store(50)
	s := &sender{answer: func(outbound.Request, int) int {
		for mine := asked.Add(1); mine > answers.Load(); {
			<-time.After(time.Millisecond)
		}
		return 200
	}}
	stop := h.work(s)
	id := h.resendAll(func(w *hookline.ResendWish) { w.PerSecond = 200 }).ID
	h.await(id, "begun", func(r hookline.ResendRun) bool { return r.Counts[hookline.ResentDelivered] > 10 })
	h.must(h.ChangeResend(t.Context(), id, hookline.ResendPaused, "bo@example.com"))
	answers.Store(n)
	paused := h.await(id, "quiet", func(r hookline.ResendRun) bool { return r.Open() == 0 })
	stop()
	h.must(h.Close())
	h.open()
	stop = h.work(s)
	<-time.After(300 * time.Millisecond) // in which 60 would become due
	run, err := h.ResendRun(t.Context(), id)
	h.must(err)
	h.wantCounts(run, map[hookline.ResendOutcome]int{hookline.ResentDelivered: paused.Looked()})
	if paused.Looked() >= n || s.total() != paused.Looked() {
		t.Errorf("while it was paused %d were sent, of %d looked at", s.total(), paused.Looked())
	}

	answers.Store(int64(paused.Looked()) + 50)
	h.must(h.ChangeResend(t.Context(), id, hookline.ResendRunning, "bo@example.com"))
	h.await(id, "going on", func(r hookline.ResendRun) bool { return r.Counts[hookline.ResentDelivered] > paused.Looked()+10 })
	h.must(h.ChangeResend(t.Context(), id, hookline.ResendCancelled, "bo@example.com"))
	answers.Store(n)
	run = h.await(id, "ended", ended)
	stop()
	if run.State != hookline.ResendCancelled || run.Looked() >= n || s.total() != run.Looked() || run.Resent() != run.Counts[hookline.ResentDelivered] {
		t.Errorf("%d were sent, of %+v", s.total(), run)
	}
}

// TestARunKeepsItsPaceOverARestart: nothing is made up for what did not become
// due while nobody was there.
func TestARunKeepsItsPaceOverARestart(t *testing.T) {
	h := newHouse(t)
	h.owe(h.destination("CRM").ID, hookline.StateFailed, 0, 60)
	s := &sender{}
	began := time.Now()
	stop := h.work(s)
	id := h.resendAll(func(w *hookline.ResendWish) { w.PerSecond = 40 }).ID
	h.await(id, "begun", func(r hookline.ResendRun) bool { return r.Looked() > 10 })
	stop()
	<-time.After(time.Second)
	stop = h.work(s)
	defer stop()
	run := h.await(id, "ended", ended)
	// 60 take 1.5 s, and a second nobody was there; neither start has anything saved.
	if took := time.Since(began); took < 2500*time.Millisecond {
		t.Errorf("60 at 40 a second and a pause of a second took %v", took)
	}
	h.wantCounts(run, map[hookline.ResendOutcome]int{hookline.ResentDelivered: 60})
}

// TestARunLeavesRoomForOthers: to a receiver that does not keep up a run makes
// no more due than a few hundred, and another run goes on beside it.
func TestARunLeavesRoomForOthers(t *testing.T) {
	h := newHouse(t)
	slow, quick := h.destination("Slow"), h.destination("Quick")
	h.owe(slow.ID, hookline.StateFailed, 0, 1500)
	h.owe(quick.ID, hookline.StateFailed, 1500, 300)
	h.must(h.PauseDestination(t.Context(), slow.ID, "ana@example.com", ""))
	defer h.work(&sender{})()
	at := func(d hookline.Destination) hookline.ResendRun {
		return h.resendAll(func(w *hookline.ResendWish) { w.Filter.DestinationID = d.ID })
	}
	held := at(slow)
	h.await(held.ID, "full", func(r hookline.ResendRun) bool { return r.Counts[hookline.ResentWaiting] == 500 })
	run := h.await(at(quick).ID, "ended", ended)
	h.wantCounts(run, map[hookline.ResendOutcome]int{hookline.ResentDelivered: 300})
	got, err := h.ResendRun(t.Context(), held.ID)
	h.must(err)
	h.wantCounts(got, map[hookline.ResendOutcome]int{hookline.ResentWaiting: 500})
	h.must(h.ResumeDestination(t.Context(), slow.ID, hookline.Resume{Keep: hookline.KeepAll}))
	h.wantCounts(h.await(held.ID, "ended", ended), map[hookline.ResendOutcome]int{hookline.ResentDelivered: 1500})
}

// TestARunOfManyKeepsItsMemory: a run looks at very many, and holds no more of
// them than a stretch.
func TestARunOfManyKeepsItsMemory(t *testing.T) {
	n := 200_000
	if raceEnabled {
		n = 10_000
	}
	h := newHouse(t)
	h.owe(h.destination("CRM").ID, hookline.StateDelivered, 0, n-2000)
	h.owe(h.destination("Mail").ID, hookline.StateFailed, n-2000, 2000)
	before, most := heap(), uint64(0)
	defer h.work(&sender{})()
	began := time.Now()
	id := h.resendAll(func(w *hookline.ResendWish) { w.Filter = hookline.DeliveryFilter{} }).ID
	run := h.await(id, "ended", func(r hookline.ResendRun) bool {
		most = max(most, heap())
		return ended(r)
	})
	h.wantCounts(run, map[hookline.ResendOutcome]int{hookline.ResentDelivered: 2000, hookline.SkippedDelivered: n - 2000})
	grown := (int64(most) - int64(before)) >> 20
	fmt.Fprintf(t.Output(), "a run over %d deliveries took %v; the heap grew from %d MB by at most %d MB\n", n, time.Since(began).Round(10*time.Millisecond), before>>20, grown)
	if grown > 64 {
		t.Errorf("the heap grew by %d MB", grown)
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
