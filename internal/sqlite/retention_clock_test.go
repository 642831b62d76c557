package sqlite

import (
	"testing"
	"time"
)

// TestALeapOfTheClockHoldsRetention: nothing is deleted for a day, and at once again when the clock is right.
func TestALeapOfTheClockHoldsRetention(t *testing.T) {
	s := openStore(t, t.TempDir(), nil)
	noon, running := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC), time.Now()
	for _, step := range []struct {
		what    string
		clock   time.Duration
		running time.Duration
		holds   bool
	}{
		{"at first", 0, 0, false},
		{"an hour later", time.Hour, time.Hour, false},
		{"after a week", 7*24*time.Hour + time.Hour, 2 * time.Hour, false},
		{"years ahead", 5 * 365 * 24 * time.Hour, 3 * time.Hour, true},
		{"still", 5*365*24*time.Hour + 20*time.Hour, 23 * time.Hour, true},
		{"set right", 7*24*time.Hour + 22*time.Hour, 24 * time.Hour, false},
		{"years ahead once more", 5 * 365 * 24 * time.Hour, 25 * time.Hour, true},
		{"a day of running later", 5*365*24*time.Hour + 24*time.Hour, 49 * time.Hour, false},
		{"and from then on", 5*365*24*time.Hour + 25*time.Hour, 50 * time.Hour, false},
		{"set back", 0, 51 * time.Hour, false},
	} {
		holds, err := s.holdRetention(t.Context(), noon.Add(step.clock), running.Add(step.running))
		if err != nil || holds != step.holds {
			t.Errorf("%s: holds %t, %v", step.what, holds, err)
		}
		if told := s.RetentionHold(); told.Holds() != step.holds || step.holds && (told.To.Before(told.From.Add(retainLeap)) || told.Until.Before(told.To)) {
			t.Errorf("%s: it says %+v", step.what, told)
		}
	}
}
