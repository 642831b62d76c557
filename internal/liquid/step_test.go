package liquid

import "testing"

// TestStepReachesItsKey writes a path to a key and renders it.
func TestStepReachesItsKey(t *testing.T) {
	for key, want := range map[string]string{
		"plan": ".plan", "plan_2": ".plan_2", "first name": `["first name"]`, "größe": ".größe", "$ip": `["$ip"]`, "2nd": `["2nd"]`,
		`say "hi"`: `['say "hi"']`, "it's": `["it's"]`, `both ' and "`: "", "a}}b": "", "": `[""]`,
	} {
		step := Step(key)
		if step != want {
			t.Errorf("the step to %q is %s, want %s", key, step, want)
		}
		if step == "" {
			continue
		}
		object := NewObject(1)
		object.Set(key, "found")
		if got := mustRender(t, mustCompile(t, "{{ customer"+step+" }}", Text), Vars{"customer": object}, Options{}).Output; got != "found" {
			t.Errorf("customer%s gives %q", step, got)
		}
	}
}
