package hookline

import (
	"strconv"
	"time"
)

// spanUnits are the units in which people give a span, longest first.
var spanUnits = []struct {
	unit time.Duration
	word string
}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}, {time.Second, "second"}}

// SpanParts gives a span as people type it: a number of the longest unit of
// which it is whole ones. The unit is "second", "minute", "hour" or "day".
func SpanParts(d time.Duration) (number int, unit string) {
	for _, u := range spanUnits {
		if d >= u.unit && d%u.unit == 0 {
			return int(d / u.unit), u.word
		}
	}
	return 0, ""
}

// SpanOf is the span of so many units; false for a unit that SpanParts never gives.
func SpanOf(number int, unit string) (time.Duration, bool) {
	for _, u := range spanUnits {
		if u.word == unit {
			return time.Duration(number) * u.unit, true
		}
	}
	return 0, false
}

// SpanWords says a span: "1 hour", "14 days".
func SpanWords(d time.Duration) string {
	number, unit := SpanParts(d)
	switch number {
	case 0:
		return "no time"
	case 1:
		return "1 " + unit
	}
	return strconv.Itoa(number) + " " + unit + "s"
}

// Words says the set as people do: "Monday to Friday", "Saturday and Sunday",
// "every day"; "" for none.
func (w Weekdays) Words() string { return w.words() }
