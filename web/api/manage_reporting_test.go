package api

import (
	"strings"
	"testing"

	"hookline/internal/hookline"
)

const reportingBody = `{"name":"Warehouse","url":"https://user:pass@example.com/reports","metrics":["failed","sent"],"signing_key":"report-key-1234"}`

func TestReportingWebhooksByAPI(t *testing.T) {
	o := newOffice(t)
	ids := o.furnish()
	path := "/reporting-webhooks/" + ids["reporting"]
	one := o.made(call1{method: "GET", path: path})
	if one["enabled"] != true || one["signing_key"] != "report-key-1234" || dig(one, "standing", "told") != 0.0 || dig(one, "standing", "next_try_at") != nil {
		t.Errorf("it is %v", one)
	}
	if metrics := list(one["metrics"]); len(metrics) != 2 || metrics[0] != "sent" {
		t.Errorf("it is told %v", metrics)
	}
	for scope, sees := range map[hookline.Role]bool{hookline.Viewer: false, hookline.Support: false, hookline.Editor: true} {
		for _, secret := range []string{"report-key-1234", "user:pass@"} {
			if body := o.do(call1{method: "GET", path: "/reporting-webhooks", as: scope}).body; strings.Contains(body, secret) != sees {
				t.Errorf("the scope of %s reads %s: %v", scope, secret, !sees)
			}
		}
	}
	changed := o.made(call1{method: "PATCH", path: path, body: `{"enabled":false,"with_content":true}`})
	if changed["enabled"] != false || changed["with_content"] != true || changed["signing_key"] != "report-key-1234" || len(list(changed["metrics"])) != 2 {
		t.Errorf("changed it is %v", changed)
	}
	if changed = o.made(call1{method: "PATCH", path: path, body: `{"signing_key":"another-key-99"}`}); changed["signing_key"] != "another-key-99" {
		t.Errorf("with another key it is %v", changed)
	}
	made := o.made(call1{method: "POST", path: "/reporting-webhooks", body: `{"name":"Chat","url":"https://example.com/","metrics":["attempted"]}`})
	if key, _ := made["signing_key"].(string); len(key) < 20 {
		t.Errorf("it was made with the key %q", key)
	}
	for body, field := range map[string]string{
		`{"metrics":["converted"]}`:   "metrics",
		`{"metrics":[]}`:              "metrics",
		`{"url":"http://127.0.0.1/"}`: "url",
		`{"url":""}`:                  "url",
		`{"name":" "}`:                "name",
		`{"signing_key":"••••••••1234"}`:    "signing_key",
		`{"signing_key":"two\nlines-here"}`: "signing_key",
	} {
		if fields := o.refused(call1{method: "PATCH", path: path, body: body}, 422, "invalid"); fields[field] == nil {
			t.Errorf("%s names %v", body, fields)
		}
	}
	o.made(call1{method: "DELETE", path: path})
	o.refused(call1{method: "GET", path: path}, 404, "not_found")
}
