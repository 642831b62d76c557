package liquid

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	standard "github.com/osteele/liquid/filters"
	"github.com/osteele/liquid/values"
)

var dateFilters = map[string]filter{
	"date":           {min: 1, max: 2, fn: date},
	"add_day":        shiftDate(0, 0, 1),
	"add_month":      shiftDate(0, 1, 0),
	"add_year":       shiftDate(1, 0, 0),
	"subtract_day":   shiftDate(0, 0, -1),
	"subtract_month": shiftDate(0, -1, 0),
	"subtract_year":  shiftDate(-1, 0, 0),
}

// strftime is the library's own date filter, which is the one thing we take
// from its filters: it follows Ruby's strftime closely.
var strftime = func() func(time.Time, string) (string, error) {
	var picked picker
	standard.AddStandardFilters(&picked)
	return func(t time.Time, format string) (string, error) {
		return picked.date(t, func(string) string { return format })
	}
}()

// picker is handed to the library to collect its date filter.
type picker struct {
	date func(time.Time, func(string) string) (string, error)
}

// AddFilter keeps only the date filter. Should a later version of the library
// change its type, the tests of dates fail at once.
func (p *picker) AddFilter(name string, fn any) {
	if name == "date" {
		p.date, _ = fn.(func(time.Time, func(string) string) (string, error))
	}
}

// date prints a date; what is no date stays as it is.
func date(c *call) (any, error) {
	t, ok := c.run.moment(c.in)
	if len(c.args) > 1 {
		zone, err := location(c.args[1], c.run)
		if err != nil {
			return nil, err
		}
		t = t.In(zone)
	}
	format := c.arg(0)
	if !ok || format == "" {
		return c.in, nil
	}
	if err := checkFormat(format); err != nil {
		return nil, err
	}
	return strftime(t, format)
}

// checkFormat refuses formats that would be padded to enormous widths.
func checkFormat(format string) error {
	if len(format) > maxFormat {
		return fmt.Errorf("the format is longer than %d bytes", maxFormat)
	}
	digits := 0
	for i := range len(format) {
		if !isDigit(format[i]) {
			digits = 0
		} else if digits++; digits > 3 && strings.Contains(format[:i], "%") {
			if percent := strings.LastIndexByte(format[:i], '%'); strings.Trim(format[percent+1:i], "-_^#0123456789") == "" {
				return errors.New("a width in the format is too large")
			}
		}
	}
	return nil
}

// moment reads a value as a point in time: UNIX seconds, now, or a date in one
// of the usual notations. Dates without a zone are UTC.
func (r *run) moment(v any) (time.Time, bool) {
	switch v := v.(type) {
	case int64:
		return inYears(time.Unix(v, 0).UTC())
	case float64:
		if n, ok := toInt(v); ok {
			return inYears(time.Unix(n, 0).UTC())
		}
	case string:
		return r.readDate(strings.TrimSpace(v))
	}
	return time.Time{}, false
}

// inYears refuses moments so far away that they cannot be printed.
func inYears(t time.Time) (time.Time, bool) {
	return t, t.Year() > -10_000 && t.Year() < 100_000
}

// dateLayouts are those the library does not know.
var dateLayouts = []string{
	time.RFC3339Nano,
	"2006-01-02 15:04:05.999999999 -0700",
	"2006-01-02 15:04:05.999999999",
	"2006-01-02T15:04:05.999999999",
	"2006-01-02T15:04",
	"2006-01-02T15:04Z07:00",
	"2006-01-02T15:04:05.999999999-0700",
	"2006/01/02",
	"2006/01/02 15:04:05",
	"2 January 2006",
	"2 Jan 2006",
	"Monday, January 2, 2006",
	"January 2, 2006 15:04",
	"January 2, 2006 3:04 PM",
}

// offset matches a date with its distance from UTC, before which only a year may
// stand.
var offset = regexp.MustCompile(`[ \d][+-]\d\d:?\d\d( \d{4})?$`)

// readDate refuses what begins with a minus sign, as the reference does: it
// is a calculation gone wrong rather than a date.
func (r *run) readDate(s string) (time.Time, bool) {
	switch {
	case s == "now" || s == "today":
		return r.clock(), true
	case s == "" || len(s) > 64 || s[0] == '-':
		return time.Time{}, false
	}
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	if seconds, err := strconv.ParseInt(s, 10, 64); err == nil {
		return inYears(time.Unix(seconds, 0).UTC())
	}
	t, err := values.ParseDate(s)
	if err != nil {
		return time.Time{}, false
	}
	if t.Location() == time.Local && !offset.MatchString(s) {
		// The library reads dates without a zone in the machine's zone.
		t = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
	}
	return inYears(t)
}

// location reads a zone: an IANA name, or minutes west of UTC, so that 360 is
// -06:00.
func location(v any, r *run) (*time.Location, error) {
	if minutes, ok := toInt(v); ok && minutes > -24*60 && minutes < 24*60 {
		return time.FixedZone("", int(-minutes)*60), nil
	}
	name, _ := v.(string)
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil, fmt.Errorf("%s is not a time zone; write one like \"America/New_York\"", describeValue(r, v))
	}
	return zone, nil
}

// maxShift is more days than there are in ten thousand years.
const maxShift = 4_000_000

// shiftDate moves a date and gives UNIX seconds.
func shiftDate(years, months, days int) filter {
	return filter{min: 1, max: 1, fn: func(c *call) (any, error) {
		n64, err := c.int(0, 0)
		if err != nil {
			return nil, err
		}
		if n64 > maxShift || n64 < -maxShift {
			return nil, errors.New("the date would be too far away")
		}
		t, ok := c.run.moment(c.in)
		if !ok {
			return nil, fmt.Errorf("%s is not a date", describeValue(c.run, c.in))
		}
		n := int(n64)
		return t.AddDate(years*n, months*n, days*n).Unix(), nil
	}}
}
