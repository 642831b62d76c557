package delivery

import (
	"testing"
	"time"

	"hookline/internal/hookline"
)

func TestScheduleIsThatOfTheSeeds(t *testing.T) {
	s := Schedule{}.withDefaults()
	var total time.Duration
	tries := 1
	for ; ; tries++ {
		wait, more := s.wait(tries, 0.5)
		if !more {
			break
		}
		if want := 10 * time.Second << (tries - 1); wait != want {
			t.Errorf("after try %d: wait %s, want %s", tries, wait, want)
		}
		total += wait
	}
	if tries != 11 {
		t.Errorf("%d tries in all, want the first and ten more", tries)
	}
	if total < 2*time.Hour+45*time.Minute || total > 3*time.Hour {
		t.Errorf("the tries are spread over %s, want about 2 h 50 min", total)
	}
}

func TestScheduleJitterStaysWithinATenth(t *testing.T) {
	s := Schedule{Base: time.Second, Retries: 5}
	for _, test := range []struct {
		random float64
		want   time.Duration
	}{{0, 900 * time.Millisecond}, {0.5, time.Second}, {0.9999999, 1100 * time.Millisecond}} {
		wait, _ := s.wait(1, test.random)
		if diff := wait - test.want; diff < -time.Millisecond || diff > time.Millisecond {
			t.Errorf("random %v: wait %s, want about %s", test.random, wait, test.want)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		value string
		want  time.Duration
		ok    bool
	}{
		{"120", 2 * time.Minute, true},
		{" 7 ", 7 * time.Second, true},
		{"0", time.Second, true},
		{"3600", time.Hour, true},
		{"3601", time.Hour, true},
		{"99999999", time.Hour, true},
		{"99999999999999999999999999", time.Hour, true},
		{"Sat, 21 Nov 2026 12:05:00 GMT", 5 * time.Minute, true},
		{"Sat, 21 Nov 2026 11:00:00 GMT", time.Second, true},
		{"Sat, 21 Nov 2099 11:00:00 GMT", time.Hour, true},
		{"", 0, false},
		{"abc", 0, false},
		{"-1", 0, false},
		{"1.5", 0, false},
		{"1h", 0, false},
	} {
		if got, ok := retryAfter(test.value, now); got != test.want || ok != test.ok {
			t.Errorf("Retry-After %q: %s %v, want %s %v", test.value, got, ok, test.want, test.ok)
		}
	}
}

func TestScheduleOfADestination(t *testing.T) {
	usual := Schedule{}.withDefaults()
	for name, test := range map[string]struct {
		d    hookline.Destination
		want Schedule
	}{
		"as usual":  {hookline.Destination{}, Schedule{10 * time.Second, 10}},
		"one try":   {hookline.Destination{MaxTries: 1}, Schedule{10 * time.Second, 0}},
		"its own":   {hookline.Destination{RetryBase: time.Minute, MaxTries: 4}, Schedule{time.Minute, 3}},
		"its waits": {hookline.Destination{RetryBase: time.Second}, Schedule{time.Second, 10}},
	} {
		if got := usual.of(test.d); got != test.want {
			t.Errorf("%s: %+v, want %+v", name, got, test.want)
		}
	}
	if _, more := usual.of(hookline.Destination{MaxTries: 1}).wait(1, 0.5); more {
		t.Error("there is a second try of one")
	}
}
