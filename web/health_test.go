package web

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
)

// samples records what a destination and the house came to this minute.
func (s *site) samples(id string, one hookline.Sample) {
	s.t.Helper()
	one.DestinationID, one.Minute = id, time.Now().Truncate(time.Minute)
	house := one
	house.DestinationID = ""
	if err := s.store.SaveSamples(s.t.Context(), []hookline.Sample{one, house}); err != nil {
		s.t.Fatal(err)
	}
}

func TestChartsOfTheOverview(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(viewer)
	b.get("/").want(t, 200, "!health-chart") // nothing has begun
	source := s.source("Website")
	d := s.destination(hookline.Destination{Enabled: true}, source)
	s.samples(d.ID, hookline.Sample{Events: 1204, Delivered: 1000, Retrying: 3, Failed: 2, Spans: hookline.Spans{4: 990, 20: 15}, Waiting: 12, Overdue: 90 * time.Second})
	b.get("/").want(t, 200, "1,204", "half answered within", `src="/health/series?range=24h"`, "1,000 delivered, 3 to be tried again, 2 failed",
		"at most 12 waited, the oldest 2 min", "Show as a table", "topic=overview", `hx-get="/?range=24h"`)
	b.get("/?range=7d").want(t, 200, `src="/health/series?range=7d"`, `hx-get="/?range=7d"`, "in the last 7 days")
	b.htmx().get("/?range=1h").want(t, 200, "!<html", `src="/health/series?range=1h"`)
	b.get("/destinations/"+d.ID+"?range=1h").want(t, 200, "How it fares", `range=1h`, "destination="+d.ID, "1,000 delivered")
	other := s.destination(hookline.Destination{Enabled: true})
	b.get("/destinations/"+other.ID).want(t, 200, "Nothing was sent and nothing waited in the last 24 hours.", "!health-chart")
}

func TestSeriesOfCharts(t *testing.T) {
	s := newSite(t, nil)
	d := s.destination(hookline.Destination{Enabled: true})
	s.samples(d.ID, hookline.Sample{Delivered: 5, Failed: 1, Spans: hookline.Spans{4: 6}, Waiting: 2, Overdue: time.Minute})
	b := s.as(viewer)
	for path, points := range map[string]int{"": 288, "?range=1h": 60, "?range=7d": 336, "?range=1h&destination=" + d.ID: 60} {
		got := b.get("/health/series" + path)
		got.want(t, 200)
		var told drawing
		if err := json.Unmarshal(got.Body.Bytes(), &told); err != nil {
			t.Fatal(err)
		}
		n := len(told.At)
		if n > points || n < points-12 || len(told.P99) != n || len(told.Oldest) != n {
			t.Errorf("%s tells %d points, want about %d", path, n, points)
			continue
		}
		last := n - 1
		if last > 0 && told.Delivered[last]+told.Delivered[last-1] != 5 { // the minute may have ended meanwhile
			t.Errorf("%s ends with %v", path, told.Delivered[last])
		}
		if told.P50[0] != nil || strings.Contains(got.Body.String(), "\"step\":0") {
			t.Errorf("%s: where nothing was tried it says %v", path, *told.P50[0])
		}
	}
	b.get("/health/series?destination=dst_none").want(t, 404)
	s.as(anyone).get("/health/series").want(t, 303)
}
