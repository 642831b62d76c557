package web

import (
	"time"

	"hookline/views"
)

// readRange reads a stretch of time that ends now: it moves with the clock, so an address or a view that has it stays
// useful. Beside a moment from which on, the later of the two counts.
func (f *sentFilter) readRange(now time.Time) {
	text := f.get("range")
	if text == "" {
		return
	}
	f.form.Range = text
	var since time.Time
	switch now = now.UTC(); text {
	case views.RangeHour:
		since = now.Add(-time.Hour)
	case views.RangeToday:
		since = now.Truncate(24 * time.Hour)
	case views.RangeWeek:
		since = now.Add(-7 * 24 * time.Hour)
	default:
		f.wrong("range", "There is no such time. Choose one of the list.")
		return
	}
	if since.After(f.filter.Since) {
		f.filter.Since = since
	}
	f.chip("range", "Made: "+views.RangeWord(text))
}

// formats of moments: those of the field, of a link, and of a date alone.
var momentFormats = []string{"2006-01-02T15:04", "2006-01-02T15:04:05", time.RFC3339, time.DateOnly}

// readMoment reads a moment in UTC, and gives it back as the field writes it.
func (f *sentFilter) readMoment(name, words string) (string, time.Time) {
	text := f.get(name)
	if text == "" {
		return "", time.Time{}
	}
	for _, format := range momentFormats {
		if t, err := time.Parse(format, text); err == nil {
			t = t.UTC()
			f.chip(name, words+" "+t.Format("2 January 2006, 15:04")+" UTC")
			return t.Format(momentFormats[0]), t
		}
	}
	f.wrong(name, "Enter a date and a time, such as 2026-01-31T09:30.")
	return "", time.Time{}
}
