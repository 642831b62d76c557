package views

import (
	"testing"

	"hookline/internal/hookline"
)

func TestWhetherAnybodyGoesOn(t *testing.T) {
	webhook := StepCard{Step: hookline.Step{Kind: hookline.StepWebhook}}
	exit := StepCard{Step: hookline.Step{Kind: hookline.StepExit}}
	branch := func(yes, no []StepCard) StepCard {
		return StepCard{Step: hookline.Step{Kind: hookline.StepBranch}, Yes: yes, No: no}
	}
	exits := []StepCard{webhook, exit}
	for _, test := range []struct {
		what  string
		cards []StepCard
		want  bool
	}{
		{"no step", nil, false},
		{"a webhook last", []StepCard{exit, webhook}, false},
		{"an exit last", exits, true},
		{"a branch of which both sides end", []StepCard{branch(exits, exits)}, true},
		{"a branch of which one side goes on", []StepCard{branch(exits, nil)}, false},
	} {
		if got := ends(test.cards); got != test.want {
			t.Errorf("%s: ends is %t", test.what, got)
		}
	}
}
