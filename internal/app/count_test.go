package app

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

func (f *furnished) metricsText() string {
	f.t.Helper()
	q, err := http.NewRequestWithContext(f.t.Context(), http.MethodGet, "http://"+f.listener.Addr().String()+"/metrics", nil)
	must(f.t, err)
	answer, err := http.DefaultClient.Do(q)
	must(f.t, err)
	defer func() { must(f.t, answer.Body.Close()) }()
	text, err := io.ReadAll(answer.Body)
	must(f.t, err)
	return string(text)
}

func TestTheWholeWayIsCounted(t *testing.T) {
	f := start(t, func(own, bin string) string { return own + "/b/" + bin })
	f.send()
	text := ""
	for range 500 { // the attempt is counted a moment after it is recorded
		if text = f.metricsText(); strings.Contains(text, `hookline_attempts_total{outcome="delivered"} 1`) {
			break
		}
		<-time.After(10 * time.Millisecond)
	}
	for _, line := range []string{
		`hookline_calls_total{status="200"} 1`,
		`hookline_deliveries_total{state="queued"} 1`,
		`hookline_deliveries_owed{state="queued"} 0`,
		`hookline_attempts_total{outcome="delivered"} 1`,
		`hookline_attempt_duration_seconds_count 1`,
		`hookline_attempts_in_flight 0`,
		`hookline_fanout_lag_seconds 0`,
		`version="test"`,
	} {
		if !strings.Contains(text, line) {
			t.Errorf("%s is missing", line)
		}
	}
	if strings.Contains(text, "hookline_commit_units_count 0\n") || t.Failed() {
		t.Errorf("commits were not counted, or more:\n%s", text)
	}
	if d, _ := f.delivery(); d.State != "delivered" {
		t.Errorf("the delivery is %s", d.State)
	}
}
