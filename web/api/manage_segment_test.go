package api

import (
	"testing"

	"hookline/internal/hookline"
)

func TestSegmentsByAPI(t *testing.T) {
	o := newOffice(t)
	made := o.made(call1{method: "POST", path: "/segments", as: hookline.Editor, body: `{"name":"Pro","condition":" person.plan=\"pro\" "}`})
	id := made["id"].(string)
	if made["condition"] != `person.plan = "pro"` || made["state"] != "building" || made["manual"] != false || made["version"] != 1.0 {
		t.Errorf("it was made as %v", made)
	}
	changed := o.made(call1{method: "PATCH", path: "/segments/" + id, body: `{"condition":"did(\"Order Completed\", within 30 days) >= 3","version":1}`})
	if changed["condition"] != `did("Order Completed", within 30 days) >= 3` || changed["name"] != "Pro" || changed["version"] != 2.0 {
		t.Errorf("changed it is %v", changed)
	}
	o.refused(call1{method: "PATCH", path: "/segments/" + id, body: `{"name":"Old","version":1}`}, 409, "conflict")
	for body, field := range map[string]string{
		`{"condition":"event = \"X\""}`: "condition",
		`{"condition":"person.plan ="}`: "condition",
		`{"condition":""}`:              "condition",
		`{"name":" "}`:                  "name",
		`{"manual":true}`:               "manual",
	} {
		if fields := o.refused(call1{method: "PATCH", path: "/segments/" + id, body: body}, 422, "invalid"); fields[field] == nil {
			t.Errorf("%s names %v", body, fields)
		}
	}
	asks := o.make("/segments", `{"name":"Also pro","condition":"segment(\"`+id+`\")"}`)
	o.refused(call1{method: "PATCH", path: "/segments/" + id, body: `{"condition":"segment(\"` + asks + `\")"}`}, 422, "invalid")
	o.refused(call1{method: "POST", path: "/segments", body: `{"name":"Lost","condition":"segment(\"seg_gone\")"}`}, 422, "invalid")
	o.refused(call1{method: "DELETE", path: "/segments/" + id}, 409, "conflict")
	o.made(call1{method: "DELETE", path: "/segments/" + asks})
	o.made(call1{method: "DELETE", path: "/segments/" + id})
	o.refused(call1{method: "GET", path: "/segments/" + id}, 404, "not_found")
	o.refused(call1{method: "GET", path: "/segments/" + id + "/members"}, 404, "not_found")
}

func TestMembersByAPI(t *testing.T) {
	o := newOffice(t)
	for _, user := range []string{"u1", "u2", "u3"} {
		o.made(call1{method: "PUT", path: "/people/" + user, body: `{"attributes":{"email":"` + user + `@example.com"}}`})
	}
	path := "/segments/" + o.make("/segments", `{"name":"Friends","manual":true}`)
	own := o.made(call1{method: "GET", path: "/people/u2"})["id"].(string)
	put := o.made(call1{method: "POST", path: path + "/members", as: hookline.Support, body: `{"people":["u1","` + own + `","per_nobody","nobody"]}`})
	if put["added"] != 2.0 || len(put["unknown"].([]any)) != 2 {
		t.Errorf("put in %v", put)
	}
	first := o.made(call1{method: "GET", path: path + "/members?limit=1", as: hookline.Viewer})
	if next, more := first["next_cursor"].(string); !more {
		t.Errorf("the first stretch is %v", first)
	} else if rest := o.made(call1{method: "GET", path: path + "/members?cursor=" + next}); len(rest["data"].([]any)) != 1 || dig(rest, "data").([]any)[0].(map[string]any)["since"] == nil {
		t.Errorf("the rest is %v", rest)
	}
	if found := o.made(call1{method: "GET", path: path + "/members?q=u1"}); len(found["data"].([]any)) != 1 {
		t.Errorf("searched for: %v", found)
	}
	if fields := o.refused(call1{method: "POST", path: path + "/members", body: `{"people":[]}`}, 422, "invalid"); fields["people"] == nil {
		t.Errorf("nobody names %v", fields)
	}
	o.made(call1{method: "DELETE", path: path + "/members/u1", as: hookline.Support})
	if g := o.made(call1{method: "GET", path: path}); g["size"] != 1.0 {
		t.Errorf("left is %v", g)
	}
	filled := "/segments/" + o.make("/segments", `{"name":"Pro","condition":"person.plan = \"pro\""}`)
	o.refused(call1{method: "POST", path: filled + "/members", body: `{"people":["u1"]}`}, 409, "conflict")
	o.refused(call1{method: "DELETE", path: path + "/members/nobody"}, 404, "not_found")
}
