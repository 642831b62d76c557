package metrics

import (
	"context"
	"time"

	"hookline/internal/hookline"

	"github.com/prometheus/client_golang/prometheus"
)

// Backlog tells what is owed now. It should be cheap: each scrape asks.
type Backlog func(ctx context.Context) (hookline.Backlog, error)

// lookUp bounds how long a scrape waits for the store.
const lookUp = 2 * time.Second

// owed collects what is owed at the moment of the scrape.
type owed struct {
	backlog Backlog
	owed    *prometheus.Desc
	overdue *prometheus.Desc
	lag     *prometheus.Desc
}

func newOwed(backlog Backlog) *owed {
	return &owed{
		backlog: backlog,
		owed: prometheus.NewDesc("hookline_deliveries_owed",
			"Deliveries that are owed, by state: queued (due now) or retrying (after a failed attempt). Those of destinations that are switched off are among them.", []string{"state"}, nil),
		overdue: prometheus.NewDesc("hookline_deliveries_oldest_due_seconds",
			"How long the delivery that has been due longest has waited for its attempt; 0 when none is due. It grows while a destination with deliveries is switched off.", nil, nil),
		lag: prometheus.NewDesc("hookline_fanout_lag_seconds",
			"How long the oldest event whose triggers have not been asked has waited; 0 when none waits.", nil, nil),
	}
}

// Describe is part of prometheus.Collector.
func (o *owed) Describe(all chan<- *prometheus.Desc) {
	all <- o.owed
	all <- o.overdue
	all <- o.lag
}

// Collect is part of prometheus.Collector.
func (o *owed) Collect(all chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), lookUp)
	defer cancel()
	b, err := o.backlog(ctx)
	if err != nil {
		all <- prometheus.NewInvalidMetric(o.owed, err)
		return
	}
	now := time.Now()
	all <- prometheus.MustNewConstMetric(o.owed, prometheus.GaugeValue, float64(b.Queued), string(hookline.StateQueued))
	all <- prometheus.MustNewConstMetric(o.owed, prometheus.GaugeValue, float64(b.Retrying), string(hookline.StateRetrying))
	all <- prometheus.MustNewConstMetric(o.overdue, prometheus.GaugeValue, since(now, b.Due))
	all <- prometheus.MustNewConstMetric(o.lag, prometheus.GaugeValue, since(now, b.Unread))
}

// since is in seconds, and 0 for the zero time and for what is still to come.
func since(now, at time.Time) float64 {
	if at.IsZero() {
		return 0
	}
	return max(0, now.Sub(at).Seconds())
}
