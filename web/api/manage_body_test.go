package api

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hookline/internal/hookline"
)

func TestBodiesAreReadStrictly(t *testing.T) {
	o := newOffice(t)
	ids := o.furnish()
	const known = "There is no such field here. Known are name, enabled, source_ids, shared_secret, signature_mode, standard_secrets, timeout_ms, tls, proxy, region, max_per_second, burst, max_concurrent, retry_base_ms, max_tries, maintenance and paused."
	for _, test := range []struct {
		name, body string
		status     int
		fields     map[string]any
	}{
		{"empty", " \n", 400, nil},
		{"no JSON", "{\n  \"name\": 'x'}", 400, nil},
		{"cut", `{"name":"x"`, 400, nil},
		{"two", `{"name":"x"}{}`, 400, nil},
		{"a list", `[]`, 400, nil},
		{"null", `null`, 400, nil},
		{"unknown", "{\n \"name\":\"x\",\n   \"max_per_minute\": {\"a\":[1,{}]}, \"halted\":true}", 422, map[string]any{
			"max_per_minute": "Line 3, column 4: " + known, "halted": "Line 3, column 36: " + known,
		}},
		{"another case", `{"Name":"x"}`, 422, map[string]any{"Name": "Line 1, column 2: " + known}},
		{"twice", `{"name":"x","name":"y"}`, 422, map[string]any{"name": "Line 1, column 13: This is given twice."}},
		{"a number for a text", `{"name":7}`, 422, map[string]any{"name": "Line 1, column 9: This must be a text, not a number."}},
		{"null for a text", `{"name":null}`, 422, map[string]any{"name": "Line 1, column 9: This must be a text, not null."}},
		{"a text for a truth", `{"ä":1,"enabled":"true"}`, 422, map[string]any{
			"ä": "Line 1, column 2: " + known, "enabled": "Line 1, column 18: This must be true or false, not a text.",
		}},
		{"a text for a list", `{"source_ids":"src_1"}`, 422, map[string]any{"source_ids": "Line 1, column 15: This must be a list, not a text."}},
		{"a number in a list of texts", `{"source_ids":["src_1", 2]}`, 422, map[string]any{"source_ids.1": "Line 1, column 25: This must be a text, not a number."}},
		{"a fraction", `{"timeout_ms":1.5}`, 422, map[string]any{"timeout_ms": "Line 1, column 15: This must be a whole number."}},
		{"too large a number", `{"timeout_ms":99999999999999999999}`, 422, map[string]any{"timeout_ms": "Line 1, column 15: This must be a whole number."}},
		{"a rate beyond all", `{"max_per_second":1e999}`, 422, map[string]any{"max_per_second": "Line 1, column 19: This must be a number of a usual size."}},
		{"paces that are none", `{"max_per_second":-1,"burst":-1,"max_concurrent":513,"retry_base_ms":1,"max_tries":22}`, 422, map[string]any{
			"max_per_second": "Choose a rate between 0.01 and 10,000 a second, or none.", "burst": "Choose a number between 1 and 10,000, or none.",
			"max_concurrent": "Choose a number between 1 and 512, or none.", "retry_base_ms": "Choose a wait between 0.1 seconds and one hour, or none.",
			"max_tries": "Choose a number between 1 and 21, or none.",
		}},
		{"windows that are none", `{"maintenance":[{"days":["mon"],"start":"22:00","end":"6","time_zone":"Mars"},{"days":["today"]},{"from":"now","until":"2026-03-04T12:00:00Z"},{}]}`, 422, map[string]any{
			"maintenance.0.end": "Use a time of day, such as 22:00.", "maintenance.0.time_zone": "Enter a time zone by its name, such as Europe/Berlin or UTC.",
			"maintenance.1.days": "Use mon, tue, wed, thu, fri, sat and sun.", "maintenance.1.start": "Use a time of day, such as 22:00.", "maintenance.1.end": "Use a time of day, such as 22:00.",
			"maintenance.1.from": "Say when it begins, or choose days on which it comes every week.", "maintenance.1.until": "It has to end after it begins.",
			"maintenance.2.from": "Use a time such as 2026-03-04T12:00:00Z.", "maintenance.2.until": "At most 90 days. To stop sending for longer, pause the destination.",
			"maintenance.3.from": "Say when it begins, or choose days on which it comes every week.", "maintenance.3.until": "It has to end after it begins.",
		}},
		{"a time-out beyond all", `{"timeout_ms":9223372036854775807}`, 422, map[string]any{"timeout_ms": "Choose a time-out between 0.1 and 30 seconds."}},
		{"a time-out before all", `{"timeout_ms":-9223372036854775808}`, 422, map[string]any{"timeout_ms": "Choose a time-out between 0.1 and 30 seconds."}},
		{"no name", `{"name":" "}`, 422, map[string]any{"name": "Give the destination a name, such as “CRM”."}},
		{"a mode that is none", `{"signature_mode":"half"}`, 422, map[string]any{"signature_mode": "Choose how batches are signed."}},
		{"a source that is none", `{"source_ids":["src_gone"]}`, 422, map[string]any{"source_ids": "One of these sources was deleted in the meantime. Choose again."}},
		{"a secret that is none", `{"standard_secrets":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw","whsec_abc"]}`, 422, map[string]any{"standard_secrets.1": "A Standard Webhooks secret is whsec_ and 24 to 64 bytes in base64."}},
		{"a line break in a secret", `{"shared_secret":"a\nb"}`, 422, map[string]any{"shared_secret": "Use letters, digits and signs, without line breaks."}},
	} {
		t.Run(test.name, func(t *testing.T) {
			before, err := o.store.Destination(t.Context(), ids["destination"])
			good(t, err)
			fields := o.refused(call1{method: "PATCH", path: "/destinations/" + ids["destination"], body: test.body}, test.status, "invalid")
			if diff := cmp.Diff(test.fields, fields); diff != "" {
				t.Error(diff)
			}
			after, err := o.store.Destination(t.Context(), ids["destination"])
			good(t, err)
			if diff := cmp.Diff(before, after); diff != "" {
				t.Errorf("a refused change changed something:\n%s", diff)
			}
		})
	}
	if a := o.do(call1{method: "PATCH", path: "/destinations/" + ids["destination"], body: "{\n  \"name\": 'x'}"}); !strings.Contains(a.body, "Line 2, column 11") {
		t.Errorf("the place of a mistake is not told: %s", a.body)
	}
	o.refused(call1{method: "POST", path: "/sources", body: `{"name":"` + strings.Repeat("x", 1<<20) + `"}`}, 413, "too_large")
}

func TestActionsNameWhatIsWrongWithThem(t *testing.T) {
	o := newOffice(t)
	ids := o.furnish()
	path := "/destinations/" + ids["destination"] + "/actions"
	for _, test := range []struct {
		name, body string
		fields     []string
	}{
		{"nothing", `{}`, []string{"name", "request.url"}},
		{"a trigger that cannot be read", `{"name":"A","trigger":"event =","request":{"url":"https://example.com/"}}`, []string{"trigger"}},
		{"and beside or", `{"name":"A","trigger":"event = \"a\" and event = \"b\" or event = \"c\"","request":{"url":"https://example.com/"}}`, []string{"trigger"}},
		{"an inside address", `{"name":"A","request":{"url":"http://127.0.0.1/{{ event.event }}"}}`, []string{"request.url"}},
		{"Liquid in an address", `{"name":"A","request":{"url":"https://example.com/{{ x"}}`, []string{"request.url"}},
		{"Liquid in a header", `{"name":"A","request":{"url":"https://example.com/","headers":[{"name":"A","value":"{{ x"}]}}`, []string{"request.headers.0"}},
		{"a header of ours", `{"name":"A","request":{"url":"https://example.com/","headers":[{"name":"A","value":""},{"name":"Host","value":"x"}]}}`, []string{"request.headers.1"}},
		{"Liquid in a body", `{"name":"A","request":{"url":"https://example.com/","body":"{% if %}"}}`, []string{"request.body"}},
		{"a method", `{"name":"A","request":{"method":"BREW","url":"https://example.com/"}}`, []string{"request.method"}},
		{"a batch", `{"name":"A","request":{"url":"https://example.com/"},"batch":{"enabled":true,"size":4001,"window_ms":1}}`, []string{"batch.size", "batch.window_ms"}},
		{"much at once", `{"name":"","trigger":"nonsense","request":{"url":""}}`, []string{"name", "request.url", "trigger"}},
		{"attributes", `{"name":"A","request":{"url":"https://example.com/"},"attributes":[{"name":"id","value":"1"},{"name":"a","value":"{{ x"}]}`, []string{"attributes.0", "attributes.1"}},
		{"what a good answer is", `{"name":"A","request":{"url":"https://example.com/"},"expect":{"statuses":[200,404],"path":"{{ a }}","kind":"date"}}`, []string{"expect.statuses", "expect.path", "expect.kind"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			fields := o.refused(call1{method: "POST", path: path, body: test.body}, 422, "invalid")
			if len(fields) != len(test.fields) {
				t.Errorf("fields are %v, want %v", fields, test.fields)
			}
			for _, name := range test.fields {
				if text, _ := fields[name].(string); text == "" {
					t.Errorf("%s is not among %v", name, fields)
				}
			}
		})
	}
	if actions, err := o.store.ListActions(t.Context(), ids["destination"]); err != nil || len(actions) != 1 {
		t.Errorf("%d actions are there, %v", len(actions), err)
	}
}

func TestChangesChangeOnlyWhatIsGiven(t *testing.T) {
	o := newOffice(t)
	ids := o.furnish()
	path := "/destinations/" + ids["destination"] + "/actions/" + ids["action"]
	before := o.made(call1{method: "GET", path: path})
	for _, step := range []struct {
		body  string
		names []string
		want  any
	}{
		{`{"enabled":false}`, []string{"enabled"}, false},
		{`{"trigger":"type = 'page'"}`, []string{"trigger"}, `type = "page"`},
		{`{"request":{"method":"PUT"}}`, []string{"request", "method"}, "PUT"},
		{`{"request":{"headers":[{"name":"X-New","value":""}]}}`, []string{"request", "headers"}, []any{map[string]any{"name": "X-New", "value": ""}}},
		{`{"batch":{"window_ms":500}}`, []string{"batch", "window_ms"}, 500.0},
		{`{"name":"  Other  "}`, []string{"name"}, "Other"},
		{`{}`, []string{"name"}, "Other"},
	} {
		after := o.made(call1{method: "PATCH", path: path, body: step.body})
		if diff := cmp.Diff(step.want, dig(after, step.names...)); diff != "" {
			t.Errorf("%s: %s", step.body, diff)
		}
		set(before, step.want, step.names...)
		before["updated_at"], before["version"] = after["updated_at"], after["version"]
		if diff := cmp.Diff(before, after); diff != "" {
			t.Errorf("%s changed more than it says:\n%s", step.body, diff)
		}
	}
	source := o.made(call1{method: "GET", path: "/sources/" + ids["source"]})
	after := o.made(call1{method: "PATCH", path: "/sources/" + ids["source"], body: `{"enabled":false}`})
	source["enabled"], source["updated_at"] = false, after["updated_at"]
	if diff := cmp.Diff(source, after); diff != "" {
		t.Error(diff)
	}
}

func set(in map[string]any, value any, names ...string) {
	for _, name := range names[:len(names)-1] {
		in = in[name].(map[string]any)
	}
	in[names[len(names)-1]] = value
}

func TestDefaultsAreWhatTheDocumentSays(t *testing.T) {
	o := newOffice(t)
	d := o.made(call1{method: "POST", path: "/destinations", body: `{"name":"CRM"}`})
	action := o.made(call1{method: "POST", path: "/destinations/" + d["id"].(string) + "/actions", body: `{"name":"A","request":{"url":"https://example.com/"}}`})
	source := o.made(call1{method: "POST", path: "/sources", body: `{"name":"Website"}`})
	schemas := dig(o.document, "components", "schemas").(map[string]any)
	checked := 0
	for name, made := range map[string]any{"NewDestination": d, "NewAction": action, "NewSource": source, "NewTemplate": action["request"], "NewBatch": action["batch"]} {
		for member, schema := range dig(schemas, name, "properties").(map[string]any) {
			if want, ok := schema.(map[string]any)["default"]; ok {
				checked++
				if diff := cmp.Diff(want, dig(made, member)); diff != "" {
					t.Errorf("%s.%s: %s", name, member, diff)
				}
			}
		}
	}
	if checked < 9 {
		t.Errorf("only %d defaults are documented", checked)
	}
	if source["write_key"] == "" {
		t.Error("the source has no write key")
	}
	if a, err := o.store.Action(t.Context(), action["id"].(string)); err != nil || a.Template.ContentType() != "application/json" || a.Batching != hookline.NewBatching() {
		t.Errorf("the new action is %+v, %v", a, err)
	}
}
