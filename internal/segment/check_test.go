package segment

import (
	"errors"
	"strings"
	"testing"

	"hookline/internal/hookline"
)

func TestCheck(t *testing.T) {
	all := []hookline.Segment{
		{ID: "seg_a", Name: "A", Condition: `person.plan = "pro"`},
		{ID: "seg_b", Name: "B", Condition: `segment("seg_a")`},
		{ID: "seg_c", Name: "C", Condition: `segment("seg_b") or did("Order")`},
		{ID: "seg_m", Name: "M", Manual: true},
	}
	tests := []struct {
		id, text string
		want     string // a part of what is said at the condition; "": nothing
	}{
		{"", `segment("seg_c") and !segment("seg_m")`, ""},
		{"seg_a", `did("Order", within 3 days) >= 2`, ""},
		{"seg_c", `segment("seg_a")`, ""},
		{"", `event = "Order"`, "Column 1: Who belongs is asked without any event"},
		{"", "person.a = 1 and\nperson.b", "Line 2, column 9: Say what person.b must be"},
		{"", `segment("seg_x")`, `There is no segment with the id "seg_x".`},
		{"seg_a", `segment("seg_a")`, "in itself"},
		{"seg_a", `segment("seg_b")`, "“B” asks for this segment in turn"},
		{"seg_a", `person.x = 1 and segment("seg_c")`, "“C” asks for this segment in turn"},
	}
	for _, test := range tests {
		err := Check(hookline.Segment{ID: test.id, Condition: test.text}, all)
		said := ""
		if e, ok := errors.AsType[*hookline.Error](err); ok {
			said = e.Fields["condition"]
		}
		if (err == nil) != (test.want == "") || !strings.Contains(said, test.want) {
			t.Errorf("%s as %q: %v, at the condition %q", test.text, test.id, err, said)
		}
	}
	if err := Check(all[3], all); err != nil {
		t.Errorf("a manual segment: %v", err)
	}
	named := NamedBy("seg_a", all)
	if len(named) != 1 || named[0].ID != "seg_b" {
		t.Errorf("seg_a is named by %+v", named)
	}
}
