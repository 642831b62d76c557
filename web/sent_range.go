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
