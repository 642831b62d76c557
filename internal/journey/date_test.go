package journey

import (
	"encoding/json"
	"testing"
	"time"

	"hookline/internal/hookline"
)

func TestWhenADateComes(t *testing.T) {
	day := 24 * time.Hour
	for name, test := range map[string]struct {
		value   string
		trigger hookline.CampaignTrigger
		now     string
		want    string // "" for not now
	}{
		"on the day":              {`"2026-03-01"`, hookline.CampaignTrigger{}, "2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z"},
		"at a time":               {`"2026-03-01T10:00:00+02:00"`, hookline.CampaignTrigger{}, "2026-03-01T08:00:10Z", "2026-03-01T08:00:00Z"},
		"in seconds":              {`1772352000`, hookline.CampaignTrigger{}, "2026-03-01T08:00:00Z", "2026-03-01T08:00:00Z"},
		"before it":               {`"2026-03-08"`, hookline.CampaignTrigger{Shift: -7 * day}, "2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z"},
		"after it":                {`"2026-03-01"`, hookline.CampaignTrigger{Shift: 9 * time.Hour}, "2026-03-01T09:00:00Z", "2026-03-01T09:00:00Z"},
		"another day":             {`"2026-03-02"`, hookline.CampaignTrigger{}, "2026-03-01T00:00:00Z", ""},
		"another year":            {`"1990-03-01"`, hookline.CampaignTrigger{}, "2026-03-01T00:00:00Z", ""},
		"yearly":                  {`"1990-03-01"`, hookline.CampaignTrigger{Yearly: true}, "2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z"},
		"yearly, over the year":   {`"1990-01-03"`, hookline.CampaignTrigger{Yearly: true, Shift: -7 * day}, "2026-12-27T00:00:00Z", "2026-12-27T00:00:00Z"},
		"yearly, not before then": {`"2030-03-01"`, hookline.CampaignTrigger{Yearly: true}, "2026-03-01T00:00:00Z", ""},
		"29 February":             {`"1992-02-29"`, hookline.CampaignTrigger{Yearly: true}, "2026-02-28T00:00:00Z", "2026-02-28T00:00:00Z"},
		"29 February, leap year":  {`"1992-02-29"`, hookline.CampaignTrigger{Yearly: true}, "2028-02-29T00:00:00Z", "2028-02-29T00:00:00Z"},
		"no date":                 {`"soon"`, hookline.CampaignTrigger{}, "2026-03-01T00:00:00Z", ""},
	} {
		t.Run(name, func(t *testing.T) {
			now, err := time.Parse(time.RFC3339, test.now)
			if err != nil {
				t.Fatal(err)
			}
			p := &plan{Campaign: hookline.Campaign{Trigger: test.trigger}}
			p.Trigger.Attribute = "day"
			at, comes := p.dateOf(&hookline.Person{Attributes: json.RawMessage(`{"day":` + test.value + `}`)}, now.Add(-time.Minute), now)
			got := ""
			if comes {
				got = at.Format(time.RFC3339)
			}
			if got != test.want {
				t.Errorf("comes %q, want %q", got, test.want)
			}
		})
	}
}
