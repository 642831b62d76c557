package api

import (
	"strings"
	"testing"

	"hookline/internal/hookline"
)

// TestManageDeletions deletes a person, reads how far it is, and has the receipt when it has finished.
func TestManageDeletions(t *testing.T) {
	o := newOffice(t)
	o.made(call1{method: "PUT", path: "/people/vera", body: `{"attributes":{"email":"vera@example.com"}}`})
	o.refused(call1{method: "DELETE", path: "/people/vera?suppress=perhaps"}, 422, "invalid")
	o.refused(call1{method: "DELETE", path: "/people/vera", as: hookline.Support}, 403, "forbidden")
	d := o.made(call1{method: "DELETE", path: "/people/vera?suppress=true"})
	if d["state"] != "going_on" || d["receipt"] != "" || d["suppressed"] != true {
		t.Errorf("begun: %v", d)
	}
	o.refused(call1{method: "GET", path: "/people/vera"}, 404, "not_found")
	o.refused(call1{method: "PUT", path: "/people/vera", body: `{"attributes":{}}`}, 409, "conflict")
	path := "/deletions/" + d["id"].(string)
	for _, stage := range hookline.DeletionStages() {
		if err := o.store.NextDeletionStage(t.Context(), d["id"].(string), stage); err != nil {
			t.Fatal(err)
		}
	}
	d = o.made(call1{method: "GET", path: path})
	receipt, _ := d["receipt"].(string)
	if d["state"] != "finished" || !strings.Contains(receipt, "Hookline: receipt of a deletion") || strings.Contains(receipt, "vera") {
		t.Errorf("finished: %v", d)
	}
	if list := o.made(call1{method: "GET", path: "/deletions"}); len(list["data"].([]any)) != 1 {
		t.Errorf("list: %v", list)
	}
	if d = o.made(call1{method: "POST", path: path + "/allow"}); d["suppressed"] != false {
		t.Errorf("allowed: %v", d)
	}
	o.refused(call1{method: "POST", path: path + "/allow"}, 409, "conflict")
	o.made(call1{method: "PUT", path: "/people/vera", body: `{"attributes":{}}`})
}
