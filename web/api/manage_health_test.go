package api

import (
	"testing"
	"time"

	"hookline/internal/hookline"
)

func TestHealthByAPI(t *testing.T) {
	o := newOffice(t)
	ids := o.furnish()
	good(t, o.store.SaveSamples(t.Context(), []hookline.Sample{{
		DestinationID: ids["destination"], Minute: time.Now(), Delivered: 7, Failed: 2, Spans: hookline.Spans{4: 9}, Waiting: 3, Overdue: time.Minute,
	}}))
	got := o.made(call1{method: "GET", path: "/health?destination_id=" + ids["destination"], as: "viewer"})
	if dig(got, "sum", "delivered_count") != 7.0 || dig(got, "sum", "oldest_due_seconds") != 60.0 || dig(got, "sum", "p50_ms") == nil || got["range"] != "24h" {
		t.Errorf("the destination fares %v", got["sum"])
	}
	if all := o.made(call1{method: "GET", path: "/health?range=7d"}); dig(all, "sum", "p99_ms") != nil {
		t.Errorf("the house fares %v", all["sum"])
	}
	o.refused(call1{method: "GET", path: "/health?range=1y"}, 422, "invalid")
	o.refused(call1{method: "GET", path: "/health?destination_id=dst_none"}, 422, "invalid")
}

func TestAlertsByAPI(t *testing.T) {
	o := newOffice(t)
	good(t, o.store.ChangeAlerts(t.Context(), []hookline.AlertFound{{Rule: hookline.RuleFailing, Subject: "dst_1", Name: "CRM", Words: "It fails."}}, nil, time.Now()))
	list := o.made(call1{method: "GET", path: "/alerts", as: "viewer"})
	one, _ := list["data"].([]any)
	if len(one) != 1 || dig(one[0], "rule") != "failing" || dig(one[0], "ended_at") != nil {
		t.Errorf("the alerts are %v", list)
	}
	if rules := o.made(call1{method: "PATCH", path: "/alert-rules", body: `{"failing":false,"silence_times":5}`}); rules["failing"] != false || rules["silence_times"] != 5.0 || rules["backlog_minutes"] != 15.0 {
		t.Errorf("the rules are %v", rules)
	}
	fields := o.refused(call1{method: "PATCH", path: "/alert-rules", body: `{"failing_percent":101}`}, 422, "invalid")
	if fields["failing_percent"] == nil {
		t.Errorf("at the fields it says %v", fields)
	}
	o.refused(call1{method: "PATCH", path: "/alert-rules", body: `{"failing":false}`, as: "support"}, 403, "forbidden")
}
