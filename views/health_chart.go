package views

import (
	"net/url"
	"strings"
	"time"

	"hookline/internal/health"
	"hookline/internal/hookline"
)

// ChartsModel is how the whole house, or one destination, fared in a stretch of time.
type ChartsModel struct {
	Path          string // of the page that they are on
	DestinationID string // "" for the whole house
	Series        health.Series
}

// source is where the charts' numbers come from.
func (m ChartsModel) source() string {
	q := url.Values{"range": {m.Series.Range.Name}}
	if m.DestinationID != "" {
		q.Set("destination", m.DestinationID)
	}
	return "/health/series?" + q.Encode()
}

// live is where the page asks again, with the range that is shown.
func (m ChartsModel) live() string { return m.at(m.Series.Range) }

func (m ChartsModel) at(r health.Range) string { return m.Path + "?range=" + r.Name }

// sentPath leads to the webhooks that were made in a row's time.
func (m ChartsModel) sentPath(begin time.Time) string {
	const moment = "2006-01-02T15:04"
	q := url.Values{"since": {begin.Format(moment)}, "until": {begin.Add(m.Series.Range.Row).Format(moment)}}
	if m.DestinationID != "" {
		q.Set("destination", m.DestinationID)
	}
	return "/sent?" + q.Encode()
}

// rowTime is when a row begins, as short as its range allows.
func (m ChartsModel) rowTime(begin time.Time) string {
	if m.Series.Range.Span <= time.Hour {
		return begin.Format("15:04")
	}
	return begin.Format("2 January, 15:04")
}

// quiet says that there is nothing to draw.
func (m ChartsModel) quiet() bool { return m.Series.Sum.Tried() == 0 && m.Series.Sum.Waiting == 0 }

// outcomeWords sum the chart of outcomes up for who does not see it.
func (m ChartsModel) outcomeWords() string {
	s := m.Series.Sum
	if s.Tried() == 0 {
		return "nothing was sent"
	}
	return Grouped(s.Delivered) + " delivered, " + Grouped(s.Retrying) + " to be tried again, " + Grouped(s.Failed) + " failed"
}

func (m ChartsModel) timeWords() string {
	s := m.Series.Sum.Spans
	if s.Count() == 0 {
		return "nothing was sent"
	}
	return "half within " + within(s, 50) + ", 95 percent within " + within(s, 95) + ", 99 percent within " + within(s, 99)
}

func (m ChartsModel) backlogWords() string {
	s := m.Series.Sum
	if s.Waiting == 0 {
		return "nothing waited"
	}
	words := "at most " + Grouped(s.Waiting) + " waited"
	if s.Overdue > 0 {
		words += ", the oldest " + short(s.Overdue)
	}
	return words
}

// within is a percentile as a cell shows it; "–" when nothing was tried.
func within(s hookline.Spans, percent float64) string {
	if s.Count() == 0 {
		return "–"
	}
	return short(s.Percentile(percent))
}

// overdueWords are how long the oldest has waited, as a cell shows it.
func overdueWords(s hookline.Sample) string {
	if s.Overdue < time.Second {
		return "–"
	}
	return short(s.Overdue)
}

// chartLabel is what a screen reader says of a chart.
func chartLabel(what string, m ChartsModel, words string) string {
	return strings.Join([]string{what, " in the last ", m.Series.Range.Words, ": ", words, ". The table below has the numbers."}, "")
}
