package views

import (
	"testing"
	"time"

	"hookline/internal/hookline"

	"github.com/google/go-cmp/cmp"
)

func TestHoursOf(t *testing.T) {
	since := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	count := func(after time.Duration, state hookline.State, n int) hookline.HourCount {
		return hookline.HourCount{Hour: since.Add(after), State: state, Count: n}
	}
	got := HoursOf([]hookline.HourCount{
		count(-time.Hour, hookline.StateDelivered, 99), count(0, hookline.StateDelivered, 1), count(0, hookline.StateFailed, 2),
		count(2*time.Hour, hookline.StateQueued, 3), count(2*time.Hour, hookline.StateSending, 4), count(2*time.Hour, hookline.StateHeld, 5),
		count(2*time.Hour, hookline.StateDiscarded, 99), count(2*time.Hour, hookline.StateRetrying, 6), count(3*time.Hour, hookline.StateDelivered, 99),
	}, since, 3)
	want := []OverviewHour{
		{Begin: since, Delivered: 1, Failed: 2},
		{Begin: since.Add(time.Hour)},
		{Begin: since.Add(2 * time.Hour), Waiting: 12, Retrying: 6},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("hours (-want +got):\n%s", d)
	}
	if d := cmp.Diff(OverviewHour{Delivered: 1, Failed: 2, Waiting: 12, Retrying: 6}, sum(got)); d != "" {
		t.Errorf("sum (-want +got):\n%s", d)
	}
	if path := want[0].sentPath(); path != "/sent?since=2026-03-01T10%3A00&until=2026-03-01T11%3A00" {
		t.Errorf("an hour leads to %s", path)
	}
}

func TestOverviewWords(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		if got := grouped(n); got != want {
			t.Errorf("grouped(%d) is %q, want %q", n, got, want)
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
