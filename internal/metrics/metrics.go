// Package metrics counts what Hookline does, and tells it to Prometheus.
//
// To count on the way of an event or an attempt costs some tens of nanoseconds
// and allocates nothing; what has to be looked up, such as how much is owed, is
// looked up only when somebody asks.
package metrics

import (
	"net/http"
	"runtime"
	"strconv"
	"time"

	"hookline/internal/hookline"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics are the counters of one process. All methods may be called at the
// same time, and on nil, which counts nothing.
type Metrics struct {
	registry *prometheus.Registry

	calls      *prometheus.CounterVec
	events     *prometheus.CounterVec
	deliveries *prometheus.CounterVec
	attempts   *prometheus.CounterVec
	resends    *prometheus.CounterVec
	duration   prometheus.Histogram
	inFlight   prometheus.Gauge
	group      prometheus.Histogram
	commit     prometheus.Histogram
}

// New makes counters that begin at zero. Version is that of the build. What is
// owed is asked from backlog at each scrape.
func New(version string, backlog Backlog) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		calls: counters("hookline_calls_total", "status",
			"Calls to /v1 that bring events, by the HTTP status of the answer."),
		events: counters("hookline_events_total", "source", "result",
			"Events by source id and result: accepted (durable), duplicate (its messageId came within 24 hours) or rejected (kept with the reason)."),
		deliveries: counters("hookline_deliveries_total", "state",
			"Deliveries that events set off, by the state they began in: queued, failed (no request could be made) or discarded (the template chose not to send)."),
		attempts: counters("hookline_attempts_total", "outcome",
			"Attempts that were recorded, by outcome: delivered, retrying (another will follow) or failed (given up)."),
		resends: counters("hookline_resends_total", "result",
			"Deliveries that runs looked at, by result: resent (made due again) or skipped (left out)."),
		duration: histogram("hookline_attempt_duration_seconds", "How long attempts took, from signing to the end of the answer or the time-out.",
			.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2, 4, 8, 15, 30),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "hookline_attempts_in_flight", Help: "Requests on their way to receivers at this moment.",
		}),
		group: histogram("hookline_commit_units", "Units of work that shared one commit of the store's writer.",
			1, 2, 5, 10, 20, 50, 100, 200, 500, 1000),
		commit: histogram("hookline_commit_duration_seconds", "How long the store's writer took for one commit, with the units in it and the wait for the disk.",
			.00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1),
	}
	m.registry.MustRegister(m.calls, m.events, m.deliveries, m.attempts, m.resends, m.duration, m.inFlight, m.group, m.commit,
		newOwed(backlog), buildInfo(version), collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// counters makes a counter for each combination of labels that is seen. What
// comes last is the help.
func counters(name string, rest ...string) *prometheus.CounterVec {
	last := len(rest) - 1
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: rest[last]}, rest[:last])
}

func histogram(name, help string, bounds ...float64) prometheus.Histogram {
	return prometheus.NewHistogram(prometheus.HistogramOpts{Name: name, Help: help, Buckets: bounds})
}

func buildInfo(version string) prometheus.Collector {
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "hookline_build_info", Help: "Always 1; the labels say what runs.",
		ConstLabels: prometheus.Labels{"version": version, "goversion": runtime.Version()},
	})
	info.Set(1)
	return info
}

// Call counts one call that brought events, or tried to.
func (m *Metrics) Call(status int) {
	if m != nil {
		m.calls.WithLabelValues(statusText(status)).Inc()
	}
}

// statusText spares the common answers an allocation.
func statusText(status int) string {
	if status == http.StatusOK {
		return "200"
	}
	return strconv.Itoa(status)
}

// Events counts what became of a call's events. A source that is not known has
// no id and is not counted: labels are only what an administrator made.
func (m *Metrics) Events(sourceID string, accepted, duplicates, rejected int) {
	if m == nil || sourceID == "" {
		return
	}
	m.event(sourceID, "accepted", accepted)
	m.event(sourceID, "duplicate", duplicates)
	m.event(sourceID, "rejected", rejected)
}

func (m *Metrics) event(sourceID, result string, n int) {
	if n > 0 {
		m.events.WithLabelValues(sourceID, result).Add(float64(n))
	}
}

// Delivery counts a delivery that an event set off and that began in state.
func (m *Metrics) Delivery(state hookline.State) {
	if m != nil {
		m.deliveries.WithLabelValues(string(state)).Inc()
	}
}

// SendBegan counts a request that is on its way until SendEnded.
func (m *Metrics) SendBegan() {
	if m != nil {
		m.inFlight.Inc()
	}
}

// SendEnded is called once for each SendBegan.
func (m *Metrics) SendEnded() {
	if m != nil {
		m.inFlight.Dec()
	}
}

// Attempt counts an attempt that was recorded.
func (m *Metrics) Attempt(outcome hookline.State, took time.Duration) {
	if m != nil {
		m.attempts.WithLabelValues(string(outcome)).Inc()
		m.duration.Observe(took.Seconds())
	}
}

// Resent counts a stretch of a run.
func (m *Metrics) Resent(resent, skipped int) {
	if m != nil {
		m.resends.WithLabelValues("resent").Add(float64(resent))
		m.resends.WithLabelValues("skipped").Add(float64(skipped))
	}
}

// Commit counts a commit of so many units of work.
func (m *Metrics) Commit(units int, took time.Duration) {
	if m != nil {
		m.group.Observe(float64(units))
		m.commit.Observe(took.Seconds())
	}
}

// Handler answers with all of it in a format that Prometheus reads. What
// cannot be looked up just now is left out. Who may ask is for the caller to
// say.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		ErrorHandling:       promhttp.ContinueOnError,
		Registry:            m.registry,
		MaxRequestsInFlight: 4,
		Timeout:             10 * time.Second,
	})
}
