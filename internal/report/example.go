package report

import (
	"context"
	"time"

	"hookline/internal/hookline"
)

// Test sends an example of a report to w, once and at once, signed like every
// other. It counts as nothing, and neither waits for what w has still to be told
// nor changes when that is tried.
func (r *Reporter) Test(ctx context.Context, w hookline.ReportingWebhook) Sent {
	at := time.Now().UTC()
	text, err := body(hookline.Report{
		Metric: w.Metrics[0], At: at, DeliveryID: hookline.KeyID("dlv", at.UnixMicro()), Attempt: 1,
		DestinationID: "dst_example", ActionID: "act_example", UserID: "example-42", Email: "ana@example.com",
		URL: "https://example.com/webhooks", Reason: exampleReason(w.Metrics[0]),
	}, exampleContent(w))
	if err != nil {
		return Sent{Failure: "The example could not be written."}
	}
	return r.send(context.WithoutCancel(ctx), w, "rep_test_"+hookline.KeyID("x", at.UnixMicro())[2:], text)
}

func exampleReason(m hookline.Metric) string {
	if m == hookline.MetricSent {
		return ""
	}
	return "This is an example: nothing has failed."
}

func exampleContent(w hookline.ReportingWebhook) string {
	if w.WithContent && w.Metrics[0] == hookline.MetricSent {
		return `{"example":true}`
	}
	return ""
}
