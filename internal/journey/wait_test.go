package journey

import (
	"testing"
	"time"

	"hookline/internal/hookline"
)

// TestUntilWhenOneWaits has clocks that are put forward and back: Berlin on
// 29 March and 25 October 2026 between 2 and 3, São Paulo on 4 November 2018 at
// midnight.
func TestUntilWhenOneWaits(t *testing.T) {
	days := func(names ...string) hookline.Weekdays {
		set, known := hookline.ParseWeekdays(names)
		if !known {
			t.Fatal(names)
		}
		return set
	}
	for name, test := range map[string]struct {
		wait       hookline.WaitStep
		from, want string
	}{
		"a span":                        {hookline.WaitStep{Kind: hookline.WaitSpan, Span: 90 * time.Minute}, "2026-03-01T10:00:00Z", "2026-03-01T11:30:00Z"},
		"a span over a change of clock": {hookline.WaitStep{Kind: hookline.WaitSpan, Span: 24 * time.Hour, Zone: "Europe/Berlin"}, "2026-03-28T10:00:00Z", "2026-03-29T10:00:00Z"},
		"at most so long":               {hookline.WaitStep{Kind: hookline.WaitCondition, Span: time.Hour, Condition: "person.a exists"}, "2026-03-01T10:00:00Z", "2026-03-01T11:00:00Z"},
		"later today":                   {hookline.WaitStep{Kind: hookline.WaitClock, Minute: 9 * 60, Zone: "Europe/Berlin"}, "2026-03-02T07:59:59Z", "2026-03-02T08:00:00Z"},
		"now is not later":              {hookline.WaitStep{Kind: hookline.WaitClock, Minute: 9 * 60, Zone: "Europe/Berlin"}, "2026-03-02T08:00:00Z", "2026-03-03T08:00:00Z"},
		"in UTC":                        {hookline.WaitStep{Kind: hookline.WaitClock, Minute: 9*60 + 30}, "2026-03-02T08:00:00Z", "2026-03-02T09:30:00Z"},
		"on Monday":                     {hookline.WaitStep{Kind: hookline.WaitClock, Minute: 9 * 60, Days: days("mon")}, "2026-03-02T09:00:00Z", "2026-03-09T09:00:00Z"},
		"on a weekday":                  {hookline.WaitStep{Kind: hookline.WaitClock, Minute: 9 * 60, Days: days("mon", "tue", "wed", "thu", "fri")}, "2026-03-06T09:00:00Z", "2026-03-09T09:00:00Z"},
		"the day there, not here":       {hookline.WaitStep{Kind: hookline.WaitClock, Minute: 30, Days: days("tue"), Zone: "Asia/Tokyo"}, "2026-03-02T14:00:00Z", "2026-03-02T15:30:00Z"},
		"a time that is left out":       {hookline.WaitStep{Kind: hookline.WaitClock, Minute: 2*60 + 30, Zone: "Europe/Berlin"}, "2026-03-28T23:00:00Z", "2026-03-29T01:00:00Z"},
		"the day after":                 {hookline.WaitStep{Kind: hookline.WaitClock, Minute: 2*60 + 30, Zone: "Europe/Berlin"}, "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"},
		"a time that comes twice":       {hookline.WaitStep{Kind: hookline.WaitClock, Minute: 2*60 + 30, Zone: "Europe/Berlin"}, "2026-10-24T22:00:00Z", "2026-10-25T00:30:00Z"},
		"not once more":                 {hookline.WaitStep{Kind: hookline.WaitClock, Minute: 2*60 + 30, Zone: "Europe/Berlin"}, "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"},
		"after it was put back":         {hookline.WaitStep{Kind: hookline.WaitClock, Minute: 4 * 60, Zone: "Europe/Berlin"}, "2026-10-25T00:30:00Z", "2026-10-25T03:00:00Z"},
		"a midnight that is left out":   {hookline.WaitStep{Kind: hookline.WaitClock, Minute: 0, Zone: "America/Sao_Paulo"}, "2018-11-03T12:00:00Z", "2018-11-04T03:00:00Z"},
		"a zone that cannot be read":    {hookline.WaitStep{Kind: hookline.WaitClock, Minute: 60, Zone: "Nowhere/Town"}, "2026-03-02T00:00:00Z", "2026-03-02T01:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			from, err := time.Parse(time.RFC3339, test.from)
			if err != nil {
				t.Fatal(err)
			}
			if got := newWait(test.wait).until(from).UTC().Format(time.RFC3339); got != test.want {
				t.Errorf("waits until %s, want %s", got, test.want)
			}
		})
	}
}
