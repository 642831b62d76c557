package views

import (
	"slices"
	"strconv"
	"time"

	"hookline/internal/hookline"
	"hookline/views/ui"
)

// RetentionModel is the form that says how long things are kept.
type RetentionModel struct {
	Page                       ui.Page
	Kept                       hookline.Kept
	Hold                       hookline.RetentionHold
	Events, Bodies, Deliveries Keep
	Trouble                    hookline.Error // why the form came back; the zero value: it did not
}

// RetentionAskModel asks before anything is kept for a shorter time.
type RetentionAskModel struct {
	Page        ui.Page
	Now, Wanted hookline.Retention
	Kept        hookline.Kept // with what Wanted would delete
}

// Keep is how long one thing is kept, as it was chosen.
type Keep struct {
	Choice string // a number of days, "0" for ever, or KeepOwn
	Own    string // the number that was typed, for KeepOwn
}

// KeepOwn is the choice of a number of one's own.
const KeepOwn = "own"

var keepChoices = []ui.Option{
	{Value: "0", Label: "For ever"},
	{Value: "7", Label: "7 days"},
	{Value: "30", Label: "30 days"},
	{Value: "90", Label: "90 days"},
	{Value: "365", Label: "1 year"},
	{Value: KeepOwn, Label: "My own number of days"},
}

// KeepDays is a stored number of days as the form has it.
func KeepDays(days int) Keep {
	text := strconv.Itoa(days)
	if slices.ContainsFunc(keepChoices, func(o ui.Option) bool { return o.Value == text }) {
		return Keep{Choice: text}
	}
	return Keep{Choice: KeepOwn, Own: text}
}

// daysInWords is how long something is kept.
func daysInWords(days int) string {
	switch days {
	case 0:
		return "for ever"
	case 365:
		return "1 year"
	}
	return count(days, "day")
}

// keptNumber is a number that was counted up to a limit.
func keptNumber(n int) string {
	if n >= hookline.MaxKeptCount {
		return "100,000 or more"
	}
	return Grouped(n)
}

// bytesInWords is a size for people: “1.4 GB”.
func bytesInWords(n int64) string {
	for _, unit := range []struct {
		size int64
		name string
	}{{1 << 30, "GB"}, {1 << 20, "MB"}, {1 << 10, "KB"}} {
		if n >= unit.size {
			return strconv.FormatFloat(float64(n)/float64(unit.size), 'f', 1, 64) + " " + unit.name
		}
	}
	return count(int(n), "byte")
}

// deletedNote says that a body is gone, and why; what names it.
func deletedNote(what string, days int) string {
	if days == 0 {
		return what + " was deleted, as Settings → Retention said at the time."
	}
	return what + " was deleted after " + daysInWords(days) + ", as Settings → Retention says."
}

// wouldGo is one line of what a choice deletes.
type wouldGo struct {
	name string
	days int
	part hookline.KeptPart
}

func (m RetentionAskModel) lines() []wouldGo {
	all := []wouldGo{
		{"Events", m.Wanted.Events, m.Kept.Events},
		{"Bodies of webhooks and answers", m.Wanted.Bodies, m.Kept.Bodies},
		{"Webhooks with their tries", m.Wanted.Deliveries, m.Kept.Deliveries},
	}
	return slices.DeleteFunc(all, func(w wouldGo) bool { return w.days == 0 })
}

// retentionMoment is a moment in a sentence.
func retentionMoment(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04 UTC") }
