package condition

import (
	"strconv"
	"strings"
	"time"

	"hookline/internal/data"
)

// moment is a point in time, or a whole day when only a date was written.
type moment struct {
	at  time.Time
	day bool
}

// parseMoment reads an ISO 8601 date, or date and time: seconds, fraction and offset may be left out, and no
// offset is UTC. time.Parse would want a layout for each of these and allocates for an offset.
func parseMoment(s string) (m moment, ok bool) {
	s = strings.TrimSpace(s)
	year, s, ok1 := cutNumber(s, 4, "")
	month, s, ok2 := cutNumber(s, 2, "-")
	day, s, ok3 := cutNumber(s, 2, "-")
	if !ok1 || !ok2 || !ok3 || !isDay(year, month, day) {
		return moment{}, false
	}
	if s == "" {
		return moment{time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC), true}, true
	}
	if s[0] != 'T' && s[0] != 't' && s[0] != ' ' {
		return moment{}, false
	}
	hour, s, ok1 := cutNumber(s[1:], 2, "")
	minute, s, ok2 := cutNumber(s, 2, ":")
	second, nanosecond, s, ok3 := cutSeconds(s)
	offset, ok4 := parseOffset(s)
	if !ok1 || !ok2 || !ok3 || !ok4 || hour > 23 || minute > 59 || second > 60 {
		return moment{}, false
	}
	at := time.Date(year, time.Month(month), day, hour, minute, second, nanosecond, time.UTC)
	return moment{at.Add(-offset), false}, true
}

// isDay knows how many days a month has: day 0 of the next month is the last of this one.
func isDay(year, month, day int) bool {
	if month < 1 || month > 12 || day < 1 {
		return false
	}
	return day <= time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// cutNumber takes prefix and exactly width digits off s.
func cutNumber(s string, width int, prefix string) (n int, rest string, ok bool) {
	s, ok = strings.CutPrefix(s, prefix)
	if !ok || len(s) < width {
		return 0, s, false
	}
	for i := range width {
		if s[i] < '0' || s[i] > '9' {
			return 0, s, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, s[width:], true
}

// cutSeconds takes :ss and a fraction off s, both optional. Digits past the nanosecond are dropped.
func cutSeconds(s string) (second, nanosecond int, rest string, ok bool) {
	if !strings.HasPrefix(s, ":") {
		return 0, 0, s, true
	}
	second, s, ok = cutNumber(s, 2, ":")
	if !ok || s == "" || (s[0] != '.' && s[0] != ',') {
		return second, 0, s, ok
	}
	digits, rest := cutDigits(s[1:])
	for i := range 9 {
		nanosecond *= 10
		if i < len(digits) {
			nanosecond += int(digits[i] - '0')
		}
	}
	return second, nanosecond, rest, digits != ""
}

// parseOffset reads the end of a time: nothing, Z, +hh, +hhmm or +hh:mm.
func parseOffset(s string) (offset time.Duration, ok bool) {
	if s == "" || s == "Z" || s == "z" {
		return 0, true
	}
	if s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	hours, rest, ok := cutNumber(s[1:], 2, "")
	minutes := 0
	if ok && rest != "" {
		minutes, rest, ok = cutNumber(strings.TrimPrefix(rest, ":"), 2, "")
	}
	offset = time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
	if s[0] == '-' {
		offset = -offset
	}
	return offset, ok && rest == "" && hours < 24 && minutes < 60
}

// Numbers are taken for Unix time: seconds up to firstMillisecond (the year 5138), milliseconds from there
// on (March 1973), which is what JavaScript's clock gives. Past farthestMillisecond they are no times.
const (
	firstMillisecond    = 100_000_000_000
	farthestMillisecond = 253_402_300_800_000 // the year 10000
)

// momentOf reads a value as a point in time.
func momentOf(v data.View) (moment, bool) {
	switch v.Kind() {
	case data.KindText:
		return parseMoment(v.Text())
	case data.KindNumber:
		// Ask for the range first: ParseFloat is slow and allocates on what does not fit.
		if far, ok := compareDecimals(v.Text(), "1e15"); !ok || far >= 0 {
			return moment{}, false
		}
		if near, _ := compareDecimals(v.Text(), "-1e15"); near <= 0 {
			return moment{}, false
		}
		f, err := strconv.ParseFloat(v.Text(), 64)
		return unixMoment(f, err == nil)
	}
	return moment{}, false
}

// unixMoment applies the rule of seconds and milliseconds. The comparison refuses NaN as well.
func unixMoment(n float64, ok bool) (moment, bool) {
	if !ok || !(n > -farthestMillisecond && n < farthestMillisecond) {
		return moment{}, false
	}
	if n > -firstMillisecond && n < firstMillisecond {
		n *= 1000
	}
	return moment{time.UnixMicro(int64(n * 1000)).UTC(), false}, true
}

// IsMoment says whether a text is read as a point in time: an ISO 8601 date, or
// date and time.
func IsMoment(text string) bool {
	_, ok := parseMoment(text)
	return ok
}
