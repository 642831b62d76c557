package hookline

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestSpanClass(t *testing.T) {
	const ms = time.Millisecond
	for d, want := range map[time.Duration]int{
		0: 0, 1: 0, ms: 0, ms + 1: 1, 3 * ms / 2: 1, 3*ms/2 + 1: 2, 2 * ms: 2, 2*ms + 1: 3, 3 * ms: 3, 4 * ms: 4, 4*ms + 1: 5,
		-time.Second: 0, time.Second: 20, 30 * time.Second: 30, time.Hour: SpanClasses - 1,
	} {
		if got := SpanClass(d); got != want {
			t.Errorf("%s is of class %d, want %d", d, got, want)
		}
	}
	for class := range SpanClasses - 1 {
		if got := SpanClass(spanEnd(class)); got != class {
			t.Errorf("the end of class %d, %s, is of class %d", class, spanEnd(class), got)
		}
		if got := SpanClass(spanEnd(class) + 1); got != class+1 {
			t.Errorf("after the end of class %d comes %d", class, got)
		}
	}
}

func TestPercentile(t *testing.T) {
	var s Spans
	if got := s.Percentile(99); got != 0 {
		t.Errorf("of nothing it is %s", got)
	}
	for ms := 1; ms <= 1000; ms++ {
		s[SpanClass(time.Duration(ms)*time.Millisecond)]++
	}
	for p, want := range map[float64]time.Duration{50: 500 * time.Millisecond, 95: 950 * time.Millisecond, 99: 990 * time.Millisecond} {
		got := s.Percentile(p)
		if off := (got - want).Abs(); off > want/5 {
			t.Errorf("p%v is %s, want about %s", p, got, want)
		}
	}
}

func TestSpansAreKept(t *testing.T) {
	var s Spans
	s[0], s[4], s[31] = 1, 12, 3
	if got := s.String(); got != "0:1 4:12 31:3" {
		t.Errorf("kept as %q", got)
	}
	if d := cmp.Diff(s, ReadSpans(s.String())); d != "" {
		t.Error(d)
	}
	if got := ReadSpans("x 99:1 -1:2 3:y"); got != (Spans{}) {
		t.Errorf("nonsense is %v", got)
	}
}

func TestSamplesAddUp(t *testing.T) {
	a := Sample{Events: 1, Delivered: 5, Retrying: 2, Failed: 1, Spans: Spans{1, 2}, Waiting: 4, Overdue: time.Minute}
	b := Sample{Delivered: 1, Spans: Spans{0, 1}, Waiting: 7, Overdue: time.Second}
	both := a.Add(b)
	want := Sample{Events: 1, Delivered: 6, Retrying: 2, Failed: 1, Spans: Spans{1, 3}, Waiting: 7, Overdue: time.Minute}
	if d := cmp.Diff(want, both); d != "" {
		t.Error(d)
	}
	want.Delivered, want.Spans, want.Waiting, want.Overdue = 5, Spans{1, 2}, 0, 0
	if d := cmp.Diff(want, both.Without(b)); d != "" {
		t.Error(d)
	}
	if both.Tried() != 9 || both.Troubled() != 3 || both.Empty() || !(Sample{DestinationID: "d", Minute: time.Now()}).Empty() {
		t.Errorf("%+v", both)
	}
}
