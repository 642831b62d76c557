package delivery

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"hookline/internal/hookline"
)

// Schedule says when a delivery that failed is tried again. The defaults are
// those of seed 002: the first try and ten more over about three hours.
type Schedule struct {
	Base    time.Duration // before the second try; doubles with each further one; default 10 s
	Retries int           // tries after the first; default 10
}

const (
	defaultBase    = hookline.UsualRetryBase
	defaultRetries = 10
	jitterShare    = 0.1 // ± this share of a wait, so that what failed together does not return together
	maxRetryAfter  = time.Hour
	minRetryAfter  = time.Second
)

func (s Schedule) withDefaults() Schedule {
	if s.Base <= 0 {
		s.Base = defaultBase
	}
	if s.Retries <= 0 {
		s.Retries = defaultRetries
	}
	return s
}

// of is the schedule for a destination, which may have one of its own.
func (s Schedule) of(d hookline.Destination) Schedule {
	if d.RetryBase > 0 {
		s.Base = d.RetryBase
	}
	if d.MaxTries > 0 {
		s.Retries = d.MaxTries - 1
	}
	return s
}

// wait is how long to wait after the given number of tries, and whether there
// is another try at all. random is 0 ≤ x < 1.
func (s Schedule) wait(tries int, random float64) (time.Duration, bool) {
	if tries > s.Retries {
		return 0, false
	}
	wait := s.Base << (tries - 1)
	jitter := (2*random - 1) * jitterShare * float64(wait)
	return wait + time.Duration(jitter), true
}

// retryAfter reads a Retry-After header (RFC 9110 §10.2.3): seconds or a date,
// brought between one second and one hour. Anything else is ignored.
func retryAfter(value string, now time.Time) (time.Duration, bool) {
	value = strings.TrimSpace(value)
	var wait time.Duration
	if digits(value) {
		seconds, err := strconv.ParseInt(value, 10, 64)
		if err != nil || seconds > int64(maxRetryAfter/time.Second) {
			return maxRetryAfter, true // a number too large to hold is a long wait
		}
		wait = time.Duration(seconds) * time.Second
	} else {
		at, err := http.ParseTime(value)
		if err != nil {
			return 0, false
		}
		wait = at.Sub(now)
	}
	return min(max(wait, minRetryAfter), maxRetryAfter), true
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
