package fanout

import (
	"testing"

	"hookline/internal/hookline"
)

func TestExplain(t *testing.T) {
	e := hookline.Event{Type: hookline.Track, Name: "Signed Up", Payload: []byte(`{"type":"track","event":"Signed Up","integrations":{"CRM":false}}`)}
	told := Explain(e, nil, []hookline.Action{
		{ID: "act_1", Trigger: `event = "Signed Up"`},
		{ID: "act_2", Trigger: `event = "Order Paid"`},
		{ID: "act_3", Trigger: `event = `},
		{ID: "act_4"},
	})
	for i, want := range []struct{ met, broken bool }{{true, false}, {false, false}, {false, true}, {true, false}} {
		if told[i].Verdict.Met != want.met || told[i].Broken != want.broken {
			t.Errorf("%s: %+v, want %+v", told[i].Action.ID, told[i], want)
		}
	}
	if reasons := told[1].Verdict.Reasons(); len(reasons) != 1 {
		t.Errorf("reasons %q", reasons)
	}
	if Allows(e, "CRM") || !Allows(e, "Shop") {
		t.Error("the event's integrations keep it from the CRM and from nothing else")
	}
}
