package web

import (
	"net/http"
	"strconv"
	"time"
	"unicode/utf8"

	"hookline/internal/hookline"
	"hookline/views"
)

// longestQuery is the longest text that is searched for, in bytes.
const longestQuery = 1000

// readQuery reads what is searched for, and the name of an event.
func (f *sentFilter) readQuery() {
	f.form.Query, f.form.EventName = f.get("q"), f.get("event")
	for _, field := range []struct{ name, text string }{{"q", f.form.Query}, {"event", f.form.EventName}} {
		switch {
		case len(field.text) > longestQuery:
			f.wrong(field.name, "This is too long: at most 1,000 characters.")
		case !utf8.ValidString(field.text):
			f.wrong(field.name, "This is no text. Type it again.")
		}
	}
	if f.trouble.Fields["q"] == "" && f.form.Query != "" {
		f.filter.Query = f.form.Query
		f.chip("q", "Search: "+shortened(f.form.Query))
	}
	if f.trouble.Fields["event"] == "" && f.form.EventName != "" {
		f.filter.EventName = f.form.EventName
		f.chip("event", "Event: "+shortened(f.form.EventName))
	}
}

func (f *sentFilter) readCause() {
	cause := hookline.NetworkCause(f.get("cause"))
	if cause == "" {
		return
	}
	f.form.Cause = string(cause)
	if !cause.Known() {
		f.wrong("cause", "There is no such cause. Choose one of the list.")
		return
	}
	f.filter.Cause = cause
	f.chip("cause", "No answer: "+views.CauseWord(cause))
}

func (f *sentFilter) readAttempts() {
	text := f.get("attempts")
	if text == "" {
		return
	}
	f.form.Attempts = text
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 9999 {
		f.wrong("attempts", "Enter a whole number from 1 to 9999.")
		return
	}
	f.filter.Attempts = n
	f.chip("attempts", "Tries: at least "+text)
}

// looks says whether the list has to be looked for, which takes longer than reading it.
func (f *sentFilter) looks() bool {
	return f.filter.Query != "" || f.filter.EventName != "" || f.filter.Cause != "" || f.filter.Attempts > 0
}

// showLooked says how far was looked, when looking took too long, and leads further. There the list goes on: the link to
// the next page would be another one to the same rows.
func showLooked(r *http.Request, m *views.SentListModel, stopped string, at hookline.Cursor) {
	if stopped == "" {
		return
	}
	m.Looked, m.Upward = time.UnixMicro(hookline.KeyOf(stopped)), at.After != ""
	if m.Upward {
		m.Further, m.Pages.Newer = neighbour(r, "after", stopped), ""
	} else {
		m.Further, m.Pages.Older = neighbour(r, "before", stopped), ""
	}
}
