package web

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"hookline/internal/health"
	"hookline/internal/hookline"
	"hookline/views"
)

// Charts tells how destinations fare; health.Sampler is one.
type Charts interface {
	Series(ctx context.Context, destinationID string, r health.Range, now time.Time) (health.Series, error)
	Recent(ctx context.Context, since time.Time) (map[string]hookline.Sample, error)
}

// charts are those of a page, in the range that its address asks for.
func (s *server) charts(r *http.Request, path, destinationID string) (views.ChartsModel, error) {
	series, err := s.Health.Series(r.Context(), destinationID, health.RangeNamed(r.URL.Query().Get("range")), time.Now())
	return views.ChartsModel{Path: path, DestinationID: destinationID, Series: series}, err
}

// drawing is what a chart draws: a number for each step. Times are in milliseconds, null where nothing was tried.
type drawing struct {
	Range     string     `json:"range"`
	Step      int64      `json:"step"` // seconds
	At        []int64    `json:"at"`   // seconds since 1970
	Delivered []int      `json:"delivered"`
	Retrying  []int      `json:"retrying"`
	Failed    []int      `json:"failed"`
	P50       []*float64 `json:"p50"`
	P95       []*float64 `json:"p95"`
	P99       []*float64 `json:"p99"`
	Waiting   []int      `json:"waiting"`
	Oldest    []float64  `json:"oldest"` // seconds
}

// showSeries answers a chart.
func (s *server) showSeries(w http.ResponseWriter, r *http.Request) error {
	destinationID := r.URL.Query().Get("destination")
	if destinationID != "" {
		if _, err := s.Store.Destination(r.Context(), destinationID); err != nil {
			return err
		}
	}
	m, err := s.charts(r, "", destinationID)
	if err != nil {
		return err
	}
	text, err := json.Marshal(drawingOf(m.Series))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(text) // a failed write means that the browser has gone
	return nil
}

func drawingOf(series health.Series) drawing {
	d := drawing{Range: series.Range.Name, Step: int64(series.Range.Step / time.Second)}
	for _, s := range series.Points {
		d.At = append(d.At, s.Minute.Unix())
		d.Delivered, d.Retrying, d.Failed = append(d.Delivered, s.Delivered), append(d.Retrying, s.Retrying), append(d.Failed, s.Failed)
		d.P50, d.P95, d.P99 = append(d.P50, millis(s.Spans, 50)), append(d.P95, millis(s.Spans, 95)), append(d.P99, millis(s.Spans, 99))
		d.Waiting, d.Oldest = append(d.Waiting, s.Waiting), append(d.Oldest, s.Overdue.Seconds())
	}
	return d
}

func millis(s hookline.Spans, percent float64) *float64 {
	if s.Count() == 0 {
		return nil
	}
	ms := float64(s.Percentile(percent).Microseconds()) / 1000
	return &ms
}
