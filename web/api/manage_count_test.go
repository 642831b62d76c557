package api

import (
	"testing"

	"hookline/internal/hookline"
)

// TestDeliveriesAreCounted: each state once, by the filter of the list.
func TestDeliveriesAreCounted(t *testing.T) {
	o := newOffice(t)
	ids := o.furnish() // with one that failed
	o.failing(ids, 401)
	o.failing(ids, 429)
	counts := func(query string) map[string]any {
		got := map[string]any{}
		for _, one := range list(o.made(call1{method: "GET", path: "/deliveries/counts" + query, as: hookline.Viewer})["data"]) {
			got[dig(one, "state").(string)] = dig(one, "count")
			if dig(one, "more") != false {
				t.Errorf("%s: %v", query, one)
			}
		}
		if len(got) != len(hookline.States()) {
			t.Errorf("%s counts %v", query, got)
		}
		return got
	}
	if all := counts(""); all["failed"] != 3.0 || all["held"] != 0.0 {
		t.Errorf("counted are %v", all)
	}
	if some := counts("?status=429&destination_id=" + ids["destination"]); some["failed"] != 1.0 || some["delivered"] != 0.0 {
		t.Errorf("counted are %v", some)
	}
	if got := o.do(call1{method: "GET", path: "/deliveries/counts?status=many"}); got.status != 422 {
		t.Errorf("a wrong filter is answered %d", got.status)
	}
}
