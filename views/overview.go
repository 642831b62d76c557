package views

import (
	"fmt"
	"net/url"
	"strconv"
	"time"

	"hookline/internal/hookline"
)

// OverviewHour is what became of the deliveries that were made within an hour.
type OverviewHour struct {
	Begin                                time.Time
	Delivered, Waiting, Retrying, Failed int
}

// HoursOf arranges counts by hour, hours without deliveries included. What was thrown away by a person or a template
// is no outcome and is left out.
func HoursOf(counts []hookline.HourCount, since time.Time, hours int) []OverviewHour {
	all := make([]OverviewHour, hours)
	for i := range all {
		all[i].Begin = since.Add(time.Duration(i) * time.Hour)
	}
	for _, c := range counts {
		i := int(c.Hour.Sub(since) / time.Hour)
		if i < 0 || i >= hours || c.Hour.Before(since) {
			continue
		}
		switch c.State {
		case hookline.StateDelivered:
			all[i].Delivered += c.Count
		case hookline.StateRetrying:
			all[i].Retrying += c.Count
		case hookline.StateFailed:
			all[i].Failed += c.Count
		case hookline.StateQueued, hookline.StateSending, hookline.StateHeld, hookline.StateDraft:
			all[i].Waiting += c.Count
		case hookline.StateDiscarded:
		}
	}
	return all
}

// sum adds up all hours.
func sum(hours []OverviewHour) OverviewHour {
	var all OverviewHour
	for _, h := range hours {
		all.Delivered += h.Delivered
		all.Waiting += h.Waiting
		all.Retrying += h.Retrying
		all.Failed += h.Failed
	}
	return all
}

// sentPath leads to the webhooks that were made in this hour.
func (h OverviewHour) sentPath() string {
	const moment = "2006-01-02T15:04"
	return "/sent?" + url.Values{"since": {h.Begin.Format(moment)}, "until": {h.Begin.Add(time.Hour).Format(moment)}}.Encode()
}

func failingPath(f hookline.Failing) string {
	return "/sent?" + url.Values{"destination": {f.DestinationID}}.Encode()
}

func failures(n int) string {
	if n == 1 {
		return "1 failure"
	}
	return grouped(n) + " failures"
}

// grouped writes a number with commas between thousands.
func grouped(n int) string {
	text := strconv.Itoa(n)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}

// short is a time as one reads it at a glance: "35 ms", "1.2 s", "14 min".
func short(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", max(d.Milliseconds(), 1))
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < 2*time.Hour:
		return fmt.Sprintf("%.0f min", d.Minutes())
	}
	return fmt.Sprintf("%.0f h", d.Hours())
}
