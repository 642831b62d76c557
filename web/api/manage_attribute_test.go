package api

import (
	"strings"
	"testing"
)

func TestAttributesOneByOne(t *testing.T) {
	o := newOffice(t)
	o.made(call1{method: "PUT", path: "/people/u1", body: `{"attributes":{"plan":"pro","company":{"size":3}}}`})
	for value, kind := range map[string]string{
		`12345678901234567890.50`: "number", `"x"`: "text", `true`: "boolean", `null`: "empty", `[1,{"a":"b"}]`: "list", `{"b":1,"a":2}`: "object", `"2026-06-10"`: "time",
	} {
		a := o.do(call1{method: "PUT", path: "/people/u1/attributes/a%2Fb%20c", body: `{"value": ` + value + `}`})
		if want := `"name":"a/b c","value":` + value + `,"type":"` + kind + `","set_by":{"kind":"token"`; a.status != 200 || !strings.Contains(a.body, want) {
			t.Errorf("answered %d %s, want %s", a.status, a.body, want)
		}
	}
	if list := o.made(call1{method: "GET", path: "/people/u1/attributes"})["data"].([]any); len(list) != 3 {
		t.Errorf("listed is %v", list)
	}
	o.made(call1{method: "DELETE", path: "/people/u1/attributes/a%2Fb%20c"})
	for _, method := range []string{"GET", "DELETE"} {
		o.refused(call1{method: method, path: "/people/u1/attributes/a%2Fb%20c"}, 404, "not_found")
	}
	o.refused(call1{method: "PUT", path: "/people/nobody/attributes/plan", body: `{"value":1}`}, 404, "not_found")
	for body, field := range map[string]string{`{}`: "value", `{"value":1,"values":2}`: "values", `{"value":"` + strings.Repeat("x", 17<<10) + `"}`: "value"} {
		if fields := o.refused(call1{method: "PUT", path: "/people/u1/attributes/plan", body: body}, 422, "invalid"); fields[field] == nil {
			t.Errorf("%.40s names %v", body, fields)
		}
	}

	a := o.do(call1{method: "GET", path: "/attributes"})
	for _, want := range []string{`"people":1,`, `{"name":"company.size","people":1,"coverage":1,"types":{"number":1},"examples":["3"]}`} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the index lacks %s: %s", want, a.body)
		}
	}
}
