package api

import (
	"testing"

	"hookline/internal/hookline"
)

func TestResendManyIsRefusedByField(t *testing.T) {
	o := newOffice(t)
	ids := o.furnish()
	for body, field := range map[string]string{
		`{"mode":"original"}`:                                                             "filter",
		`{"filter":{},"mode":"original"}`:                                                 "filter",
		`{"filter":{},"mode":"each"}`:                                                     "mode",
		`{"filter":{},"mode":"current","per_second":-1}`:                                  "per_second",
		`{"filter":{},"mode":"current","ramp_ms":1000}`:                                   "ramp_ms",
		`{"filter":{"state":"queued"},"mode":"current"}`:                                  "filter.state",
		`{"filter":{"state":"lost"},"mode":"current"}`:                                    "filter.state",
		`{"filter":{"since":"yesterday"},"mode":"current"}`:                               "filter.since",
		`{"filter":{"status":7},"mode":"current"}`:                                        "filter.status",
		`{"filter":{"outcome":"failed"},"mode":"current"}`:                                "filter.resend_id",
		`{"filter":{"resend_id":"` + ids["resend"] + `","outcome":"x"},"mode":"current"}`: "filter.outcome",
		`{"filter":{"destination":"dst_1"},"mode":"current"}`:                             "filter.destination",
	} {
		if fields := o.refused(call1{method: "POST", path: "/deliveries/resend", body: body}, 422, "invalid"); fields[field] == nil {
			t.Errorf("%s: nothing is said of %s, only %v", body, field, fields)
		}
	}
	o.refused(call1{method: "POST", path: "/deliveries/resend", body: `{"filter":{"state":"failed"},"mode":"original"}`}, 409, "conflict") // furnish began it
}

func TestARunByTheAPI(t *testing.T) {
	o := newOffice(t)
	ids := o.furnish()
	path := "/resends/" + ids["resend"]
	run, err := o.store.ResendRun(t.Context(), ids["resend"])
	good(t, err)
	if run.By != "API token “Script of admin”" || run.Mode != hookline.ResendOriginal || run.Filter.State != hookline.StateFailed {
		t.Errorf("begun %+v", run)
	}
	good(t, o.store.CountedResend(t.Context(), run.ID, 7))
	a := o.made(call1{method: "POST", path: path + "/pause"})
	if a["state"] != "paused" || a["matched"] != float64(7) || dig(a, "filter", "state") != "failed" {
		t.Errorf("paused: %v", a)
	}
	o.refused(call1{method: "POST", path: path + "/pause"}, 409, "conflict")
	if a := o.made(call1{method: "POST", path: path + "/continue"}); a["state"] != "running" {
		t.Errorf("continued: %v", a)
	}
	if a := o.made(call1{method: "POST", path: path + "/cancel"}); a["state"] != "cancelled" {
		t.Errorf("cancelled: %v", a)
	}
	o.refused(call1{method: "POST", path: path + "/continue"}, 409, "conflict")
	o.refused(call1{method: "GET", path: "/resends/rsn_00000000001"}, 404, "not_found")
}
