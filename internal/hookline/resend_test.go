package hookline

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestHowLongAWishTakes(t *testing.T) {
	for _, test := range []struct {
		perSecond float64
		ramp      time.Duration
		n         int
		want      time.Duration
	}{
		{0, 0, 1000, 0},
		{10, 0, 0, 0},
		{10, 0, 1204, 120*time.Second + 400*time.Millisecond},
		{0.5, 0, 3, 6 * time.Second},
		{10, time.Minute, 330, time.Minute},               // the ramp brings 55 % of 600
		{10, time.Minute, 630, 90 * time.Second},          // and then 10 a second
		{1, 10 * time.Second, 1, 3700 * time.Millisecond}, // 0.37 from 0.1 t, 0.62 from 0.045 t²
	} {
		got := ResendWish{PerSecond: test.perSecond, Ramp: test.ramp}.Takes(test.n)
		if d := (got - test.want).Abs(); d > 50*time.Millisecond {
			t.Errorf("%d at %v a second, slowly for %v, take %v, want %v", test.n, test.perSecond, test.ramp, got, test.want)
		}
	}
}

func TestWhatAWishLeavesOut(t *testing.T) {
	for _, test := range []struct {
		asked     State
		delivered bool
		state     State
		want      ResendOutcome
	}{
		{"", false, StateFailed, ""},
		{"", false, StateDelivered, SkippedDelivered},
		{"", true, StateDelivered, ""},
		{StateDelivered, false, StateDelivered, ""},
		{StateDoubted, false, StateDelivered, ""},
		{StateFailed, false, StateDelivered, SkippedDelivered},
		{"", false, StateQueued, SkippedOwed},
		{"", false, StateRetrying, SkippedOwed},
		{StateFailed, false, StateRetrying, SkippedOwed},
		{StateRetrying, false, StateRetrying, ""},
		{StateRetrying, false, StateFailed, ""},
		{StateRetrying, false, StateQueued, SkippedOwed},
		{"", true, StateHeld, SkippedOwed},
		{"", true, StateSending, SkippedOwed},
		{"", true, StateDraft, SkippedMissing},
		{"", true, StateDiscarded, SkippedMissing},
		{StateDraft, false, StateDraft, ""},
		{StateDraft, false, StateQueued, SkippedDecided},
		{StateDraft, true, StateDelivered, SkippedDecided},
		{StateDraft, true, StateDiscarded, SkippedDecided},
		{StateFailed, true, StateDraft, SkippedMissing},
	} {
		w := ResendWish{Filter: DeliveryFilter{State: test.asked}, Delivered: test.delivered}
		if got := w.Skips(Delivery{State: test.state, Origin: OriginEvent}); got != test.want {
			t.Errorf("of %q, delivered %v: one that is %s is %q, want %q", test.asked, test.delivered, test.state, got, test.want)
		}
	}
	test := Delivery{State: StateFailed, Origin: OriginTest}
	if got := (ResendWish{}).Skips(test); got != SkippedTest {
		t.Errorf("a test is %q", got)
	}
	if got := (ResendWish{Filter: DeliveryFilter{Origin: OriginTest}}).Skips(test); got != "" {
		t.Errorf("a test that was asked for is %q", got)
	}
}

func TestAWishSaysWhatIsWrong(t *testing.T) {
	good := ResendWish{Filter: DeliveryFilter{State: StateFailed}, Mode: ResendOriginal}
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	for field, change := range map[string]func(*ResendWish){
		"state":      func(w *ResendWish) { w.Filter.State = StateHeld },
		"mode":       func(w *ResendWish) { w.Mode = "each" },
		"per_second": func(w *ResendWish) { w.PerSecond = MostPerSecond + 1 },
		"ramp":       func(w *ResendWish) { w.Ramp = time.Minute },
	} {
		w := good
		change(&w)
		if e, ok := errors.AsType[*Error](w.Validate()); !ok || e.Fields[field] == "" || len(e.Fields) != 1 {
			t.Errorf("%s: %v", field, w.Validate())
		}
	}
}

func TestOnlyDraftsAreDiscarded(t *testing.T) {
	w := ResendWish{Filter: DeliveryFilter{State: StateDraft}, Mode: ResendDiscard}
	if err := w.Validate(); err != nil {
		t.Error(err)
	}
	w.Filter.State = StateFailed
	if e, ok := errors.AsType[*Error](w.Validate()); !ok || !strings.Contains(e.Fields["mode"], "Choose the state draft.") {
		t.Errorf("of what failed: %v", w.Validate())
	}
}

func TestARunCounts(t *testing.T) {
	r := ResendRun{State: ResendRunning, Matched: 20, Counts: map[ResendOutcome]int{}}
	for i, outcome := range ResendOutcomes() {
		r.Counts[outcome] = 1
		if !outcome.Known() {
			t.Errorf("%s, number %d, is not known", outcome, i)
		}
	}
	if r.Looked() != 16 || r.Skipped() != 10 || r.Resent() != 6 || r.Open() != 2 || r.Done() != 15 || r.Left() != 5 {
		t.Errorf("looked %d, skipped %d, resent %d, open %d, done %d, left %d", r.Looked(), r.Skipped(), r.Resent(), r.Open(), r.Done(), r.Left())
	}
	r.State = ResendCancelled
	if r.Left() != 0 {
		t.Errorf("one that is over has %d left", r.Left())
	}
	if ResendOutcome("lost").Known() {
		t.Error("what is not known is")
	}
}
