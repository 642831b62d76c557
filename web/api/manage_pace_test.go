package api

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hookline/internal/hookline"
)

const pacedBody = `{"name":"Slow","max_per_second":2.5,"burst":7,"max_concurrent":3,"retry_base_ms":1500,"max_tries":4,"paused":true,"maintenance":[
	{"days":["fri","mon"],"start":"22:00","end":"06:00","time_zone":"Europe/Berlin","note":"backup"},
	{"from":"2026-11-21T13:00:00+01:00","until":"2026-11-21T14:00:00Z"}]}`

// pick gives some of an object's members.
func pick(object map[string]any, names ...string) map[string]any {
	some := map[string]any{}
	for _, name := range names {
		some[name] = object[name]
	}
	return some
}

func TestPaceGoesThere(t *testing.T) {
	o := newOffice(t)
	id := o.make("/destinations", pacedBody)
	want := map[string]any{
		"max_per_second": 2.5, "burst": 7.0, "max_concurrent": 3.0, "retry_base_ms": 1500.0, "max_tries": 4.0, "paused": true,
		"paused_by": "API token “Script of admin”", "cause": "paused", "catching_up": false, "owed": 0.0, "gone_at": nil, "next_try_at": nil,
		"maintenance": []any{
			map[string]any{"days": []any{"mon", "fri"}, "start": "22:00", "end": "06:00", "time_zone": "Europe/Berlin", "from": "", "until": "", "note": "backup"},
			map[string]any{"days": []any{}, "start": "", "end": "", "time_zone": "", "from": "2026-11-21T12:00:00Z", "until": "2026-11-21T14:00:00Z", "note": ""},
		},
	}
	names := make([]string, 0, len(want))
	for name := range want {
		names = append(names, name)
	}
	for what, got := range map[string]map[string]any{
		"one":       o.made(call1{method: "GET", path: "/destinations/" + id}),
		"the list":  list(o.made(call1{method: "GET", path: "/destinations"})["data"])[0].(map[string]any),
		"unchanged": o.made(call1{method: "PATCH", path: "/destinations/" + id, body: `{"name":"Slow"}`}),
	} {
		if diff := cmp.Diff(want, pick(got, names...)); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
	}
	after := o.made(call1{method: "PATCH", path: "/destinations/" + id, body: `{"maintenance":[],"max_per_second":0,"burst":0}`})
	if diff := cmp.Diff(map[string]any{"maintenance": []any{}, "max_per_second": 0.0, "burst": 0.0, "max_tries": 4.0, "paused": true},
		pick(after, "maintenance", "max_per_second", "burst", "max_tries", "paused")); diff != "" {
		t.Error(diff)
	}
}

// owe records a delivery that waits for a destination.
func (o *office) owe(destination string, age time.Duration) string {
	o.t.Helper()
	at := time.Now().Add(-age).UTC()
	d, err := o.store.CreateDelivery(o.t.Context(), hookline.Owed{Delivery: hookline.Delivery{
		State: hookline.StateQueued, Origin: hookline.OriginTest, DestinationID: destination, IdempotencyKey: hookline.Secret(),
		RequestNumber: 1, CreatedAt: at, NextAttemptAt: at, UpdatedAt: at,
	}, Request: hookline.Request{Method: "POST", URL: "https://example.com/"}})
	good(o.t, err)
	return d.ID
}

func TestPauseAndResume(t *testing.T) {
	o := newOffice(t)
	id := o.make("/destinations", `{"name":"CRM"}`)
	path := "/destinations/" + id
	delivery := o.owe(id, time.Hour)
	standing := func(what string, got map[string]any, want map[string]any) {
		t.Helper()
		names := make([]string, 0, len(want))
		for name := range want {
			names = append(names, name)
		}
		if diff := cmp.Diff(want, pick(got, names...)); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
	}
	standing("at ease", o.made(call1{method: "GET", path: path}), map[string]any{"paused": false, "cause": "", "reason": "", "since": nil, "owed": 1.0, "owed_more": false})
	paused := o.made(call1{method: "POST", path: path + "/pause", body: `{"note":"new CRM"}`, as: hookline.Editor})
	standing("paused", paused, map[string]any{
		"paused": true, "paused_by": "API token “Script of editor”", "paused_note": "new CRM", "cause": "paused",
		"reason": "The destination was paused by API token “Script of editor”: “new CRM”.", "next_try_at": nil,
	})
	if paused["since"] == nil || paused["oldest_due_at"] == nil {
		t.Errorf("since when is not told: %v", paused)
	}
	standing("paused twice", o.made(call1{method: "POST", path: path + "/pause", body: `{}`}), map[string]any{"paused_note": "new CRM"})
	standing("changed", o.made(call1{method: "PATCH", path: path, body: `{"paused":true}`}), map[string]any{"paused_note": "new CRM"})
	for state, want := range map[string]int{"held": 1, "queued": 0} {
		if got := list(o.made(call1{method: "GET", path: "/deliveries?state=" + state})["data"]); len(got) != want {
			t.Errorf("%d deliveries are %s, want %d", len(got), state, want)
		}
	}
	if got := o.made(call1{method: "GET", path: "/deliveries/" + delivery})["state"]; got != "held" {
		t.Errorf("the delivery is %v", got)
	}

	for body, field := range map[string]string{
		`{"keep":"some"}`: "keep", `{"keep":"since"}`: "max_age_ms", `{"per_second":-1}`: "per_second", `{"ramp_ms":60000}`: "ramp_ms",
	} {
		if fields := o.refused(call1{method: "POST", path: path + "/resume", body: body}, 422, "invalid"); fields[field] == nil {
			t.Errorf("%s names %v", body, fields)
		}
	}
	resuming := o.made(call1{method: "POST", path: path + "/resume", body: `{"keep":"since","max_age_ms":60000,"per_second":5,"ramp_ms":60000}`})
	standing("resuming", resuming, map[string]any{"paused": true, "catching_up": true, "cause": "paused"})
	d, err := o.store.Destination(t.Context(), id)
	good(t, err)
	if r := d.Resume; r.PerSecond != 5 || r.Ramp != time.Minute || r.Keep != hookline.KeepSince || (r.At.Sub(r.Since)-time.Minute).Abs() > time.Second {
		t.Errorf("resume is %+v", r)
	}
	o.refused(call1{method: "POST", path: path + "/resume", body: `{}`}, 409, "conflict")
	standing("changed while resuming", o.made(call1{method: "PATCH", path: path, body: `{"paused":false}`}), map[string]any{"catching_up": true})
	standing("paused again", o.made(call1{method: "POST", path: path + "/pause", body: `{}`}), map[string]any{"paused": true, "catching_up": false})
	standing("resumed by a change", o.made(call1{method: "PATCH", path: path, body: `{"paused":false}`}), map[string]any{"paused": false, "catching_up": true, "cause": ""})
	o.refused(call1{method: "POST", path: path + "/resume", body: `{}`}, 409, "conflict")
	standing("paused by a change", o.made(call1{method: "PATCH", path: path, body: `{"paused":true,"name":"CRM 2"}`}), map[string]any{"paused": true, "name": "CRM 2"})
	for _, what := range []string{"/pause", "/resume"} {
		o.refused(call1{method: "POST", path: "/destinations/dst_gone" + what, body: `{}`}, 404, "not_found")
	}
}

func TestABrokenReceiverIsToldAndTried(t *testing.T) {
	o := newOffice(t)
	id := o.make("/destinations", `{"name":"CRM"}`)
	at := time.Now().Add(-time.Minute).UTC().Truncate(time.Second)
	good(t, o.store.SaveHealth(t.Context(), hookline.Health{
		DestinationID: id, Breaker: hookline.BreakerOpen, Reason: "It broke.", Since: at, OpenedAt: at, NextTry: at.Add(time.Hour), GoneAt: at,
	}))
	got := o.made(call1{method: "GET", path: "/destinations/" + id})
	want := map[string]any{
		"cause": "broken", "reason": "It broke.", "since": at.Format(time.RFC3339), "next_try_at": at.Add(time.Hour).Format(time.RFC3339), "gone_at": at.Format(time.RFC3339),
	}
	if diff := cmp.Diff(want, pick(got, "cause", "reason", "since", "next_try_at", "gone_at")); diff != "" {
		t.Error(diff)
	}
	if after := o.made(call1{method: "POST", path: "/destinations/" + id + "/try"}); after["gone_at"] != nil {
		t.Errorf("still gone: %v", after)
	}
	d, err := o.store.Destination(t.Context(), id)
	if good(t, err); !d.VouchedAt.After(at) {
		t.Error("nobody vouched")
	}
	o.refused(call1{method: "POST", path: "/destinations/dst_gone/try"}, 404, "not_found")
}
