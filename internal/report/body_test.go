package report

import (
	"encoding/json"
	"log/slog"
	"testing"
	"time"

	"hookline/internal/hookline"
)

func TestBodies(t *testing.T) {
	at := time.Unix(1700000000, 500)
	full := hookline.Report{
		Metric: hookline.MetricFailed, At: at, DeliveryID: "dlv_1", Attempt: 2, DestinationID: "dst_1", ActionID: "act_1",
		UserID: "u1", Email: "ana@example.com", URL: "https://user:secret@example.com/x?a=<b>", Reason: "The receiver answered 400.",
	}
	bare := hookline.Report{Metric: hookline.MetricSent, At: at, DeliveryID: "dlv_2", Attempt: 1}
	for _, test := range []struct {
		report        hookline.Report
		content, want string
	}{
		{full, "", `{"event_id":"` + full.ID() + `","object_type":"webhook","metric":"failed","timestamp":1700000000,"data":{"delivery_id":"dlv_1","identifiers":{"id":"u1","email":"ana@example.com"},"customer_id":"u1","action_id":"act_1","destination_id":"dst_1","recipient":"https://example.com/x?a=<b>","failure_message":"The receiver answered 400."}}`},
		{bare, "{\"a\":\"é\"}", `{"event_id":"` + bare.ID() + `","object_type":"webhook","metric":"sent","timestamp":1700000000,"data":{"delivery_id":"dlv_2","content":"{\"a\":\"é\"}"}}`},
	} {
		got, err := body(test.report, test.content)
		if err != nil || string(got) != test.want {
			t.Errorf("got  %s, %v\nwant %s", got, err, test.want)
		}
	}
	if again := full; full.ID() == bare.ID() || again.ID() != full.ID() {
		t.Error("ids do not name what happened")
	}
}

func TestWaits(t *testing.T) {
	for tries, want := range map[int]time.Duration{1: 10 * time.Second, 2: 20 * time.Second, 9: 2560 * time.Second, 10: time.Hour, 500: time.Hour} {
		if got := wait(10*time.Second, tries, 0.5); got != want {
			t.Errorf("after %d tries it waits %s, want %s", tries, got, want)
		}
	}
	if low, high := wait(10*time.Second, 1, 0), wait(10*time.Second, 1, 0.999); low != 9*time.Second || high <= 10*time.Second || high > 11*time.Second {
		t.Errorf("it waits from %s to %s", low, high)
	}
}

func TestAnExample(t *testing.T) {
	r := &receiver{}
	reporter := New(newLedger(), r, Config{}, slog.New(slog.DiscardHandler))
	w := newLedger().webhook
	w.Metrics, w.WithContent = []hookline.Metric{hookline.MetricSent}, true
	sent := reporter.Test(t.Context(), w)
	var p payload
	if err := json.Unmarshal(sent.Body, &p); err != nil || sent.Failure != "" || sent.Status != 200 || p.Metric != "sent" || p.Data.Content == "" || p.Data.FailureMessage != "" {
		t.Errorf("sent %+v, %v", sent, err)
	}
	w.Metrics = []hookline.Metric{hookline.MetricFailed}
	if sent = reporter.Test(t.Context(), w); json.Unmarshal(sent.Body, &p) != nil || p.Metric != "failed" || p.Data.FailureMessage == "" {
		t.Errorf("sent %s", sent.Body)
	}
}
