package journey

import (
	"time"

	"hookline/internal/hookline"
)

// waiting is a wait step with its time zone read.
type waiting struct {
	hookline.WaitStep
	zone *time.Location
}

func newWait(w hookline.WaitStep) waiting {
	zone, err := time.LoadLocation(w.Zone)
	if err != nil { // it was checked when it was saved
		zone = time.UTC
	}
	return waiting{w, zone}
}

// until says when a wait is over that begins at a moment.
func (w waiting) until(from time.Time) time.Time {
	if w.Kind != hookline.WaitClock {
		return from.Add(w.Span)
	}
	day := from.In(w.zone)
	for range 8 { // today's time may be past, and a week has every weekday
		if w.Days == 0 || w.Days.Has(day.Weekday()) {
			if at := clock(day, w.Minute, w.zone); at.After(from) {
				return at.UTC()
			}
		}
		day = time.Date(day.Year(), day.Month(), day.Day()+1, 12, 0, 0, 0, w.zone) // noon is on every day
	}
	return from.UTC()
}

// clock is when a day's clock shows a time first. When the clock is put forward
// over that time, it is when that happens.
func clock(day time.Time, minute int, zone *time.Location) time.Time {
	at := time.Date(day.Year(), day.Month(), day.Day(), 0, minute, 0, 0, zone)
	shows := func(at time.Time) bool { return at.Hour()*60+at.Minute() == minute && at.Day() == day.Day() }
	begins, ends := at.ZoneBounds()
	if shows(at) {
		if begins.IsZero() {
			return at
		}
		_, offset := at.Zone()
		_, before := begins.Add(-time.Second).Zone()
		if first := at.Add(time.Duration(offset-before) * time.Second); first.Before(begins) && shows(first) {
			return first
		}
		return at
	}
	if at.Day() != day.Day() || at.Hour()*60+at.Minute() < minute {
		return ends
	}
	return begins
}
