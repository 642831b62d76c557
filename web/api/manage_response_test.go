package api

import (
	"testing"

	"hookline/internal/hookline"

	"github.com/google/go-cmp/cmp"
)

// TestWhatIsMadeOfAnswersByTheAPI: attributes and expectations are given, shown, and left alone by a change that does
// not mention them.
func TestWhatIsMadeOfAnswersByTheAPI(t *testing.T) {
	o := newOffice(t)
	ids := o.furnish()
	path := "/destinations/" + ids["destination"] + "/actions"
	a := o.made(call1{method: "POST", path: path, body: `{"name":"A","request":{"url":"https://example.com/"},
		"attributes":[{"name":" lead_id ","value":"{{ response.lead_id }}"}],
		"expect":{"statuses":[200,201],"path":"lead.id","kind":"number","empty_is_ok":true}}`})
	id, _ := a["id"].(string)
	stored, err := o.store.Action(t.Context(), id)
	good(t, err)
	want := hookline.Response{
		Attributes: []hookline.ResponseAttribute{{Name: "lead_id", Value: "{{ response.lead_id }}"}},
		Expect:     hookline.Expectation{Statuses: []int{200, 201}, Path: "lead.id", Kind: "number", EmptyIsOK: true},
		Inside:     true, // its token is an administrator's
	}
	if diff := cmp.Diff(want, stored.Response); diff != "" {
		t.Errorf("made (-want +got)\n%s", diff)
	}
	changed := o.made(call1{method: "PATCH", path: path + "/" + id, body: `{"name":"B"}`})
	if diff := cmp.Diff(a["attributes"], changed["attributes"]); diff != "" || changed["attributes"] == nil {
		t.Errorf("a change of the name changed %v\n%s", changed["attributes"], diff)
	}
	o.made(call1{method: "PATCH", path: path + "/" + id, body: `{"attributes":[],"expect":{"statuses":[],"path":"","kind":"","empty_is_ok":false}}`})
	if stored, err = o.store.Action(t.Context(), id); err != nil || !stored.Response.Unused() {
		t.Errorf("taken away, it is %+v, %v", stored.Response, err)
	}
}
