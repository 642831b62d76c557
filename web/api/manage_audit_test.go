package api

import (
	"strings"
	"testing"

	"hookline/internal/audit"
	"hookline/internal/hookline"
)

// lastEntry makes an entry of the audit log, and gives the id of the newest.
func (o *office) lastEntry() string {
	o.t.Helper()
	o.made(call1{method: "POST", path: "/settings/signing-key/rotate"})
	return o.entries(audit.Filter{})[0].ID
}

func (o *office) entries(f audit.Filter) []audit.Entry {
	o.t.Helper()
	list, err := o.store.ListAuditEntries(o.t.Context(), f, hookline.Cursor{Limit: 1000})
	good(o.t, err)
	return list.Rows
}

// TestEveryChangeByATokenLeavesAnEntry calls every operation that changes something.
func TestEveryChangeByATokenLeavesAnEntry(t *testing.T) {
	o := newOffice(t)
	ids := o.furnish()
	destination, action := "/destinations/"+ids["destination"], "/destinations/"+ids["destination"]+"/actions/"+ids["action"]
	seen := map[string]bool{"POST /render": true} // it keeps nothing
	for _, c := range []struct {
		call1
		deed audit.Deed
		kind audit.Kind
	}{
		{call1{method: "POST", path: "/sources", body: `{"name":"Shop"}`}, audit.Created, audit.Source},
		{call1{method: "PATCH", path: "/sources/" + ids["source"], body: `{"enabled":false}`}, audit.Changed, audit.Source},
		{call1{method: "POST", path: "/destinations", body: `{"name":"Other"}`}, audit.Created, audit.Destination},
		{call1{method: "PATCH", path: destination, body: `{"timeout_ms":2000}`}, audit.Changed, audit.Destination},
		{call1{method: "POST", path: destination + "/pause", body: `{}`}, audit.Paused, audit.Destination},
		{call1{method: "POST", path: destination + "/resume", body: `{}`}, audit.Resumed, audit.Destination},
		{call1{method: "POST", path: destination + "/try"}, audit.Vouched, audit.Destination},
		{call1{method: "POST", path: destination + "/actions", body: actionBody}, audit.Created, audit.Action},
		{call1{method: "PATCH", path: action, body: `{"batch":{"enabled":true}}`}, audit.Changed, audit.Action},
		{call1{method: "PUT", path: "/people/u1", body: `{"attributes":{"plan":"pro"}}`}, audit.Changed, audit.Person},
		{call1{method: "PUT", path: "/people/u1/attributes/vip", body: `{"value":true}`}, audit.Changed, audit.Person},
		{call1{method: "DELETE", path: "/people/u1/attributes/vip"}, audit.Changed, audit.Person},
		{call1{method: "POST", path: "/segments", body: `{"name":"Pro","condition":"person.plan = \"pro\""}`}, audit.Created, audit.Segment},
		{call1{method: "PATCH", path: "/segments/" + ids["segment"], body: `{"name":"Good friends"}`}, audit.Changed, audit.Segment},
		{call1{method: "POST", path: "/segments/" + ids["segment"] + "/members", body: `{"people":["u1"]}`}, audit.Changed, audit.Segment},
		{call1{method: "DELETE", path: "/segments/" + ids["segment"] + "/members/u1"}, audit.Changed, audit.Segment},
		{call1{method: "DELETE", path: "/segments/" + ids["segment"]}, audit.Deleted, audit.Segment},
		{call1{method: "POST", path: "/deliveries/" + ids["delivery"] + "/resend", body: `{"mode":"original"}`}, audit.Resent, audit.Delivery},
		{call1{method: "POST", path: "/resends/" + ids["resend"] + "/pause"}, audit.Paused, audit.Resend},
		{call1{method: "POST", path: "/resends/" + ids["resend"] + "/continue"}, audit.Resumed, audit.Resend},
		{call1{method: "POST", path: "/resends/" + ids["resend"] + "/cancel"}, audit.Cancelled, audit.Resend},
		{call1{method: "POST", path: "/deliveries/resend", body: `{"filter":{"state":"failed"},"mode":"original"}`}, audit.Created, audit.Resend},
		{call1{method: "PATCH", path: "/failures/" + o.failing(ids, 401), body: `{"note":"They know."}`}, audit.Changed, audit.Failure},
		{call1{method: "POST", path: "/reporting-webhooks", body: `{"name":"Chat","url":"https://example.com/","metrics":["attempted"]}`}, audit.Created, audit.Reporting},
		{call1{method: "PATCH", path: "/reporting-webhooks/" + ids["reporting"], body: `{"signing_key":"report-key-5678"}`}, audit.Changed, audit.Reporting},
		{call1{method: "DELETE", path: "/reporting-webhooks/" + ids["reporting"]}, audit.Deleted, audit.Reporting},
		{call1{method: "POST", path: "/deliveries/" + ids["delivery"] + "/cancel"}, audit.Cancelled, audit.Delivery},
		{call1{method: "POST", path: "/settings/signing-key/rotate"}, audit.Rotated, audit.SigningKey},
		{call1{method: "PATCH", path: "/settings/retention", body: `{"bodies_days":90}`}, audit.Changed, audit.Retention},
		{call1{method: "PATCH", path: "/alert-rules", body: `{"backlog_minutes":7}`}, audit.Changed, audit.AlertRules},
		{call1{method: "POST", path: "/alert-channels", body: channelBody}, audit.Created, audit.AlertChannel},
		{call1{method: "PATCH", path: "/alert-channels/" + ids["mail"], body: `{"password":"an0ther-p4ss"}`}, audit.Changed, audit.AlertChannel},
		{call1{method: "POST", path: "/alert-channels/" + ids["channel"] + "/test"}, audit.Tested, audit.AlertChannel},
		{call1{method: "GET", path: "/alert-channels/" + ids["channel"] + "/signing-key"}, audit.Revealed, audit.AlertChannel},
		{call1{method: "DELETE", path: "/alert-channels/" + ids["channel"]}, audit.Deleted, audit.AlertChannel},
		{call1{method: "POST", path: "/deliveries/" + ids["delivery"] + "/share", body: `{"hours":1}`}, audit.Created, audit.Share},
		{call1{method: "DELETE", path: "/shared-links/" + ids["share"]}, audit.Deleted, audit.Share},
		{call1{method: "POST", path: "/campaigns/" + ids["campaign"] + "/pause"}, audit.Changed, audit.Campaign},
		{call1{method: "POST", path: "/campaigns/" + ids["campaign"] + "/start"}, audit.Changed, audit.Campaign},
		{call1{method: "POST", path: "/campaigns/" + ids["campaign"] + "/journeys/" + ids["journey"] + "/stop"}, audit.Cancelled, audit.Campaign},
		{call1{method: "POST", path: "/campaigns/" + ids["campaign"] + "/stop"}, audit.Changed, audit.Campaign},
		{call1{method: "PATCH", path: "/campaigns/" + ids["campaign"], body: `{"description":"For all."}`}, audit.Changed, audit.Campaign},
		{call1{method: "POST", path: "/campaigns", body: `{"name":"Draft","trigger":{"kind":"call"}}`}, audit.Created, audit.Campaign},
		{call1{method: "DELETE", path: "/campaigns/" + ids["campaign"]}, audit.Deleted, audit.Campaign},
		{call1{method: "POST", path: "/shortcuts", body: strings.Replace(shortcutBody, "Open a ticket", "Another", 1)}, audit.Created, audit.Shortcut},
		{call1{method: "PATCH", path: "/shortcuts/" + ids["shortcut"], body: `{"least":"admin"}`}, audit.Changed, audit.Shortcut},
		{call1{method: "POST", path: "/shortcuts/" + ids["shortcut"] + "/press", body: `{"person_ids":["u1"]}`}, audit.Pressed, audit.Shortcut},
		{call1{method: "DELETE", path: "/shortcuts/" + ids["shortcut"]}, audit.Deleted, audit.Shortcut},
		{call1{method: "DELETE", path: action}, audit.Deleted, audit.Action},
		{call1{method: "DELETE", path: destination}, audit.Deleted, audit.Destination},
		{call1{method: "DELETE", path: "/sources/" + ids["source"]}, audit.Deleted, audit.Source},
		{call1{method: "DELETE", path: "/people/u1"}, audit.Deleted, audit.Person},
		{call1{method: "POST", path: "/deletions/" + ids["deletion"] + "/allow"}, audit.Changed, audit.Person},
	} {
		before := len(o.entries(audit.Filter{}))
		o.made(c.call1)
		entries := o.entries(audit.Filter{})
		if e := entries[0]; len(entries) != before+1 || e.Deed != c.deed || e.Kind != c.kind || e.Actor.Kind != audit.Token || e.Actor.Name != "Script of admin" {
			t.Errorf("%s %s left %d entries, the last %+v", c.method, c.path, len(entries)-before, e)
		}
		seen[o.patternOf(c.method, c.path)] = true
	}
	for _, op := range Reference() {
		if pattern := op.Method + " " + strings.TrimPrefix(op.Path, manageRoot); op.Method != "GET" && !seen[pattern] && pattern != "POST /campaigns/{id}/call" { // which is like an event: its journeys tell of it
			t.Errorf("%s changes something, and this test does not call it", pattern)
		}
	}
	for _, e := range o.entries(audit.Filter{}) {
		if text := string(e.Before) + string(e.After); strings.Contains(text, "t0psecret") || strings.Contains(text, "pass@") || strings.Contains(text, "abcdefghijklmnop") || strings.Contains(text, "shared-secret") || strings.Contains(text, "whsec_") || strings.Contains(text, "report-key") || strings.Contains(text, "p4ss") {
			t.Errorf("a secret is kept: %s", text)
		}
	}
}

// patternOf is the operation of the document that a call is.
func (o *office) patternOf(method, path string) string {
	o.t.Helper()
	for pattern, operations := range dig(o.document, "paths").(map[string]any) {
		if _, ok := operations.(map[string]any)[strings.ToLower(method)]; ok && sameShape(strings.Split(pattern, "/"), strings.Split(path, "/")) {
			return method + " " + pattern
		}
	}
	o.t.Fatalf("the document has no %s %s", method, path)
	return ""
}

func TestTheAuditLogIsReadByAdministrators(t *testing.T) {
	o := newOffice(t)
	o.made(call1{method: "POST", path: "/sources", body: `{"name":"Website"}`})
	o.made(call1{method: "GET", path: "/settings/signing-key"})
	list := o.made(call1{method: "GET", path: "/audit?kind=source"})
	one := list["data"].([]any)[0]
	for name, want := range map[string]any{
		"actor_kind": "token", "actor": "Script of admin", "deed": "created", "kind": "source", "thing": "Website",
	} {
		if got := dig(one, name); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	if got := dig(one, "after", "write_key"); got != audit.Blot {
		t.Errorf("the key is %v", got)
	}
	if shown := o.made(call1{method: "GET", path: "/audit/" + dig(one, "id").(string)}); dig(shown, "thing") != "Website" {
		t.Errorf("by its id it is %v", shown)
	}
	if revealed := o.made(call1{method: "GET", path: "/audit?deed=revealed&actor=Script+of+admin&limit=1"}); len(revealed["data"].([]any)) != 1 {
		t.Errorf("that the key was read is not told: %v", revealed)
	}
	fields := o.refused(call1{method: "GET", path: "/audit?deed=eaten&kind=x&since=now"}, 422, "invalid")
	for _, name := range []string{"deed", "kind", "since"} {
		if fields[name] == nil {
			t.Errorf("%s is not told: %v", name, fields)
		}
	}
	o.refused(call1{method: "GET", path: "/audit/aud_gone"}, 404, "not_found")
}

func TestWhatAScopeDoesNotIncludeIsKept(t *testing.T) {
	o := newOffice(t)
	o.refused(call1{method: "GET", path: "/audit", as: hookline.Editor}, 403, "forbidden")
	o.refused(call1{method: "POST", path: "/sources", as: hookline.Viewer, body: `{"name":"x"}`}, 403, "forbidden")
	entries := o.entries(audit.Filter{Deed: audit.Refused})
	if len(entries) != 1 || entries[0].Actor.Name != "Script of viewer" || entries[0].ThingName != "/api/v1/sources" {
		t.Errorf("kept is %+v", entries)
	}
}
