package ui

import (
	"strconv"
	"time"
)

// Ago says how long then is before now, in the words of a conversation: "just now", "4 minutes ago", "in 2 hours".
// Beyond thirty days it is the date. The script that keeps the words true (static/src/time.js) counts the same way.
func Ago(then, now time.Time) string {
	// Rounded first, as the script rounds, so that both take the same step at the same moment.
	distance := now.Sub(then).Round(time.Second)
	future := distance < 0
	distance = distance.Abs()
	if distance < 5*time.Second {
		return "just now"
	}
	words, near := span(distance)
	switch {
	case !near:
		return then.UTC().Format(time.DateOnly)
	case future:
		return "in " + words
	}
	return words + " ago"
}

// span is a distance in its largest whole unit, and false when a date says it better.
func span(distance time.Duration) (string, bool) {
	const day = 24 * time.Hour
	for _, step := range []struct {
		below, unit time.Duration
		word        string
	}{
		{time.Minute, time.Second, "second"},
		{time.Hour, time.Minute, "minute"},
		{day, time.Hour, "hour"},
		{30 * day, day, "day"},
	} {
		if distance < step.below {
			count := int(distance / step.unit)
			if count == 1 {
				return "1 " + step.word, true
			}
			return strconv.Itoa(count) + " " + step.word + "s", true
		}
	}
	return "", false
}

// absolute is a moment as everybody reads the same one.
func absolute(t time.Time) string {
	return t.UTC().Format("2 January 2006, 15:04:05 UTC")
}
