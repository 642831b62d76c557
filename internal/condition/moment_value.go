package condition

import (
	"time"

	"hookline/internal/data"
)

// MomentOf reads a value as a point in time, as the operators before and after
// do: an ISO 8601 text, or a number of seconds or milliseconds since 1970. A day
// without a time is its first moment, UTC.
func MomentOf(v data.View) (at time.Time, ok bool) {
	m, ok := momentOf(v)
	return m.at, ok
}
