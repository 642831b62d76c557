package hookline

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func moment(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func days(t *testing.T, names ...string) Weekdays {
	t.Helper()
	set, known := ParseWeekdays(names)
	if !known {
		t.Fatalf("%v are not days", names)
	}
	return set
}

func TestWeekdays(t *testing.T) {
	set := days(t, "sun", "Mon", " fri ")
	if got := strings.Join(set.Names(), " "); got != "mon fri sun" {
		t.Errorf("the days are %s", got)
	}
	for day := time.Sunday; day <= time.Saturday; day++ {
		want := day == time.Sunday || day == time.Monday || day == time.Friday
		if set.Has(day) != want {
			t.Errorf("%s: %v", day, set.Has(day))
		}
	}
	if _, known := ParseWeekdays([]string{"mon", "noday"}); known {
		t.Error("noday is known")
	}
	if got := days(t, DayNames()...).Names(); !slices.Equal(got, DayNames()) {
		t.Errorf("the week is %v", got)
	}
}

// The windows that are tried out: nights of working days in Berlin, and once.
func windows(t *testing.T) []Window {
	return []Window{
		{Days: days(t, "mon", "tue", "wed", "thu", "fri"), Start: 22 * 60, End: 6 * 60, Zone: "Europe/Berlin", Note: "backup"},
		{From: moment(t, "2026-11-21T12:00:00Z"), Until: moment(t, "2026-11-21T13:30:00Z"), Note: "move"},
		{From: moment(t, "2026-11-21T13:30:00Z"), Until: moment(t, "2026-11-21T14:00:00Z"), Note: "test"},
	}
}

func TestUnder(t *testing.T) {
	for _, test := range []struct{ now, note, since, until string }{
		// Monday the 23rd: the night begins at 22:00 in Berlin, 21:00 UTC.
		{"2026-11-23T20:59:59Z", "", "", "2026-11-23T21:00:00Z"},
		{"2026-11-23T21:00:00Z", "backup", "2026-11-23T21:00:00Z", "2026-11-24T05:00:00Z"},
		{"2026-11-24T04:59:59Z", "backup", "2026-11-23T21:00:00Z", "2026-11-24T05:00:00Z"},
		{"2026-11-24T05:00:00Z", "", "", "2026-11-24T21:00:00Z"},
		// The night of Friday goes on into Saturday; none begins on Saturday or Sunday.
		{"2026-11-28T04:00:00Z", "backup", "2026-11-27T21:00:00Z", "2026-11-28T05:00:00Z"},
		{"2026-11-28T05:00:00Z", "", "", "2026-11-30T21:00:00Z"},
		// Once, and the one that follows without a gap.
		{"2026-11-21T11:59:59Z", "", "", "2026-11-21T12:00:00Z"},
		{"2026-11-21T12:00:00Z", "move", "2026-11-21T12:00:00Z", "2026-11-21T14:00:00Z"},
		{"2026-11-21T13:45:00Z", "test", "2026-11-21T13:30:00Z", "2026-11-21T14:00:00Z"},
		{"2026-11-21T14:00:00Z", "", "", "2026-11-23T21:00:00Z"},
		// The clocks of Berlin, in summer time: 22:00 is 20:00 UTC; the night of the change is an hour longer.
		{"2026-07-06T19:59:59Z", "", "", "2026-07-06T20:00:00Z"},
		{"2026-10-26T20:59:59Z", "", "", "2026-10-26T21:00:00Z"},
		{"2026-10-23T20:30:00Z", "backup", "2026-10-23T20:00:00Z", "2026-10-24T04:00:00Z"},
	} {
		w, since, until, under := Under(windows(t), moment(t, test.now))
		if under != (test.note != "") || w.Note != test.note || !until.Equal(moment(t, test.until)) {
			t.Errorf("%s: under %v %q until %s, want %q until %s", test.now, under, w.Note, until.UTC(), test.note, test.until)
		}
		if under && !since.Equal(moment(t, test.since)) {
			t.Errorf("%s: since %s, want %s", test.now, since.UTC(), test.since)
		}
	}
}

func TestUnderWhenTheClockIsChanged(t *testing.T) {
	night := []Window{{Days: days(t, "sat", "sun"), Start: 60, End: 5 * 60, Zone: "Europe/Berlin"}}
	for _, test := range []struct {
		now    string
		length time.Duration
	}{
		{"2026-03-29T01:30:00Z", 3 * time.Hour}, // 02:00 to 03:00 is left out
		{"2026-10-25T01:30:00Z", 5 * time.Hour}, // 02:00 to 03:00 comes twice
		{"2026-11-01T01:30:00Z", 4 * time.Hour}, // an ordinary night
	} {
		_, since, until, under := Under(night, moment(t, test.now))
		if !under || until.Sub(since) != test.length {
			t.Errorf("%s: under %v for %s, want %s", test.now, under, until.Sub(since), test.length)
		}
	}
}

func TestUnderTakesTheLongest(t *testing.T) {
	at := moment(t, "2026-11-21T12:00:00Z")
	short := Window{From: at.Add(-time.Hour), Until: at.Add(time.Hour), Note: "short"}
	long := Window{From: at.Add(-time.Minute), Until: at.Add(2 * time.Hour), Note: "long"}
	for _, order := range [][]Window{{short, long}, {long, short}} {
		if w, _, until, _ := Under(order, at); w.Note != "long" || !until.Equal(at.Add(2*time.Hour)) {
			t.Errorf("%q until %s", w.Note, until)
		}
	}
	whole := Window{Days: days(t, DayNames()...), Zone: "UTC"}
	if _, _, until, under := Under([]Window{whole}, at); !under || until.Sub(at) < 7*24*time.Hour {
		t.Errorf("every day from midnight to midnight: under %v until %s", under, until)
	}
	if _, _, until, under := Under(nil, at); under || !until.Equal(at.Add(7*24*time.Hour)) {
		t.Errorf("no window: under %v until %s", under, until)
	}
}

func TestWindowIsValid(t *testing.T) {
	at := moment(t, "2026-11-21T12:00:00Z")
	for name, test := range map[string]struct {
		window Window
		wrong  string
	}{
		"once":              {Window{From: at, Until: at.Add(time.Hour)}, ""},
		"weekly":            {Window{Days: 1, End: 60, Zone: "UTC"}, ""},
		"all day":           {Window{Days: 64, Zone: "America/New_York"}, ""},
		"nothing":           {Window{}, "from until"},
		"ends before":       {Window{From: at, Until: at}, "until"},
		"for ever":          {Window{From: at, Until: at.Add(91 * 24 * time.Hour)}, "until"},
		"both":              {Window{Days: 1, Zone: "UTC", From: at, Until: at.Add(time.Hour)}, "from"},
		"once with a zone":  {Window{From: at, Until: at.Add(time.Hour), Zone: "UTC"}, "from"},
		"no zone":           {Window{Days: 1}, "zone"},
		"the machine's own": {Window{Days: 1, Zone: "Local"}, "zone"},
		"no such zone":      {Window{Days: 1, Zone: "Europe/Atlantis"}, "zone"},
		"a path":            {Window{Days: 1, Zone: "../../etc/passwd"}, "zone"},
		"no such day":       {Window{Days: 128, Zone: "UTC"}, "days"},
		"no such time":      {Window{Days: 1, Start: 24 * 60, End: -1, Zone: "UTC"}, "end start"},
		"long note":         {Window{Days: 1, Zone: "UTC", Note: strings.Repeat("x", 501)}, "note"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := wrongFields(t, test.window.Validate()); got != test.wrong {
				t.Errorf("wrong are %q, want %q", got, test.wrong)
			}
		})
	}
}

func TestWindowInWords(t *testing.T) {
	at := moment(t, "2026-11-21T12:00:00+01:00")
	for want, w := range map[string]Window{
		"Monday to Friday, 22:00 to 06:05, Europe/Berlin":             {Days: days(t, "mon", "tue", "wed", "thu", "fri"), Start: 22 * 60, End: 6*60 + 5, Zone: "Europe/Berlin"},
		"Saturday and Sunday, 00:00 to 00:00, UTC":                    {Days: days(t, "sun", "sat"), Zone: "UTC"},
		"every day, 01:00 to 02:00, UTC":                              {Days: days(t, DayNames()...), Start: 60, End: 120, Zone: "UTC"},
		"Monday, Wednesday to Friday and Sunday, 01:00 to 02:00, UTC": {Days: days(t, "mon", "wed", "thu", "fri", "sun"), Start: 60, End: 120, Zone: "UTC"},
		"Tuesday, 01:00 to 02:00, UTC":                                {Days: days(t, "tue"), Start: 60, End: 120, Zone: "UTC"},
		"21 November 2026, 11:00 to 21 November 2026, 12:30, UTC":     {From: at, Until: at.Add(90 * time.Minute)},
	} {
		if got := w.String(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestTimesOfDay(t *testing.T) {
	for text, want := range map[string]int{"00:00": 0, "23:59": 1439, "6:05": 365, " 22:00 ": 1320, "22:00:00": 1320} {
		if got, known := ParseTimeOfDay(text); !known || got != want {
			t.Errorf("%q is %d, %v, want %d", text, got, known, want)
		}
	}
	for _, text := range []string{"", "24:00", "22", "22:60", "ten", "22:00:01", "-1:00"} {
		if got, known := ParseTimeOfDay(text); known {
			t.Errorf("%q is %d", text, got)
		}
	}
	if got := FormatTimeOfDay(365); got != "06:05" {
		t.Errorf("365 minutes are %s", got)
	}
}
