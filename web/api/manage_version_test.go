package api

import (
	"strings"
	"testing"

	"hookline/internal/hookline"
)

func TestVersionsOfAnAction(t *testing.T) {
	o := newOffice(t)
	ids := o.furnish()
	path := "/destinations/" + ids["destination"] + "/actions/" + ids["action"]
	o.made(call1{method: "PATCH", path: path, body: `{"name":"Told","note":" a better name "}`, as: hookline.Editor})
	o.made(call1{method: "PATCH", path: path, body: `{"enabled":false,"note":"off"}`})
	a := o.made(call1{method: "PATCH", path: path, body: `{"request":{"method":"PUT"}}`})
	if a["version"] != 3.0 {
		t.Errorf("it is now %v", a)
	}
	if fields := o.refused(call1{method: "PATCH", path: path, body: `{"name":"x","note":"` + strings.Repeat("x", 201) + `"}`}, 422, "invalid"); fields["note"] == nil {
		t.Errorf("a long note names %v", fields)
	}
	page := o.made(call1{method: "GET", path: path + "/versions?limit=2"})
	second := list(page["data"])[1]
	if dig(second, "number") != 2.0 || dig(second, "name") != "Told" || dig(second, "note") != "a better name" || dig(second, "made_by") != "API token “Script of editor”" || page["next_cursor"] != "2" {
		t.Errorf("versions are %v", page)
	}
	last := o.made(call1{method: "GET", path: path + "/versions?cursor=2"})
	if all := list(last["data"]); len(all) != 1 || dig(all[0], "request", "method") != "POST" || last["next_cursor"] != nil {
		t.Errorf("the last are %v", last)
	}
	for scope, sees := range map[hookline.Role]bool{hookline.Viewer: false, hookline.Support: false, hookline.Editor: true} {
		body := o.do(call1{method: "GET", path: path + "/versions", as: scope}).body
		for _, secret := range []string{"pass@", "t0psecret", "abcdefghijklmnop"} {
			if strings.Contains(body, secret) != sees {
				t.Errorf("the scope of %s reads %s: %v", scope, secret, !sees)
			}
		}
	}
	o.refused(call1{method: "GET", path: path + "x/versions"}, 404, "not_found")
	if d := o.made(call1{method: "GET", path: "/deliveries/" + ids["delivery"]}); d["action_version"] != 0.0 || dig(list(d["requests"])[0], "action_version") != 0.0 {
		t.Errorf("a delivery names %v", d)
	}
}
