package hookline

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // the program may run where nobody installed the time zones
)

// MaxWindows is the most maintenance windows a destination may have.
const MaxWindows = 20

const (
	minutesOfDay  = 24 * 60
	longestWindow = 90 * 24 * time.Hour
)

// Weekdays is a set of days.
type Weekdays uint8

// dayNames are in the order of a week; each has the bit of its place.
var dayNames = [...]string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// DayNames lists the days from Monday on, as programs write them.
func DayNames() []string { return dayNames[:] }

func bit(day time.Weekday) Weekdays { return 1 << ((day + 6) % 7) }

// Has says whether a day is in the set.
func (w Weekdays) Has(day time.Weekday) bool { return w&bit(day) != 0 }

// Names lists the days of the set from Monday on.
func (w Weekdays) Names() []string {
	names := []string{}
	for i, name := range dayNames {
		if w&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// ParseWeekdays reads names of days, in any order; false when one is unknown.
func ParseWeekdays(names []string) (days Weekdays, known bool) {
	for _, name := range names {
		found := false
		for i, day := range dayNames {
			if strings.EqualFold(strings.TrimSpace(name), day) {
				days, found = days|1<<i, true
			}
		}
		if !found {
			return days, false
		}
	}
	return days, true
}

// words says the set as people do: "Monday to Friday", "Saturday and Sunday".
func (w Weekdays) words() string {
	var parts []string
	for i := 0; i < len(dayNames); i++ {
		if w&(1<<i) == 0 {
			continue
		}
		last := i
		for last+1 < len(dayNames) && w&(1<<(last+1)) != 0 {
			last++
		}
		first, end := time.Weekday((i+1)%7).String(), time.Weekday((last+1)%7).String()
		switch last - i {
		case 0:
			parts = append(parts, first)
		case 1:
			parts = append(parts, first, end)
		case 6:
			return "every day"
		default:
			parts = append(parts, first+" to "+end)
		}
		i = last
	}
	if n := len(parts); n > 1 {
		return strings.Join(parts[:n-1], ", ") + " and " + parts[n-1]
	}
	return strings.Join(parts, "")
}

// FormatTimeOfDay writes minutes after midnight as 22:05.
func FormatTimeOfDay(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

// ParseTimeOfDay reads what FormatTimeOfDay writes, also with seconds that are
// zero, as some browsers add.
func ParseTimeOfDay(text string) (minutes int, known bool) {
	for _, format := range []string{"15:04", "15:04:05"} {
		if at, err := time.Parse(format, strings.TrimSpace(text)); err == nil {
			return at.Hour()*60 + at.Minute(), at.Second() == 0
		}
	}
	return 0, false
}

// Window is a time in which a destination is not sent to, because its receiver
// is being looked after: once, or every week on some days.
type Window struct {
	// Every week: begins on each of Days at Start and lasts until End, by the
	// clocks of Zone. An End that is not after Start is on the day after.
	Days  Weekdays `json:"days,omitempty"`
	Start int      `json:"start,omitempty"` // minutes after midnight
	End   int      `json:"end,omitempty"`
	Zone  string   `json:"zone,omitempty"` // an IANA name, such as Europe/Berlin

	// Once, when Days is empty.
	From  time.Time `json:"from,omitzero"`
	Until time.Time `json:"until,omitzero"`

	Note string `json:"note,omitempty"` // why, for colleagues
}

// Weekly says whether the window comes every week.
func (w Window) Weekly() bool { return w.Days != 0 }

// String says when it is: "Monday to Friday, 22:00 to 06:00, Europe/Berlin".
func (w Window) String() string {
	if w.Weekly() {
		return w.Days.words() + ", " + FormatTimeOfDay(w.Start) + " to " + FormatTimeOfDay(w.End) + ", " + w.Zone
	}
	const format = "2 January 2006, 15:04"
	return w.From.UTC().Format(format) + " to " + w.Until.UTC().Format(format) + ", UTC"
}

// Validate says at each field what is wrong; nil when nothing is.
func (w Window) Validate() error {
	f := fields{}
	w.check(f, "")
	return f.err("The maintenance window could not be saved.")
}

// check notes what is wrong, at fields whose names begin with path.
func (w Window) check(f fields, path string) {
	f.check(len(w.Note) <= maxNote, path+"note", "This note is too long: at most 500 characters.")
	if !w.Weekly() {
		f.check(!w.From.IsZero(), path+"from", "Say when it begins, or choose days on which it comes every week.")
		f.check(w.Until.After(w.From), path+"until", "It has to end after it begins.")
		f.check(w.Until.Sub(w.From) <= longestWindow, path+"until", "At most 90 days. To stop sending for longer, pause the destination.")
		f.check(w.Start == 0 && w.End == 0 && w.Zone == "", path+"from", "A window is either once or every week: give a beginning and an end, or days and times of day.")
		return
	}
	f.check(w.From.IsZero() && w.Until.IsZero(), path+"from", "A window is either once or every week: give a beginning and an end, or days and times of day.")
	f.check(w.Days < 1<<len(dayNames), path+"days", "Choose days from Monday to Sunday.")
	f.check(w.Start >= 0 && w.Start < minutesOfDay, path+"start", "Enter a time of day, such as 22:00.")
	f.check(w.End >= 0 && w.End < minutesOfDay, path+"end", "Enter a time of day, such as 06:00.")
	_, err := w.location()
	f.check(err == nil, path+"zone", "Enter a time zone by its name, such as Europe/Berlin or UTC.")
}

var errZone = errors.New("no time zone")

// location refuses the names that mean the machine's own zone: a window must
// not move when the program does.
func (w Window) location() (*time.Location, error) {
	if w.Zone == "" || w.Zone == "Local" {
		return nil, errZone
	}
	return time.LoadLocation(w.Zone)
}

func checkWindows(f fields, windows []Window) {
	f.check(len(windows) <= MaxWindows, "maintenance", "At most 20 maintenance windows.")
	for i, w := range windows {
		w.check(f, "maintenance."+strconv.Itoa(i)+".")
	}
}

// stretch is a piece of time: from is in it, until is not.
type stretch struct {
	from, until time.Time
	window      int // index of what it came from
}

// stretches gives the pieces of time that a window takes, from the one that
// may still go on at now to those that begin within a week.
func (w Window) stretches(now time.Time) []stretch {
	if !w.Weekly() {
		return []stretch{{from: w.From, until: w.Until}}
	}
	zone, err := w.location()
	if err != nil {
		return nil // it could not have been saved
	}
	year, month, day := now.In(zone).Date()
	var all []stretch
	for offset := -1; offset <= 7; offset++ {
		if !w.Days.Has(time.Date(year, month, day+offset, 12, 0, 0, 0, time.UTC).Weekday()) {
			continue
		}
		ends := day + offset
		if w.End <= w.Start {
			ends++
		}
		all = append(all, stretch{
			from:  time.Date(year, month, day+offset, 0, w.Start, 0, 0, zone),
			until: time.Date(year, month, ends, 0, w.End, 0, 0, zone),
		})
	}
	return all
}

// Under says whether a destination is under maintenance at now, and since when
// and until when; while it is not, until is when that may change, at most a
// week away. Windows that touch are one.
func Under(windows []Window, now time.Time) (w Window, since, until time.Time, under bool) {
	until = now.Add(7 * 24 * time.Hour)
	var all []stretch
	for i, window := range windows {
		for _, s := range window.stretches(now) {
			if s.window = i; s.until.After(now) {
				all = append(all, s)
			}
		}
	}
	found := -1
	for i, s := range all {
		switch {
		case s.from.After(now):
			if found < 0 && s.from.Before(until) {
				until = s.from
			}
		case found < 0 || s.until.After(until):
			found, until = i, s.until
		}
	}
	if found < 0 {
		return Window{}, time.Time{}, until, false
	}
	since = all[found].from
	return windows[all[found].window], since, joined(all, until), true
}

// joined is the end of what begins before until ends, and so on.
func joined(all []stretch, until time.Time) time.Time {
	for grown := true; grown; {
		grown = false
		for _, s := range all {
			if !s.from.After(until) && s.until.After(until) {
				until, grown = s.until, true
			}
		}
	}
	return until
}
