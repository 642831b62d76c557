package views

import (
	"testing"
	"time"
)

func TestOverviewWords(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		if got := Grouped(n); got != want {
			t.Errorf("Grouped(%d) is %q, want %q", n, got, want)
		}
	}
	for d, want := range map[time.Duration]string{
		20 * time.Microsecond: "1 ms", 35 * time.Millisecond: "35 ms", 1234 * time.Millisecond: "1.2 s",
		14 * time.Minute: "14 min", 3 * time.Hour: "3 h",
	} {
		if got := short(d); got != want {
			t.Errorf("short(%s) is %q, want %q", d, got, want)
		}
	}
}
