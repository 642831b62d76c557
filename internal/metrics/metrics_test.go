package metrics

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hookline/internal/hookline"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
)

func nothing(context.Context) (hookline.Backlog, error) { return hookline.Backlog{}, nil }

// scrape gives the samples by name and labels, without comments.
func scrape(t *testing.T, m *Metrics) (samples map[string]string, text string) {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("answered %d: %s", w.Code, w.Body)
	}
	samples = map[string]string{}
	for line := range strings.Lines(w.Body.String()) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), " "); ok && name != "#" {
			samples[name] = value
		}
	}
	return samples, w.Body.String()
}

func want(t *testing.T, samples, wanted map[string]string) {
	t.Helper()
	for name, value := range wanted {
		if got, ok := samples[name]; got != value || !ok && value != "" {
			t.Errorf("%s is %q, want %q", name, got, value)
		}
	}
}

func TestWhatIsCounted(t *testing.T) {
	m := New("1.2.3", nothing)
	m.Call(200)
	m.Call(200)
	m.Call(401)
	m.Events("src_1", 5, 2, 1)
	m.Events("src_1", 5, 0, 0)
	m.Events("", 7, 7, 7)
	m.Delivery(hookline.StateQueued)
	m.Attempt(hookline.StateDelivered, 30*time.Millisecond)
	m.Attempt(hookline.StateRetrying, 4*time.Second)
	m.SendBegan()
	m.SendBegan()
	m.SendEnded()
	m.Resent(3, 0)
	m.Resent(2, 4)
	m.Commit(7, 3*time.Millisecond)
	samples, text := scrape(t, m)
	want(t, samples, map[string]string{
		`hookline_calls_total{status="200"}`:                       "2",
		`hookline_calls_total{status="401"}`:                       "1",
		`hookline_events_total{result="accepted",source="src_1"}`:  "10",
		`hookline_events_total{result="duplicate",source="src_1"}`: "2",
		`hookline_events_total{result="rejected",source="src_1"}`:  "1",
		`hookline_events_total{result="accepted",source=""}`:       "",
		`hookline_deliveries_total{state="queued"}`:                "1",
		`hookline_attempts_total{outcome="delivered"}`:             "1",
		`hookline_attempts_total{outcome="retrying"}`:              "1",
		`hookline_resends_total{result="resent"}`:                  "5",
		`hookline_resends_total{result="skipped"}`:                 "4",
		`hookline_attempt_duration_seconds_bucket{le="0.025"}`:     "0",
		`hookline_attempt_duration_seconds_bucket{le="0.05"}`:      "1",
		`hookline_attempt_duration_seconds_sum`:                    "4.03",
		`hookline_attempts_in_flight`:                              "1",
		`hookline_commit_units_bucket{le="5"}`:                     "0",
		`hookline_commit_units_bucket{le="10"}`:                    "1",
		`hookline_commit_duration_seconds_sum`:                     "0.003",
		`hookline_deliveries_owed{state="queued"}`:                 "0",
		`hookline_deliveries_oldest_due_seconds`:                   "0",
		`hookline_fanout_lag_seconds`:                              "0",
	})
	for _, also := range []string{`version="1.2.3"`, "go_goroutines ", "process_open_fds "} {
		if !strings.Contains(text, also) {
			t.Errorf("%s is missing", also)
		}
	}
}

// TestNamesAndHelp holds ours to the conventions of Prometheus.
func TestNamesAndHelp(t *testing.T) {
	m := New("1.2.3", nothing)
	m.Call(200)
	m.Events("src_1", 1, 1, 1)
	m.Delivery(hookline.StateQueued)
	m.Attempt(hookline.StateDelivered, time.Second)
	_, text := scrape(t, m)
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	if err != nil || len(problems) > 0 {
		t.Errorf("%v %v", problems, err)
	}
}

func TestBacklog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		m := New("", func(context.Context) (hookline.Backlog, error) {
			return hookline.Backlog{Queued: 3, Retrying: 4, Due: now.Add(-90 * time.Second), Unread: now.Add(-time.Second)}, nil
		})
		samples := map[string]string{}
		families, err := m.registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range families {
			for _, one := range f.GetMetric() {
				label := ""
				for _, l := range one.GetLabel() {
					label += l.GetValue()
				}
				samples[f.GetName()+label] = one.GetGauge().String()
			}
		}
		want(t, samples, map[string]string{
			"hookline_deliveries_owedqueued":         "value:3",
			"hookline_deliveries_owedretrying":       "value:4",
			"hookline_deliveries_oldest_due_seconds": "value:90",
			"hookline_fanout_lag_seconds":            "value:1",
		})
	})
}

func TestWhatIsStillToComeIsNotLate(t *testing.T) {
	now := time.Now()
	if got := since(now, now.Add(time.Hour)); got != 0 {
		t.Errorf("an attempt due in an hour is %v s late", got)
	}
}

func TestAStoreInTroubleHidesNothingElse(t *testing.T) {
	m := New("1", func(context.Context) (hookline.Backlog, error) { return hookline.Backlog{}, errors.New("disk full") })
	m.Call(200)
	samples, _ := scrape(t, m)
	want(t, samples, map[string]string{`hookline_calls_total{status="200"}`: "1", `hookline_fanout_lag_seconds`: ""})
}

func TestNilCountsNothing(*testing.T) {
	var m *Metrics
	m.Call(200)
	m.Events("src_1", 1, 1, 1)
	m.Delivery(hookline.StateQueued)
	m.SendBegan()
	m.SendEnded()
	m.Attempt(hookline.StateDelivered, time.Second)
	m.Commit(1, time.Second)
}

// hot is what one event and its attempt count on their way.
func hot(m *Metrics) {
	m.Call(200)
	m.Events("src_1", 1, 0, 0)
	m.Delivery(hookline.StateQueued)
	m.SendBegan()
	m.SendEnded()
	m.Attempt(hookline.StateDelivered, 3*time.Millisecond)
	m.Commit(3, time.Millisecond)
}

func TestCountingAllocatesNothing(t *testing.T) {
	m := New("1", nothing)
	if n := testing.AllocsPerRun(100, func() { hot(m) }); n > 0 {
		t.Errorf("%v allocations for one event", n)
	}
}

func BenchmarkOneEvent(b *testing.B) {
	m := New("1", nothing)
	for b.Loop() {
		hot(m)
	}
}
