package hookline

import (
	"crypto/sha256"
	"encoding/base32"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Metric is what happened to a delivery, as reporting webhooks tell it.
type Metric string

// The metrics that exist. Drafted, converted, subscribed and unsubscribed come
// with campaigns, and are not offered before.
const (
	MetricAttempted     Metric = "attempted"     // an attempt failed, and another one follows
	MetricSent          Metric = "sent"          // a receiver took the request
	MetricFailed        Metric = "failed"        // it was given up
	MetricUndeliverable Metric = "undeliverable" // there was nothing to send, or nowhere to send it: no attempt was made
)

// Metrics lists them in the order in which a delivery meets them.
func Metrics() []Metric {
	return []Metric{MetricAttempted, MetricSent, MetricFailed, MetricUndeliverable}
}

// MaxReportingWebhooks is how many a workspace may have: each reads for itself.
const MaxReportingWebhooks = 20

// ReportAge is how old a report may grow. One that could not be told until
// then is dropped, and counted.
const ReportAge = 7 * 24 * time.Hour

// ReportingWebhook is a receiver that is told how deliveries ended.
type ReportingWebhook struct {
	ID          string // rpw_…
	Name        string
	URL         string
	Enabled     bool
	Metrics     []Metric // in the order of Metrics
	FirstOnly   bool     // of each delivery, each metric is told once only
	WithContent bool     // the body that was sent is told with the metric sent
	Key         string   // signs what it is told
	KeyMadeAt   time.Time
	CreatedAt   time.Time
	UpdatedAt   time.Time

	// How far it has been told; no form or file changes it.
	Standing Standing
}

// Standing is how far a reporting webhook has been told.
type Standing struct {
	Since     time.Time // it is told what happened from then on: when it was switched on
	Place     int64     // the key of the last attempt or delivery that was looked at for it
	Told      int
	ToldAt    time.Time // zero: never
	Dropped   int       // were never told, because they grew too old
	DroppedAt time.Time
	Tries     int // of the report at the head; 0: it has not failed
	NextTryAt time.Time
	Failure   string // why the last try failed, in plain words; "" when it did not
	FailedAt  time.Time
}

// Validate says at each field what is wrong; nil when nothing is. Where the
// address leads is judged by those who can tell.
func (w ReportingWebhook) Validate() error {
	f := fields{}
	checkName(f, w.Name, "Give the reporting webhook a name, such as “Data warehouse”.")
	f.check(strings.TrimSpace(w.URL) != "", "url", "Enter the address to report to, such as https://example.com/reports.")
	f.check(len(w.URL) <= 8<<10, "url", "This address is too long: at most 8,192 characters.")
	f.check(len(w.Metrics) > 0, "metrics", "Choose at least one thing to report.")
	for _, m := range w.Metrics {
		f.check(slices.Contains(Metrics(), m), "metrics", "There is no metric “"+strings.ToValidUTF8(string(m), "?")+"”. Choose among attempted, sent, failed and undeliverable.")
	}
	f.check(len(w.Key) <= 500, "key", "This key is too long: at most 500 characters.")
	return f.err("The reporting webhook could not be saved.")
}

// Wants says whether it is told of m.
func (w ReportingWebhook) Wants(m Metric) bool { return slices.Contains(w.Metrics, m) }

// Tidy gives w in the form that is stored.
func (w ReportingWebhook) Tidy() ReportingWebhook {
	w.Name, w.URL = strings.TrimSpace(w.Name), strings.TrimSpace(w.URL)
	var metrics []Metric
	for _, m := range Metrics() {
		if w.Wants(m) {
			metrics = append(metrics, m)
		}
	}
	for _, m := range w.Metrics { // what is unknown stays, for Validate to name
		if !slices.Contains(Metrics(), m) {
			metrics = append(metrics, m)
		}
	}
	w.Metrics = metrics
	return w
}

// Report is one thing that a reporting webhook is told.
type Report struct {
	Metric        Metric
	At            time.Time
	Place         int64 // among attempts and deliveries
	Awaited       bool  // it came after its place had been passed
	DeliveryID    string
	Attempt       int // its number; 0: none was made
	RequestNumber int
	BatchSize     int
	DestinationID string
	ActionID      string
	UserID        string // of the person; "" when nobody is known, or it has none
	Email         string
	URL           string // that the request went to
	Reason        string // why it failed, in plain words
}

// ID names what happened, the same each time it is told and to whomever.
func (r Report) ID() string {
	sum := sha256.Sum256([]byte(r.DeliveryID + "." + strconv.Itoa(r.Attempt) + "." + string(r.Metric)))
	return "rep_" + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:15]))
}

// Reports is what was found for a reporting webhook, in the order in which it
// is told.
type Reports struct {
	Rows    []Report
	Place   int64    // how far was looked; nothing before it remains but what is awaited
	Await   []string // ids of deliveries that were passed before they were tried
	Settled []string // ids of awaited deliveries that need not be awaited any more
	More    bool     // there is more to look at right away
}

// Told is how a reporting webhook got on.
type Told struct {
	WebhookID string
	Place     int64 // 0: as before
	Await     []string
	Settled   []string
	Told      int // so many more
	ToldAt    time.Time
	Dropped   int // so many more
	DroppedAt time.Time
}

// Untold is how a try to tell a reporting webhook failed.
type Untold struct {
	WebhookID string
	Tries     int
	NextTryAt time.Time
	Failure   string
	FailedAt  time.Time
}

// Unreported is what a reporting webhook has still to be told.
type Unreported struct {
	Count  int
	More   bool      // there is more: it was counted up to Count only
	Oldest time.Time // when the oldest of it happened; zero when there is none
}
