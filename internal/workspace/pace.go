package workspace

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"hookline/internal/hookline"
)

// Pace is how fast a destination in a file is sent to, and when it is not. What
// is not mentioned is as usual. That a destination is paused is not in a file:
// it is about the moment, and about one instance.
type Pace struct {
	MaxPerSecond  float64  `yaml:"max_per_second,omitempty"`
	Burst         int      `yaml:"burst,omitempty"`
	MaxConcurrent int      `yaml:"max_concurrent,omitempty"`
	RetryBaseMS   int64    `yaml:"retry_base_ms,omitempty"`
	MaxTries      int      `yaml:"max_tries,omitempty"`
	Maintenance   []Window `yaml:"maintenance,omitempty"`
}

// Window is a maintenance window in a file: days and times of day in a time
// zone, or from and until.
type Window struct {
	Days  []string `yaml:"days,omitempty,flow"`
	Start string   `yaml:"start,omitempty"` // 22:00
	End   string   `yaml:"end,omitempty"`
	Zone  string   `yaml:"time_zone,omitempty"`
	From  string   `yaml:"from,omitempty"` // 2026-11-21T22:00:00Z
	Until string   `yaml:"until,omitempty"`
	Note  string   `yaml:"note,omitempty"`
}

func paceOf(d hookline.Destination) Pace {
	p := Pace{
		MaxPerSecond: d.MaxPerSecond, Burst: d.Burst, MaxConcurrent: d.MaxConcurrent,
		RetryBaseMS: d.RetryBase.Milliseconds(), MaxTries: d.MaxTries,
	}
	for _, w := range d.Maintenance {
		if !w.Weekly() {
			p.Maintenance = append(p.Maintenance, Window{From: w.From.Format(time.RFC3339Nano), Until: w.Until.Format(time.RFC3339Nano), Note: w.Note})
			continue
		}
		p.Maintenance = append(p.Maintenance, Window{
			Days: w.Days.Names(), Start: hookline.FormatTimeOfDay(w.Start), End: hookline.FormatTimeOfDay(w.End), Zone: w.Zone, Note: w.Note,
		})
	}
	return p
}

// wantPace reads what paceOf writes. What cannot be read is a problem, and
// fails no second time when the destination is checked.
func (c *comparison) wantPace(path, thing string, p Pace, want hookline.Destination) hookline.Destination {
	want.MaxPerSecond, want.Burst, want.MaxConcurrent = p.MaxPerSecond, p.Burst, p.MaxConcurrent
	want.RetryBase, want.MaxTries = time.Duration(p.RetryBaseMS)*time.Millisecond, p.MaxTries
	want.Maintenance = nil
	for i, w := range p.Maintenance {
		read, problem := w.read()
		if problem != "" {
			c.problem(fmt.Sprintf("%s.maintenance.%d", path, i), thing+": "+problem)
			continue
		}
		want.Maintenance = append(want.Maintenance, read)
	}
	return want
}

// read gives the window, or what is wrong with it.
func (w Window) read() (read hookline.Window, problem string) {
	read = hookline.Window{Zone: w.Zone, Note: w.Note}
	known := true
	if read.Days, known = hookline.ParseWeekdays(w.Days); !known {
		return read, "write the days of a maintenance window like [mon, sun]"
	}
	for _, day := range []struct {
		text string
		into *int
	}{{w.Start, &read.Start}, {w.End, &read.End}} {
		if day.text == "" && len(w.Days) == 0 {
			continue
		}
		if *day.into, known = hookline.ParseTimeOfDay(day.text); !known {
			return read, "write the times of day of a maintenance window like 22:00"
		}
	}
	for _, moment := range []struct {
		text string
		into *time.Time
	}{{w.From, &read.From}, {w.Until, &read.Until}} {
		if moment.text == "" {
			continue
		}
		at, err := time.Parse(time.RFC3339, moment.text)
		if err != nil {
			return read, "write the beginning and the end of a maintenance window like 2026-11-21T22:00:00Z"
		}
		*moment.into = at.UTC()
	}
	return read, ""
}

// paceFields are those of a pace, for a diff; what is as usual is nothing.
func paceFields(d hookline.Destination) []Field {
	windows := make([]string, len(d.Maintenance))
	for i, w := range d.Maintenance {
		windows[i] = w.String()
		if w.Note != "" {
			windows[i] += " (" + w.Note + ")"
		}
	}
	return []Field{
		{Name: "max_per_second", After: unlessZero(d.MaxPerSecond)},
		{Name: "burst", After: unlessZero(float64(d.Burst))},
		{Name: "max_concurrent", After: unlessZero(float64(d.MaxConcurrent))},
		{Name: "retry_base_ms", After: unlessZero(float64(d.RetryBase.Milliseconds()))},
		{Name: "max_tries", After: unlessZero(float64(d.MaxTries))},
		{Name: "maintenance", After: strings.Join(windows, "\n")},
	}
}

func unlessZero(n float64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}
