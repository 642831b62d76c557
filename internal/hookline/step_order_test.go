package hookline

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func line(ids ...string) []Step {
	steps := make([]Step, len(ids))
	for i, id := range ids {
		steps[i] = Step{ID: id, Kind: StepWait}
	}
	return steps
}

// forked is a, a branch with b and c on one side and d on the other, and e.
func forked() Campaign {
	steps := line("a", "if", "e")
	steps[1].Kind, steps[1].Yes, steps[1].No = StepBranch, line("b", "c"), line("d")
	return Campaign{Steps: steps}
}

func TestOrderOfSteps(t *testing.T) {
	o := forked().Order()
	if o.First() != "a" || (Campaign{}).Order().First() != "" {
		t.Errorf("the first is %q", o.First())
	}
	got := map[string]string{}
	for step := range forked().Walk() {
		got[step.ID] = o.After(step.ID)
	}
	want := map[string]string{"a": "if", "if": "e", "b": "c", "c": "e", "d": "e", "e": ""}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if o.Branch("if", true) != "b" || o.Branch("if", false) != "d" || !o.Has("d") || o.Has("x") {
		t.Errorf("the sides begin with %q and %q", o.Branch("if", true), o.Branch("if", false))
	}
	empty := Campaign{Steps: []Step{{ID: "if", Kind: StepBranch}, {ID: "after"}}}.Order()
	if empty.Branch("if", true) != "after" || empty.Branch("if", false) != "after" {
		t.Error("a side without steps does not go on after the branch")
	}
}

func TestWhereRemovedStepsGoOn(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*Campaign)
		want   map[string]string
	}{
		"nothing":               {func(*Campaign) {}, map[string]string{}},
		"one":                   {func(c *Campaign) { c.Steps = c.Steps[1:] }, map[string]string{"a": "if"}},
		"the last":              {func(c *Campaign) { c.Steps = c.Steps[:2] }, map[string]string{"e": ""}},
		"the last of a side":    {func(c *Campaign) { c.Steps[1].Yes = line("b") }, map[string]string{"c": "e"}},
		"a branch with all":     {func(c *Campaign) { c.Steps = line("a", "e") }, map[string]string{"if": "e", "b": "e", "c": "e", "d": "e"}},
		"one that follows, too": {func(c *Campaign) { c.Steps = line("a") }, map[string]string{"if": "", "b": "", "c": "", "d": "", "e": ""}},
		"only moved":            {func(c *Campaign) { c.Steps[0], c.Steps[2] = c.Steps[2], c.Steps[0] }, map[string]string{}},
	} {
		t.Run(name, func(t *testing.T) {
			after := forked()
			test.change(&after)
			got := map[string]string{}
			for _, removed := range forked().RemovedSteps(after) {
				got[removed.Step.ID] = removed.NextID
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
