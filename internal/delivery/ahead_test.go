package delivery

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hookline/internal/hookline"
)

func TestAheadIsTheSchedule(t *testing.T) {
	next := time.Date(2026, 3, 4, 15, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		schedule Schedule
		d        hookline.Destination
		tries    int
		want     hookline.Ahead
	}{
		"as usual, after the first": {tries: 1, want: hookline.Ahead{Try: 2, All: 11, Last: next.Add((20 + 40 + 80 + 160 + 320 + 640 + 1280 + 2560 + 5120) * time.Second)}},
		"the last one":              {tries: 10, want: hookline.Ahead{Try: 11, All: 11, Last: next}},
		"of the instance":           {schedule: Schedule{Base: time.Second, Retries: 3}, tries: 1, want: hookline.Ahead{Try: 2, All: 4, Last: next.Add(6 * time.Second)}},
		"of the destination": {
			schedule: Schedule{Base: time.Second}, d: hookline.Destination{RetryBase: time.Minute, MaxTries: 4}, tries: 2,
			want: hookline.Ahead{Try: 3, All: 4, Last: next.Add(4 * time.Minute)},
		},
		"fewer than were made":         {d: hookline.Destination{MaxTries: 2}, tries: 5, want: hookline.Ahead{Try: 6, All: 2, Last: next}},
		"the first of a round to come": {d: hookline.Destination{MaxTries: 1}, want: hookline.Ahead{Try: 1, All: 1, Last: next}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, c.schedule.Ahead(c.d, c.tries, next)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestAheadSaysWhenTheEngineGivesUp: what is said beforehand is what the schedule then does, without jitter.
func TestAheadSaysWhenTheEngineGivesUp(t *testing.T) {
	s, d := Schedule{}.withDefaults(), hookline.Destination{RetryBase: 7 * time.Second, MaxTries: 5}
	at := time.Date(2026, 3, 4, 15, 0, 0, 0, time.UTC)
	said := s.Ahead(d, 1, at)
	tries := 1
	for {
		tries++ // the one at this moment
		wait, more := s.of(d).wait(tries, 0.5)
		if !more {
			break
		}
		at = at.Add(wait)
	}
	if tries != said.All || !at.Equal(said.Last) {
		t.Errorf("it gave up after %d tries at %s; said was %+v", tries, at, said)
	}
}
