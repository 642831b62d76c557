package condition

import (
	"strconv"
	"strings"
	"time"
)

// Span is a length of time as it is written: “30 days”.
type Span struct {
	N    int
	Unit string // one of SpanUnits
}

// SpanUnits lists the units of spans in the order of a menu.
func SpanUnits() []string { return []string{"minutes", "hours", "days", "weeks"} }

// maxSpan is the longest span that can be asked for.
const maxSpan = 3660 * 24 * time.Hour

// String writes the span as it stands in the text form: “1 day”, “30 days”.
func (s Span) String() string {
	if s.N == 1 {
		return "1 " + strings.TrimSuffix(s.Unit, "s")
	}
	return strconv.Itoa(s.N) + " " + s.Unit
}

// Duration is how long the span is.
func (s Span) Duration() time.Duration { return time.Duration(s.N) * unitLength(s.Unit) }

func unitLength(unit string) time.Duration {
	switch unit {
	case "minutes":
		return time.Minute
	case "hours":
		return time.Hour
	case "days":
		return 24 * time.Hour
	case "weeks":
		return 7 * 24 * time.Hour
	}
	return 0
}

// parseSpan reads what String wrote, without allocating.
func parseSpan(text string) (Span, bool) {
	digits, word, _ := strings.Cut(text, " ")
	n, err := strconv.Atoi(digits)
	unit, known := spanUnit(word)
	if err != nil || !known {
		return Span{}, false
	}
	return Span{n, unit}, true
}

// spanUnit reads a unit, of one or of many.
func spanUnit(word string) (string, bool) {
	switch word {
	case "minute", "minutes":
		return "minutes", true
	case "hour", "hours":
		return "hours", true
	case "day", "days":
		return "days", true
	case "week", "weeks":
		return "weeks", true
	}
	return "", false
}

// spanProblem says what is wrong with a span; "" when nothing is.
func spanProblem(s Span) string {
	switch {
	case s.N < 1:
		return "Type how many " + s.Unit + ", like 30: a whole number of at least 1."
	case int64(s.N) > int64(maxSpan/unitLength(s.Unit)):
		return "Choose a time of at most ten years."
	}
	return ""
}
