package workspace

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"hookline/internal/hookline"
)

// campaignFields are those of a campaign for a diff, those of each webhook step
// beside the others. Actions has what steps send, by the step or by the action.
func (c *comparison) campaignFields(one hookline.Campaign, actions map[string]hookline.Action) []Field {
	t := one.Trigger
	fields := []Field{
		{Name: "description", After: one.Description},
		{Name: "trigger.kind", After: string(t.Kind)},
		{Name: "trigger.condition", After: c.named(t.Condition)},
		{Name: "trigger.segment", After: c.segmentNamed(t.SegmentID)},
		{Name: "trigger.attribute", After: t.Attribute},
		{Name: "trigger.shift_ms", After: unlessZero(float64(t.Shift.Milliseconds()))},
		{Name: "trigger.yearly", After: unlessFalse(t.Yearly)},
		{Name: "trigger.at", After: moment(t.At)},
		{Name: "reentry.often", After: unlessFalse(one.Reentry.Often)},
		{Name: "reentry.after_ms", After: unlessZero(float64(one.Reentry.After.Milliseconds()))},
		{Name: "exit", After: c.named(one.Exit)},
		{Name: "goal.condition", After: c.named(one.Goal.Condition)},
		{Name: "goal.within_ms", After: unlessZero(float64(one.Goal.Within.Milliseconds()))},
		{Name: "steps", After: strings.Join(c.stepLines(one.Steps, ""), "\n")},
	}
	seen := map[string]int{}
	for step := range one.Walk() {
		a, known := actions[step.ID]
		if !known {
			a, known = actions[step.Webhook.ActionID]
		}
		if ref := stepRef(seen, string(step.Kind), step.Label()); known {
			for _, field := range requestFields(a) {
				field.Name = ref + ": " + field.Name
				fields = append(fields, field)
			}
		}
	}
	return fields
}

// stepLines tell the steps, each in a line, those within branches indented.
func (c *comparison) stepLines(steps []hookline.Step, indent string) []string {
	var lines []string
	for _, s := range steps {
		lines = append(lines, indent+string(s.Kind)+" “"+s.Label()+"”"+c.stepWords(s))
		if s.Kind == hookline.StepBranch {
			lines = append(lines, indent+"  yes:")
			lines = append(lines, c.stepLines(s.Yes, indent+"    ")...)
			lines = append(lines, indent+"  no:")
			lines = append(lines, c.stepLines(s.No, indent+"    ")...)
		}
	}
	return lines
}

// stepWords are the settings of a step that are its own.
func (c *comparison) stepWords(s hookline.Step) string {
	var words []string
	add := func(name, value string) {
		if value != "" {
			words = append(words, name+" "+value)
		}
	}
	add("auto", unlessFalse(s.Webhook.Auto))
	add("conversion", unlessFalse(s.Webhook.Conversion))
	add("condition", c.named(s.If))
	for _, set := range s.Sets {
		add("sets", set.Name+" to "+set.Value)
	}
	if s.Kind == hookline.StepWait {
		add("wait", string(s.Wait.Kind))
		add("span_ms", unlessZero(float64(s.Wait.Span.Milliseconds())))
		add("until", c.named(s.Wait.Condition))
		if s.Wait.Kind == hookline.WaitClock {
			add("time", hookline.FormatTimeOfDay(s.Wait.Minute))
			add("days", strings.Join(s.Wait.Days.Names(), ", "))
			add("time_zone", s.Wait.Zone)
		}
	}
	if len(words) == 0 {
		return ""
	}
	return ": " + strings.Join(words, ", ")
}

func unlessFalse(b bool) string {
	if !b {
		return ""
	}
	return strconv.FormatBool(b)
}

// sameLength gives each list a field for each name that either has, in one
// order: the steps of a campaign come and go.
func sameLength(before, after []Field) (a, b []Field) {
	have := func(list []Field) map[string]string {
		values := map[string]string{}
		for _, f := range list {
			values[f.Name] = f.After
		}
		return values
	}
	was, is := have(before), have(after)
	names := make([]string, 0, len(after))
	for _, f := range after {
		names = append(names, f.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(was)) {
		if _, still := is[name]; !still {
			names = append(names, name)
		}
	}
	for _, name := range names {
		a, b = append(a, Field{Name: name, After: was[name]}), append(b, Field{Name: name, After: is[name]})
	}
	return a, b
}
