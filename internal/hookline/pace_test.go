package hookline

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// plain is a destination with nothing but what it needs.
func plain() Destination {
	return Destination{Name: "CRM", Enabled: true, SignatureMode: SignWhole, Timeout: DefaultTimeout}
}

// wrongFields are the names of the fields that an error is about, sorted.
func wrongFields(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	e, ok := err.(*Error) //nolint:errorlint // Validate gives no other
	if !ok {
		t.Fatalf("%v is no Error", err)
	}
	return strings.Join(slices.Sorted(maps.Keys(e.Fields)), " ")
}

func TestPaceOfADestination(t *testing.T) {
	weekly := Window{Days: 1, Start: 22 * 60, End: 6 * 60, Zone: "Europe/Berlin"}
	for name, test := range map[string]struct {
		change func(*Destination)
		wrong  string
	}{
		"as usual":                {func(*Destination) {}, ""},
		"least":                   {func(d *Destination) { d.MaxPerSecond = 0.01 }, ""},
		"most of all":             {func(d *Destination) { d.MaxPerSecond, d.Burst, d.MaxConcurrent = 10_000, 10_000, 512 }, ""},
		"too slow":                {func(d *Destination) { d.MaxPerSecond = 0.009 }, "max_per_second"},
		"too fast":                {func(d *Destination) { d.MaxPerSecond = 10_001 }, "max_per_second"},
		"negative":                {func(d *Destination) { d.MaxPerSecond, d.Burst, d.MaxConcurrent = -1, -1, -1 }, "burst max_concurrent max_per_second"},
		"no number":               {func(d *Destination) { d.MaxPerSecond = nan() }, "max_per_second"},
		"burst without a rate":    {func(d *Destination) { d.Burst = 2 }, "burst"},
		"too many at once":        {func(d *Destination) { d.MaxConcurrent = 513 }, "max_concurrent"},
		"own schedule":            {func(d *Destination) { d.RetryBase, d.MaxTries = time.Second, 15 }, ""},
		"one try":                 {func(d *Destination) { d.MaxTries = 1 }, ""},
		"wait of an hour":         {func(d *Destination) { d.RetryBase, d.MaxTries = time.Hour, 7 }, ""},
		"tries for four days":     {func(d *Destination) { d.RetryBase, d.MaxTries = time.Hour, 8 }, "max_tries"},
		"usual wait, 15 tries":    {func(d *Destination) { d.MaxTries = 15 }, ""},
		"usual wait, 16 tries":    {func(d *Destination) { d.MaxTries = 16 }, "max_tries"},
		"too many tries":          {func(d *Destination) { d.RetryBase, d.MaxTries = ShortestRetry, 22 }, "max_tries"},
		"wait too short":          {func(d *Destination) { d.RetryBase = 99 * time.Millisecond }, "retry_base"},
		"wait too long":           {func(d *Destination) { d.RetryBase = time.Hour + 1 }, "retry_base"},
		"wait negative":           {func(d *Destination) { d.RetryBase = -time.Second }, "retry_base"},
		"windows":                 {func(d *Destination) { d.Maintenance = slices.Repeat([]Window{weekly}, 20) }, ""},
		"too many windows":        {func(d *Destination) { d.Maintenance = slices.Repeat([]Window{weekly}, 21) }, "maintenance"},
		"the second window wrong": {func(d *Destination) { d.Maintenance = []Window{weekly, {Days: 1}} }, "maintenance.1.zone"},
	} {
		t.Run(name, func(t *testing.T) {
			d := plain()
			test.change(&d)
			if got := wrongFields(t, d.Validate()); got != test.wrong {
				t.Errorf("wrong are %q, want %q", got, test.wrong)
			}
		})
	}
}

func nan() float64 { z := 0.0; return z / z }

func TestAtOnce(t *testing.T) {
	d := plain()
	if got := d.AtOnce(); got != 64 {
		t.Errorf("usually %d at once", got)
	}
	d.MaxConcurrent = 3
	if got := d.AtOnce(); got != 3 {
		t.Errorf("%d at once, want 3", got)
	}
}

func TestResumeIsValid(t *testing.T) {
	at := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		resume Resume
		usual  float64
		wrong  string
	}{
		"all at once":              {Resume{Keep: KeepAll}, 0, ""},
		"newest, slowly":           {Resume{Keep: KeepNewest, PerSecond: 0.5, Ramp: time.Minute}, 0, ""},
		"none older":               {Resume{Keep: KeepSince, Since: at}, 0, ""},
		"nothing said":             {Resume{}, 0, "keep"},
		"older than what":          {Resume{Keep: KeepSince}, 0, "since"},
		"ramp to nothing":          {Resume{Keep: KeepAll, Ramp: time.Minute}, 0, "ramp"},
		"ramp to the usual rate":   {Resume{Keep: KeepAll, Ramp: time.Minute}, 10, ""},
		"ramp too long":            {Resume{Keep: KeepAll, PerSecond: 1, Ramp: 25 * time.Hour}, 0, "ramp"},
		"too fast, and never less": {Resume{Keep: KeepAll, PerSecond: 10_001, Ramp: -1}, 0, "per_second ramp"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := wrongFields(t, test.resume.Validate(test.usual)); got != test.wrong {
				t.Errorf("wrong are %q, want %q", got, test.wrong)
			}
		})
	}
	if got := wrongFields(t, Pause{Note: strings.Repeat("x", 501)}.Validate()); got != "note" {
		t.Errorf("a long note: wrong are %q", got)
	}
}

func TestSkipReason(t *testing.T) {
	at := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for want, r := range map[string]Resume{
		"Skipped when ana@example.com resumed the destination: older than 2 h.":                                                {At: at, By: "ana@example.com", Keep: KeepSince, Since: at.Add(-2 * time.Hour)},
		"Skipped when somebody resumed the destination: older than 1 day 12 h.":                                                {At: at, Keep: KeepSince, Since: at.Add(-36 * time.Hour)},
		"Skipped when ana@example.com resumed the destination: a newer webhook of this action about the same person was kept.": {At: at, By: "ana@example.com", Keep: KeepNewest},
		"Skipped when ana@example.com resumed the destination: older than 0 s.":                                                {At: at, By: "ana@example.com", Keep: KeepSince, Since: at},
		"Skipped when ana@example.com resumed the destination: older than 1 min 30 s.":                                         {At: at, By: "ana@example.com", Keep: KeepSince, Since: at.Add(-90 * time.Second)},
		"Skipped when ana@example.com resumed the destination: older than 3 days.":                                             {At: at, By: "ana@example.com", Keep: KeepSince, Since: at.Add(-72*time.Hour - 5*time.Second)},
	} {
		if got := r.SkipReason(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
